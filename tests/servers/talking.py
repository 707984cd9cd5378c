"""Sends one command to a server on its unix socket, without any client's opinions."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import BinaryIO, TypeAlias

__all__ = ("Reply", "ReplyError", "answers", "ask", "printed")

Reply: TypeAlias = "str | int | list[Reply] | None"

PATIENCE = 5.0
"""Seconds; a server on the same machine answers in less than one millisecond."""


class ReplyError(Exception):
    """The server answered with an error; its text is the message."""


def ask(path: Path, *words: str | int, password: str = "") -> Reply:
    """Return the server's reply to one command.

    Raises:
        ReplyError: the reply is an error.
        OSError: nobody listens, or there is no answer in five seconds.
    """
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(PATIENCE)
        connection.connect(str(path))
        with connection.makefile("rb") as stream:
            if password:
                connection.sendall(_command("AUTH", password))
                _read(stream)
            connection.sendall(_command(*words))
            return _read(stream)


def answers(path: Path) -> bool:
    """Say whether a server is there and has its data; it may ask for a password."""
    try:
        ask(path, "PING")
    except ReplyError as error:
        return not str(error).startswith("LOADING")
    except OSError:
        return False
    return True


def printed(reply: Reply) -> str:
    """Return the reply as text: of a list, one element a line; of nothing, nothing."""
    if isinstance(reply, list):
        return "\n".join(printed(each) for each in reply)
    return "" if reply is None else str(reply)


def _command(*words: str | int) -> bytes:
    encoded = [str(word).encode() for word in words]
    parts = [b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded]
    return b"*%d\r\n%s" % (len(parts), b"".join(parts))


def _read(stream: BinaryIO) -> Reply:
    line = stream.readline().decode(errors="replace").rstrip("\r\n")
    kind, rest = line[:1], line[1:]
    match kind:
        case "+":
            return rest
        case "-":
            raise ReplyError(rest)
        case ":":
            return int(rest)
        case "$":
            return _text(stream, int(rest))
        case "*":
            return [_read(stream) for _ in range(int(rest))]
        case _:
            raise ConnectionError(f"no reply, but {line!r}")


def _text(stream: BinaryIO, size: int) -> str | None:
    if size < 0:
        return None
    return stream.read(size + 2)[:size].decode(errors="replace")
