"""Values of every kind that can stand in a key, and what makes two of them equal."""

from __future__ import annotations

import dataclasses
import enum
import pathlib
import struct
import uuid
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo

import msgspec
import pydantic
from hypothesis import strategies as st


class Colour(enum.StrEnum):
    RED = "red"


class Level(enum.IntEnum):
    RED = 1


class Right(enum.Flag):
    READ = 1
    WRITE = 2


class Bits(enum.IntFlag):
    """Keeps bits that have no name."""

    LOW = 1


class Shape(enum.Enum):
    """Its values have no bytes; its names have."""

    ROUND = 1j
    SQUARE = 2j


class Pair(NamedTuple):
    left: object
    right: object


@dataclasses.dataclass
class Point:
    x: object
    y: object = dataclasses.field(compare=False)


@dataclasses.dataclass
class Spot:
    x: object
    y: object


@dataclasses.dataclass(init=False)
class Wrapped(dict[str, int]):
    """Holds more than its fields."""

    x: int = 1


class Filters(msgspec.Struct):
    query: object
    limit: object = msgspec.UNSET


class Model(pydantic.BaseModel):  # type: ignore[explicit-any] # its own, for extra
    model_config = pydantic.ConfigDict(extra="allow")

    query: object = None
    old: int = pydantic.Field(default=1, deprecated=True)
    _hidden: int = pydantic.PrivateAttr(default=0)


class Client:
    """An object of a caller, known by what it says of itself."""

    def __init__(self, key: object) -> None:
        self.key = key

    def __cache_key__(self) -> object:
        return self.key


class OtherClient(Client):
    pass


class Money(int):
    """A builtin's subclass, which holds more than the builtin shows."""

    currency = "EUR"


class Nameless(tzinfo):
    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        return None if moment is None else timedelta(hours=1)

    def dst(self, _moment: datetime | None) -> timedelta | None:
        return None

    def tzname(self, _moment: datetime | None) -> str | None:
        return None


BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 7, 1, 12, tzinfo=BERLIN)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, -1, 2**63, -(2**63), 2**64 - 1, 2**64, -(2**63) - 1]),
    st.integers(),
    st.sampled_from([0.0, -0.0, 1.0, float("nan"), float("inf"), -float("inf")]),
    st.text(st.sampled_from("a1:,\0 \ud800\udc00\U00010000"), max_size=3),
    st.binary(max_size=2),
    st.sampled_from([Decimal(1), Decimal("1.0"), Decimal("NaN"), Decimal("1E+2")]),
    st.sampled_from([Colour.RED, Level.RED, Right.READ, Right.READ | Right.WRITE]),
    st.sampled_from(
        [date(2026, 7, 1), NOON.replace(tzinfo=None), NOON, time(), time(1)]
    ),
    st.sampled_from([timedelta(1), timedelta(seconds=1), timedelta(0, 0, 1)]),
    st.sampled_from([uuid.UUID(int=0), uuid.UUID(int=1), msgspec.UNSET]),
    st.sampled_from([pathlib.PurePosixPath("a"), pathlib.PureWindowsPath("a")]),
)
hashables = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple), st.frozensets(inner, max_size=3)
    ),
    max_leaves=4,
)
values = st.recursive(
    hashables,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.sets(hashables, max_size=3),
        st.dictionaries(hashables, inner, max_size=3),
        st.builds(Point, inner, inner),
        st.builds(Spot, inner, inner),
        st.builds(Pair, inner, inner),
        st.builds(Filters, inner),
    ),
    max_leaves=6,
)
calls = st.lists(values, max_size=3).map(tuple)


def same(one: object, two: object) -> bool:
    """Say if two values are equal, types and all, by other means than bytes."""
    if type(one) is not type(two):
        return False
    match one:
        case list() | tuple():
            others = cast("list[object]", two)
            return len(one) == len(others) and all(map(same, one, others))
        case set() | frozenset():
            return matched(list(one), list(cast("set[object]", two)))
        case dict():
            pairs = cast("dict[object, object]", two).items()
            return matched(list(one.items()), list(pairs))
        case Point() | Spot() | Filters():
            return same(parts_of(one), parts_of(two))
    return alone(one) == alone(two)


def alone(value: object) -> object:
    """Return what tells a value from the others of its type, when it contains none."""
    return struct.pack("d", value) if isinstance(value, float) else repr(value)


def parts_of(value: object) -> dict[str, object]:
    return {name: getattr(value, name) for name in type(value).__annotations__}


def matched(ones: list[object], twos: list[object]) -> bool:
    """Say if each has its like among the others, in any order."""
    if len(ones) != len(twos):
        return False
    left = list(twos)
    for one in ones:
        found = next((at for at, two in enumerate(left) if same(one, two)), None)
        if found is None:
            return False
        del left[found]
    return True


def rebuilt(value: object) -> object:
    """Return an equal value made of other objects, its unordered parts reversed."""
    match value:
        case Pair() | Point() | Spot() | Filters():
            parts = [rebuilt(each) for each in parts_of(value).values()]
            return cast("type[Spot]", type(value))(*parts)
        case list() | tuple():
            return type(value)(rebuilt(each) for each in value)
        case set() | frozenset():
            return type(value)(rebuilt(each) for each in reversed(list(value)))
        case dict():
            pairs = reversed(list(value.items()))
            return {rebuilt(key): rebuilt(each) for key, each in pairs}
        case str():
            return value if isinstance(value, Colour) else "".join(list(value))
        case _:
            return value
