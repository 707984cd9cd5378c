"""Turns one state after another into plain data, and what did not change only once.

Devtools show the state after every action, and an action changes little of it. Frozen
values never change, so that the form of one that was met before is still right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from stateroom.store.plain.codecs import Encode, Plain
from stateroom.store.plain.coding import VALUE_TYPE, encoded
from stateroom.store.plain.compiling import Compiler

__all__ = ("BOUND", "Encoder")

BOUND: Final = 100_000
"""Values whose forms are remembered at least; never more than twice as many."""

IsFrozen = Callable[[object], bool]


_Entry = tuple[object, Plain, int]
"""A value, so that no other can have its id; its form; the room that it had."""


class _Shelf:
    """What one codec remembers, by id: what was used lately, and what was before."""

    __slots__ = ("new", "old")

    def __init__(self) -> None:
        self.new: dict[int, _Entry] = {}
        self.old: dict[int, _Entry] = {}


class _Memo:
    """What all codecs of one encoder remember."""

    def __init__(self, bound: int, is_frozen: IsFrozen) -> None:
        self._bound = bound
        self._is_frozen = is_frozen
        self._shelves: list[_Shelf] = []
        self._count = 0

    def kept(self, encode: Encode) -> Encode:
        """Return ``encode``, remembering the forms of frozen values."""
        shelf = _Shelf()
        self._shelves.append(shelf)

        def remember(value: object, room: int) -> Plain:
            entry = shelf.new.get(id(value))
            # What fitted here may be too deep in a place with less room.
            if entry is not None and entry[2] <= room:
                return entry[1]
            return self._looked_up(shelf, value, room, encode)

        return remember

    def _looked_up(
        self, shelf: _Shelf, value: object, room: int, encode: Encode
    ) -> Plain:
        entry = shelf.old.get(id(value))
        if entry is None or entry[2] > room:
            plain = encode(value, room)
            if not self._is_frozen(value):
                return plain
            entry = (value, plain, room)
        self._note()
        shelf.new[id(value)] = entry
        return entry[1]

    def _note(self) -> None:
        self._count += 1
        if self._count > self._bound:
            self._count = 1
            for shelf in self._shelves:
                shelf.old, shelf.new = shelf.new, {}

    def restart(self) -> None:
        """Remember nothing, of no codec that was made before."""
        self._count = 0
        self._shelves = []


class Encoder:
    """``to_plain`` for states that share most of what they hold.

    Forms are shared between results: do not change them. A frozen state that holds an
    object of a registered class that changes nevertheless keeps its old form.

    Args:
        kind: the type of the states, as for ``to_plain``.
        bound: how many values' forms are remembered; up to twice as many are held.
        is_frozen: says whether a value, with all in it, can never change; that of
            ``stateroom.store.drafts`` if not given.
    """

    def __init__(
        self,
        *,
        kind: object = VALUE_TYPE,
        bound: int = BOUND,
        is_frozen: IsFrozen | None = None,
    ) -> None:
        self._kind = kind
        self._memo = _Memo(bound, is_frozen or _frozen_state())
        self._compiler = Compiler(memo=self._memo)

    def encode(self, value: object) -> Plain:
        """Return the plain form of ``value``.

        Raises:
            NotPlain: as ``to_plain``.
        """
        return encoded(self._compiler, value, self._kind)

    def forget(self) -> None:
        """Let go of all values that are remembered."""
        self._compiler.forget()


def _frozen_state() -> IsFrozen:
    # Not at the top: whoever reads plain data needs no drafts.
    from stateroom.store.drafts import is_frozen  # noqa: PLC0415

    return is_frozen
