"""Types whose values no cache may hold, and types that are easily mistaken for them."""

from __future__ import annotations

import collections
import enum
import io
import pathlib
import typing
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Generator,
    Iterable,
    Iterator,
    Mapping,
)
from dataclasses import InitVar, dataclass
from typing import Annotated, Any, Optional, TypeVar

import msgspec
import pydantic
from pydantic import v1
from sqlalchemy import Row as SqlRow
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedAsDataclass,
    mapped_column,
    registry,
)
from starlette.responses import JSONResponse, StreamingResponse

from stateroom.codec.codecs import MISSING
from tests.codec.valued import Box, Envelope, Model, Point

T = TypeVar("T")


class Base(DeclarativeBase):
    pass


class Mapped1(Base):
    __tablename__ = "mapped"

    id: Mapped[int] = mapped_column(primary_key=True)


class DataBase(MappedAsDataclass, DeclarativeBase):
    pass


class MappedData(DataBase):
    __tablename__ = "mapped_data"

    id: Mapped[int] = mapped_column(primary_key=True)


class Imperative:
    id: int


registry().map_imperatively(
    Imperative,
    Base.metadata.tables["mapped"],
    properties={},
)


@dataclass
class Holder:
    rows: list[Mapped1]


class Response(msgspec.Struct):
    holder: Holder | None = None


class DjangoMeta:
    concrete_model = None
    pk = None


class TortoiseMeta:
    basequery = None
    db_table = ""


class PeeweeMeta:
    database = None
    table_name = ""


class LikeDjango:
    _meta = DjangoMeta()


class LikeTortoise:
    _meta = TortoiseMeta()


class LikePeewee:
    _meta = PeeweeMeta()


class HasMeta(msgspec.Struct):
    """Has a ``_meta``, and is no ORM's."""

    id: int
    _meta: typing.ClassVar[dict[str, str]] = {}


class Frame:
    __module__ = "pandas.core.frame"


class Unknown:
    pass


class Mixed(enum.Enum):
    ONE = 1
    TWO = "two"


class Secretive(pydantic.BaseModel):  # type: ignore[explicit-any] # of Pydantic
    word: pydantic.SecretStr


class Hidden(pydantic.BaseModel):  # type: ignore[explicit-any] # of Pydantic
    word: str = pydantic.Field(json_schema_extra={"writeOnly": True})


class Shown(pydantic.BaseModel):  # type: ignore[explicit-any] # of Pydantic
    """Has fields whose names and texts look like a secret's."""

    format: str = "password"
    writeOnly: bool = True  # noqa: N815 - the name that JSON schema uses


class Old(v1.BaseModel):
    id: int


class WithStruct(pydantic.BaseModel, arbitrary_types_allowed=True):  # type: ignore[explicit-any] # of Pydantic
    point: Point


class StructWithModel(msgspec.Struct):
    model: Model


@dataclass
class One:
    id: int


@dataclass
class Two:
    id: int


@dataclass
class HasInitVar:
    id: InitVar[int]


@dataclass
class Unresolved:
    other: Nowhere  # type: ignore[name-defined] # noqa: F821 - what the test is about


REFUSED: Mapping[str, tuple[object, str]] = {
    "no annotation": (MISSING, "no return annotation"),
    "text": ("list[int]", "could not be resolved"),
    "text inside": (list["Nowhere"], "Nowhere"),  # type: ignore[name-defined] # noqa: F821
    "a name of nothing": (Unresolved, "Nowhere"),
    "Any": (Any, "Any"),
    "object": (object, "object"),
    "Annotated Any": (Annotated[Any, 1], "Any"),
    "Any or None": (Optional[object], "object"),  # noqa: UP045 - as X | None
    "object | None": (object | None, "object"),
    "a type variable": (T, "not resolved"),
    "a type variable inside": (list[T], "not resolved"),  # type: ignore[valid-type]
    "a generic Struct": (Box, "not resolved"),
    "a generic model": (Envelope, "not resolved"),
    "a generic class inside": (dict[str, Box], "not resolved"),  # type: ignore[type-arg]
    "the base of models": (pydantic.BaseModel, "no fields"),
    "the base of structs": (msgspec.Struct, "no fields"),
    "a plain class": (Unknown, "Unknown"),
    "a plain class inside": (dict[str, list[Unknown]], "Unknown"),
    "complex": (complex, "complex"),
    "a path": (pathlib.Path, "Path"),
    "a class itself": (type[int], "type"),
    "an ordered dict": (collections.OrderedDict[str, int], "OrderedDict"),
    "a mixed Enum": (Mixed, "Mixed"),
    "two dataclasses": (One | Two, "One"),
    "str | bytes": (str | bytes, "str"),
    "an InitVar": (HasInitVar, "InitVar"),
    "memoryview": (memoryview, "memoryview"),
    "Raw": (msgspec.Raw, "Raw"),
    "an extension type": (list[msgspec.msgpack.Ext], "Ext"),
    "never": (typing.Never, "Never"),
    "a number": (3, "3"),
    "an iterator": (Iterator[int], "only once"),
    "an iterable": (Iterable[int], "only once"),
    "a generator": (Generator[int, None, None], "only once"),
    "an async iterator": (AsyncIterator[int], "only once"),
    "an async generator": (AsyncGenerator[int, None], "only once"),
    "an awaitable": (Awaitable[int], "only once"),
    "a coroutine": (Coroutine[None, None, int], "only once"),
    "iterators inside": (list[Iterator[int]], "only once"),
    "a callable": (Callable[[int], int], "code"),
    "any callable": (Callable, "code"),
    "a response": (JSONResponse, "one request"),
    "a streaming response": (StreamingResponse | None, "one request"),
    "an open file": (io.BytesIO, "open file"),
    "any open file": (typing.IO[bytes], "open file"),
    "any binary file": (typing.BinaryIO, "open file"),
    "a data frame": (Frame, "no stable bytes"),
    "a mapped class": (Mapped1, "Mapped1"),
    "mapped classes": (list[Mapped1], "SQLAlchemy"),
    "a mapped dataclass": (MappedData, "SQLAlchemy"),
    "an imperatively mapped class": (Imperative, "SQLAlchemy"),
    "a field of a field": (dict[str, Response], "[].holder.rows[]"),
    "a model or a mapped class": (Model | Mapped1, "SQLAlchemy"),
    "a row": (SqlRow[tuple[int, str]], "SQLAlchemy"),
    "a base of mapped classes": (Base, "SQLAlchemy"),
    "Django's": (list[LikeDjango], "Django"),
    "Tortoise's": (LikeTortoise, "Tortoise"),
    "Peewee's": (LikePeewee | None, "Peewee"),
    "a secret": (pydantic.SecretStr, "secret"),
    "secret bytes": (pydantic.SecretBytes | None, "secret"),
    "any secret": (list[pydantic.Secret[int]], "secret"),
    "a secret in a model": (Secretive, ".word"),
    "secrets inside": (dict[str, list[Secretive]], "[][].word"),
    "a field that is not shown": (Hidden, "secret"),
    "a model of Pydantic 1": (Old, "Pydantic 1"),
    "a Struct in a model": (WithStruct, "Point"),
    "a model in a Struct": (StructWithModel, "StructWithModel"),
    "a Struct beside a model": (list[Model | Point], "Point"),
}
"""Annotations, each with a word that the refusal has to say."""
