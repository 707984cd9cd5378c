"""Combinations of answers that cannot all be true, and which answer to change.

Rows are data in the same form as the decision table, because the proof of a table
leaves these cells out. What depends on numbers is checked in ``contradictions``.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from operator import attrgetter

import msgspec

from stateroom.catalogue.item import COSTLY_MS, Item

__all__ = ("IMPOSSIBLE", "Impossible", "contradictions")


class Impossible(msgspec.Struct, frozen=True, kw_only=True):
    """Answers that exclude each other.

    Attributes:
        when: for each input the values that, all together, are impossible.
        because: why, for people.
        mend: what to answer instead.
    """

    when: dict[str, tuple[str, ...]]
    because: str
    mend: str


class Contradiction(msgspec.Struct, frozen=True, kw_only=True):
    """One impossible combination found in an item.

    Attributes:
        inputs: the inputs that exclude each other; the last is the one to point at.
        because: why they do, with the values found.
        mend: what to answer instead.
    """

    inputs: tuple[str, ...]
    because: str
    mend: str


IMPOSSIBLE = (
    Impossible(
        when={"audience": ("tab",), "horizon": ("device", "account", "record")},
        because="what only one tab sees ends with the tab, so it cannot survive it",
        mend='say audience = "user", or horizon = "moment" or "reload"',
    ),
    Impossible(
        when={"audience": ("tab",), "coordination": ("atomic",)},
        because="nobody else changes what only one tab sees, so nothing needs "
        "coordination",
        mend='say coordination = "none", or a wider audience',
    ),
    Impossible(
        when={"audience": ("tab",), "authority": ("derived",), "cost": ("costly",)},
        because="a costly result for one tab would be paid for again in every tab",
        mend='say audience = "user" for the result; the tab only mirrors it',
    ),
    Impossible(
        when={"audience": ("tab",), "sensitivity": ("internal",)},
        because="internal data is never in a browser, and a tab is in one",
        mend='say audience = "user", or sensitivity = "personal"',
    ),
    Impossible(
        when={"immutable": ("true",), "coordination": ("atomic",)},
        because="what never changes needs no coordination of changes",
        mend='say immutable = false, or coordination = "none"',
    ),
)


_ASKED = tuple({name: None for row in IMPOSSIBLE for name in row.when})
_answers_of = attrgetter(*_ASKED)


def contradictions(item: Item) -> Iterator[Contradiction]:
    """Yield every impossible combination of answers in ``item``."""
    yield from _excluded(_answers_of(item))
    yield from _numeric(item)


@functools.cache  # choices and flags only: a few thousand combinations at most
def _excluded(answers: tuple[str | bool | None, ...]) -> tuple[Contradiction, ...]:
    """Return the rows that answers to ``_ASKED`` fall into."""
    said = dict(zip(_ASKED, map(_text, answers), strict=True))
    return tuple(
        Contradiction(inputs=tuple(row.when), because=row.because, mend=row.mend)
        for row in IMPOSSIBLE
        if all(said[name] in values for name, values in row.when.items())
    )


def _numeric(item: Item) -> Iterator[Contradiction]:
    if item.immutable and item.writes_per_hour and "writes_per_hour" in item.given:
        yield Contradiction(
            inputs=("immutable", "writes_per_hour"),
            because="what never changes is not written "
            f"{item.writes_per_hour:g} times an hour",
            mend="say immutable = false, or leave writes_per_hour out",
        )
    if not {"cost", "load_ms"} <= item.given or item.load_ms is None:
        return
    if (item.cost == "costly") != (
        item.load_ms >= COSTLY_MS
    ) and not item.cost_per_call:
        yield Contradiction(
            inputs=("cost", "load_ms"),
            because=f'cost = "{item.cost}" says the opposite of '
            f"load_ms = {item.load_ms:g} (costly from {COSTLY_MS} ms)",
            mend="leave one of the two out",
        )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
