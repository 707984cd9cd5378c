"""Reads the URL of a Redis: which kind of server, where, and how to sign in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias, cast
from urllib.parse import parse_qsl, quote, unquote, urlencode

from stateroom.errors import InvalidValue

__all__ = ("FORMS", "Budgets", "Place", "Target", "read_url")

Kind: TypeAlias = Literal["standalone", "cluster", "sentinel", "embedded"]
Place: TypeAlias = tuple[str, int]
"""Host and port."""

FORMS = (
    "redis://[USER:PASSWORD@]HOST[:PORT][/DB]",
    "rediss://... (TLS)",
    "unix://[USER:PASSWORD@]/PATH[?db=DB]",
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
_TLS_OPTIONS = (
    "ssl_ca_certs", "ssl_ca_data", "ssl_ca_path", "ssl_cert_reqs", "ssl_certfile",
    "ssl_check_hostname", "ssl_ciphers", "ssl_keyfile", "ssl_min_version",
    "ssl_password",
)  # fmt: skip
_SENTINEL_OPTIONS = ("sentinel_password", "sentinel_username")
_OF_OTHER_CLIENTS = frozenset((
    "client_name", "decode_responses", "encoding", "health_check_interval",
    "legacy_responses", "max_connections", "protocol", "retry_on_timeout",
    "socket_connect_timeout", "socket_keepalive", "socket_timeout", "timeout",
))  # fmt: skip
"""Parameters that a URL may have for redis-py: passed over, one URL serves both."""
DEFAULT_PORT = 6379
DEFAULT_SENTINEL_PORT = 26379
LAST_PORT = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """How long an operation may take before Redis counts as away.

    Attributes:
        connect_s: to open a connection, in seconds.
        operation_s: for one command, or one batch of them, in seconds.
    """

    connect_s: float = 0.25
    operation_s: float = 0.25

    @property
    def halved(self) -> Budgets:
        """For asking on the way where to go."""
        return Budgets(connect_s=self.connect_s / 2, operation_s=self.operation_s / 2)

    def longer(self, seconds: float) -> Budgets:
        """For operations that wait for something."""
        return replace(self, operation_s=self.operation_s + seconds)

    def __post_init__(self) -> None:
        for name in ("connect_s", "operation_s"):
            found: object = getattr(self, name)  # whatever somebody passes
            is_number = isinstance(found, int | float) and not isinstance(found, bool)
            if not (is_number and cast("float", found) > 0):
                raise InvalidValue(
                    f"{name} is not a time",
                    found=repr(found),
                    allowed="seconds, more than 0",
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A Redis, as its URL names it.

    Attributes:
        kind: which client it needs.
        path: of the socket of a standalone server, or an embedded one's directory.
        hosts: host and port of each node named; one for a standalone server.
        service: the name that sentinels know the primary by.
        username: of an ACL user, or empty.
        password: or empty; never printed.
        db: number of the database; a cluster has only 0.
        is_tls: whether connections are encrypted.
        options: the parameters of TLS and of sentinels, by name; never printed.
    """

    kind: Kind
    path: str = ""
    hosts: tuple[Place, ...] = ()
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
            return f"embedded://{self.path}"
        return self.path or ",".join(f"{host}:{port}" for host, port in self.hosts)

    @property
    def url(self) -> str:
        """For redis-py, with the password; of an embedded one, the directory."""
        if self.kind == "embedded":
            return self.path
        signs = quote(self.username, safe="")
        if self.password:
            signs += ":" + quote(self.password, safe="")
        signs += "@" if signs else ""
        options = {k: v for k, v in self.options.items() if k in _TLS_OPTIONS}
        if self.path:
            return f"unix://{signs}{quote(self.path)}?db={self.db}"
        host, port = self.hosts[0]
        shown = f"[{host}]" if ":" in host else host
        scheme = "rediss" if self.is_tls else "redis"
        query = f"?{urlencode(options)}" if options else ""
        return f"{scheme}://{signs}{shown}:{port}/{self.db}{query}"

    def at(self, place: Place) -> Target:
        """Return one server of this cluster, or of those that sentinels watch."""
        return replace(self, kind="standalone", hosts=(place,), service="")

    def sentinel_at(self, place: Place) -> Target:
        """Return one sentinel; it has no database, and a password of its own."""
        return replace(
            self.at(place),
            username=self.options.get("sentinel_username", ""),
            password=self.options.get("sentinel_password", ""),
            db=0,
        )


