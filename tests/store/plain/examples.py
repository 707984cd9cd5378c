"""Classes of every sort that has a plain form, and one value of each."""

from __future__ import annotations

import enum
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import InitVar, dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath, PureWindowsPath
from typing import (
    Annotated,
    Generic,
    Literal,
    NamedTuple,
    NewType,
    NotRequired,
    TypedDict,
    TypeVar,
)
from uuid import UUID
from zoneinfo import ZoneInfo

from stateroom.store.undefined import NOTHING, UNDEFINED, Undefined

T = TypeVar("T")
PARIS = ZoneInfo("Europe/Paris")
LATE = datetime(2026, 10, 25, 2, 30, tzinfo=PARIS)
"""When clocks are set back, for the first time of two."""
LOCAL = datetime(2026, 7, 25, 10, 0, 0, 5, tzinfo=UTC).replace(tzinfo=None)
UserNumber = NewType("UserNumber", int)


class Colour(enum.Enum):
    RED = "red"
    COST = "$"


class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 2


class Shape(enum.Enum):
    ROUND = (1, 2)
    SQUARE = "square"


class Right(enum.Flag):
    READ = 1
    WRITE = 2
    OWN = 4


class UserId(str):
    """An id."""

    __slots__ = ()


@dataclass
class Role:
    title: str
    since: datetime | None = None
    tags: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float = 0.0


@dataclass(slots=True, kw_only=True)
class Tree:
    name: str
    children: list[Tree] = field(default_factory=list)
    parent: Tree | None = None


@dataclass
class Base:
    first: int


@dataclass
class Inherited(Base):
    second: date = date(2026, 1, 1)


@dataclass
class Box(Generic[T]):
    content: T
    others: list[T] = field(default_factory=list)


@dataclass
class BoxOfDates(Box[date]):
    label: str = ""


@dataclass
class Counted:
    name: str
    seed: InitVar[int] = 0
    count: int = field(init=False)

    def __post_init__(self, seed: int) -> None:
        self.count = seed


class Pair(NamedTuple):
    left: int
    right: Decimal = Decimal(0)


class Movie(TypedDict):
    title: str
    year: NotRequired[date]


class Priced(TypedDict("Priced", {"$price": int})):
    """A typed dict whose key looks like a mark."""


@dataclass
class Cat:
    name: str


@dataclass
class Dog:
    name: str


class Add(TypedDict):
    op: Literal["add"]
    value: int


class Remove(TypedDict):
    op: Literal["remove"]


@dataclass
class Everything:
    """What state may hold, in one class."""

    roles: dict[UserNumber, Role]
    pets: list[Cat | Dog]
    patches: tuple[Add | Remove, ...]
    extra: object
    note: Annotated[str | None, "shown"] = None


