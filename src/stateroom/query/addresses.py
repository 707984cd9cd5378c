"""The address of a request: a base, a path below it, and what is in the query string.

Every transport asks here, so that one request has one address, whoever sends it. A
path never leads out of its base: not to another server, which would be sent the
headers that are for this one, nor upwards by ``..``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import SplitResult, quote, urlencode, urlsplit

from stateroom.errors import InvalidQuery, NotPlain
from stateroom.query.bodies import Scalar, scalar_of
from stateroom.query.ports import Params, Request
from stateroom.store import UNDEFINED

__all__ = ("Base", "query_of")

_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/|//")
_STRAY: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_DOTS: Final = re.compile(r"(\.|%2e){1,2}", re.IGNORECASE)
_HOST: Final = re.compile(r"[^\s/\\<>\"`{}|^%\x00-\x1f\x7f]+")
_PORTS: Final = {"http": 80, "https": 443}
_IN_PATH: Final = "/%:@!$&'()*+,;=~"
_IN_QUERY: Final = _IN_PATH + "?"


class Base:
    """What is before every path.

    Args:
        url: of http or https; its query string, if any, is of every request. Empty:
            each request has a whole URL of its own.

    Raises:
        InvalidQuery: it is no such URL.
    """

    def __init__(self, url: str) -> None:
        self._base = _split(url, "base_url") if url else None

    def address(self, request: Request) -> str:
        """Return the URL of a request.

        Raises:
            InvalidQuery: its path leads out of the base, or a parameter has no text.
        """
        where = f"{request.method} {request.path[:200]}"
        before, _, query = request.path.partition("?")
        found = self._found(before, where)
        if any(_DOTS.fullmatch(step) for step in found.path.split("/")):
            raise InvalidQuery(
                f"{where}: a step of the path is '.' or '..'",
                hint='quote what comes from elsewhere: quote(name, safe="")',
            )
        queries = (found.query, _quoted(query, _IN_QUERY), query_of(request.params))
        asked = "&".join(filter(None, queries))
        path = _quoted(found.path, _IN_PATH)
        url = f"{found.scheme}://{found.netloc}{path}"
        return f"{url}?{asked}" if asked else url

    def _found(self, path: str, where: str) -> SplitResult:
        """Return the address without what is asked, below the base."""
        base = self._base
        if _ABSOLUTE.match(path):
            return self._whole(path, where)
        if base is None:
            raise InvalidQuery(
                f"{where}: the transport has no base_url, and this is no whole URL",
                hint='give it one: "https://api.example.org"',
            )
        if not path:
            return base
        return base._replace(path=f"{base.path.rstrip('/')}/{path.removeprefix('/')}")

    def _whole(self, url: str, where: str) -> SplitResult:
        """Return a whole URL, as servers name the next page by."""
        base = self._base
        if base is None:
            return _split(url, where)
        found = _split(f"{base.scheme}:{url}" if url.startswith("//") else url, where)
        if _origin(found) != _origin(base):
            raise InvalidQuery(
                f"{where}: is not of {base.scheme}://{base.netloc}, and would be sent "
                "headers that are for that",
                hint="have a transport for each server",
            )
        return found._replace(query=base.query)


def query_of(params: Params) -> str:
    """Return parameters as they stand in a URL, spaces as ``+``.

    Raises:
        InvalidQuery: one is neither a single value nor a sequence of these.
    """
    return urlencode([pair for name in params for pair in _pairs(name, params[name])])


def _pairs(name: str, value: object) -> list[tuple[str, str]]:
    many: Iterable[object] = (value,)
    if isinstance(value, list | tuple | set | frozenset):
        many = value
    texts = [
        _text_of(each, name)
        for each in many
        if each is not None and each is not UNDEFINED
    ]
    if isinstance(value, set | frozenset):
        texts.sort()  # the same request in every process
    return [(name, text) for text in texts]


def _text_of(value: object, name: str) -> str:
    try:
        plain: Scalar = scalar_of(value)
    except NotPlain as error:
        raise InvalidQuery(f"params: {name!r}: {error}", hint=error.hint) from None
    if isinstance(plain, bool) or plain is None:
        return "" if plain is None else str(plain).lower()
    return str(plain)


def _split(url: str, where: str) -> SplitResult:
    found = _parts(url)
    if found is None or found.scheme not in _PORTS or found.fragment:
        raise InvalidQuery(
            f"{where}: {url[:200]!r} is no URL of http or https",
            hint='as "https://api.example.org/v1"',
        )
    if "@" in found.netloc:
        raise InvalidQuery(
            f"{where}: a URL is no place for a password",
            hint='headers={"authorization": ...}',
        )
    return found


def _parts(url: str) -> SplitResult | None:
    try:
        found = urlsplit(url)
        has_port = found.port != 0
    except ValueError:  # a port that is none, or half of an address
        return None
    return found if has_port and _HOST.fullmatch(found.netloc) else None


def _origin(url: SplitResult) -> tuple[str, str, int]:
    host = (url.hostname or "").rstrip(".")
    return url.scheme, host, url.port or _PORTS[url.scheme]


def _quoted(text: str, safe: str) -> str:
    return quote(_STRAY.sub("%25", text), safe=safe, errors="replace")
