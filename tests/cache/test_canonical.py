"""Canonical bytes: equal values share them, and no others do."""

from __future__ import annotations

import itertools
import pathlib
import sys
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import cast
from zoneinfo import ZoneInfo

import msgspec
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.cache.canonical import canonical
from stateroom.cache.scalars import DEEPEST
from stateroom.errors import InvalidValue
from tests.cache.encodable import (
    NOON,
    Bits,
    Client,
    Colour,
    Filters,
    Level,
    Model,
    Money,
    Nameless,
    OtherClient,
    Pair,
    Point,
    Right,
    Shape,
    Spot,
    Wrapped,
    calls,
    rebuilt,
    same,
)


@given(calls, calls)
def test_two_calls_share_bytes_only_if_they_are_the_same(
    one: tuple[object, ...], two: tuple[object, ...]
) -> None:
    assert (canonical(one) == canonical(two)) == same(one, two)


@given(st.lists(calls, min_size=2, max_size=2).map(tuple))
def test_what_is_nested_differently_has_other_bytes(
    pair: tuple[tuple[object, ...], tuple[object, ...]],
) -> None:
    one, two = pair
    for joined in ((*one, *two), (*one, two), (one, *two)):
        assert (canonical(joined) == canonical((one, two))) == same(joined, (one, two))


@given(calls)
def test_equal_calls_have_equal_bytes_whatever_they_are_made_of(
    call: tuple[object, ...],
) -> None:
    assert canonical(cast("tuple[object, ...]", rebuilt(call))) == canonical(call)


def rows(members: list[object]) -> list[object]:
    """Return every list and tuple of at most two of the members."""
    pairs = [list(pair) for pair in itertools.product(members, repeat=2)]
    lists = [[], *([each] for each in members), *pairs]
    return [*lists, *map(tuple, lists)]


def test_no_two_small_values_share_their_bytes() -> None:
    # Texts of what our own frames are made of, so that one could pass for another.
    atoms: list[object] = [None, "", "0", "s", "ss", b"s"]
    small = [*atoms, *rows(atoms)]
    every = [*atoms, *rows(small)]
    assert len({canonical((each,)) for each in every}) == len(every)
    twice = list(itertools.product(small, repeat=2))
    assert len({canonical(each) for each in twice}) == len(twice)


COLLIDING: list[list[tuple[object, ...]]] = [
    [(None,), ("",), ("None",), (), (0,), (False,), ([],), ((),), ({},), (set(),)],
    [
        (1,),
        (1.0,),
        (True,),
        ("1",),
        (b"1",),
        (Decimal(1),),
        (Decimal("1.0"),),
        (Level.RED,),
    ],
    [("a b", "c"), ("a", "b c"), ("a b c",), ("a", "b", "c")],
    [(["a", "b"],), (("a", "b"),), ("a:b",), ("a", "b"), ({"a", "b"},), ({"a": "b"},)],
    [("1:y:2", "3"), ("1", "2:y:3"), ("1", 2, "y", 3)],
    [(0.0,), (-0.0,), (0,), ([0.0],), ([-0.0],)],
    [({1: 0},), ({1.0: 0},), ({True: 0},), ({"1": 0},), ([(1, 0)],)],
    [({1},), ({1.0},), ({True},), (frozenset({1}),)],
    [("\ud800",), ("\udc00",), ("?",), ("",)],
    [("\ud83d\ude00",), ("\U0001f600",), (b"\xf0\x9f\x98\x80",)],
    [(2**64,), (-(2**64),), (2.0**64,), (str(2**64),), (2**64 - 1,)],
    [("red",), (Colour.RED,), (Level.RED,), (("red",),)],
    [(Point(1, 2),), (Spot(1, 2),), (Point(1, 3),), (Pair(1, 2),), ((1, 2),)],
    [(Client(1),), (OtherClient(1),), (Client("1"),), (1,), ((1,),)],
    [(Filters(1),), (Filters(1, 2),), (Model(query=1),), ({"query": 1},)],
    [
        (Model(),),
        (Model(query="None"),),
        (Model(old=2),),
        (Model.model_validate({"new": None}),),
    ],
    [
        (NOON,),
        (NOON.replace(tzinfo=None),),
        (NOON.astimezone(UTC),),
        (NOON.replace(tzinfo=UTC),),
        (NOON.replace(tzinfo=timezone(timedelta(hours=2))),),
        (NOON.replace(tzinfo=timezone(timedelta(hours=2), "home")),),
        (NOON.replace(tzinfo=ZoneInfo("Europe/Paris")),),
        (NOON.replace(fold=1),),
        (NOON.isoformat(),),
    ],
    [(Bits(0),), (Bits(8),), (Bits(16),), (Bits.LOW,), (8,)],
    [(Shape.ROUND,), (Shape.SQUARE,), ("ROUND",)],
    [(date(2026, 7, 1),), (datetime(2026, 7, 1, tzinfo=UTC),), ("2026-07-01",)],
    [(pathlib.PurePosixPath("a/b"),), (pathlib.PureWindowsPath("a/b"),), ("a/b",)],
]


