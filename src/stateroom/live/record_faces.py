"""A record in Redis, as it is used: awaited, and blocking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from stateroom.flows import Flow
from stateroom.live import records
from stateroom.live.kinds import Head
from stateroom.live.owners import UNSAID
from stateroom.live.record_fields import RecordRule

__all__ = ("BlockingRecord", "Record")

T = TypeVar("T")


class Record(Generic[T]):
    """One object of a class, a hash in Redis, awaited; see ``Live.record``.

    A field that is not stored has its default; one that the class does not have is left
    as it is, so that two releases can run beside each other. When Redis restarts, the
    record is there as far as its disk has it: with AOF all but the changes of the last
    second. After a failover the last changes may be missing.
    """

    def __init__(self, head: Head[RecordRule[T]]) -> None:
        self._head = head

    def of(
        self,
        *parts: str | int,
        user: str | int = UNSAID,
        group: str | int = UNSAID,
    ) -> Record[T]:
        """Return the record of somebody, or of something: ``stats.of(user=7)``."""
        return Record(self._head.of(*parts, user=user, group=group))

    @property
    def blocking(self) -> BlockingRecord[T]:
        """The same for blocking code."""
        return BlockingRecord(self._head)

    async def get(self) -> T | None:
        """Return the value; None where there is none.

        Raises:
            Undecodable: what stands there is not of the declared class.
        """
        head = self._head
        flow = records.read_each([head.place], head.rule)
        return (await head.call_async(flow, "record.get"))[0]

    async def get_each(self, *users: str | int) -> list[T | None]:
        """Return the values of several users, in one exchange."""
        head = self._head
        flow = _read_users(head, users)
        return await head.call_async(flow, "record.get_each")

    async def put(self, value: T) -> None:
        """Store a value, whatever is there.

        Raises:
            Unavailable: no answer; it may be stored. Call again.
        """
        head = self._head
        await head.call_async(records.put(head.place, head.rule, value), "record.put")

    async def update(self, **changes: object) -> bool:
        """Store some fields of a value that is there; return whether it is.

        Raises:
            UsageError: the class has no such field.
            Unavailable: no answer; they may be stored. Call again.
        """
        head = self._head
        flow = records.update(head.place, head.rule, changes)
        return await head.call_async(flow, "record.update")

    async def increment(
        self, field: str, by: float = 1, *, once: str | None = None
    ) -> int | float:
        """Add to a field, and return what it is then; ints are exact up to 64 bits.

        Where the record is not there, it begins with the default of this field.

        Args:
            field: its name.
            by: an int of 64 bits; for a field of floats, a finite float.
            once: a name of the event that is counted, such as the id of a match:
                within a day, the same event counts once, whatever is sent again.

        Raises:
            Unavailable: no answer; it may have been added, or not; without ``once``
                also twice, if a connection broke: then also without an error. With
                it, call again.
            Undecodable: what stands there is no number; it is left as it is.
            Refused: the sum would have more than 64 bits; nothing was added.
            UsageError: it is no field that can be added to.
        """
        head = self._head
        flow = records.increment(head.place, head.rule, field, by=by, once=once)
        return await head.call_async(flow, "record.increment")

    async def change(self, function: Callable[[T], T]) -> T | None:
        """Replace the value by a function of it; None, and not called, without one.

        It is called again when somebody else changed the value meanwhile, so it should
        do nothing but return the next value. The change is done once, though a broken
        connection may send it twice.

        Raises:
            Conflict: others changed it each time.
            Unavailable: no answer; it may be changed. Called again, it may be changed
                a second time: read first.
            Undecodable: what stands there is not of the declared class.
        """
        head = self._head
        flow = records.change(head.place, head.rule, function)
        return await head.call_async(flow, "record.change")

    async def delete(self) -> bool:
        """Take the value away, and return whether it was there.

        Raises:
            Unavailable: no answer; it may be gone. Call again: False may then mean
                that it went at the first time.
        """
        head = self._head
        return await head.call_async(records.delete(head.place), "record.delete")


class BlockingRecord(Generic[T]):
    """``Record`` for blocking code."""

    def __init__(self, head: Head[RecordRule[T]]) -> None:
        self._head = head

    def of(
        self,
        *parts: str | int,
        user: str | int = UNSAID,
        group: str | int = UNSAID,
    ) -> BlockingRecord[T]:
        """Return the record of somebody, or of something: ``stats.of(user=7)``."""
        return BlockingRecord(self._head.of(*parts, user=user, group=group))

    def get(self) -> T | None:
        """Return the value; None where there is none."""
        head = self._head
        flow = records.read_each([head.place], head.rule)
        return head.call(flow, "record.get")[0]

    def get_each(self, *users: str | int) -> list[T | None]:
        """Return the values of several users, in one exchange."""
        head = self._head
        flow = _read_users(head, users)
        return head.call(flow, "record.get_each")

    def put(self, value: T) -> None:
        """Store a value, whatever is there."""
        head = self._head
        head.call(records.put(head.place, head.rule, value), "record.put")

    def update(self, **changes: object) -> bool:
        """Store some fields of a value that is there; return whether it is."""
        head = self._head
        flow = records.update(head.place, head.rule, changes)
        return head.call(flow, "record.update")

    def increment(
        self, field: str, by: float = 1, *, once: str | None = None
    ) -> int | float:
        """Add to a field, and return what it is then; ints are exact up to 64 bits."""
        head = self._head
        flow = records.increment(head.place, head.rule, field, by=by, once=once)
        return head.call(flow, "record.increment")

    def change(self, function: Callable[[T], T]) -> T | None:
        """Replace the value by a function of it; None, and not called, without one."""
        head = self._head
        flow = records.change(head.place, head.rule, function)
        return head.call(flow, "record.change")

    def delete(self) -> bool:
        """Take the value away, and return whether it was there."""
        head = self._head
        return head.call(records.delete(head.place), "record.delete")


def _read_users(
    head: Head[RecordRule[T]], users: Sequence[str | int]
) -> Flow[list[T | None]]:
    places = [head.of(user=each).place for each in users]
    return (yield from records.read_each(places, head.rule))
