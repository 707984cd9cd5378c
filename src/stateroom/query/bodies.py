"""What is sent: JSON as one would write it by hand, and headers that are some."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections import deque
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final, TypeAlias

from stateroom.errors import InvalidQuery, NotPlain
from stateroom.query.ports import Headers
from stateroom.store import UNDEFINED, to_plain
from stateroom.store.plain.misfits import MEMBER, described, path_of
from stateroom.store.plain.registry import REGISTRY

__all__ = ("Scalar", "body_of", "headers_of", "scalar_of")

Scalar: TypeAlias = str | int | float | bool | None
Steps: TypeAlias = tuple[object, ...]

_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE: Final = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_TEXT: Final = "text/plain; charset=utf-8"


def body_of(
    value: object, *, content: bytes | str | None = None
) -> tuple[str, bytes | None]:
    """Return the type and the bytes of a body; no type and None where there is none.

    Args:
        value: to be sent as JSON; ``UNDEFINED`` where ``content`` is it, or nothing.
        content: to be sent as it is.

    Raises:
        InvalidQuery: both are given, or a value has no form in JSON, or ``content`` is
            something else.
    """
    if value is UNDEFINED:
        if content is None:
            return "", None
        if isinstance(content, str):
            return _TEXT, content.encode("utf-8", "replace")
        return "application/octet-stream", _bytes_of(content)
    if content is not None:
        raise InvalidQuery("both json= and content= are given: a request has one body")
    try:
        return "application/json", _dumped(_natural(value, ()))
    except RecursionError:
        raise InvalidQuery(
            "json=: found too many levels of nesting, or a value inside itself",
            hint="refer to it by its id instead",
        ) from None


def _bytes_of(content: object) -> bytes:
    if isinstance(content, bytes | bytearray | memoryview):
        return bytes(content)
    raise InvalidQuery(  # of a number, bytes() makes so many zeros
        f"content=: found {described(content)}, expected bytes or text",
        hint="json= sends other values",
    )


def headers_of(headers: Headers, *, whose: str) -> dict[str, str]:
    """Return headers with their names in lower case.

    Raises:
        InvalidQuery: a name or a value is none. The value is not shown: it may be a
            password.
    """
    found = {}
    for name, value in headers.items():
        if not _is_text(name) or not _NAME.fullmatch(name):
            raise InvalidQuery(f"{whose}: {name!r:.80} is no name of a header")
        if not _is_text(value) or not _VALUE.fullmatch(value):
            raise InvalidQuery(
                f"{whose}: the header {name!r} must be one line of Latin-1 text",
                hint="no line breaks; percent-encode other letters",
            )
        found[name.lower()] = value.strip()
    return found


def scalar_of(value: object) -> Scalar:
    """Return a value as one thing of JSON: a number as it is, a date as text, ...

    Raises:
        NotPlain: it has no such form.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise NotPlain(f"found {value!r}, expected a number that JSON has")
    if value is None or isinstance(value, bool):
        return value
    for kind in (str, int, float):  # exactly: a member of an enum is none of these
        if type(value) is kind:
            return value
    plain = to_plain(value)
    if isinstance(plain, dict | list):
        raise NotPlain(f"found {described(value)}, expected a single value")
    return plain


def _natural(value: object, steps: Steps) -> object:
    """Return a value as JSON has it, without a mark of what it was."""
    if _is_record(value):
        value = _fields(value)
    if isinstance(value, Mapping):
        return {
            _key(key, steps): _natural(each, (*steps, key))
            for key, each in value.items()
            if each is not UNDEFINED
        }
    if isinstance(value, AbstractSet):
        members = [_natural(each, (*steps, MEMBER)) for each in value]
        return sorted(members, key=json.dumps)  # the same request in every process
    if isinstance(value, list | tuple | deque):
        return [_natural(each, (*steps, n)) for n, each in enumerate(value)]
    try:
        return _single(value)
    except NotPlain as error:
        raise InvalidQuery(f"json={_at(steps)}: {error}", hint=error.hint) from None


def _single(value: object) -> object:
    """Return what is no container; a class with a plain form may be an object."""
    has_own_form = REGISTRY.registration(type(value)) is not None
    return to_plain(value) if has_own_form else scalar_of(value)


def _key(key: object, steps: Steps) -> str:
    try:
        plain = scalar_of(key)
    except NotPlain:
        plain = None
    if isinstance(plain, bool) or not isinstance(plain, str | int):
        raise InvalidQuery(f"json={_at(steps)}: found the key {described(key)}")
    return str(plain)


def _is_record(value: object) -> bool:
    kind = type(value)
    is_one = dataclasses.is_dataclass(kind) or hasattr(kind, "_fields")
    return is_one and REGISTRY.registration(kind) is None


def _fields(value: object) -> dict[str, object]:
    kind = type(value)
    names = getattr(kind, "_fields", None)  # of a named tuple
    if names is None:
        names = getattr(kind, "__dataclass_fields__", {})
    return {name: getattr(value, name) for name in names if hasattr(value, name)}


def _dumped(plain: object) -> bytes:
    compact = (",", ":")
    try:
        return json.dumps(plain, ensure_ascii=False, separators=compact).encode()
    except UnicodeEncodeError:  # half of a pair of surrogates
        return json.dumps(plain, separators=compact).encode()


def _at(steps: Steps) -> str:
    path = path_of(steps)
    return f" at {path}" if path else ""


def _is_text(value: object) -> bool:
    """Say it of what is annotated as text, and comes from anywhere."""
    return isinstance(value, str)
