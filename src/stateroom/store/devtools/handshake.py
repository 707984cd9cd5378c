"""Judges a request to open a WebSocket: bytes in, an answer out.

Two of its rules keep other people's web pages out. A page of any origin may open a
WebSocket to this machine, so the origin must be on a list; and a page may give its own
name the address of this machine (DNS rebinding), so the host must be a loopback name.

Source:
    RFC 6455, section 4.2 (the server's side of the opening handshake).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Final, NamedTuple
from urllib.parse import urlsplit

__all__ = ("HEAD_LIMIT", "LOOPBACK", "ORIGINS", "PATH", "Answer", "judge")

HEAD_LIMIT: Final[int] = 8192
"""Bytes that a request's head may have."""

LOOPBACK: Final[frozenset[str]] = frozenset({"127.0.0.1", "::1", "localhost"})
"""The names by which a request may know this machine."""

PATH: Final[str] = "/socketcluster/"
"""Where the DevTools look for the server."""

ORIGINS: Final[tuple[str, ...]] = (
    "chrome-extension://*",
    "moz-extension://*",
    "safari-web-extension://*",
)
"""Origins that are always let in, beside pages of this machine."""

_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")  # RFC 9110, 5.6.2
_KEY_BYTES: Final = 16
_REASONS: Final[Mapping[int, str]] = {
    101: "Switching Protocols",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    426: "Upgrade Required",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}


class Answer(NamedTuple):
    """What to answer.

    Attributes:
        status: of HTTP; 101 opens the WebSocket.
        text: why not; empty when opened.
        headers: beside those that every answer has.
    """

    status: int
    text: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    def encode(self) -> bytes:
        """The answer as bytes of HTTP/1.1."""
        body = f"{self.text}\n".encode() if self.text else b""
        lines = [f"HTTP/1.1 {self.status} {_REASONS[self.status]}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if body:
            lines.append("Content-Type: text/plain; charset=utf-8")
            lines += [f"Content-Length: {len(body)}", "Connection: close"]
        return "\r\n".join((*lines, "", "")).encode() + body


def judge(head: bytes, *, origins: tuple[str, ...] = ()) -> Answer:
    """Say how a request is answered.

    Args:
        head: the request up to and including its empty line.
        origins: patterns such as ``"https://*.example.org"``, let in as well.
    """
    lines = head.decode("latin-1").split("\r\n")[:-2]
    parts = lines[0].split(" ")
    if len(parts) != 3 or parts[2] != "HTTP/1.1":  # noqa: PLR2004
        return Answer(400, "this is not HTTP/1.1")
    headers = _headers(lines[1:])
    if headers is None:
        return Answer(400, "a header cannot be read")
    if parts[0] != "GET":
        return Answer(405, "only GET is answered", (("Allow", "GET"),))
    refusal = _refusal(headers, origins)
    if refusal is not None:
        return refusal
    if urlsplit(parts[1]).path.rstrip("/") != PATH.rstrip("/"):
        return Answer(404, f"the DevTools' socket is at {PATH}")
    return _opened(headers)


def _headers(lines: list[str]) -> dict[str, str] | None:
    """Header lines by lower-case name; None when they are malformed or repeated."""
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.lower()
        if not colon or not _NAME.fullmatch(name) or "\0" in value:
            return None
        # Two hosts or two origins would let each reader choose another one.
        if name in headers and (name in {"host", "origin"} or name.startswith("sec-")):
            return None
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
        headers[name] = headers[name].strip()
    return headers


def _refusal(headers: Mapping[str, str], origins: tuple[str, ...]) -> Answer | None:
    """Refuse a foreign host or origin."""
    if _hostname(f"//{headers.get('host', '')}") not in LOOPBACK:
        return Answer(403, "the Host header does not name this machine")
    origin = headers.get("origin")
    if origin is None or _is_allowed(origin, origins):
        return None
    return Answer(403, "this origin is not allowed: see origins= of devtools()")


def _hostname(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # an address in brackets that is none
        return ""


def _is_allowed(origin: str, origins: tuple[str, ...]) -> bool:
    if any(fnmatchcase(origin, pattern) for pattern in (*ORIGINS, *origins)):
        return True
    is_page = origin.startswith(("http://", "https://"))
    return is_page and _hostname(origin) in LOOPBACK


def _opened(headers: Mapping[str, str]) -> Answer:
    connection = headers.get("connection", "").lower().split(",")
    is_upgrade = "upgrade" in (token.strip() for token in connection)
    if headers.get("upgrade", "").lower() != "websocket" or not is_upgrade:
        return Answer(426, "this is a WebSocket", (("Upgrade", "websocket"),))
    if headers.get("sec-websocket-version") != "13":
        version = (("Sec-WebSocket-Version", "13"), ("Upgrade", "websocket"))
        return Answer(426, "only version 13 is spoken", version)
    key = headers.get("sec-websocket-key", "")
    if not _is_key(key):
        return Answer(400, "Sec-WebSocket-Key must be 16 bytes in base64")
    # SHA-1 is what the RFC asks for; it proves that this is a WebSocket, no more.
    digest = hashlib.sha1(key.encode() + _GUID, usedforsecurity=False).digest()
    accept = base64.b64encode(digest).decode()
    return Answer(
        101,
        headers=(
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Accept", accept),
        ),
    )


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == _KEY_BYTES
    except (binascii.Error, ValueError):
        return False
