"""What stands inside a return annotation, and what a cache may not hold of it.

Nothing here imports Pydantic, an ORM, a web framework or a data frame library: a class
of theirs is known by what it carries or by where its bases were defined. So asking
costs nothing in an application that has none of them.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import io
import sys
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, NotRequired, Protocol, Required, TypeVar, cast

import msgspec

__all__ = (
    "ANNOTATE",
    "RETURN_FIELDS",
    "Part",
    "Refusal",
    "field_names",
    "is_pydantic",
    "name_of",
    "parts",
    "positional_names",
    "refusal",
)

ANNOTATE = "annotate the return type"
RETURN_FIELDS = (
    "return a Struct, a dataclass or a Pydantic model of the fields that are needed, "
    f"and {ANNOTATE} so"
)
READ_ONCE = frozenset(
    {
        *(collections.abc.Iterable, collections.abc.Iterator),
        *(collections.abc.Generator, collections.abc.AsyncIterable),
        *(collections.abc.AsyncIterator, collections.abc.AsyncGenerator),
        *(collections.abc.Awaitable, collections.abc.Coroutine),
    }
)
RESPONSES = (
    *("starlette.responses", "django.http.response", "werkzeug.wrappers.response"),
    *("flask.wrappers", "aiohttp.web_response", "sanic.response"),
)
TABLES = frozenset({"numpy", "pandas", "polars", "pyarrow"})
SECRETS = frozenset({"Secret", "SecretBytes", "SecretStr", "_SecretBase"})
BASE_MODEL = ("BaseModel", "pydantic.main")
META_OF_ORMS: dict[str, tuple[str, ...]] = {
    "Django": ("concrete_model",),
    "Tortoise": ("basequery", "db_table"),
    "Peewee": ("database", "table_name"),
}
"""What an ORM's ``_meta`` has, the first that fits."""

_UNIONS = (types.UnionType, typing.Union)
_WRAPPERS = (Annotated, Final, Required, NotRequired)


class _Alias(Protocol):
    """A generic alias that still has type variables."""

    def __getitem__(self, arguments: tuple[object, ...]) -> object: ...


@dataclass(frozen=True, slots=True)
class Part:
    """One type inside an annotation.

    Attributes:
        path: where it stands, e.g. ``"[].author"``; empty for the whole and for the
            members of its union.
        kind: the class or special form, without ``Annotated``, aliases and the like.
    """

    path: str
    kind: object


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a cache holds no values of a type, and what to do instead."""

    what: str
    fix: str


def parts(annotation: object) -> Iterator[Part]:
    """Yield every type inside an annotation once, fields of its classes included.

    Raises:
        NameError: an annotation of a field names what does not exist at run time.
    """
    seen: set[object] = set()
    pending = [Part("", annotation)]
    while pending:
        part = pending.pop()
        kind = _bare(part.kind)
        if _mark(kind) in seen:
            continue
        seen.add(_mark(kind))
        found = Part(part.path, kind)
        yield found
        pending.extend(reversed(list(_inner(found))))


def _bare(annotation: object) -> object:
    """Return an annotation without what only surrounds it."""
    while True:
        origin: object = typing.get_origin(annotation)
        if origin in _WRAPPERS:
            annotation = typing.get_args(annotation)[0]
        elif hasattr(annotation, "__supertype__"):
            annotation = annotation.__supertype__
        elif type(annotation).__name__ == "TypeAliasType":
            annotation = getattr(annotation, "__value__", None)  # not in 3.11
        elif type(origin).__name__ == "TypeAliasType":
            value: _Alias = getattr(origin, "__value__")  # noqa: B009 - as above
            annotation = value[typing.get_args(annotation)]
        else:
            return annotation


def _is_any(kind: object) -> bool:
    """Say whether a type allows every value."""
    return kind is typing.Any or kind is object


def is_pydantic(kind: object) -> bool:
    """Say whether only Pydantic knows how to read and write a type."""
    pydantic = sys.modules.get("pydantic")
    if pydantic is None or not isinstance(kind, type):
        return False
    if hasattr(kind, "__get_pydantic_core_schema__"):
        return True
    if hasattr(kind, "__pydantic_validator__"):  # a dataclass of Pydantic's
        return True
    model: object = getattr(pydantic, "BaseModel", None)
    return isinstance(model, type) and issubclass(kind, model)


def name_of(kind: object) -> str:
    """Return how a message names a type."""
    is_class = isinstance(kind, type) and not typing.get_args(kind)
    return cast("type", kind).__qualname__ if is_class else repr(kind)


def refusal(part: Part) -> Refusal | None:
    """Say why a cache may hold no values with this part, or None when it may."""
    kind = part.kind
    origin: object = typing.get_origin(kind) or kind
    if _is_any(kind) and not part.path:
        return Refusal("says nothing", f"{ANNOTATE} with the type of what is returned")
    if isinstance(kind, TypeVar):
        return Refusal("is not resolved", f"{ANNOTATE} in full: Box[int], not Box")
    if origin in READ_ONCE:
        return Refusal("is read only once", f"return a list, and {ANNOTATE} list[...]")
    if origin is collections.abc.Callable:
        return Refusal("is code, not data", f"return its result, and {ANNOTATE} so")
    return _class_refusal(origin) if isinstance(origin, type) else None


def positional_names(kind: object) -> list[str]:
    """Return a named tuple's fields, whose names its bytes do not carry."""
    kind = typing.get_origin(kind) or kind
    if isinstance(kind, type) and issubclass(kind, tuple):
        return [str(each) for each in getattr(kind, "_fields", ())]
    return []


