"""Every way to invalidate, and what it concerns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from stateroom.cache import Blocking, BlockingCached
from stateroom.catalogue.keys import Scope
from tests.stateful.model import KINDS, Kind, Row

__all__ = ("HOWS", "PAIRS", "Change", "Way", "ways_of")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one invalidation is about.

    Attributes:
        row: as the source holds it.
    """

    here: Blocking
    functions: Mapping[str, BlockingCached[[str], Row]]
    kind: Kind
    row: Row

    @property
    def key(self) -> str:
        return self.row.key

    @property
    def older(self) -> Row:
        """The row before the present one."""
        return Row(self.row.key, self.row.version - 1)


@dataclass(frozen=True, slots=True)
class Way:
    """How to invalidate, and whether that concerns a value of a kind."""

    act: Callable[[Change], object]
    concerns: Callable[[Change, Kind, Row], bool]


def _is_values(change: Change, kind: Kind, row: Row) -> bool:
    return (kind.name, row.key) == ("values", change.key)


HOWS: dict[str, Way] = {
    "entry": Way(
        lambda c: c.functions[c.kind.name].invalidate(c.key),
        lambda c, kind, row: (kind, row.key) == (c.kind, c.key),
    ),
    "item": Way(
        lambda c: c.here.invalidate_item(c.kind.name),
        lambda c, kind, _: kind == c.kind,
    ),
    "all of a function": Way(
        lambda c: c.functions[c.kind.name].invalidate_all(),
        lambda c, kind, _: kind == c.kind,
    ),
    "job": Way(
        lambda c: c.here.invalidate_tags("Job"),
        lambda _, kind, __: kind.has_job,
    ),
    "parity": Way(
        lambda c: c.here.invalidate_tags(f"{c.older.parity}:{c.key}"),
        lambda c, kind, row: (
            kind.has_parity and (row.key, row.parity) == (c.key, c.older.parity)
        ),
    ),
    "family": Way(
        lambda c: c.here.invalidate_tags(c.older.parity),
        lambda c, kind, row: kind.has_parity and row.parity == c.older.parity,
    ),
    "scope": Way(
        lambda c: c.here.invalidate_scope(Scope.user(c.key)),
        lambda c, kind, row: (kind.name, row.key) == ("mine", c.key),
    ),
    "clear": Way(lambda c: c.here.clear(), lambda *_: True),
    "set": Way(
        lambda c: c.here.set(c.key, c.row, of=Row, ttl=10, tags=["Job"]), _is_values
    ),
    "delete": Way(lambda c: c.here.delete(c.key), _is_values),
}

_ALL = ("entry", "item", "all of a function", "clear")
_WAYS: dict[str, tuple[str, ...]] = {
    "fixed": (*_ALL, "job"),
    "computed": (*_ALL, "parity", "family"),
    "jittered": (*_ALL, "job"),
    "picky": _ALL,
    "mine": (*_ALL, "scope"),
    "values": ("item", "clear", "job", "set", "delete"),
}
PAIRS = [(KINDS[name], how) for name, ways in _WAYS.items() for how in ways]
"""Each kind with every way that concerns it."""


def ways_of(kind: Kind) -> list[tuple[Kind, str]]:
    return [(kind, how) for how in _WAYS[kind.name]]
