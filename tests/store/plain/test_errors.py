"""What is wrong, where, and how to mend it."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from pathlib import PurePosixPath
from uuid import UUID

import pytest

from stateroom.errors import NotPlain
from stateroom.store.plain import from_plain, to_plain
from tests.store.plain.examples import (
    Add,
    Base,
    Box,
    Cat,
    Colour,
    Dog,
    Inherited,
    Movie,
    Pair,
    Point,
    Remove,
    Right,
    Role,
    Shape,
    Tree,
    UserId,
)


class Odd:
    """A class without a plain form."""


class Lies(str):
    """Text that is not equal to what it holds."""

    __slots__ = ()

    def __eq__(self, _: object) -> bool:
        return False

    __hash__ = str.__hash__


class Zone(tzinfo):
    """A time zone of somebody's own."""

    def utcoffset(self, _: datetime | None) -> timedelta:
        return timedelta()

    def dst(self, _: datetime | None) -> None: ...

    def tzname(self, _: datetime | None) -> str:
        return "own"


def refused(attempt: Callable[[], object]) -> str:
    """Return the path and the message of the error."""
    with pytest.raises(NotPlain) as caught:
        attempt()
    assert str(caught.value).startswith(caught.value.path)
    return str(caught.value)


READING: list[tuple[object, object, str]] = [
    (None, 0, "found 0, expected None"),
    (bool, 1, "found 1, expected bool"),
    (int, True, "found True, expected int"),
    (int, 1.0, "found 1.0, expected int"),
    (int, {"$int": "1_0"}, "found the text '1_0', expected int as decimal digits"),
    (int, {"$int": "٣"}, "found the text '٣', expected int as decimal digits"),
    (int, {"$int": 1}, "found 1, expected int as decimal digits"),
    (float, "1", "found the text '1', expected float"),
    (float, {"$float": "1"}, "found a dict, expected float"),
    (float, float("nan"), "found nan, expected float"),
    (float, 2**53 + 1, "found 9007199254740993, expected float, which cannot equal it"),
    (float, 10**400, "found an integer of 1329 bits, expected float, which cannot"),
    (str, ["x"], "found a list, expected str"),
    (bytes, "a", "found the text 'a', expected bytes as text (base64)"),
    (date, "2026-02-30", "found the text '2026-02-30', expected date as text"),
    (date, 5, "found 5, expected date as text (ISO 8601)"),
    (datetime, "noon", "found the text 'noon', expected datetime as text"),
    (datetime, "2026-07-25T10:00:00[Europe/Paris]", "found the text '2026-07-25T10"),
    (datetime, "2026-07-25T10:00:00+02:00[../zone]", "found the text '2026-07-25T10"),
    (datetime, "2026-07-25T10:00:00+02:00[No/Where]", "found the text '2026-07-25T10"),
    (Decimal, "1_0", "found the text '1_0', expected Decimal as text (digits)"),
    (Decimal, 1.1, "found 1.1, expected Decimal as text (digits)"),
    (UUID, "{" + "0" * 32 + "}", "found the text '{000000000000000000000000"),
    (Colour, "blue", "found the text 'blue', expected Colour, one of 'red', '$'"),
    (Colour, 1, "found 1, expected Colour as str"),
    (Shape, "OVAL", "found the text 'OVAL', expected Shape, one of ROUND, SQUARE"),
    (Right, 8, "found 8, expected Right, one of 1, 2, 4"),
    (list[int], {}, "found a dict, expected list[int] as an array"),
    (list[int], [1, "a"], "[1]: found the text 'a', expected int"),
    (tuple[int, str], [1], "found a list of 1, expected tuple[int, str] as an array"),
    (tuple[int, str], [1, 2], "[1]: found 2, expected str"),
    (set[int], [3, 4, 3], "[2]: found 3 a second time, expected each member once"),
    (set[float], [1, 1.0], "[1]: found 1.0 a second time, expected each member once"),
    (set[list[int]], [[1]], "[0]: found a list, expected a member that can be hashed"),
    (dict[str, int], [], "found a list, expected dict[str, int] as an object"),
    (dict[str, int], {"a b": "x"}, "['a b']: found the text 'x', expected int"),
    (dict[str, int], {"$set": 1}, "['$set']: found the key '$set', expected no mark"),
    (dict[int, int], {"01": 1}, "['01']: found the key '01', expected int as dec"),
    (
        dict[Decimal, int],
        {"1": 0, "1.0": 0},
        "[a Decimal]: found the same key a second",
    ),
    (dict[bool, int], {"yes": 1}, """yes: found the key 'yes', expected "true" or"""),
    (dict[float, int], [[1.0]], "[0]: found a list, expected [key, value]"),
    (dict[float, int], [[1.0, 0], ["a", 0]], "[1]: found the text 'a', expected float"),
    (Role, [], "found a list, expected Role as an object"),
    (Role, {}, "title: found nothing, expected a field of Role"),
    (
        Role,
        {"title": "a", "age": 1},
        "age: found an unknown field, expected one of the",
    ),
    (Role, {"title": 1}, "title: found 1, expected str"),
    (Role, {"title": "a", "tags": ["b", 1]}, "tags[1]: found 1, expected str"),
    (Role, {"title": "a", "$type": "Cat"}, "['$type']: found an unknown field"),
    (Pair, {"left": 1, "right": 2}, "right: found 2, expected Decimal as text"),
    (Movie, {"title": "a", "year": 2009}, "year: found 2009, expected date as text"),
    (
        Tree,
        {"name": "a", "children": [{"name": "b"}, {"name": "c", "children": [{}]}]},
        "children[1].children[0].name: found nothing, expected a field of Tree",
    ),
    (Box[date], {"content": 1}, "content: found 1, expected date as text (ISO 8601)"),
    (int | str, 1.5, "found 1.5, expected int | str"),
    (Cat | Dog, {"name": "x"}, "found an object, expected Cat | Dog by $type, one of"),
    (
        Cat | Dog,
        {"$type": "Cow"},
        "found $type 'Cow', expected Cat | Dog by $type, one",
    ),
    (Cat | Dog, {"$type": "Cat"}, "name: found nothing, expected a field of Cat"),
    (
        Add | Remove,
        {"op": "move"},
        "op: found the text 'move', expected text that tells",
    ),
    (Add | Remove, {"op": "add"}, "value: found nothing, expected a field of Add"),
    (datetime | str, {"$date": "x"}, "found an object, expected datetime | str"),
    (object, {"$set": 1}, "found 1, expected set as an array"),
    (object, {"$zip": 1}, "found the key '$zip', expected a known mark"),
    (object, {"$a": 1, "b": 2}, "['$a']: found the key '$a', expected no mark"),
    (object, {"$type": "os:system"}, "found the unknown $type 'os:system', expected"),
    (object, {"$type": []}, "found the unknown $type a list, expected the name of"),
    (
        object,
        {"a": [{"$date": "x"}]},
        "a[0]: found the text 'x', expected date as text",
    ),
    (
        object,
        {"$type": "tests.store.plain.examples:Colour"},
        "found $type 'Colour' wit",
    ),
    (UserId, 1, "found 1, expected UserId as str"),
]