def _class_refusal(kind: type) -> Refusal | None:
    homes = tuple(base.__module__ for base in kind.__mro__)
    found = None
    if orm := _orm_of(kind):
        found = Refusal(f"is a class of {orm} and bound to its session", RETURN_FIELDS)
    elif any(home.startswith(RESPONSES) for home in homes):
        found = Refusal("answers one request", f"return its data, and {ANNOTATE} so")
    elif any(home.partition(".")[0] in TABLES for home in homes):
        found = Refusal("has no stable bytes", f"return its rows, and {ANNOTATE} so")
    elif issubclass(kind, io.IOBase | typing.IO):
        found = Refusal("is an open file", f"return its content, and {ANNOTATE} so")
    elif any(home.startswith("pydantic.v1") for home in homes):
        found = Refusal("is a model of Pydantic 1", "derive it from pydantic.BaseModel")
    elif kind is msgspec.Struct or (kind.__name__, homes[0]) == BASE_MODEL:
        found = Refusal("has no fields", f"{ANNOTATE} with the class itself")
    elif _is_secret(kind):
        found = Refusal("is a secret", "leave it out of what is stored")
    return found


def _is_secret(kind: type) -> bool:
    return any(
        base.__module__ == "pydantic.types" and base.__name__ in SECRETS
        for base in kind.__mro__
    )


def _orm_of(kind: type) -> str:
    homes = {base.__module__.partition(".")[0] for base in kind.__mro__}
    marks = ("__mapper__", "_sa_class_manager", "__table__")
    if "sqlalchemy" in homes or any(hasattr(kind, mark) for mark in marks):
        return "SQLModel" if "sqlmodel" in homes else "SQLAlchemy"
    meta: object = getattr(kind, "_meta", None)
    for orm, attributes in META_OF_ORMS.items():
        if any(hasattr(meta, each) for each in attributes):
            return orm
    return ""


def _inner(part: Part) -> Iterator[Part]:
    origin: object = typing.get_origin(part.kind)
    arguments = typing.get_args(part.kind)
    if origin is typing.Literal:
        return
    is_union = origin in _UNIONS
    for argument in arguments:
        yield Part(part.path + ("" if is_union else "[]"), argument)
    kind = origin or part.kind
    if isinstance(kind, type) and not is_union:
        given = _given(kind, arguments)
        for name, hint in _fields(kind).items():
            yield Part(f"{part.path}.{name}", _filled(hint, given))


def _fields(kind: type) -> Mapping[str, object]:
    if is_pydantic(kind):
        fields = _pydantic_fields(kind).items()
        return {name: getattr(each, "annotation", None) for name, each in fields}
    names = field_names(kind)
    hints = typing.get_type_hints(kind, include_extras=True) if names else {}
    return {name: hints[name] for name in names if name in hints}


def field_names(kind: type) -> list[str]:
    """Return the fields of a class whose fields msgspec or Pydantic knows."""
    if is_pydantic(kind):
        return list(_pydantic_fields(kind))
    if issubclass(kind, msgspec.Struct):
        return list(kind.__struct_fields__)
    if dataclasses.is_dataclass(kind):
        return [each.name for each in dataclasses.fields(kind)]
    is_typed_dict = issubclass(kind, dict) and hasattr(kind, "__total__")
    if is_typed_dict or hasattr(kind, "__attrs_attrs__"):
        return list(typing.get_type_hints(kind))
    return positional_names(kind)


def _pydantic_fields(kind: type) -> Mapping[str, object]:
    """Return those that are written: an excluded field comes back as its default."""
    fields: Mapping[str, object] = getattr(kind, "__pydantic_fields__", {})
    return {
        name: each
        for name, each in fields.items()
        if getattr(each, "exclude", None) is not True
    }


def _mark(kind: object) -> object:
    """Return what tells types apart: some are not hashable, as Literal[[]] is not."""
    try:
        hash(kind)
    except TypeError:
        return id(kind)
    return kind


def _given(kind: type, arguments: tuple[object, ...]) -> dict[object, object]:
    """Return what the type variables of a class and of its bases stand for."""
    given = dict(zip(getattr(kind, "__parameters__", ()), arguments, strict=False))
    for each in kind.__mro__:
        for base in getattr(each, "__orig_bases__", ()):
            names = getattr(typing.get_origin(base), "__parameters__", ())
            for name, value in zip(names, typing.get_args(base), strict=False):
                given.setdefault(name, _filled(value, given))
    return given


def _filled(hint: object, given: Mapping[object, object]) -> object:
    """Return a field's annotation with its type variables replaced."""
    if isinstance(hint, TypeVar):
        return given.get(hint, hint)
    names = () if isinstance(hint, type) else getattr(hint, "__parameters__", ())
    if not names:
        return hint
    return cast("_Alias", hint)[tuple(given.get(each, each) for each in names)]
