"""Records in IndexedDB: more room, exact between tabs, and in workers too."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from typing import Final, cast

from stateroom.errors import WriteConflict
from stateroom.persist.browser.crossing import page, refusals, to_javascript
from stateroom.persist.browser.databases import Connection, Durability
from stateroom.persist.browser.heads import SLOTS, Head, bytes_in, place
from stateroom.persist.browser.javascript import Channel, Request
from stateroom.persist.browser.leaving import on_return
from stateroom.persist.browser.listening import listen
from stateroom.persist.browser.transactions import Steps
from stateroom.persist.storages.port import Stored, stamp_of
from stateroom.persist.storages.refusals import conflict_text

__all__ = ("IndexedDB",)

PULSE: Final = "/pulse"
"""Beside the heads, what changes with every write. No key has a slash."""


class IndexedDB:
    """Bytes by key in a database of the browser; an ``AsyncStorage``.

    A write is one transaction, so comparing and setting is one step, whoever else
    writes. Once it has returned it survives the end of the page and of the browser,
    that of a crash too; with ``durable`` also a loss of power, where the browser knows
    the durability "strict". Nothing can be waited for while a page is being left: what
    is written then is stored, or not, but never in part.

    A write fills the slot of the older bytes and changes the head, which says where the
    newer ones are, so that nothing is copied.

    Args:
        name: of the database, one for each program of an origin.
        table: of the database; several storages can share one database.
        timeout: seconds to wait for the browser, or for another tab that is in the
            way, before ``StorageUnavailable``.

    Raises:
        InvalidPersist: this Python does not run in a browser.
    """

    def __init__(
        self, name: str, *, table: str = "records", timeout: float = 5.0
    ) -> None:
        self._heads = table
        self._slots = f"{table}/bytes"
        self._connection = Connection(
            name, (self._heads, self._slots), wanted="IndexedDB", timeout=timeout
        )
        self._topic = f"stateroom:{name}/{table}"
        self._channel: Channel | None = None
        self._ends: list[Callable[[], None]] = []

    @property
    def name(self) -> str:
        return f"{self._connection.name}, table {self._heads}"

    @property
    def quota(self) -> int | None:
        """None: it depends on the disk, and the browser may change its mind."""
        return None

    async def read(self, key: str, *, limit: int) -> Stored:
        def ask(steps: Steps) -> tuple[Request, list[Request]]:
            slots = steps.table(self._slots)
            head = steps.table(self._heads).get(key)
            return head, [slots.get(place(key, slot)) for slot in SLOTS]

        asked, slots = await self._connection.run(ask, key=key)
        with refusals(self.name, key=key):
            head = Head.of(asked.result)
            if head is None:
                return Stored(None, None)
            found = [bytes_in(slot.result, limit=limit) for slot in slots]
        other = found[1 - head.slot] if head.has_previous else None
        return Stored(found[head.slot], other)

    async def peek(self, key: str) -> bytes | None:
        found = await self._get(key)
        with refusals(self.name, key=key):
            head = Head.of(found)
        return None if head is None else head.stamp

    async def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        def ask(steps: Steps) -> None:
            def answered(found: object) -> None:
                with refusals(self.name, key=key):
                    old = Head.of(found)
                if replaces != (None if old is None else old.stamp):
                    told = conflict_text(key, place=self.name, is_there=bool(old))
                    raise WriteConflict(told, key=key)
                new = _following(old, data, demotes=demotes)
                slots = steps.table(self._slots)
                slots.put(to_javascript(data), place(key, new.slot))
                heads.put(new.as_object(), key)
                heads.put(_pulse(), PULSE)

            heads = steps.table(self._heads)
            steps.then(heads.get(key), answered=answered)

        await self._change(ask, key=key, durability="strict" if durable else "relaxed")

    async def delete(self, key: str) -> None:
        def ask(steps: Steps) -> None:
            heads, slots = steps.table(self._heads), steps.table(self._slots)
            heads.delete(key)
            for slot in SLOTS:
                slots.delete(place(key, slot))
            heads.put(_pulse(), PULSE)

        await self._change(ask, key=key, durability="strict")

    async def keys(self) -> tuple[str, ...]:
        def ask(steps: Steps) -> Request:
            return steps.table(self._heads).getAllKeys()

        asked = await self._connection.run(ask)
        names = cast("Iterable[object]", asked.result)
        found = (name for name in names if isinstance(name, str) and name != PULSE)
        return tuple(sorted(found))

    async def pulse(self) -> object:
        return await self._get(PULSE)

    def notice(self, callback: Callable[[], object]) -> Callable[[], None]:
        """Call ``callback`` after every write of another; return what ends that.

        Others tell of their writes on a channel, as IndexedDB itself says nothing. A
        page that was left and is shown again as it was has heard nothing meanwhile, so
        that is a call as well.
        """
        channel = self._open_channel()
        told = listen(channel, ("message",), heard=lambda _event: callback())
        ends = told, on_return(callback)
        self._ends += ends

        def end() -> None:
            for each in ends:
                each()

        return end

    async def close(self) -> None:
        while self._ends:
            self._ends.pop()()
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()
        self._connection.close()

    async def _get(self, key: str) -> object:
        def ask(steps: Steps) -> Request:
            return steps.table(self._heads).get(key)

        return (await self._connection.run(ask, key=key)).result

    async def _change(
        self, ask: Callable[[Steps], None], *, key: str, durability: Durability
    ) -> None:
        channel = self._open_channel()
        await self._connection.run(ask, durability=durability, key=key)
        channel.postMessage(key)

    def _open_channel(self) -> Channel:
        if self._channel is None:
            with refusals(self.name):
                self._channel = page("IndexedDB").BroadcastChannel.new(self._topic)
        return self._channel


def _following(old: Head | None, data: bytes, *, demotes: bool) -> Head:
    """Return the head after these bytes were put in its slot."""
    stamp = stamp_of(data) or b""
    if old is None:
        return Head(stamp, SLOTS[0], has_previous=False)
    if demotes:
        return Head(stamp, 1 - old.slot, has_previous=True)
    return Head(stamp, old.slot, has_previous=old.has_previous)


def _pulse() -> str:
    return secrets.token_hex(8)