@pytest.mark.parametrize(("kind", "plain", "message"), READING)
def test_bad_plain_data_is_refused_where_it_is_bad(
    kind: object, plain: object, message: str
) -> None:
    to_plain(Colour.RED)  # a class is known from when it was first met
    assert refused(lambda: from_plain(kind, plain))[: len(message)] == message


LOOP: list[object] = []
LOOP.append({"again": LOOP})
TREE = Tree(name="a")
TREE.children.append(Tree(name="b", parent=TREE))

WRITING: list[tuple[object, object, str]] = [
    (int, "1", "found the text '1', expected int"),
    (int, 1.0, "found 1.0, expected int"),
    (str, b"a", "found a bytes, expected str"),
    (str, Lies("a"), "found a Lies, expected str"),
    (float, 2**53 + 1, "found 9007199254740993, expected float, which cannot equal it"),
    (date, datetime(2026, 1, 1, tzinfo=UTC), "found a datetime, expected date, not a"),
    (datetime, datetime(1, 1, 1, tzinfo=Zone()), "found a datetime (ValueError: its t"),
    (PurePosixPath, "a", "found the text 'a', expected PurePosixPath"),
    (Colour, "red", "found the text 'red', expected Colour"),
    (list[int], (1,), "found a tuple, expected list[int]"),
    (list[int], [1, None], "[1]: found None, expected int"),
    (tuple[int, str], (1,), "found a tuple of 1, expected tuple[int, str]"),
    (set[int], {"a"}, "[*]: found the text 'a', expected int"),
    (dict[str, int], {1: 1}, "[1]: found the key 1, expected str"),
    (dict[UUID, int], {"a": 1}, "a: found the key 'a', expected UUID"),
    (dict[str, int], {"a.b": "c"}, "['a.b']: found the text 'c', expected int"),
    (Role, {"title": "a"}, "found a dict, expected Role"),
    (Base, Inherited(1), "found an Inherited, expected Base"),
    (Role, Role("a", tags={"b", 1}), "tags[*]: found 1, expected str"),  # type: ignore[arg-type]
    (Movie, {"name": "a"}, "title: found nothing, expected a field of Movie"),
    (Movie, {"title": "a", "age": 1}, "age: found an unknown field, expected one of"),
    (Cat | Dog, Role("a"), "found a Role, expected Cat | Dog"),
    (Add | Remove, {"op": 1}, "op: found 1, expected text that tells which of Add | R"),
    (list[int] | list[str], [1, "a"], "[1]: found the text 'a', expected int"),
    (object, [object()], "[0]: found an object, expected a value with a plain form"),
    (object, {"a": [Odd()]}, "a[0]: found an Odd, expected a value with a plain form"),
    (object, {"a": Odd}, "a: found a type, expected a value with a plain form"),
    (object, [Role("a", since=1)], "[0].since: found 1, expected datetime"),  # type: ignore[arg-type]
    (object, LOOP, "[0].again: found the whole value again, expected no value inside"),
    (object, {"a": LOOP}, "a[0].again: found a again, expected no value inside itself"),
    (Tree, TREE, "children[0].parent: found the whole value again, expected no value"),
]


