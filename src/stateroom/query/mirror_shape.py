"""How the state of an api is taken apart for a storage: one copy for each entry.

A copy is the same object for as long as nothing of it changed, however often a request
began and ended meanwhile: so what keeps it sees that there is nothing to store. What a
storage has is a table of copies; the state is made of it by ``MirrorSlice``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, NamedTuple, cast

from stateroom.query.copies import Copies, Copy, Tags
from stateroom.query.state import ApiState, QueryEntry
from stateroom.store.drafts.frozen import frozen_dict

__all__ = ("MirrorShape",)

_MOST: Final = 2
"""Copies of one entry that are remembered: what is stored, and what is there."""
_SPARE: Final = 64


class _Made(NamedTuple):
    """A copy, and what it is of."""

    entry: QueryEntry
    tags: Tags
    copy: Copy | None

    def is_of(self, entry: QueryEntry, tags: Tags) -> bool:
        """Say whether an entry has this copy, too."""
        ours = self.entry
        if ours is entry and self.tags is tags:
            return True
        is_data = ours.data is entry.data and ours.fulfilled_at == entry.fulfilled_at
        is_rest = ours.error is entry.error and self.tags == tags
        return is_data and is_rest and ours.arg == entry.arg


class MirrorShape:
    """The shape of a mirrored state; see ``stateroom.persist``.

    Args:
        copies: makes the copies.

    Attributes:
        names: any text may be a field: the fields are cache keys.
        is_whole: it has fields.
    """

    names: Final[frozenset[str] | None] = None
    is_whole: Final = False

    def __init__(self, copies: Copies) -> None:
        self._copies = copies
        self._made: dict[str, tuple[_Made, ...]] = {}
        self._most = 0

    def read(self, state: object) -> dict[str, object]:
        """Return the copies of a state, by cache key; or those of a table."""
        if not isinstance(state, ApiState):
            return dict(cast("Mapping[str, object]", state))
        keys, found = state.provided.keys, dict[str, object]()
        for key, entry in state.queries.items():
            copy = self.copy_of(key, entry, keys.get(key, ()))
            if copy is not None:
                found[key] = copy
        self.expect(len(found))
        self._forget_others(found)
        return found

    def write(self, state: object, fields: Mapping[str, object]) -> object:
        """Return the table of a state's copies, or of a table, with others in it."""
        taken = {key: self.known(key, copy) for key, copy in fields.items()}
        made = {**self.read(state), **taken}
        return frozen_dict(cast("dict[object, object]", made))

    def without(self, state: object, names: frozenset[str]) -> object:
        """Return the same without some."""
        left = {key: each for key, each in self.read(state).items() if key not in names}
        return frozen_dict(cast("dict[object, object]", left))

    def form(self, name: str) -> object:  # noqa: ARG002 - all have one
        """Return the type of a field: whatever JSON has, as it may be damaged."""
        return object

    def known(self, key: str, copy: object) -> object:
        """Return the copy of this key that says the same, or this one."""
        for each in self._made.get(key, ()):
            if each.copy is not None and _are_alike(each.copy, copy):
                return each.copy
        return copy

    def expect(self, count: int) -> None:
        """Be ready to remember the copies of so many entries."""
        self._most = max(self._most, count)

    def note(self, key: str, entry: QueryEntry, *, tags: Tags, copy: object) -> None:
        """Remember the copy of an entry."""
        made = _Made(entry, tags, cast("Copy | None", copy))
        self._made[key] = (made, *self._made.get(key, ()))[:_MOST]

    def _forget_others(self, found: Mapping[str, object]) -> None:
        """Forget copies of what is gone, when they are many.

        A state that is read may be an old one, of which much is still there now.
        """
        many = 2 * self._most + _SPARE
        if len(self._made) > many:
            others = [key for key in self._made if key not in found]
            for key in others[: len(self._made) - many // 2]:
                del self._made[key]

    def copy_of(self, key: str, entry: QueryEntry, tags: Tags) -> object:
        """Return the copy of an entry; None where it has none."""
        if not entry.fulfilled_at:
            return None
        for each in self._made.get(key, ()):
            if each.is_of(entry, tags):
                return each.copy
        copy = self._copies.copy(entry, tags)
        made = None if copy is None else self.known(key, copy)
        self.note(key, entry, tags=tags, copy=made)
        return made


def _are_alike(one: Copy, other: object) -> bool:
    """Say whether two copies say the same."""
    if one is other:
        return True
    if not isinstance(other, dict) or one["fulfilled_at"] != other.get("fulfilled_at"):
        return False
    return json.dumps(one) == json.dumps(other)
