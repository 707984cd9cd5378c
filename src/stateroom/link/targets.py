"""Reads the URL of a Redis: which kind of server, where, and how to sign in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from stateroom.errors import InvalidValue

__all__ = ("FORMS", "Budgets", "Target", "read_url")

Kind: TypeAlias = Literal["standalone", "cluster", "sentinel", "embedded"]

FORMS = (
    "redis://[USER:PASSWORD@]HOST[:PORT][/DB]",
    "rediss://... (TLS)",
    "unix://PATH[?db=DB]",
    "redis+cluster://HOST:PORT[,HOST:PORT]",
    "redis+sentinel://HOST:PORT[,HOST:PORT]/SERVICE[/DB]",
    "embedded://DIR",
)
_SCHEMES: dict[str, tuple[Kind, bool]] = {
    "redis": ("standalone", False),
    "rediss": ("standalone", True),
    "valkey": ("standalone", False),
    "valkeys": ("standalone", True),
    "unix": ("standalone", False),
    "redis+cluster": ("cluster", False),
    "rediss+cluster": ("cluster", True),
    "redis+sentinel": ("sentinel", False),
    "rediss+sentinel": ("sentinel", True),
    "embedded": ("embedded", False),
}
DEFAULT_PORT = 6379
DEFAULT_SENTINEL_PORT = 26379


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """How long an operation may take before Redis counts as away.

    Attributes:
        connect_s: to open a connection, in seconds.
        operation_s: for one command, or one batch of them, in seconds.
    """

    connect_s: float = 0.25
    operation_s: float = 0.25

    def __post_init__(self) -> None:
        for name in ("connect_s", "operation_s"):
            if not getattr(self, name) > 0:
                raise InvalidValue(
                    f"{name} is not a time",
                    found=repr(getattr(self, name)),
                    allowed="seconds, more than 0",
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A Redis, as its URL names it.

    Attributes:
        kind: which client it needs.
        url: for the client of a standalone server, or the directory of an embedded one.
        hosts: host and port of each node named, for a cluster and for sentinels.
        service: the name that sentinels know the primary by.
        username: of an ACL user, or empty.
        password: or empty; never printed.
        db: number of the database; a cluster has only 0.
        is_tls: whether connections are encrypted.
        options: further parameters of the URL, by name.
    """

    kind: Kind
    url: str = field(repr=False)
    hosts: tuple[tuple[str, int], ...] = ()
    service: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    db: int = 0
    is_tls: bool = False
    options: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def shown(self) -> str:
        """The place without user and password, for messages."""
        if self.kind == "embedded":
            return f"embedded://{self.url}"
        if not self.hosts:
            return urlsplit(self.url).path
        return ",".join(f"{host}:{port}" for host, port in self.hosts)


def read_url(url: str) -> Target:
    """Read the URL of a Redis.

    Raises:
        InvalidValue: no such scheme, no host, a port or a database that is no number;
            the message never repeats a password.
    """
    scheme, mark, rest = url.partition("://")
    if not mark or scheme not in _SCHEMES:
        raise _refused("not the URL of a Redis", scheme or "no scheme")
    kind, is_tls = _SCHEMES[scheme]
    if kind == "embedded":
        if not rest:
            raise _refused("an embedded Redis needs a directory", "none")
        return Target(kind=kind, url=rest)
    if scheme == "unix":
        return _unix(url)
    return _network(kind, rest, is_tls=is_tls)


def _unix(url: str) -> Target:
    parts = urlsplit(url)
    if not parts.path:
        raise _refused("a unix URL needs the path of a socket", "none")
    return Target(kind="standalone", url=url)


def _network(kind: Kind, rest: str, *, is_tls: bool) -> Target:
    place, _, query = rest.partition("?")
    place, *path = place.split("/")
    signs, _, hosts = place.rpartition("@")
    username, _, password = signs.partition(":")
    port = DEFAULT_SENTINEL_PORT if kind == "sentinel" else DEFAULT_PORT
    nodes = tuple(_node(each, port) for each in hosts.split(","))
    service, path = (path[0], path[1:]) if kind == "sentinel" and path else ("", path)
    if kind == "sentinel" and not service:
        raise _refused("a sentinel URL needs the name of its service", "none")
    return Target(
        kind=kind,
        url=_client_url(nodes, signs, path, query, is_tls=is_tls),
        hosts=nodes,
        service=unquote(service),
        username=unquote(username),
        password=unquote(password),
        db=_number(path[0], "a database") if path and path[0] else 0,
        is_tls=is_tls,
        options=dict(parse_qsl(query)),
    )


def _client_url(
    nodes: tuple[tuple[str, int], ...],
    signs: str,
    path: list[str],
    query: str,
    *,
    is_tls: bool,
) -> str:
    host, port = nodes[0]
    shown = f"[{host}]" if ":" in host else host
    place = f"{signs}@{shown}:{port}" if signs else f"{shown}:{port}"
    scheme = "rediss" if is_tls else "redis"
    return urlunsplit((scheme, place, "/".join(["", *path]), query, ""))


def _node(text: str, port: int) -> tuple[str, int]:
    if text.startswith("["):  # an IPv6 address
        host, _, tail = text[1:].partition("]")
        tail = tail.removeprefix(":")
    else:
        host, _, tail = text.partition(":")
    if not host:
        raise _refused("a URL of Redis needs a host", "none")
    return host, _number(tail, "a port") if tail else port


def _number(text: str, what: str) -> int:
    if not text.isascii() or not text.isdecimal():
        raise _refused(f"{what} is a number", text)
    return int(text)


def _refused(what: str, found: str) -> InvalidValue:
    return InvalidValue(what, found=found, allowed="; ".join(FORMS))