@pytest.mark.parametrize(
    ("one", "two"),
    [pair for group in COLLIDING for pair in itertools.combinations(group, 2)],
)
def test_what_other_caches_confuse_is_told_apart(
    one: tuple[object, ...], two: tuple[object, ...]
) -> None:
    assert canonical(one) != canonical(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"a": 1, "b": [2]}, {"b": [2], "a": 1}),
        ({0, 8}, {8, 0}),  # whose members are not in the same order
        (frozenset([0, 8]), frozenset([8, 0])),
        (Point(1, 2), Point(1, 2)),
        (Client((1, "a")), Client((1, "a"))),
        (Right.READ | Right.WRITE, Right.WRITE | Right.READ),
        (float("nan"), float("nan")),
        (NOON, NOON.replace(tzinfo=ZoneInfo("Europe/Berlin"))),
        (
            datetime(2026, 7, 1, tzinfo=UTC),
            datetime(2026, 7, 1, tzinfo=ZoneInfo("UTC")),
        ),
        (pathlib.PurePosixPath("a"), pathlib.Path("a")),
        (Model(query=None), Model()),
    ],
)
def test_equal_values_share_their_bytes(one: object, two: object) -> None:
    assert canonical((one,)) == canonical((two,))
    assert canonical(([one],)) == canonical(([two],))


def test_a_models_private_attribute_is_part_of_it() -> None:
    one, two = Model(), Model()
    two._hidden = 1  # noqa: SLF001 - as one of its own methods would
    assert canonical((one,)) != canonical((two,))


def test_a_models_cached_property_is_no_part_of_it() -> None:
    one, two = Model(), Model()
    vars(two)["cached"] = object()
    assert canonical((one,)) == canonical((two,))


def test_plain_values_are_msgpack_and_others_begin_with_what_it_never_uses() -> None:
    assert canonical(("a", 1)) == msgspec.msgpack.encode(("a", 1))
    several: tuple[object, ...] = (2**64, "\ud800", [], Decimal(1))
    for beyond in several:
        assert canonical(("a", beyond)).startswith(b"\xc1")


def test_the_bytes_of_a_release_stay_as_they_are() -> None:
    eight = [number.to_bytes(8, "big") for number in range(5)]
    expected = b"\xc1" + eight[1] + b"[" + eight[4]
    expected += b"i" + eight[1] + b"\x01" + b"s" + eight[1] + b"a" + b"0" + b"T"
    assert canonical(([1, "a", None, True],)) == expected


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (object(), "object"),
        (bytearray(b"1"), "bytearray"),
        (1j, "complex"),
        (Money(1), f"{Money.__module__}.Money"),
        (OrderedDict(a=1), "collections.OrderedDict"),
        (defaultdict(int), "collections.defaultdict"),
        (Point, "type"),
        (Client, "type"),
        (Wrapped(a=1), f"{Wrapped.__module__}.Wrapped"),
        (len, "builtin_function_or_method"),
        (Client(object()), "object"),
        ([{"a": {1: object()}}], "object"),
        (pydantic.SecretStr("hush"), "pydantic.types.SecretStr"),
        (datetime(2026, 1, 1, tzinfo=Nameless()), f"{Nameless.__module__}.Nameless"),
    ],
)
def test_what_has_no_sure_bytes_is_refused_with_both_ways_out(
    value: object, found: str
) -> None:
    with pytest.raises(InvalidValue, match="parameter 'session'") as caught:
        canonical((1, value), ("user", "session"))
    assert caught.value.found == found
    assert "ignore=" in caught.value.hint
    assert "__cache_key__" in caught.value.hint
    assert "hush" not in str(caught.value)


def test_an_argument_without_a_name_is_counted() -> None:
    with pytest.raises(InvalidValue, match="argument 2 cannot"):
        canonical((1, object()))


def test_a_field_that_was_never_set_is_named() -> None:
    point = Point.__new__(Point)
    point.x = 1
    with pytest.raises(InvalidValue, match="its field 'y' was never set"):
        canonical((point,))


def test_a_named_tuple_with_further_attributes_is_refused() -> None:
    class Wide(Pair):
        pass

    wide = Wide(1, 2)
    assert canonical((wide,)) != canonical((Pair(1, 2),))
    wide.more = 3  # type: ignore[attr-defined] # a subclass without slots allows it
    with pytest.raises(InvalidValue, match="more than its named fields"):
        canonical((wide,))


def circular_list() -> object:
    circle: list[object] = []
    circle.append(circle)
    return circle


def circular_dict() -> object:
    circle: dict[str, object] = {}
    circle["a"] = [circle]
    return circle


def circular_client() -> object:
    client = Client(None)
    client.key = client
    return client


@pytest.mark.parametrize("make", [circular_list, circular_dict, circular_client])
def test_what_contains_itself_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(InvalidValue, match="contains itself"):
        canonical((make(),))


def nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


def test_data_may_be_deep_but_not_endless() -> None:
    canonical((nested(DEEPEST),))
    with pytest.raises(InvalidValue, match="deeper than"):
        canonical((nested(DEEPEST + 1),))
    with pytest.raises(InvalidValue, match="deeper than"):
        canonical((nested(10 * sys.getrecursionlimit()),))
