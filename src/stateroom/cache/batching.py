"""Reads of one event-loop tick go to Redis together, in one command.

A read with nothing queued or on its way goes out at once, in its caller's own task.
While something is on its way, others gather, and go out when there are as many as are
on their way, or when that has returned: so a lone reader waits for nobody, and a
hundred make batches of a hundred.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from stateroom.cache.envelope import VERSION_BYTES, section
from stateroom.cache.places import Place
from stateroom.link import AsyncLink

__all__ = ("MOST_KEYS", "Answer", "AsyncReader")

MOST_KEYS = 256
"""Values in one batch: a longer command would hold up those behind it."""
MOST_BYTES = 1024 * 1024
"""Bytes that one batch is expected to bring back; large values go in smaller ones."""
MOST_WORDS = 4096
"""Keys in one command, with the tags; what is beyond goes in a second one."""


class Answer:
    """What one batch read: the values by place, and the versions of all their tags.

    Attributes:
        values: bytes by value key.
        versions: of tags, by their keys; None where a tag has none.
        mark: of the local copies, noted before the batch went out.
        now_ms: when it came back, ms since the epoch.
    """

    __slots__ = ("_sections", "mark", "now_ms", "values", "versions")

    def __init__(
        self,
        values: dict[bytes, bytes | None],
        versions: dict[bytes, bytes | None],
        *,
        mark: int,
        now_ms: int,
    ) -> None:
        self.values: dict[bytes, bytes | None] = values
        self.versions: dict[bytes, bytes | None] = versions
        self.mark: int = mark
        self.now_ms: int = now_ms
        self._sections: dict[tuple[bytes, ...], bytes | None] = {}

    def expected(self, tags: tuple[bytes, ...], skip: int) -> bytes | None:
        """Return how the tags of a current entry read, or None if one has no version.

        Args:
            tags: their keys.
            skip: how many bytes of a key an entry does not repeat.
        """
        sections = self._sections
        if tags in sections:
            return sections[tags]
        versions = self.versions
        found_of = versions.get  # a tag learnt since the batch was sent is not in it
        pairs = [(tag[skip:], (found_of(tag) or b"")[:VERSION_BYTES]) for tag in tags]
        is_whole = all(len(version) == VERSION_BYTES for _, version in pairs)
        sections[tags] = found = section(pairs) if is_whole else None
        return found


class AsyncReader:
    """Gathers the reads of one event loop.

    Attributes:
        queue: places to be read in the next batch, with who waits for each.
        under_way: how many places are being read.
    """

    def __init__(
        self, link: AsyncLink, mark: Callable[[], int], now_ms: Callable[[], int]
    ) -> None:
        self._link = link
        self._mark = mark
        self._now_ms = now_ms
        self._loop = asyncio.get_running_loop()
        self.queue: dict[Place, list[asyncio.Future[Answer]]] = {}
        self.under_way: int = 0
        self._is_scheduled = False
        self._usual_bytes = 1
        self._sending: set[asyncio.Task[None]] = set()

    async def read_now(self, place: Place) -> Answer:
        """Read one place at once, in the calling task."""
        self.under_way += 1
        try:
            return await self._ask((place,))
        finally:
            self._returned(1)

    def read(self, place: Place) -> asyncio.Future[Answer]:
        """Read a place with others, once for all who ask for it meanwhile."""
        queue = self.queue
        # Each has a future of its own: a cancelled reader cancels what it awaits.
        future = self._loop.create_future()
        if place in queue:
            queue[place].append(future)
            return future
        queue[place] = [future]
        if not self._is_scheduled and len(queue) >= self.under_way:
            self._schedule()
        return future

    def _schedule(self) -> None:
        self._is_scheduled = True
        self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._is_scheduled = False
        queue = self.queue
        while queue:
            most = max(1, min(MOST_KEYS, MOST_BYTES // self._usual_bytes))
            if len(queue) <= most:
                batch, self.queue = queue, {}
            else:
                names = list(queue)[:most]
                batch = {each: queue.pop(each) for each in names}
            self.under_way += len(batch)
            task = self._loop.create_task(self._send(batch))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
            queue = self.queue

    async def _send(self, batch: dict[Place, list[asyncio.Future[Answer]]]) -> None:
        try:
            answer = await self._ask(tuple(batch))
        except BaseException as error:
            for each in _waiting(batch):
                _fail(each, error)
            if not isinstance(error, Exception):
                raise
        else:
            for each in _waiting(batch):
                each.set_result(answer)
        finally:
            self._returned(len(batch))

    async def _ask(self, places: tuple[Place, ...]) -> Answer:
        mark = self._mark()
        count = len(places)
        keys = [each.value for each in places]
        if count == 1:
            tags: dict[bytes, None] = dict.fromkeys(places[0].seen)
        else:
            tags = {}
            for seen in {each.seen for each in places}:
                tags |= dict.fromkeys(seen)
        keys += tags
        found = await self._link.get_many(keys[:MOST_WORDS])
        for at in range(MOST_WORDS, len(keys), MOST_WORDS):
            found += await self._link.get_many(keys[at : at + MOST_WORDS])
        read = sum(map(len, filter(None, found[:count])))
        self._usual_bytes += (read // count - self._usual_bytes) // 8 + 1
        values = dict(zip(keys[:count], found, strict=False))
        versions = dict(zip(tags, found[count:], strict=True))
        return Answer(values, versions, mark=mark, now_ms=self._now_ms())

    def _returned(self, count: int) -> None:
        self.under_way -= count
        if self.queue and not self._is_scheduled:
            self._schedule()


def _waiting(
    batch: dict[Place, list[asyncio.Future[Answer]]],
) -> list[asyncio.Future[Answer]]:
    """Return the futures that somebody still waits for."""
    return [one for each in batch.values() for one in each if not one.done()]


def _fail(future: asyncio.Future[Answer], error: BaseException) -> None:
    if isinstance(error, asyncio.CancelledError):
        future.cancel()
        return
    future.set_exception(error)
    future.exception()  # retrieved: a reader that was cancelled will not ask
