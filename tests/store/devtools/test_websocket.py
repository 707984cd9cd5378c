"""One client that reads slowly, and one that sends without end."""

from __future__ import annotations

import asyncio
from typing import cast

from stateroom.store.devtools.websocket import WebSocket
from tests.store.devtools.raw import TEXT, masked


class Pipe:
    """A writer whose other end reads only when it is told to."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.is_read = asyncio.Event()

    def write(self, data: bytes) -> None:
        self.written.append(data)

    async def drain(self) -> None:
        await self.is_read.wait()


def connected(pipe: Pipe, sent: bytes = b"") -> WebSocket:
    """A client that has sent something and then ended."""
    reader = asyncio.StreamReader()
    reader.feed_data(sent)
    reader.feed_eof()
    return WebSocket(reader, cast("asyncio.StreamWriter", pipe), limit=1000)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_a_client_does_not_read_is_queued_up_to_a_number_of_frames() -> None:
    pipe = Pipe()
    line = connected(pipe)
    writing = asyncio.ensure_future(line.write_all())
    offered = [line.offer("x") for _ in range(300)]
    await settle()
    assert offered == [True] * 256 + [False] * 44
    assert len(pipe.written) == 1
    pipe.is_read.set()
    await settle()
    assert line.offer("x")
    writing.cancel()


async def test_what_a_client_does_not_read_is_queued_up_to_a_number_of_bytes() -> None:
    line = connected(Pipe())
    large = "x" * (3 << 20)
    assert [line.offer(large) for _ in range(3)] == [True, True, False]


async def test_a_client_that_has_read_everything_is_known_to_have() -> None:
    pipe, drained = Pipe(), asyncio.Event()
    line = connected(pipe)
    line.when_drained = drained.set
    writing = asyncio.ensure_future(line.write_all())
    line.offer("x")
    await settle()
    assert not drained.is_set()
    pipe.is_read.set()
    await drained.wait()
    writing.cancel()


async def test_a_flood_that_has_arrived_already_leaves_the_loop_to_others() -> None:
    line = connected(Pipe(), masked(TEXT, b"x") * 1000)
    turns = [0]

    async def count_turns() -> None:
        while True:
            turns[0] += 1
            await asyncio.sleep(0)

    others = asyncio.ensure_future(count_turns())
    texts = [text async for text in line.messages()]
    others.cancel()
    assert len(texts) == 1000
    assert turns[0] >= 1000
