"""The table of ``Live.memory()``: Python values by key, each with its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from stateroom.errors import Refused
from stateroom.flows.clocks import Clock

__all__ = ("NO_END", "Table")

T = TypeVar("T")

NO_END = 1 << 62
"""The moment in ms at which data ends that does not end."""


class Table:
    """Values by key. What is empty is not there, as in Redis.

    Values are ``bytes``, ``dict[bytes, bytes]`` (hash), ``set[bytes]``,
    ``list[bytes]``, or ``dict[bytes, float]`` (sorted set).
    """

    def __init__(self, clock: Clock) -> None:
        self.clock: Clock = clock
        self._values: dict[bytes, object] = {}
        self._ends: dict[bytes, int] = {}

    def get(self, key: bytes, kind: type[T]) -> T | None:
        """Return what stands under a key, None where nothing does.

        Raises:
            Refused: it is of another kind.
        """
        self._expire(key)
        found = self._values.get(key)
        if found is None:
            return None
        if not isinstance(found, kind):
            raise Refused(f"WRONGTYPE: {key.decode()} holds another kind of value")
        return found

    def make(self, key: bytes, make: Callable[[], T], kind: type[T]) -> T:
        """Return what stands under a key, made where nothing does."""
        found = self.get(key, kind)
        if found is None:
            found = make()
            self._values[key] = found
        return found

    def put(self, key: bytes, value: object, ms: int | None = None) -> None:
        """Store a value, for so many ms; without, until it is deleted."""
        self._values[key] = value
        self._ends.pop(key, None)
        if ms is not None:
            self.end_in(key, ms)

    def end_in(self, key: bytes, ms: int) -> int:
        """Let what stands under a key end in so many ms; return 1 if it is there."""
        self._expire(key)
        if key not in self._values:
            return 0
        self._ends[key] = self.clock.now_ms() + ms
        return 1

    def left_ms(self, key: bytes) -> int:
        """Return how long it is there yet, as PTTL does: -1 without end, -2 not."""
        self._expire(key)
        if key not in self._values:
            return -2
        end = self._ends.get(key, NO_END)
        return -1 if end == NO_END else end - self.clock.now_ms()

    def delete(self, key: bytes) -> int:
        """Delete a key; return 1 if it was there."""
        self._expire(key)
        self._ends.pop(key, None)
        return int(self._values.pop(key, None) is not None)

    def rename(self, key: bytes, new: bytes) -> None:
        """Give a value, with its end, another key."""
        end = self._ends.get(key)
        value = self._values.pop(key)
        self._ends.pop(key, None)
        self.put(new, value)
        if end is not None:
            self._ends[new] = end

    def settle(self, key: bytes) -> None:
        """Let a key go whose value has become empty."""
        if not self._values.get(key, True):
            self.delete(key)

    def _expire(self, key: bytes) -> None:
        if self._ends.get(key, NO_END) <= self.clock.now_ms():
            self._values.pop(key, None)
            self._ends.pop(key, None)
