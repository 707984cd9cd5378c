"""Keys: what is one call, as RTK Query has it, and what else Python can be given."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import math
import uuid
from collections import OrderedDict
from collections.abc import Mapping
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.errors import InvalidQuery
from stateroom.query.keys import DEEPEST, cache_key, serialized
from stateroom.store import UNDEFINED, PersistentMap, freeze, to_plain
from tests.query.pure.kinds import Colour, Filter, Job, Other, Point, Size


def nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


# ----------------------------------------------- what the real package printed


@pytest.mark.parametrize(
    ("arg", "key"),
    [
        (UNDEFINED, "e(undefined)"),
        (None, "e(null)"),
        (5, "e(5)"),
        ("5", 'e("5")'),
        ("undefined", 'e("undefined")'),
        (True, "e(true)"),
        (False, "e(false)"),
        ({}, "e({})"),
        ({"a": UNDEFINED}, "e({})"),
        ([], "e([])"),
        ([UNDEFINED, None], "e([null,null])"),
        ({"b": 1, "a": [{"d": 1, "c": 2}]}, 'e({"a":[{"c":2,"d":1}],"b":1})'),
        ({"10": 1, "9": 2, "a": 3, "01": 4}, 'e({"9":2,"10":1,"01":4,"a":3})'),
        (
            {"4294967295": 1, "4294967294": 2, "1": 3, "01": 4},
            'e({"1":3,"4294967294":2,"01":4,"4294967295":1})',
        ),
        ({"\uffff": 1, "😀": 2}, 'e({"😀":2,"\uffff":1})'),
        ('"\\/\n\x00\x7f\u2028', 'e("\\"\\\\/\\n\\u0000\x7f\u2028")'),
        ("\ud800x\udfff", 'e("\\ud800x\\udfff")'),
        ("\ud83d\ude00", 'e("😀")'),
        ({"$gt": 5}, 'e({"$gt":5})'),
    ],
)
def test_json_has_the_key_that_rtk_query_gives_it(arg: object, key: str) -> None:
    assert cache_key("e", arg) == key


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.0, "1"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.5e300, "1.5e+300"),
        (1e-6, "0.000001"),
        (1.25e-7, "1.25e-7"),
        (5e-324, "5e-324"),
        (-123456789.5, "-123456789.5"),
        (2.0**60, "1152921504606847000"),
        (2**53, "9007199254740992"),
        (2**53 + 1, '{"$bigint":"9007199254740993"}'),
        (-(10**30), '{"$bigint":"-1000000000000000000000000000000"}'),
    ],
)
def test_a_number_is_written_as_javascript_writes_it(number: float, text: str) -> None:
    assert cache_key("e", number) == f"e({text})"
    assert cache_key("e", {"a": [number]}) == f'e({{"a":[{text}]}})'


# --------------------------------------------------------- what is one, and two


@pytest.mark.parametrize(
    "alike",
    [
        (1, 1.0),
        (0.0, -0.0),
        ([1, 2], (1, 2)),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({1: "a", 2: "b"}, {2: "b", 1: "a"}),
        ({"a": 1}, OrderedDict(a=1)),
        ({"a": 1}, PersistentMap({"a": 1})),
        ({"a": [1]}, freeze({"a": [1]})),
        ({"x", "y", "z"}, {"z", "y", "x"}),
        (Filter("Ulm", (1,)), freeze(Filter("Ulm", (1,)))),
    ],
)
def test_what_means_the_same_is_one_call(alike: tuple[object, object]) -> None:
    one, other = alike
    assert cache_key("e", one) == cache_key("e", other)


def test_what_differs_is_never_one_call() -> None:
    day = dt.date(2026, 7, 25)
    several: list[object] = [
        UNDEFINED, None, True, 1, "1", "true", "null", [], {}, [None], [1], ["1"],
        math.nan, math.inf, -math.inf, "nan", 2**53 + 1, 2**53 + 2, str(2**53 + 1),
        day, day.isoformat(), dt.datetime(2026, 7, 25, tzinfo=dt.UTC), b"1",
        decimal.Decimal("1.0"), decimal.Decimal("1.00"), "1.0",
        uuid.UUID(int=1), str(uuid.UUID(int=1)), {1}, frozenset({1}),
        {1: "a"}, {"1": "a"}, {True: "a"}, Colour.RED, Colour.GREEN,
        Size.SMALL, "small", Filter("Ulm"), Other("Ulm"), {"city": "Ulm", "pages": []},
        Job("Ulm"), Point(1, 2), (1, 2),
    ]  # fmt: skip
    keys = [cache_key("e", each) for each in several]
    assert len(set(keys)) == len(several)


def test_numbers_that_are_no_numbers_have_keys_of_their_own() -> None:
    assert cache_key("e", math.nan) == 'e({"$float":"nan"})'
    assert cache_key("e", [-math.inf]) == 'e([{"$float":"-inf"}])'


def test_an_object_says_its_class_and_its_fields_in_order() -> None:
    key = cache_key("e", {"by": Filter("Ulm", (2, 1))})
    kind = f"{Filter.__module__}:Filter"
    assert key == f'e({{"by":{{"$type":"{kind}","city":"Ulm","pages":[2,1]}}}})'


def test_a_whole_number_of_any_length_has_a_key() -> None:
    number = 10**6000
    assert cache_key("e", number) == f'e({{"$bigint":"{number:#x}"}})'


# ------------------------------------------------------------- what is refused


def marks() -> list[str]:
    """The keys with which plain data says what something is."""
    day = dt.datetime(2026, 7, 25, tzinfo=dt.UTC)
    several: list[object] = [
        day, day.date(), day.time(), day - day, uuid.UUID(int=1), b"1",
        decimal.Decimal(1), {1}, frozenset({1}), (1, 2), {1: 2}, math.nan, 2**60,
        UNDEFINED,
    ]  # fmt: skip
    forms = [to_plain(each, kind=object) for each in several]
    return [next(iter(cast("Mapping[str, object]", each))) for each in forms]


def like(mark: str) -> object:
    return [1] if mark in {"$dict", "$frozenset", "$set", "$tuple"} else "1"


@pytest.mark.parametrize("mark", ["$bigint", *marks()])
def test_a_mapping_that_looks_like_another_value_is_refused(mark: str) -> None:
    assert mark.startswith("$")
    with pytest.raises(InvalidQuery) as caught:
        cache_key("jobs", {"a": [{mark: like(mark)}]})
    message = f"the argument of 'jobs' at a[0]: found a mapping with the key {mark!r}"
    assert str(caught.value).startswith(message)
    assert caught.value.path == "a[0]"
    assert caught.value.hint


@pytest.mark.parametrize("mark", ["$bigint", *marks()])
def test_a_mapping_that_only_has_such_a_key_is_one_like_any_other(mark: str) -> None:
    assert cache_key("e", {mark: {"a": 1}}) == f'e({{"{mark}":{{"a":1}}}})'
    assert cache_key("e", {mark: "1", "z": 2}) == f'e({{"{mark}":"1","z":2}})'


def test_a_mapping_that_looks_like_an_object_is_refused() -> None:
    with pytest.raises(InvalidQuery, match=r"the key '\$type'"):
        cache_key("jobs", {"$type": "a:B", "city": "Ulm"})


def test_a_value_without_a_plain_form_is_refused_by_its_place() -> None:
    with pytest.raises(InvalidQuery) as caught:
        cache_key("jobs", {"a": [1, iter(())]})
    assert str(caught.value) == (
        "the argument of 'jobs' at a[1]: found a tuple_iterator without a plain form, "
        "expected a value with one"
    )
    assert caught.value.hint


def test_a_value_that_contains_itself_is_refused() -> None:
    circle: list[object] = []
    circle.append({"again": circle})
    with pytest.raises(InvalidQuery, match=f"more than {DEEPEST} levels"):
        cache_key("jobs", circle)


def test_levels_are_counted_through_mappings_and_lists() -> None:
    assert cache_key("e", nested(DEEPEST)).count("[") == DEEPEST
    for deep in (nested(DEEPEST + 1), {"a": nested(DEEPEST)}, {1: nested(DEEPEST)}):
        with pytest.raises(InvalidQuery, match=f"more than {DEEPEST} levels"):
            cache_key("e", deep)


# ----------------------------------------------------------- own serialisers


def test_text_of_a_serialiser_is_the_key() -> None:
    assert serialized("e", {"city": "Ulm"}, lambda _: "all of them") == "all of them"


def test_any_other_value_of_a_serialiser_gets_the_key_of_that() -> None:
    def only_city(arg: object) -> object:
        return {"city": cast("dict[str, object]", arg)["city"]}

    key = serialized("e", {"city": "Ulm", "page": 2}, only_city)
    assert key == 'e({"city":"Ulm"})'
    assert serialized("e", 1, lambda _: UNDEFINED) == "e(undefined)"
    assert serialized("e", 1, None) == "e(1)"


# ---------------------------------------------------------------------- laws

TEXTS = st.text(
    st.characters(exclude_categories=(), exclude_characters="$"), max_size=4
)
JSON: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner),
    max_leaves=8,
)


@given(JSON)
def test_a_key_is_json_that_gives_the_argument_back(arg: object) -> None:
    def revive(pairs: list[tuple[str, object]]) -> object:
        if len(pairs) == 1 and pairs[0][0] in {"$bigint", "$float"}:
            text = str(pairs[0][1])
            return int(text, 0) if pairs[0][0] == "$bigint" else float(text)
        return dict(pairs)

    key = cache_key("e", arg)
    # A plain number is one that JavaScript holds.
    again = json.loads(key[2:-1], object_pairs_hook=revive, parse_int=float)
    assert cache_key("e", again) == key


@given(JSON)
def test_a_key_always_has_an_encoding(arg: object) -> None:
    key = cache_key("e", arg)
    assert key.encode().decode() == key


@given(JSON)
def test_a_frozen_argument_has_the_same_key(arg: object) -> None:
    assert cache_key("e", freeze(arg)) == cache_key("e", arg)
