"""Reads what a command was pointed at: a catalogue, its items, answers on the line."""

from __future__ import annotations

import os
from collections.abc import Iterable

import msgspec

from stateroom.catalogue.document import Catalogue
from stateroom.catalogue.impossible import contradictions
from stateroom.catalogue.inputs import INPUTS, Input
from stateroom.catalogue.item import Item
from stateroom.catalogue.loading import STDIN, load
from stateroom.catalogue.presets import PRESETS
from stateroom.catalogue.reading import declare
from stateroom.catalogue.values import Value, nearest, read_value
from stateroom.cli.settings import Settings
from stateroom.errors import InvalidValue, UsageError

__all__ = (
    "AD_HOC",
    "Answers",
    "answered",
    "is_there",
    "made_up",
    "pick",
    "raw_of",
    "read",
    "read_answers",
)

AD_HOC = "item"
"""The name of an item that stands on the command line only."""
LIKE = "like"

_TEXT_KINDS = ("choice", "staleness", "duration", "size")


class Answers(msgspec.Struct, frozen=True):
    """Answers given on the command line, and the preset they start from."""

    inputs: dict[str, Value]
    like: str | None = None


def read(file: str | None, settings: Settings) -> Catalogue:
    """Return the catalogue that was named, or the one of this folder.

    Raises:
        UsageError: none was named, and there is none here.
        CatalogueError: it cannot be used.
    """
    found = settings.find("file", file)
    if not found.value:
        raise UsageError(
            "the name of the catalogue is empty",
            hint="leave it out for ./stateroom.toml",
        )
    if file is None and not is_there(found.value):
        raise UsageError(
            f"there is no {found.value} here",
            hint="name a catalogue, or write one to begin with: stateroom init",
        )
    return load(found.value)


def is_there(name: str) -> bool:
    """Say whether a catalogue of that name can be looked for: not if it is no file."""
    return name == STDIN or ":" in name or os.path.lexists(name)


def pick(catalogue: Catalogue, names: Iterable[str]) -> Catalogue:
    """Return the catalogue with the named items only, in the order of the file.

    Raises:
        UsageError: it has no such item.
    """
    wanted = dict.fromkeys(names)
    if missing := [name for name in wanted if name not in catalogue.items]:
        where = catalogue.source.path or "the catalogue"
        raise UsageError(
            f"{where} has no item {', '.join(map(repr, missing))}",
            hint=_meant(missing, catalogue),
        )
    kept = {name: each for name, each in catalogue.items.items() if name in wanted}
    return msgspec.structs.replace(catalogue, items=kept)


def read_answers(pairs: Iterable[str]) -> Answers:
    """Read answers as ``--input`` takes them, e.g. ``staleness=5m``.

    Raises:
        UsageError: there is no such input, or it does not take that value.
    """
    said: dict[str, Value] = {}
    like = None
    for pair in pairs:
        name, equals, text = pair.partition("=")
        key = name.strip().replace("-", "_")
        if not equals:
            raise UsageError(f"--input {pair}: say KEY=VALUE, such as cost=costly")
        if key == LIKE:
            like = _preset(text.strip())
        else:
            said[key] = _answer(_input(key), text.strip())
    return Answers(said, like)


def answered(item: Item, answers: Answers) -> Item:
    """Return the item with other answers.

    Raises:
        UsageError: with them, its answers cannot all be true.
    """
    changed = msgspec.structs.replace(item, like=answers.like or item.like)
    changed = changed.replace(**answers.inputs)
    for each in contradictions(changed):
        names = " and ".join(each.inputs)
        raise UsageError(f"{item.name}: {names}: {each.because}", hint=each.mend)
    return changed


def made_up(answers: Answers) -> Item:
    """Return an item that exists on the command line only."""
    return answered(declare(AD_HOC), answers)


def _preset(text: str) -> str:
    if text in PRESETS:
        return text
    near = nearest(text, PRESETS)
    raise UsageError(
        f"--input like: there is no preset {text!r}",
        hint=f"did you mean {near}?" if near else f"they are {', '.join(PRESETS)}",
    )


def _input(name: str) -> Input:
    if name in INPUTS:
        return INPUTS[name]
    near = nearest(name, [*INPUTS, LIKE])
    raise UsageError(
        f"there is no input {name!r}",
        hint=f"did you mean {near}?" if near else f"they are {', '.join(INPUTS)}",
    )


def _answer(question: Input, text: str) -> Value:
    try:
        return read_value(question, raw_of(question, text))
    except InvalidValue as error:
        near = error.hint and f"did you mean {error.hint}?"
        raise InvalidValue(
            f"{question.name}: {error}",
            found=error.found,
            allowed=error.allowed,
            hint=near,
        ) from None


def raw_of(question: Input, text: str) -> object:
    """Return what a catalogue would hold where the command line has only text."""
    if question.kind == "flag":
        return {"true": True, "yes": True, "false": False, "no": False}.get(text, text)
    number = text.replace("_", "").replace(",", "")
    if question.kind in _TEXT_KINDS and not number.isdigit():
        return text
    try:
        return int(number) if number.isdigit() else float(number)
    except ValueError:
        return text


def _meant(missing: list[str], catalogue: Catalogue) -> str:
    """Return the nearest spelling of each name that is missing."""
    near = {name: nearest(name, catalogue.items) for name in missing}
    told = [
        each if len(missing) == 1 else f"{each} for {name!r}"
        for name, each in near.items()
        if each
    ]
    return f"did you mean {', '.join(told)}?" if told else _some(catalogue)


def _some(catalogue: Catalogue) -> str:
    names = list(catalogue.items)
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""  # noqa: PLR2004
    return f"its items are {', '.join(names[:5])}{more}" if names else "it has no items"