EXAMPLES: dict[str, tuple[object, object]] = {
    "None": (None, None),
    "bool": (bool, True),
    "int": (int, 2**53 - 1),
    "int, large": (int, -(2**53)),
    "int, very large": (int, 2**2100 + 1),
    "float": (float, -0.0),
    "float, an integer": (float, 1.0),
    "float, infinite": (float, float("-inf")),
    "str": (str, 'ü\ud800"\0'),
    "bytes": (bytes, b"\x00\xff\x10"),
    "bytearray": (bytearray, bytearray(b"ab")),
    "complex": (complex, complex(1.5, -0.0)),
    "range": (range, range(1, 10, 3)),
    "date": (date, date(2026, 7, 25)),
    "datetime": (datetime, LOCAL),
    "datetime, UTC": (datetime, datetime(2026, 7, 25, tzinfo=UTC)),
    "datetime, zone": (datetime, LATE),
    "datetime, later": (datetime, LATE.replace(fold=1)),
    "datetime, fold": (datetime, LATE.replace(fold=1, tzinfo=None)),
    "time": (time, time(10, 30)),
    "time, zone": (time, time(2, 30, tzinfo=PARIS, fold=1)),
    "timedelta": (timedelta, -timedelta(days=1, hours=2, seconds=3, microseconds=40)),
    "timedelta, none": (timedelta, timedelta()),
    "timezone": (timezone, timezone(timedelta(hours=-3, minutes=-30))),
    "ZoneInfo": (ZoneInfo, PARIS),
    "Decimal": (Decimal, Decimal("-1.10")),
    "Decimal, no number": (Decimal, Decimal("NaN12")),
    "Fraction": (Fraction, Fraction(-1, 3)),
    "UUID": (UUID, UUID(int=1)),
    "PurePosixPath": (PurePosixPath, PurePosixPath("/a/b")),
    "PureWindowsPath": (PureWindowsPath, PureWindowsPath("c:\\a")),
    "Enum of text": (Colour, Colour.RED),
    "Enum of integers": (Size, Size.LARGE),
    "Enum of others": (Shape, Shape.ROUND),
    "Flag": (Right, Right.READ | Right.OWN),
    "subclass of str": (UserId, UserId("u1")),
    "NewType": (UserNumber, UserNumber(5)),
    "Literal": (Literal["a", 1, Colour.RED] | None, Colour.RED),
    "list": (list[date], [date(2026, 7, 25)]),
    "list, untyped": (list, [1, (2,)]),
    "tuple": (tuple[int, str], (1, "a")),
    "tuple, any length": (tuple[int, ...], (1, 2)),
    "tuple, empty": (tuple[()], ()),
    "set": (set[str], {"b", "a", "c"}),
    "set of numbers": (set[float], {10.0, 9.0, 1.5}),
    "frozenset": (frozenset[tuple[int, int]], frozenset({(2, 1), (1, 2)})),
    "Sequence, a list": (Sequence[int], [1]),
    "Sequence, a tuple": (Sequence[int], (1,)),
    "Set": (AbstractSet[int], frozenset({2, 1})),
    "dict": (dict[str, date], {"a": date(2026, 7, 25), "$b": date(2026, 1, 1)}),
    "dict of integers": (dict[int, str], {1: "a", -(2**60): "b"}),
    "dict of bools": (dict[bool, int], {True: 1, False: 0}),
    "dict of enums": (dict[Colour, int], {Colour.RED: 1, Colour.COST: 2}),
    "dict of UUIDs": (dict[UUID, int], {UUID(int=2): 1}),
    "dict of dates": (dict[date, int], {date(2026, 7, 25): 1}),
    "dict of tuples": (dict[tuple[int, str], bool], {(1, "a"): True}),
    "dict of floats": (dict[float, int], {0.5: 1}),
    "dict, untyped": (dict, {"a": {1, 2}, "$b": None}),
    "dict, untyped keys": (dict[object, date], {1: date(2026, 7, 25), "a": date.min}),
    "Mapping": (Mapping[str, int], {"a": 1}),
    "OrderedDict": (OrderedDict[str, int], OrderedDict(b=1, a=2)),
    "dataclass": (Role, Role("cook", datetime(2026, 7, 25, tzinfo=UTC), {"b", "a"})),
    "dataclass, frozen": (Point, Point(1.5)),
    "dataclass, recursive": (Tree, Tree(name="a", children=[Tree(name="b")])),
    "dataclass, inherited": (Inherited, Inherited(1)),
    "dataclass, generic": (Box[date], Box(date(2026, 7, 25), [date(2026, 1, 1)])),
    "dataclass, generic base": (BoxOfDates, BoxOfDates(date(2026, 7, 25))),
    "dataclass, not by init": (Counted, Counted("a", 7)),
    "NamedTuple": (Pair, Pair(1, Decimal("1.0"))),
    "TypedDict": (Movie, {"title": "Up", "year": date(2009, 5, 28)}),
    "TypedDict, partly": (Movie, {"title": "Up"}),
    "TypedDict, a mark": (Priced, {"$price": 1}),
    "union, optional": (Role | None, None),
    "union, text": (datetime | str, "2026-07-25"),
    "union, marked text": (datetime | str, LOCAL),
    "union, dataclasses": (Cat | Dog | None, Dog("Rex")),
    "union, told by a field": (Add | Remove, {"op": "add", "value": 1}),
    "union, arrays": (list[int] | set[int] | tuple[int, ...], {1}),
    "union, lists": (list[int] | list[str], ["a"]),
    "union, enums": (Colour | Size | str, Colour.RED),
    "union, numbers": (int | float, 1.0),
    "UNDEFINED": (Role | Undefined, UNDEFINED),
    "everything": (
        Everything,
        Everything(
            roles={UserNumber(1): Role("cook")},
            pets=[Cat("Tom"), Dog("Rex")],
            patches=({"op": "remove"}, {"op": "add", "value": 2}),
            extra=[{"$a": Role("cook")}, date(2026, 7, 25), b"a", 2**60, 1.5, None],
        ),
    ),
    "untyped, JSON's own": (object, {"a": [1, 1.5, "b", True, None]}),
    "untyped, numbers": (object, [2**60, float("inf")]),
    "untyped, text": (
        object,
        [
            *(date.min, LOCAL, time.min, timedelta.min, UTC, b"", bytearray(), 1j),
            *(range(3), PARIS, Decimal(1), Fraction(1), UUID(int=0)),
            *(PurePosixPath("a"), PureWindowsPath("a")),
        ],
    ),
    "untyped, containers": (object, [(1, (2,)), {1}, frozenset({1}), {1: 2}]),
    "untyped, marks as keys": (object, {"$type": 1, "$set": [], "$$": 0, "$jsan": "r"}),
    "untyped, one mark as a key": (object, {"$set": [1]}),
    "untyped, classes": (object, [Role("a"), Pair(1), Colour.RED, Shape.SQUARE]),
    "untyped, more classes": (object, [Right.READ, UserId("a"), Box(1), NOTHING]),
}
"""Name -> a type, and a value of it whose form shows what is promised."""