@pytest.mark.parametrize(("kind", "value", "message"), WRITING)
def test_a_value_that_does_not_fit_is_refused_where_it_stands(
    kind: object, value: object, message: str
) -> None:
    assert refused(lambda: to_plain(value, kind=kind))[: len(message)] == message


def test_the_path_is_written_as_one_would_write_it() -> None:
    roles = {"roles": {"selected": [Role("a"), Role("b", since="now")]}}  # type: ignore[arg-type]
    with pytest.raises(NotPlain) as caught:
        to_plain(roles)
    assert caught.value.path == "roles.selected[1].since"


def test_an_error_says_how_to_mend_it() -> None:
    with pytest.raises(NotPlain) as caught:
        to_plain([Odd()])
    assert caught.value.hint == "register_plain(Odd, ...) gives it one"


def test_a_subclass_in_the_place_of_its_base_asks_for_a_union() -> None:
    with pytest.raises(NotPlain) as caught:
        to_plain([Inherited(1)], kind=list[Base])
    assert caught.value.hint == "annotate with the union of Base and its subclasses"


def test_what_a_class_itself_refuses_is_not_made() -> None:
    @dataclass
    class Percent:
        value: int

        def __post_init__(self) -> None:
            if self.value > 100:
                raise ValueError("too much")

    assert from_plain(Percent, {"value": 100}) == Percent(100)
    message = "found what Percent refuses (ValueError: too much), expected Percent"
    assert refused(lambda: from_plain(Percent, {"value": 101})) == message


def test_a_field_that_was_never_set_is_named() -> None:
    point = object.__new__(Point)
    message = "x: found no value, expected a value of each field of Point"
    assert refused(lambda: to_plain(point)) == message


def test_many_members_of_an_enumeration_are_not_all_listed() -> None:
    names = {f"N{n}": f"n{n}" for n in range(20)}
    many = enum.Enum("many", names)  # type: ignore[misc] # for mypy it has no members
    message = refused(lambda: from_plain(many, "x"))
    assert message.endswith("one of 'n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', …")
