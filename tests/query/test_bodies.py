"""Bodies: what is sent stands as one would write it, and what cannot be is refused."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import json
import math
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.errors import InvalidQuery
from stateroom.query.bodies import body_of, headers_of
from stateroom.store import UNDEFINED, freeze, register_plain

JSON = "application/json"


class Kind(enum.Enum):
    PART_TIME = "part-time"


class Place(NamedTuple):
    city: str
    floor: float = 0


@dataclass
class Job:
    title: str
    since: dt.date
    kind: Kind | None = None
    pay: decimal.Decimal | int = 0
    place: Place | None = None
    tags: set[str] = field(default_factory=set)


class Euro:
    def __init__(self, cents: int) -> None:
        self.cents = cents


register_plain(
    Euro,
    to=lambda euro: {"cents": euro.cents},
    of=lambda plain: Euro(plain["cents"]),
    form=dict[str, int],
)


def sent(value: object) -> object:
    kind, content = body_of(value)
    assert kind == JSON
    assert content is not None
    found: object = json.loads(content)
    return found


def test_a_dataclass_is_an_object_of_its_fields_without_any_mark() -> None:
    job = Job("Cook", dt.date(2026, 7, 25), Kind.PART_TIME)
    job.pay = decimal.Decimal("12.50")
    job.place = Place("Köln")
    job.tags = {"b", "a"}
    assert sent(job) == {
        "title": "Cook",
        "since": "2026-07-25",
        "kind": "part-time",
        "pay": "12.50",
        "place": {"city": "Köln", "floor": 0},
        "tags": ["a", "b"],
    }


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (10**30, 10**30),
        ([1, (2,), deque([3])], [1, [2], [3]]),
        ({1: "a", Kind.PART_TIME: "b"}, {"1": "a", "part-time": "b"}),
        ({"$ref": "#/a", "$$": 1}, {"$ref": "#/a", "$$": 1}),
        ({"a": UNDEFINED, "b": None}, {"b": None}),
        (freeze({"a": [1, {"b": 2}]}), {"a": [1, {"b": 2}]}),
        (Euro(5), {"cents": 5}),
        ({"price": Euro(5)}, {"price": {"cents": 5}}),
        ("half \ud800", "half \ud800"),
    ],
)
def test_plain_data_is_sent_as_it_is(value: object, plain: object) -> None:
    assert sent(value) == plain


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"a": [1, math]}, r"json= at a\[1\]: found .*module"),
        ({"a": math.nan}, "json= at a: found nan"),
        ([math.inf], r"json= at \[0\]: found inf"),
        ({"a": {("b", 1): 2}}, "json= at a: found the key a tuple"),
        ({True: 1}, "json=: found the key True"),
        (
            Job("Cook", dt.date(2026, 1, 1), place=Place("x", math.nan)),
            "place.floor",
        ),
    ],
)
def test_what_json_cannot_say_is_refused_with_its_place(
    value: object, told: str
) -> None:
    with pytest.raises(InvalidQuery, match=told):
        body_of(value)


def test_a_value_inside_itself_is_refused() -> None:
    circle: list[object] = []
    circle.append(circle)
    with pytest.raises(InvalidQuery, match="a value inside itself"):
        body_of(circle)


def test_a_request_has_one_body() -> None:
    with pytest.raises(InvalidQuery, match="both json= and content="):
        body_of({}, content=b"x")


@pytest.mark.parametrize(
    ("content", "kind", "found"),
    [
        (None, "", None),
        ("Köln", "text/plain; charset=utf-8", "Köln".encode()),
        (b"\x00", "application/octet-stream", b"\x00"),
        (bytearray(b"ab"), "application/octet-stream", b"ab"),
    ],
)
def test_a_body_that_is_no_json_is_sent_as_it_is(
    content: bytes | str | None, kind: str, found: bytes | None
) -> None:
    assert body_of(UNDEFINED, content=content) == (kind, found)


def test_names_of_headers_are_in_lower_case() -> None:
    assert headers_of({"X-One": " a\tb "}, whose="") == {"x-one": "a\tb"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("a:", "x"), ("", "x"), ("a", "x\n"), ("a", "x\r\nb: c"), ("a", "€"), ("a", "\0")],
)
def test_what_is_no_header_is_refused(name: str, value: str) -> None:
    with pytest.raises(InvalidQuery):
        headers_of({name: value}, whose="GET /jobs")


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(PLAIN)
def test_plain_data_arrives_as_it_was(value: object) -> None:
    assert sent(value) == value
    assert sent(freeze(value)) == value
