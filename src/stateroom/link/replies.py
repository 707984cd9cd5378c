"""Reads replies: which scripts a server forgot, which reply is an error."""

from __future__ import annotations

from collections.abc import Sequence

from redis.exceptions import NoScriptError, ReadOnlyError, ResponseError

from stateroom.link.faults import is_demoted, translated
from stateroom.link.ports import Command
from stateroom.link.scripts import Call

__all__ = (
    "as_commands",
    "checked",
    "forgotten",
    "refuse_demoted",
    "scan_command",
    "scanned",
    "text_of",
    "values",
)


def as_commands(calls: Sequence[Call | Command]) -> list[Command]:
    """Return the commands to send, scripts by their digests."""
    return [each.by_digest() if isinstance(each, Call) else each for each in calls]


def text_of(call: Call | Command) -> Command:
    """Return the command that sends a script as text."""
    return call.by_text() if isinstance(call, Call) else call


def checked(replies: Sequence[object], commands: Sequence[Command]) -> list[object]:
    """Return the replies, or raise what the first that is an error means."""
    for reply, command in zip(replies, commands, strict=True):
        if isinstance(reply, Exception):
            raise translated(reply, str(command[0])) from reply
    return list(replies)


def forgotten(replies: Sequence[object], calls: Sequence[Call | Command]) -> list[int]:
    """Return the positions of the calls whose script the server does not know."""
    return [
        at
        for at in range(len(calls))
        if isinstance(replies[at], NoScriptError)
        or (isinstance(replies[at], Exception) and "NOSCRIPT" in str(replies[at]))
    ]


def refuse_demoted(replies: Sequence[object]) -> None:
    """Raise ``ReadOnlyError`` where a reply is of a server that became a replica."""
    for each in replies:
        if isinstance(each, ResponseError) and is_demoted(each):
            raise ReadOnlyError(str(each))


def values(reply: object, count: int) -> list[bytes | None]:
    """Return the values of an MGET, of whatever else the server may have said."""
    found = reply if isinstance(reply, list) else []
    if len(found) != count:
        raise translated(EOFError("a reply of another length"), "MGET")
    return found


def scan_command(cursor: int, pattern: str, count: int) -> Command:
    """Return the command that looks at some keys."""
    return ("SCAN", cursor, "MATCH", pattern, "COUNT", count)


def scanned(reply: object) -> tuple[int, list[bytes]]:
    """Return the next cursor and the keys of a SCAN."""
    if isinstance(reply, list) and len(reply) == 2:  # noqa: PLR2004 - a pair
        return int(reply[0]), list(reply[1])
    if isinstance(reply, tuple) and len(reply) == 2:  # noqa: PLR2004 - as parsed
        return int(reply[0]), list(reply[1])
    raise translated(EOFError("no reply of a SCAN"), "SCAN")
