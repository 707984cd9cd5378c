"""What the content of an answer is: by its type, and as what an endpoint asks for."""

from __future__ import annotations

import json
import re
import typing
from collections.abc import Iterable
from typing import Final, Never

from stateroom.errors import InvalidQuery, ResponseError
from stateroom.query.ports import Response
from stateroom.store import UNDEFINED
from stateroom.store.nesting import refuse_deep
from stateroom.store.plain.compiling import Compiler
from stateroom.store.plain.misfits import DEPTH, Misfit, TooDeep, not_plain

__all__ = ("checked", "shown", "told", "typed")

_JSON: Final = re.compile(r"(application|text)/json$|.+\+json$")
_TEXT: Final = re.compile(r"text/|application/(xml|javascript)$|.+\+xml$")
_CHARSET: Final = re.compile(r'charset\s*=\s*"?([\w.:-]+)', re.ASCII | re.IGNORECASE)
_SHOWN: Final = 200
"""Characters of what a server says that a message has room for."""
_NOTHING: Final = (None, type(None))
_ANYTHING: Final = (UNDEFINED, object, typing.Any)

_compiler: Final = Compiler(drops_unknown=True)


def checked(returns: object) -> None:
    """Refuse what no answer can be, before anything is asked.

    Raises:
        InvalidQuery: ``returns`` is no type that has a plain form.
    """
    if _is_one_of(returns, _ANYTHING):
        return
    try:
        _compiler.codec(returns)
    except Misfit as misfit:
        error = not_plain(misfit, None)
        raise InvalidQuery(f"returns: {error}", hint=error.hint) from None


def told(response: Response) -> object:
    """Return the content as its type says; JSON that is none is text."""
    kind = _media_type(response)
    if not response.content:
        return None
    if not kind or _JSON.match(kind):
        try:
            return _from_json(response.content)
        except (ValueError, RecursionError):
            return _text(response)
    return _text(response) if _TEXT.match(kind) else response.content


def shown(response: Response) -> str:
    """Return what a server says of a failure, after a colon; a page says nothing."""
    data = told(response)
    if data is None or isinstance(data, bytes) or "html" in _media_type(response):
        return ""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    line = " ".join(text.split())
    end = "..." if len(line) > _SHOWN else ""
    # Half a character has no encoding, and a log may need one.
    known = line[:_SHOWN].encode(errors="backslashreplace").decode()
    return f": {known}{end}" if line else ""


def typed(response: Response, returns: object, *, where: str) -> object:
    """Return the content as ``returns`` says it; see ``Verbs.ask``.

    Args:
        response: whose status is no failure.
        returns: a type, checked.
        where: the request, for errors.

    Raises:
        ResponseError: it is no such thing; the message has the path to what is not.
    """
    if _is_one_of(returns, _NOTHING):
        return None
    if returns is bytes:
        return response.content
    is_json = bool(_JSON.match(_media_type(response)))
    if returns is str and not is_json:
        return _text(response)
    if not _is_one_of(returns, _ANYTHING):
        return _decoded(response, returns, where=where)
    return _json_of(response, where=where) if is_json else told(response)


def _decoded(response: Response, returns: object, *, where: str) -> object:
    data = _json_of(response, where=where)
    try:
        return _compiler.codec(returns).decode(data, DEPTH)
    except Misfit as misfit:
        found, cause = misfit, misfit.__cause__
    except RecursionError:
        found, cause = TooDeep(), None
    raise ResponseError(
        f"{where}: {response.status}, and {not_plain(found, data)}",
        status=response.status,
        data=data,
        hint=found.hint or "returns= says what an answer is",
    ) from cause


def _json_of(response: Response, *, where: str) -> object:
    """Return what JSON says, whatever type it is said to have; None for nothing."""
    if not response.content:
        return None
    try:
        return _from_json(response.content)
    except (ValueError, RecursionError) as error:
        kind = _media_type(response) or "no type"
        raise ResponseError(
            f"{where}: {response.status}, and the answer ({kind}, "
            f"{len(response.content):,} bytes) is no JSON: {error}",
            status=response.status,
            data=told(response),
            hint=".data has it as text",
        ) from error


def _from_json(content: bytes) -> object:
    refuse_deep(content)  # no server may end the page
    data: object = json.loads(content, parse_constant=_refuse)
    return data


def _refuse(constant: str) -> Never:
    raise ValueError(f"{constant} is none of its numbers")


def _media_type(response: Response) -> str:
    return _content_type(response).partition(";")[0].strip().lower()


def _content_type(response: Response) -> str:
    return response.headers.get("content-type", "")


def _text(response: Response) -> str:
    found = _CHARSET.search(_content_type(response))
    if found is not None:
        try:
            return response.content.decode(found[1], "replace")
        except (LookupError, UnicodeError):  # unknown, or not of texts
            pass
    return response.content.decode("utf-8-sig", "replace")


def _is_one_of(returns: object, kinds: Iterable[object]) -> bool:
    """Say whether it is one of these; annotations have equality of their own."""
    return any(returns is each for each in kinds)
