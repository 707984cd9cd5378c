"""What a server of HTTP answers, well or badly, as the paths say.

It knows asyncio's streams and nothing else, so that it can do what no library does:
stop in the middle of an answer, or cut the line.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs, urlsplit

__all__ = ("JOBS", "Asked", "Line", "asked_by", "polite", "read", "rude")

JOBS: Final = [{"id": 1, "title": "Cook"}, {"id": 2, "title": "Nurse"}]
JSON: Final = "application/json"
TEN: Final = b"0123456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request, as it came."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    def param(self, name: str) -> str:
        """Return a parameter; empty where there is none."""
        return parse_qs(urlsplit(self.target).query).get(name, [""])[0]


@dataclass(slots=True, eq=False)
class Line:
    """A connection, and who waits at its other end.

    Attributes:
        waiting: set when somebody waits for what will never come.
        gone: set when that client has left.
    """

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    waiting: asyncio.Event
    gone: asyncio.Event

    async def keep(self) -> None:
        """Say nothing for as long as the client stays."""
        self.waiting.set()
        with contextlib.suppress(ConnectionError):
            await self.reader.read(1)
        self.gone.set()

    def reset(self) -> None:
        """Cut it without the words of farewell."""
        sock: socket.socket = self.writer.get_extra_info("socket")
        at_once = struct.pack("ii", 1, 0)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)


async def read(reader: asyncio.StreamReader) -> Asked:
    """Return the next request.

    Raises:
        IncompleteReadError: there is none.
    """
    return await asked_by(await reader.readuntil(b"\r\n\r\n"), reader)


async def asked_by(head: bytes, reader: asyncio.StreamReader) -> Asked:
    """Return a request whose head is read already."""
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    method, target, _ = first.split(" ")
    pairs = (line.split(":", 1) for line in lines)
    headers = {name.lower(): value.strip() for name, value in pairs}
    size = int(headers.get("content-length", "0"))
    content = await reader.readexactly(size)
    return Asked(method=method, target=target, headers=headers, content=content)


async def rude(asked: Asked, line: Line) -> bool:
    """Behave badly, if the path says so; say whether the line is to be cut.

    At ``/waiting`` and ``/gone`` it answers when that is so; so it does at ``/held``.
    """
    if asked.path in {"/half", "/begun"}:
        line.writer.write(packed(200, TEN)[:-5])
        await line.writer.drain()
    if asked.path in {"/never", "/begun"}:
        await line.keep()
    if asked.path == "/reset":
        line.reset()
    if asked.path == "/waiting":
        await line.waiting.wait()
    if asked.path == "/held":
        line.waiting.set()
    if asked.path in {"/gone", "/held"}:
        await line.gone.wait()
    return asked.path in {"/cut", "/half", "/begun", "/never", "/reset"}


def packed(
    status: int, content: bytes, kind: str = "text/plain", **headers: str
) -> bytes:
    """Return the bytes of an answer."""
    phrase = HTTPStatus(status).phrase if status in {*HTTPStatus} else "Odd"
    head = {"Content-Type": kind, "Content-Length": str(len(content)), **headers}
    lines = [f"HTTP/1.1 {status} {phrase}"]
    lines += [f"{name}: {value}" for name, value in head.items() if value]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


def _echo(asked: Asked) -> bytes:
    told = {
        "method": asked.method,
        "target": asked.target,
        "headers": dict(asked.headers),
        "content": asked.content.decode("latin-1"),
    }
    return json.dumps(told).encode()


FIXED: Final = {
    "/jobs": packed(200, json.dumps(JOBS).encode(), JSON),
    "/empty": packed(204, b""),
    "/anew": packed(204, b""),
    "/waiting": packed(204, b""),
    "/gone": packed(204, b""),
    "/held": packed(204, b""),
    "/html": packed(200, b"<!doctype html>", "text/html; charset=utf-8"),
    "/loop": packed(302, b"", Location="loop"),
    "/no-gzip": packed(200, TEN, JSON, **{"Content-Encoding": "gzip"}),
    "/cookie": packed(200, b"", **{"Set-Cookie": "seen=yes; Path=/"}),
}
"""Answers that are always the same."""


def polite(asked: Asked) -> bytes:
    """Return a whole answer."""
    name, _, rest = asked.path.strip("/").partition("/")
    if name == "echo":
        return packed(200, _echo(asked), JSON)
    if name == "status":
        return packed(int(rest), json.dumps({"detail": rest}).encode(), JSON)
    if name == "redirect":
        return packed(int(rest), b"elsewhere", Location=asked.param("to"))
    if name == "zeros":
        return packed(200, bytes(int(rest)), "application/octet-stream")
    if name == "packed":
        zeros = gzip.compress(bytes(int(rest)))
        return packed(200, zeros, JSON, **{"Content-Encoding": "gzip"})
    return FIXED.get(asked.path) or packed(404, b"nothing here")
