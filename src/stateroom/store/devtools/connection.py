"""The life of one connection: the request, the messages, the pings, the end.

Every wait has a limit, and whatever a client does ends at most its own connection.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from stateroom.store.devtools.frames import Violation
from stateroom.store.devtools.handshake import HEAD_LIMIT, Answer, judge
from stateroom.store.devtools.relay import Client, Relay
from stateroom.store.devtools.websocket import WebSocket

__all__ = ("Limits", "attend")

_SILENT = 4001  # SocketCluster: the client's answer to a ping did not come in time
_UNGREETED = 4005  # SocketCluster: no #handshake in time
_FAREWELL_S = 1.0


@dataclass(frozen=True, slots=True)
class Limits:
    """How much, and for how long.

    Attributes:
        message_bytes: of a message. An imported history is one message.
        connections: at the same time; one more is refused.
        opening_s: the request, and then the protocol's handshake, must come in time.
        ping_s: a ping is sent every so many seconds.
        silence_s: a client that is silent for longer is dropped.
    """

    message_bytes: int = 16 << 20
    connections: int = 32
    opening_s: float = 10.0
    ping_s: float = 8.0
    silence_s: float = 20.0


async def attend(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    *,
    relay: Relay,
    limits: Limits,
    origins: tuple[str, ...],
    when_drained: Callable[[Client], None],
    when_left: Callable[[Client], None],
) -> None:
    """Serve one connection to its end."""
    try:
        answer = await _answer(reader, limits, origins)
        writer.write(answer.encode())
        if answer.status != 101:  # noqa: PLR2004 - HTTP
            return
        line = WebSocket(reader, writer, limit=limits.message_bytes)
        client = relay.join(line, secrets.token_urlsafe(15))
        line.when_drained = lambda: when_drained(client)
        try:
            await _converse(line, client, relay=relay, limits=limits)
        finally:
            relay.leave(client)
            when_left(client)
    except (ConnectionError, TimeoutError, asyncio.IncompleteReadError):
        pass  # the client is gone
    finally:
        await _end(writer)


async def _end(writer: asyncio.StreamWriter) -> None:
    """Close; a client that does not read the rest is not waited for."""
    writer.close()
    try:
        async with asyncio.timeout(_FAREWELL_S):
            await writer.wait_closed()
    except (ConnectionError, TimeoutError):
        pass  # it is gone, or will be
    finally:
        writer.transport.abort()


async def _answer(
    reader: asyncio.StreamReader, limits: Limits, origins: tuple[str, ...]
) -> Answer:
    try:
        async with asyncio.timeout(limits.opening_s):
            head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        head = bytes(HEAD_LIMIT + 1)
    if len(head) > HEAD_LIMIT:
        return Answer(431, f"the request has more than {HEAD_LIMIT} bytes")
    return judge(head, origins=origins)


async def _converse(
    line: WebSocket, client: Client, *, relay: Relay, limits: Limits
) -> None:
    """Read, write and ping at once, until one of them ends."""
    tasks = {
        asyncio.ensure_future(_read(line, client, relay)),
        asyncio.ensure_future(line.write_all()),
        asyncio.ensure_future(_keep_alive(line, client, limits)),
        asyncio.ensure_future(_expect_greeting(client, limits)),
    }
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        error = task.exception()
        if isinstance(error, Violation):
            await line.close(error.code, str(error))
        elif error is not None:
            raise error


async def _read(line: WebSocket, client: Client, relay: Relay) -> None:
    async for text in line.messages():
        await relay.receive(text, client)


async def _expect_greeting(client: Client, limits: Limits) -> None:
    """Wait for ever, if the client has greeted in time.

    Raises:
        Violation: it has not.
    """
    await asyncio.sleep(limits.opening_s)
    if not client.is_greeted:
        raise Violation(_UNGREETED, "no #handshake came in time")
    await asyncio.get_running_loop().create_future()


async def _keep_alive(line: WebSocket, client: Client, limits: Limits) -> None:
    """Ping for ever.

    Raises:
        Violation: the client is silent.
    """
    while True:
        await asyncio.sleep(limits.ping_s)
        if asyncio.get_running_loop().time() - line.heard > limits.silence_s:
            raise Violation(_SILENT, "no answer to a ping came in time")
        if client.is_greeted:
            line.offer(client.ping())
