"""The catalogue that ``stateroom init`` writes: commented, with an item per preset.

Generated from the tables of inputs and presets, so that it cannot say what the loader
does not accept. No line is longer than 80 columns.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from stateroom.catalogue.inputs import INPUTS, Input
from stateroom.catalogue.presets import PRESETS, Preset
from stateroom.catalogue.texts import read_app_name
from stateroom.catalogue.units import format_duration, spell_size

__all__ = ("template",)

WIDTH = 80
"""Columns of the narrowest terminal that people still use."""

_EXAMPLES: dict[str, tuple[str, str, dict[str, str]]] = {
    "reference": (
        "country-list",
        "Countries",
        {"staleness": '"7d"', "reads_per_hour": "600"},
    ),
    "profile": (
        "user-profile",
        "Profile",
        {"staleness": '"10m"', "reads_per_hour": "20"},
    ),
    "preference": ("theme", "Light or dark", {"offline": "true"}),
    "search-results": (
        "job-search",
        "Job search results",
        {"staleness": '"10m"', "licence_ttl": '"1d"', "cost_per_call": "0.02"},
    ),
    "filters": ("search-filters", "Search filters", {"horizon": '"reload"'}),
    "generated": (
        "cv-analysis",
        "Analysis of a CV",
        {"load_ms": "8_000", "cost_per_call": "0.02"},
    ),
    "draft": ("cover-letter", "Cover letter being written", {"offline": "true"}),
    "ui": ("open-dialogs", "Open dialogs", {"horizon": '"reload"'}),
    "analytics": (
        "hiring-report",
        "Report for a team",
        {"audience": '"public"', "staleness": '"1h"'},
    ),
    "login": ("login", "Login sessions", {"cardinality": "5_000"}),
    "quota": ("search-quota", "Calls left this month", {"cardinality": "3"}),
    "leaderboard": (
        "top-applicants",
        "Ranking of applicants",
        {"audience": '"group"', "size": '"4 KiB"'},
    ),
    "user-stats": (
        "my-statistics",
        "Statistics of one user",
        {"staleness": '"1h"', "reads_per_hour": "5"},
    ),
}
"""For each preset an item of a job board, its title, and what is often declared."""

_KINDS = {
    "flag": "true or false",
    "staleness": '"exact", or a duration: "90s", "5m", "1h", "7d"',
    "duration": 'a duration: "90s", "5m", "1h", "7d"',
    "size": 'a size: "500 B", "10 KiB", "2 MB"',
    "count": "a whole number",
    "rate": "a number",
    "number": "a number",
}

_HEAD = """\
What data this application has, and what is known about it.

  stateroom decide     says where each item should live, and why
  stateroom check      finds what needs attention

An item is like a preset, which fills every input; any further line overrides
one. Delete the items you do not have. Leave out what you do not know: the
advice then says what to find out first.

The inputs, and their values:
"""

_TAIL = """\
An override replaces a decision, and always says why:

[items.job-search.override]
ttl = "20m"          # or tier = "redis", "persist", "session", "none"; or key
reason = "the provider's contract forbids older copies"

A suppression accepts a finding: for all items or one, for ever or until a day

[[suppress]]
code = "PER006"
item = "cover-letter"
until = 2030-12-31
reason = "drafts are short, and users know"
"""


def template(name: str = "app") -> str:
    """Return the text of a first ``stateroom.toml``.

    Args:
        name: the application's name.

    Raises:
        InvalidValue: it is not an application's name; the hint is the nearest.
    """
    app = f'[app]\nname = "{read_app_name(name)}"\nmemory_budget = "256 MiB"'
    legend = "\n".join(line for each in INPUTS.values() for line in _legend(each))
    items = [_item(each) for each in PRESETS.values()]
    return "\n\n".join([f"{_comment(_HEAD)}{legend}", app, *items, _comment(_TAIL)])


def _legend(question: Input) -> Iterator[str]:
    """Yield the lines that say what an input asks, and how it is answered."""
    yield "#"
    yield from _wrapped(f"{question.name}: {question.about}", indent="# ", hang=4)
    if question.kind != "choice":
        yield from _wrapped(_KINDS[question.kind], indent="#     ", hang=0)
    for value, meaning in question.values.items():
        yield from _wrapped(f"{value:<10} {meaning}", indent="#     ", hang=11)


def _item(preset: Preset) -> str:
    name, title, often = _EXAMPLES[preset.name]
    declared = [f"# {key} = {value}" for key, value in often.items()]
    assumed = [f"  # instead of {_assumed(preset, key)}" for key in often]
    width = max(map(len, declared))
    lines = [
        f"{each:<{width}}{instead}"
        for each, instead in zip(declared, assumed, strict=True)
    ]
    about = _wrapped(preset.about, indent="# ", hang=0)
    head = [f"[items.{name}]", f'like = "{preset.name}"', f'title = "{title}"']
    return "\n".join([*about, *head, *lines])


def _assumed(preset: Preset, name: str) -> str:
    """Print what the preset says of an input."""
    value = preset.inputs.get(name)
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    if INPUTS[name].kind in {"staleness", "duration"}:
        return f'"{format_duration(value)}"'
    return f'"{spell_size(value)}"' if INPUTS[name].kind == "size" else f"{value:_}"


def _comment(text: str) -> str:
    return "\n".join(f"# {line}".rstrip() for line in text.splitlines()) + "\n"


def _wrapped(text: str, *, indent: str, hang: int) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + " " * hang,
        break_on_hyphens=False,
    )
