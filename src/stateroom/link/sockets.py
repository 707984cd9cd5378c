"""Closes the sockets of event loops that were closed before them.

asyncio closes a transport by a call that its loop makes later. A loop that is closed
makes none, so the socket stays open as long as anything knows the transport, and the
server keeps a client that says nothing any more. (A loop of uvloop closes its sockets
itself; there, nothing is left to do.)
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import socket
import threading
import weakref
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # without the extra there is none, and nothing of it to close
    from redis.asyncio.connection import AbstractConnection

__all__ = ("close_left", "note")

_Owner: TypeAlias = """tuple[
    weakref.ref[AbstractConnection], weakref.ref[asyncio.AbstractEventLoop]
]"""


class _Sockets:
    """The transports of every loop of this process, with the connection of each."""

    def __init__(self) -> None:
        self._owners: weakref.WeakKeyDictionary[asyncio.WriteTransport, _Owner] = (
            weakref.WeakKeyDictionary()
        )
        self._lock = threading.Lock()

    def note(
        self, transport: asyncio.WriteTransport, connection: AbstractConnection
    ) -> None:
        loop = asyncio.get_running_loop()
        with self._lock:
            self._owners[transport] = (weakref.ref(connection), weakref.ref(loop))

    def close_left(self) -> None:
        with self._lock:
            left = [
                (transport, owner())
                for transport, (owner, loop_of) in self._owners.items()
                if (loop := loop_of()) is not None and loop.is_closed()
            ]
            for transport, _ in left:
                del self._owners[transport]
        for transport, connection in left:
            _close(transport)
            if connection is not None:
                # It would warn of its streams when it is collected.
                connection._reader = connection._writer = None  # noqa: SLF001

    def after_fork(self) -> None:
        """Know of nothing that is the parent's; another thread may hold the lock."""
        self._owners = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()


_sockets = _Sockets()


def note(connection: AbstractConnection) -> None:
    """Know the socket of a connection that the running loop has just opened."""
    writer: asyncio.StreamWriter | None = getattr(connection, "_writer", None)
    if writer is not None:
        with contextlib.suppress(TypeError):  # of a loop that is not asyncio's own
            _sockets.note(writer.transport, connection)


def close_left() -> None:
    """Close, at once, the sockets of loops that are closed; those of no other.

    Safe in any thread: nobody else touches what belongs to a closed loop.
    """
    _sockets.close_left()


def _close(transport: asyncio.WriteTransport) -> None:
    with contextlib.suppress(RuntimeError):  # that its loop is closed; it is noted
        transport.abort()
    # With TLS, a transport stands before the one that has the socket. Neither tells
    # of it in public, and both warn when they are collected before they are closed.
    protocol: object = getattr(transport, "_ssl_protocol", None)
    bare: object = getattr(protocol, "_transport", transport)
    found: object = getattr(bare, "_sock", None)
    if isinstance(found, socket.socket):
        found.close()
        setattr(bare, "_sock", None)  # noqa: B010 - no class of it is public


atexit.register(close_left)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_sockets.after_fork)
