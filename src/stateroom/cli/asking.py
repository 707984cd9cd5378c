"""``decide --ask``: asks a person in plain words, and only what still matters."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from stateroom.catalogue.document import Catalogue
from stateroom.catalogue.inputs import INPUTS
from stateroom.catalogue.item import Item
from stateroom.catalogue.values import Value
from stateroom.cli import decisions
from stateroom.cli.blocks import Block, Line, Verbatim
from stateroom.cli.catalogues import Answers, answered
from stateroom.cli.questions import Ended, put
from stateroom.cli.reply import Reply, note
from stateroom.cli.status import status_of
from stateroom.decide.answers import written
from stateroom.decide.asking import Asking
from stateroom.decide.decision import Decisions
from stateroom.decide.engine import Engine

__all__ = ("interview",)

_QUOTED = ("choice", "staleness", "duration", "size")


class Asked(msgspec.Struct, kw_only=True):
    """An item, as far as its interview has come."""

    item: Item
    said: dict[str, Value]
    passed: set[str]

    @property
    def number(self) -> int:
        """How many questions were asked."""
        return len(self.said) + len(self.passed)


def interview(engine: Engine, catalogue: Catalogue, form: str) -> Reply:
    """Ask about every item whose answers leave its place open, then decide."""
    every = [
        Asked(item=item, said={}, passed=set()) for item in catalogue.items.values()
    ]
    _ask_all(every, Asking(engine.table))
    found = engine.decide_all([each.item for each in every])
    lines = _lines(every, is_whole=not catalogue.source.path)
    notes = [f"questions asked: {sum(each.number for each in every)}"]
    if form != "text" and lines:
        notes.append(f"for the catalogue:\n\n{lines}")
    return Reply(
        text=lambda: _text(every, found, lines),
        data=lambda: found,
        form=form,
        status=status_of(found),
        notes=tuple(notes),
    )


def _ask_all(every: list[Asked], asking: Asking) -> None:
    try:
        for each in every:
            _ask_about(each, asking)
    except (Ended, KeyboardInterrupt):
        note("")


def _lines(every: list[Asked], *, is_whole: bool) -> str:
    """Return what to paste into the catalogue, for every item that was asked about."""
    return "\n\n".join(_toml(each, is_whole=is_whole) for each in every if each.said)


def _ask_about(asked: Asked, asking: Asking) -> None:
    """Ask until the item's place is certain, or nobody knows what would make it so."""
    while question := asking.next_question(asked.item, asked.passed):
        value = put(question, asked.item)
        if value is None:
            asked.passed.add(question.input)
        else:
            asked.said[question.input] = value
            asked.item = answered(asked.item, Answers({question.input: value}))


def _text(every: list[Asked], found: Decisions, lines: str) -> Iterator[Block]:
    told = [each for each in every if each.number] or every[:1]
    for each in told:
        yield decisions.tree(each.item, found[each.item.name], flips=False)
        yield Line()
    if len(every) > 1:
        yield decisions.summary(found)
    if lines:
        yield Line("For the catalogue:")
        yield Verbatim(f"\n{lines}")


def _toml(asked: Asked, *, is_whole: bool) -> str:
    """Return what was answered, as a catalogue writes it; or all that was said."""
    item = asked.item
    lines = [f"[items.{item.name}]"]
    if is_whole and item.like:
        lines.append(f'like = "{item.like}"')
    for name in INPUTS:
        value = item.value(name)
        if value is not None and name in (item.given if is_whole else asked.said):
            text = written(name, value)
            quoted = f'"{text}"' if INPUTS[name].kind in _QUOTED else text
            lines.append(f"{name} = {quoted}")
    return "\n".join(lines)
