"""What a tier may ask a Redis for, asyncio and blocking.

Each raises ``Unavailable`` when there is no answer in time, or none that helps, and
``Refused`` when the server says that the call is a mistake; nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from stateroom.link.scripts import Call, Word

__all__ = ("AsyncLink", "AsyncServerLink", "Command", "Link", "ServerLink")

Command = tuple[Word, ...]
"""A command's words, as the server reads them."""


class Link(Protocol):
    """Commands to one Redis, in the calling thread. Safe to share between threads."""

    is_cluster: bool

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """Return the value of each key, None where there is none, at one moment.

        On a cluster it is one moment per node.
        """
        ...

    def run(self, calls: Sequence[Call | Command]) -> list[object]:
        """Run scripts and commands in one exchange; return the reply of each.

        In order; on a cluster in order per node. A script that the server does not
        know runs after the others, and so does a command whose slot has moved. One
        whose slot is being moved, with its keys on two nodes for now, is not begun by
        either: it is tried again until the budget of an operation is over.

        Where a connection that was open before turns out to be dead, all are sent again
        on a new one: so a command may run twice when the connection dies under it.
        """
        ...

    def nodes(self) -> list[str]:
        """Return the names of the primaries; one without a name for one server."""
        ...

    def scan(
        self, node: str, cursor: int, pattern: str, count: int
    ) -> tuple[int, list[bytes]]:
        """Look at some keys of a node; return the next cursor, and those that match."""
        ...

    def close(self) -> None:
        """Close every connection. A later call opens new ones."""
        ...


class ServerLink(Link, Protocol):
    """A link to real servers: there may be several, each with facts of its own."""

    def on_each(self, command: Command) -> list[object]:
        """Return the reply of every primary to one command."""
        ...


class AsyncLink(Protocol):
    """``Link`` with the same promises, awaited, in one event loop."""

    is_cluster: bool

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]: ...

    async def run(self, calls: Sequence[Call | Command]) -> list[object]: ...

    async def nodes(self) -> list[str]: ...

    async def scan(
        self, node: str, cursor: int, pattern: str, count: int
    ) -> tuple[int, list[bytes]]: ...

    async def aclose(self) -> None: ...


class AsyncServerLink(AsyncLink, Protocol):
    """``ServerLink`` with the same promises, awaited, in one event loop."""

    async def on_each(self, command: Command) -> list[object]: ...
