"""Types that functions return, with strategies for their values."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import (
    Annotated,
    Generic,
    Literal,
    NamedTuple,
    NewType,
    NotRequired,
    Optional,
    TypedDict,
    TypeVar,
)
from uuid import UUID

import msgspec
import pydantic
import typing_extensions
from hypothesis import strategies as st

T = TypeVar("T")
JobId = NewType("JobId", int)


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 3


class Colour(enum.StrEnum):
    RED = "red"
    BLUE = "blue"


class Plain(enum.Enum):
    A = "a"
    B = "b"


class Job(msgspec.Struct):
    id: int
    title: str
    pay: Decimal | None = None


class Point(msgspec.Struct, frozen=True):
    x: float
    y: float


class Row(msgspec.Struct, array_like=True, frozen=True):
    lat: int
    lon: int


class Cat(msgspec.Struct, tag=True, frozen=True):
    name: str


class Dog(msgspec.Struct, tag=True, frozen=True):
    name: str


class Box(msgspec.Struct, Generic[T], frozen=True):
    content: T
    inner: Box[T] | None = None


class Renamed(msgspec.Struct, rename="camel", omit_defaults=True):
    first_name: str = "Ada"


@dataclass
class Entry:
    key: str
    counts: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Longer(Entry):
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Frozen:
    name: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shallow:
    tags: list[str]


@dataclass
class Pair(Generic[T]):
    left: T
    right: T


class Options(TypedDict):
    depth: int
    label: NotRequired[str]


class Place(NamedTuple):
    city: str
    zip: int = 0


class Model(pydantic.BaseModel):  # type: ignore[explicit-any] # of Pydantic
    id: int
    title: str = pydantic.Field(alias="Title", validation_alias="heading")
    blob: bytes = b""
    at: datetime | None = None
    took: timedelta = timedelta()
    weight: float | None = None

    model_config = pydantic.ConfigDict(
        validate_by_name=True, validate_by_alias=True, extra="forbid"
    )

    @pydantic.computed_field  # type: ignore[prop-decorator] # Pydantic's own way
    @property
    def shout(self) -> str:
        return self.title.upper()


class FrozenModel(pydantic.BaseModel, frozen=True, strict=True):  # type: ignore[explicit-any] # of Pydantic
    place: tuple[int, str]
    when: date
    tags: frozenset[str] = frozenset()


class Open(pydantic.BaseModel, extra="allow"):  # type: ignore[explicit-any] # of Pydantic
    id: int


class Envelope(pydantic.BaseModel, Generic[T]):  # type: ignore[explicit-any] # of Pydantic
    item: T
    others: list[T] = []


class Numbers(pydantic.RootModel[list[int]]):  # type: ignore[explicit-any] # of Pydantic
    pass


class CatModel(pydantic.BaseModel):  # type: ignore[explicit-any] # of Pydantic
    kind: Literal["cat"] = "cat"
    name: str


class DogModel(pydantic.BaseModel):  # type: ignore[explicit-any] # of Pydantic
    kind: Literal["dog"] = "dog"
    name: str


class Red(pydantic.BaseModel):  # type: ignore[explicit-any] # of Pydantic
    name: str


class Green(pydantic.BaseModel):  # type: ignore[explicit-any] # of Pydantic
    name: str


class Loose(pydantic.BaseModel):  # type: ignore[explicit-any] # of Pydantic
    meta: dict[str, object] = {}


@pydantic.dataclasses.dataclass
class Checked:
    size: Annotated[int, pydantic.Field(gt=0, alias="Size")] = 1


@dataclass
class Holder:
    model: FrozenModel
    models: dict[UUID, Open] = field(default_factory=dict)


class Page(typing_extensions.TypedDict):  # typing's is too plain before 3.12
    items: list[Model]
    next: NotRequired[int]


class Seat(NamedTuple):
    model: Open
    row: int


texts = st.text(st.characters(codec="utf-8"), max_size=8)
ints = st.integers(-(2**63), 2**64 - 1)
floats = st.floats(allow_nan=False)
aware = st.datetimes(timezones=st.just(UTC))
decimals = st.decimals(allow_nan=False, allow_infinity=False)
jobs = st.builds(Job, ints, texts, st.none() | decimals)
points = st.builds(Point, floats, floats)
models = st.fixed_dictionaries(
    {
        "id": st.integers(),
        "heading": texts,
        "blob": st.binary(max_size=8),
        "at": st.none() | aware | st.datetimes(),
        "took": st.timedeltas(timedelta(days=-99_999), timedelta(days=99_999)),
        "weight": st.none() | floats,
    }
).map(Model.model_validate)
frozen_models = st.builds(
    FrozenModel,
    place=st.tuples(st.integers(), texts),
    when=st.dates(),
    tags=st.frozensets(texts, max_size=3),
)
open_models = st.builds(
    lambda number, extra: Open.model_validate({**extra, "id": number}),
    st.integers(),
    st.dictionaries(texts, texts | st.integers() | st.lists(texts), max_size=2),
)

MSGPACK_TYPES: Mapping[str, tuple[object, st.SearchStrategy[object]]] = {
    "None": (None, st.none()),
    "bool": (bool, st.booleans()),
    "int": (int, ints),
    "float": (float, floats),
    "str": (str, texts),
    "bytes": (bytes, st.binary()),
    "bytearray": (bytearray, st.binary().map(bytearray)),
    "naive datetime": (datetime, st.datetimes()),
    "aware datetime": (datetime, aware),
    "date": (date, st.dates()),
    "time": (time, st.times()),
    "timedelta": (timedelta, st.timedeltas()),
    "Decimal": (Decimal, decimals),
    "UUID": (UUID, st.uuids()),
    "IntEnum": (Level, st.sampled_from(Level)),
    "StrEnum": (Colour, st.sampled_from(Colour)),
    "Enum": (Plain, st.sampled_from(Plain)),
    "Literal": (Literal["a", 1] | None, st.sampled_from(["a", 1, None])),
    "NewType": (JobId, ints),
    "Annotated": (Annotated[int, msgspec.Meta(ge=0)], st.integers(0, 9)),
    "Optional": (Optional[int], st.none() | ints),  # noqa: UP045 - also to be read
    "int | str": (int | str | None, ints | texts | st.none()),
    "int | float": (int | float, ints | floats),
    "list": (list[int], st.lists(ints)),
    "nested list": (list[list[str]], st.lists(st.lists(texts))),
    "dict of str": (dict[str, float], st.dictionaries(texts, floats)),
    "dict of int": (dict[int, list[int]], st.dictionaries(ints, st.lists(ints))),
    "dict of UUID": (dict[UUID, str], st.dictionaries(st.uuids(), texts)),
    "dict of Enum": (
        dict[Plain, int],
        st.dictionaries(st.sampled_from(Plain), ints),
    ),
    "dict of tuple": (
        dict[tuple[int, str], Job],
        st.dictionaries(st.tuples(ints, texts), jobs),
    ),
    "set": (set[int], st.sets(ints)),
    "frozenset": (frozenset[str], st.frozensets(texts)),
    "tuple": (tuple[int, str], st.tuples(ints, texts)),
    "long tuple": (tuple[int, ...], st.lists(ints).map(tuple)),
    "Sequence": (Sequence[int], st.lists(ints)),
    "Mapping": (Mapping[str, int], st.dictionaries(texts, ints)),
    "Struct": (Job, jobs),
    "list of Struct": (list[Job], st.lists(jobs, max_size=5)),
    "array-like Struct": (Row, st.builds(Row, ints, ints)),
    "renamed Struct": (Renamed, st.builds(Renamed, texts)),
    "tagged union": (Cat | Dog, st.builds(Cat, texts) | st.builds(Dog, texts)),
    "generic Struct": (
        Box[int],
        st.builds(Box, ints, st.none() | st.builds(Box, ints)),
    ),
    "dataclass": (Entry, st.builds(Entry, texts, st.lists(ints))),
    "inherited dataclass": (Longer, st.builds(Longer, texts, st.lists(ints), aware)),
    "frozen dataclass": (Frozen, st.builds(Frozen, texts, st.lists(texts).map(tuple))),
    "generic dataclass": (Pair[UUID], st.builds(Pair, st.uuids(), st.uuids())),
    "TypedDict": (
        Options,
        st.fixed_dictionaries({"depth": ints}, optional={"label": texts}),
    ),
    "NamedTuple": (Place, st.builds(Place, texts, ints)),
    "JSON": (
        dict[str, object],
        st.dictionaries(texts, st.none() | ints | st.lists(floats) | texts),
    ),
}
"""Every kind of annotation that msgspec reads, with values that are equal later."""

PYDANTIC_TYPES: Mapping[str, tuple[object, st.SearchStrategy[object]]] = {
    "model": (Model, models),
    "strict frozen model": (FrozenModel, frozen_models),
    "model with extras": (Open, open_models),
    "list of models": (list[Model], st.lists(models, max_size=3)),
    "optional model": (Model | None, st.none() | models),
    "dict of models": (dict[int, Open], st.dictionaries(st.integers(), open_models)),
    "dict of Enum": (
        dict[Colour, Open],
        st.dictionaries(st.sampled_from(Colour), open_models),
    ),
    "tuple with a model": (tuple[int, Open], st.tuples(st.integers(), open_models)),
    "generic model": (
        Envelope[FrozenModel],
        st.builds(Envelope[FrozenModel], item=frozen_models),
    ),
    "root model": (Numbers, st.builds(Numbers, st.lists(st.integers()))),
    "union of models": (
        CatModel | DogModel,
        st.builds(CatModel, name=texts) | st.builds(DogModel, name=texts),
    ),
    "dataclass of Pydantic": (Checked, st.builds(Checked, Size=st.integers(1))),
    "dataclass with models": (
        Holder,
        st.builds(Holder, frozen_models, st.dictionaries(st.uuids(), open_models)),
    ),
    "TypedDict with models": (
        Page,
        st.fixed_dictionaries(
            {"items": st.lists(models, max_size=2)}, optional={"next": st.integers()}
        ),
    ),
    "NamedTuple with a model": (Seat, st.builds(Seat, open_models, st.integers())),
    "generic dataclass": (Pair[Open], st.builds(Pair, open_models, open_models)),
    "a model's JSON": (
        Loose,
        st.builds(Loose, meta=st.dictionaries(texts, texts | st.lists(st.booleans()))),
    ),
}
"""Every kind of annotation that Pydantic reads, as above."""