def read_url(url: str) -> Target:
    """Read the URL of a Redis.

    Raises:
        InvalidValue: no such scheme, no host, a port or a database that is no number;
            the message never repeats a password. Or it is no text.
    """
    if not isinstance(url, str):
        raise _no_text(url)
    scheme, mark, rest = url.partition("://")
    scheme = scheme.lower()
    if not mark or scheme not in _SCHEMES:
        is_word = mark and re.fullmatch(r"[a-z][a-z0-9+.-]{0,19}", scheme)
        raise _refused("not the URL of a Redis", scheme if is_word else "no scheme")
    kind, is_tls = _SCHEMES[scheme]
    if kind == "embedded":
        if not rest:
            raise _refused("an embedded Redis needs a directory", "none")
        return Target(kind=kind, path=rest)
    place, _, query = rest.partition("?")
    options = _options(query, kind, is_tls=is_tls)
    if scheme == "unix":
        return _unix(place, options)
    return _network(kind, place, options, is_tls=is_tls)


def _options(query: str, kind: Kind, *, is_tls: bool) -> dict[str, str]:
    """Return the parameters that mean something to us; the database among them."""
    allowed = ["db", "username", "password"]
    allowed += _TLS_OPTIONS if is_tls else ()
    allowed += _SENTINEL_OPTIONS if kind == "sentinel" else ()
    options = dict(parse_qsl(query, keep_blank_values=True))
    for name in options:
        if name not in allowed and name not in _OF_OTHER_CLIENTS:
            # Behind an unescaped ? in a password, any word may be part of it.
            is_word = "@" not in query and re.fullmatch(r"[a-z_]{1,40}", name)
            raise InvalidValue(
                "the URL of a Redis takes no such parameter",
                found=name if is_word else "not a name",
                allowed=", ".join(allowed),
                hint="those of TLS need rediss://" if name.startswith("ssl_") else "",
            )
    return {name: options[name] for name in allowed if name in options}


def _unix(place: str, options: dict[str, str]) -> Target:
    signs, at, path = place.rpartition("@")
    if at and "/" in signs:  # the path itself has an @
        signs, path = "", place
    if not path.startswith("/"):
        raise _refused("a unix URL needs the path of a socket, from /", "none")
    username, password = _signs(signs, options)
    return Target(
        kind="standalone",
        path=unquote(path),
        username=username,
        password=password,
        db=_number(options.pop("db", "") or "0", "a database"),
    )


def _network(
    kind: Kind, place: str, options: dict[str, str], *, is_tls: bool
) -> Target:
    place, *path = place.split("/")
    # A password with such a sign would be torn, and its pieces taken for others.
    if any("@" in each for each in path):
        raise _refused("a / in a password is written %2F", "an @ behind a /")
    signs, _, hosts = place.rpartition("@")
    username, password = _signs(signs, options)
    port = DEFAULT_SENTINEL_PORT if kind == "sentinel" else DEFAULT_PORT
    nodes = tuple(_node(each, port) for each in hosts.split(","))
    if kind == "standalone" and len(nodes) > 1:
        raise _refused("one server has one host", f"{len(nodes)} hosts")
    service = unquote(path.pop(0)) if kind == "sentinel" and path else ""
    if kind == "sentinel" and not service:
        raise _refused("a sentinel URL needs the name of its service", "none")
    return Target(
        kind=kind,
        hosts=nodes,
        service=service,
        username=username,
        password=password,
        db=_database(kind, path, options.pop("db", "")),
        is_tls=is_tls,
        options=options,
    )


def _signs(signs: str, options: dict[str, str]) -> tuple[str, str]:
    """Return user and password, from before the host or from the parameters."""
    username, _, password = signs.partition(":")
    others = options.pop("username", ""), options.pop("password", "")
    return unquote(username) or others[0], unquote(password) or others[1]


def _database(kind: Kind, path: list[str], option: str) -> int:
    if len(path) > 1:
        raise _refused("nothing follows the database", f"{len(path)} segments")
    db = _number(option or (path[0] if path else "") or "0", "a database")
    if kind == "cluster" and db:
        raise _refused("a cluster has database 0 only", str(db))
    return db


def _node(text: str, port: int) -> Place:
    if text.startswith("["):  # an IPv6 address
        host, _, tail = text[1:].partition("]")
        if tail and not tail.startswith(":"):
            raise _refused("a port follows an address with a colon", "something else")
        tail = tail.removeprefix(":")
    else:
        host, _, tail = text.partition(":")
    if not host:
        raise _refused("a URL of Redis needs a host", "none")
    found = _number(tail, "a port") if tail else port
    if not 0 < found <= LAST_PORT:
        raise _refused("a port is 1 to 65535", "another number")
    return host, found


def _number(text: str, what: str) -> int:
    # Not shown: in a URL that was put together wrongly it may be part of a password.
    if not text.isascii() or not text.isdecimal():
        raise _refused(f"{what} is a number", "something else")
    return int(text)


def _no_text(found: object) -> InvalidValue:
    hint = ""
    if found is None:
        hint = "os.environ.get gives None for a variable that is not set"
    return _refused("not the URL of a Redis", type(found).__name__, hint=hint)


def _refused(what: str, found: str, *, hint: str = "") -> InvalidValue:
    return InvalidValue(what, found=found, allowed="; ".join(FORMS), hint=hint)
