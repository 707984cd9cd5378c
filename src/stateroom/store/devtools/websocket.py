"""One WebSocket client over asyncio's streams.

Messages come in through ``messages``, one at a time. What goes out waits in a queue of
bounded size that a task of its own writes, so that a client which reads slowly, or not
at all, holds up nobody else. A reply waits for room in it (a client that asks without
reading the answers is not read from any more); a publication never waits: ``offer``
says no, and the caller decides what that client misses.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Final

from stateroom.store.devtools.frames import (
    Close,
    Decoder,
    Ping,
    Text,
    close_frame,
    pong_frame,
    text_frame,
)

__all__ = ("WebSocket",)

_QUEUE_FRAMES: Final = 256
_QUEUE_BYTES: Final = 4 << 20  # of frames that wait; a single one may be larger
_CHUNK: Final = 1 << 16  # bytes to read at once
_FAREWELL_S: Final = 1.0  # how long the other side has to say goodbye


class WebSocket:
    """A client whose opening handshake is done."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, limit: int
    ) -> None:
        """Take over the streams.

        Args:
            reader: just behind the client's request.
            writer: just behind our answer.
            limit: bytes that a message may have; see ``limit`` of this object.
        """
        self._reader = reader
        self._writer = writer
        self._decoder = Decoder(limit=limit)
        self._queue: deque[bytes] = deque()
        self._size = 0
        self._wake = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._loop = asyncio.get_running_loop()
        self.heard: float = self._loop.time()
        self.when_drained: Callable[[], None] | None = None

    def set_limit(self, limit: int) -> None:
        """Accept messages of so many bytes from now on."""
        self._decoder.limit = limit

    async def messages(self) -> AsyncIterator[str]:
        """Receive until the client says goodbye or is gone.

        Raises:
            Violation: the client broke the protocol; close with its code.
        """
        while data := await self._read():
            for event in self._decoder.feed(data):
                if isinstance(event, Close):
                    code = 1000 if event.code == 1005 else event.code  # noqa: PLR2004
                    self._writer.write(close_frame(code))
                    return
                if isinstance(event, Ping):
                    await self.reply_frame(pong_frame(event.data))
                elif isinstance(event, Text):
                    yield event.text
                    # A flood that is already in the buffer would never let go.
                    await asyncio.sleep(0)

    async def _read(self) -> bytes:
        try:
            data = await self._reader.read(_CHUNK)
        except ConnectionError:
            return b""
        self.heard = self._loop.time()
        return data

    async def reply(self, text: str) -> None:
        """Queue an answer, after waiting for room."""
        await self.reply_frame(text_frame(text))

    async def reply_frame(self, frame: bytes) -> None:
        """Queue a frame, after waiting for room."""
        await self._room.wait()
        self._put(frame)

    def offer(self, text: str) -> bool:
        """Queue a publication if there is room, and say whether there was."""
        if not self._room.is_set():
            return False
        self._put(text_frame(text))
        return True

    def _put(self, frame: bytes) -> None:
        self._queue.append(frame)
        self._size += len(frame)
        if self._size >= _QUEUE_BYTES or len(self._queue) >= _QUEUE_FRAMES:
            self._room.clear()
        self._wake.set()

    async def write_all(self) -> None:
        """Write what is queued, for as long as the connection lives."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                frame = self._queue.popleft()
                self._writer.write(frame)
                await self._writer.drain()
                self._size -= len(frame)
            self._room.set()
            if self.when_drained is not None:
                self.when_drained()

    async def close(self, code: int, reason: str) -> None:
        """Say goodbye, and give the client a moment to answer."""
        self._writer.write(close_frame(code, reason))
        try:
            async with asyncio.timeout(_FAREWELL_S):
                # What is left unread would reset the connection before it is read.
                while await self._read():
                    pass
        except TimeoutError:
            pass

    def abort(self) -> None:
        """Drop the connection without a word."""
        self._writer.transport.abort()
