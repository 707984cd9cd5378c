"""What may be said in a catalogue: inputs, their values, presets, contradictions."""

from __future__ import annotations

from collections.abc import Iterator

from docs.making.markdown import code, joined, table
from stateroom.catalogue.impossible import IMPOSSIBLE
from stateroom.catalogue.inputs import INPUTS, Input
from stateroom.catalogue.presets import PRESETS, Preset
from stateroom.catalogue.units import format_duration, spell_size
from stateroom.catalogue.values import Value

__all__ = ("impossible", "inputs", "presets", "values")

FORMS = {
    "flag": "`true` or `false`",
    "staleness": '`"exact"`, or a duration: `"90s"`, `"5m"`, `"1h"`, `"7d"`',
    "duration": 'a duration: `"90s"`, `"5m"`, `"1h"`, `"7d"`; a bare number is seconds',
    "size": 'a size: `"500 B"`, `"10 KiB"`, `"2 MB"`; a bare number is bytes',
    "count": "a whole number, zero or more",
    "rate": "a number per hour and key, zero or more",
    "number": "a number, zero or more",
}
"""How a value of each kind is written in a catalogue."""


def inputs() -> str:
    """Return the table of inputs: what each is, how it is written, its default."""
    rows = (
        (code(each.name), each.about, _form(each), _default(each))
        for each in INPUTS.values()
    )
    return table(("input", "what it says", "values", "when nobody says"), rows)


def values() -> str:
    """Return the meaning of every value of every choice, with the question asked."""
    return "\n".join(_choices())


def presets() -> str:
    """Return a table of the presets, then each with everything that it fills in."""
    rows = (
        (code(each.name), each.about, _life(each.ttl), _life(each.absolute_ttl))
        for each in PRESETS.values()
    )
    titles = ("preset", "such data is", "TTL of a copy", "ends at the latest after")
    return "\n".join([table(titles, rows), *map(_preset, PRESETS.values())])


def impossible() -> str:
    """Return the answers that exclude each other, and what to say instead."""
    rows = (
        (
            " and ".join(f"{code(name)} {joined(v)}" for name, v in each.when.items()),
            each.because,
            each.mend,
        )
        for each in IMPOSSIBLE
    )
    return table(("together", "why that cannot be", "instead"), rows)


def _form(question: Input) -> str:
    return joined(question.values) if question.values else FORMS[question.kind]


def _default(question: Input) -> str:
    return code(question.default) if question.default else "unknown"


def _choices() -> Iterator[str]:
    for each in INPUTS.values():
        if each.values:
            yield f"### {each.name} {{ #{each.name} }}\n\n*{each.question}*\n"
            rows = ((code(value), words) for value, words in each.values.items())
            yield table(("value", "meaning"), rows)


def _preset(preset: Preset) -> str:
    rows = ((code(name), code(_written(name, value))) for name, value in _said(preset))
    return f"### {preset.name} {{ #preset-{preset.name} }}\n\n" + table(
        ("input", "filled in"), rows
    )


def _said(preset: Preset) -> Iterator[tuple[str, Value]]:
    for name in INPUTS:
        if name in preset.inputs:
            yield name, preset.inputs[name]


def _written(name: str, value: Value) -> str:
    kind = INPUTS[name].kind
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if kind in ("duration", "staleness"):
        return f'"{format_duration(value)}"'
    if kind == "size":
        return f'"{spell_size(int(value))}"'
    return f"{value:g}" if kind == "rate" else f"{int(value):,}".replace(",", "_")


def _life(seconds: int | None) -> str:
    return "-" if seconds is None else format_duration(seconds)
