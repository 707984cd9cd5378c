"""Every way to write a type: names in text, type variables, aliases, wrappers."""

from __future__ import annotations

import typing
from collections.abc import Callable, Collection, Iterable, Mapping, MutableSequence
from dataclasses import dataclass, field, make_dataclass
from datetime import date
from typing import (
    TYPE_CHECKING,
    Annotated,
    ClassVar,
    Final,
    Generic,
    LiteralString,
    NamedTuple,
    NewType,
    NotRequired,
    Optional,
    Required,
    TypeAlias,
    TypedDict,
    TypeVar,
    Union,
)

import pytest
from typing_extensions import TypeAliasType

from stateroom.errors import NotPlain
from stateroom.store.plain import Plain, from_plain, to_plain
from tests.store.plain.examples import Box, Colour, Role

if TYPE_CHECKING:
    from fractions import Fraction

A = TypeVar("A")
B = TypeVar("B")
Day = TypeVar("Day", bound=date)
Either = TypeVar("Either", int, date)
Json: TypeAlias = "dict[str, Json] | list[Json] | str | None"
Loop: TypeAlias = "Loop"  # type: ignore[misc] # that it is a circle is the point


@dataclass
class Document:
    content: Json
    limits: ClassVar[int] = 3
    version: Final[int] = 1


@dataclass
class Hidden:
    share: Fraction


@dataclass
class Two(Generic[A, B]):
    left: A
    right: B


@dataclass
class Swapped(Two[B, list[A]], Generic[A, B]):
    third: A | None = None


@dataclass
class Days(Generic[Day]):
    days: list[Day]


@dataclass
class Eithers(Generic[Either]):
    one: Either


class Named(NamedTuple, Generic[A]):
    one: A


class Loose(TypedDict, Generic[A], total=False):
    one: Required[A]
    two: A


class Strict(TypedDict):
    one: Annotated[NotRequired[date], "shown"]
    two: date


@dataclass
class Left:
    right: Right | None = None


@dataclass
class Right:
    left: Left | None = None


@dataclass
class Unwritable:
    on_change: Callable[[int], str]


def comes_back(kind: object, value: object) -> Plain:
    """Return the form of a value that comes back from it."""
    plain = to_plain(value, kind=kind)
    assert from_plain(kind, plain) == value
    return plain


def test_names_in_text_are_looked_up_in_the_module_of_the_class() -> None:
    document = Document({"a": ["b", None, {"c": []}]})
    assert comes_back(Document, document) == {
        "content": {"a": ["b", None, {"c": []}]},
        "version": 1,
    }


def test_a_recursive_alias_refuses_what_is_not_in_it() -> None:
    with pytest.raises(NotPlain) as caught:
        from_plain(Document, {"content": {"a": ["b", {"c": [1]}]}})
    assert caught.value.path == "content.a[1].c[0]"


def test_classes_that_contain_each_other_come_back() -> None:
    left = Left(Right(Left()))
    assert comes_back(Left, left) == {"right": {"left": {"right": None}}}
    assert comes_back(Right, Right(Left())) == {"left": {"right": None}}


def test_type_variables_mean_what_each_base_says() -> None:
    swapped = Swapped[str, date](date.min, ["a"], "b")
    assert comes_back(Swapped[str, date], swapped) == {
        "left": "0001-01-01",
        "right": ["a"],
        "third": "b",
    }


def test_a_type_variable_that_nobody_says_means_what_it_allows() -> None:
    assert comes_back(Days, Days([date.min])) == {"days": ["0001-01-01"]}
    assert comes_back(Eithers, Eithers(date.min)) == {"one": "0001-01-01"}
    assert comes_back(Box, Box(date.min)) == {
        "content": {"$date": "0001-01-01"},
        "others": [],
    }


def test_named_tuples_and_typed_dicts_may_be_generic() -> None:
    assert comes_back(Named[date], Named(date.min)) == {"one": "0001-01-01"}
    assert comes_back(Loose[date], {"one": date.min}) == {"one": "0001-01-01"}


def test_a_key_is_required_if_its_annotation_says_so() -> None:
    assert comes_back(Strict, {"two": date.min}) == {"two": "0001-01-01"}
    with pytest.raises(NotPlain):
        from_plain(Loose[int], {"two": 1})
    assert from_plain(Loose[int], {"one": 1}) == {"one": 1}


Number = NewType("Number", int)


@pytest.mark.parametrize(
    ("kind", "value", "plain"),
    [
        (Optional[int], None, None),  # noqa: UP045 - the older way
        (Union[int, str], "a", "a"),  # noqa: UP007 - the older way
        (typing.List[int], [1], [1]),  # noqa: UP006 - the older way
        (typing.Tuple[int, ...], (1,), [1]),  # noqa: UP006 - the older way
        (typing.Dict[int, int], {1: 2}, {"1": 2}),  # noqa: UP006 - the older way
        (typing.Tuple, (1, "a"), [1, "a"]),  # noqa: UP006 - the older way
        (typing.Any, {1}, {"$set": [1]}),
        (list[typing.Any], [(1,)], [{"$tuple": [1]}]),
        (Annotated[int, []], 1, 1),
        (Annotated[Number | None, "a"], Number(1), 1),
        (LiteralString, "a", "a"),
        (Collection[int], {1}, {"$set": [1]}),
        (Iterable[int], [1], [1]),
        (MutableSequence[int], [1], [1]),
        (Mapping[str, object], {"a": (1,)}, {"a": {"$tuple": [1]}}),
        (dict[Number, int], {Number(1): 2}, {"1": 2}),
        (list[Number | None], [Number(1), None], [1, None]),
    ],
)
def test_all_ways_to_write_a_type_are_read(
    kind: object, value: object, plain: object
) -> None:
    assert comes_back(kind, value) == plain


def test_any_in_a_class_means_that_nothing_tells_the_type() -> None:
    made = make_dataclass("made", [("one", typing.Any), ("two", list[typing.Any])])
    value = made({Colour.RED}, [date.min])
    assert from_plain(made, to_plain(value)) == value


def test_a_class_inside_a_function_may_name_itself_and_its_module() -> None:
    @dataclass
    class Inner:
        roles: list[Role]
        inner: Inner | None = None

    value = Inner([Role("a")], Inner([]))
    assert from_plain(Inner, to_plain(value)) == value


def test_a_name_that_only_a_function_knows_is_an_error_that_says_it() -> None:
    @dataclass
    class Other:
        value: int

    @dataclass
    class Inner:
        others: list[Other] = field(default_factory=list)

    with pytest.raises(NotPlain) as caught:
        to_plain(Inner([Other(1)]))
    message = (
        "others: found the annotation 'list[Other]' (NameError: name 'Other' is not"
    )
    assert str(caught.value).startswith(message)
    assert "top of its module" in caught.value.hint


def test_a_name_that_only_a_type_checker_knows_is_an_error_that_says_it() -> None:
    with pytest.raises(NotPlain) as caught:
        from_plain(Hidden, {"share": "1/2"})
    assert caught.value.path == "share"
    assert "outside of TYPE_CHECKING" in caught.value.hint


def test_a_type_without_a_plain_form_is_an_error_that_says_it() -> None:
    with pytest.raises(NotPlain) as caught:
        to_plain(Unwritable(str))
    message = "on_change: found the annotation Callable[[int], str], expected one with"
    assert str(caught.value).startswith(message)


NO_TYPES: tuple[object, ...] = (
    *(type, type[int], Callable[[int], str], complex | type, "Role", 3, ...),
    *(typing.Literal[1.5], Generic, typing.NoReturn, list["int"]),
    *(tuple[*tuple[int, ...]], Annotated[list[type], 1]),
)


@pytest.mark.parametrize("kind", NO_TYPES, ids=str)
def test_what_is_no_type_of_a_value_is_refused(kind: object) -> None:
    with pytest.raises(NotPlain):
        to_plain(1, kind=kind)
    with pytest.raises(NotPlain):
        from_plain(kind, 1)


def test_an_alias_that_is_nothing_but_itself_is_refused() -> None:
    made = make_dataclass("made", [("loop", "Loop")])
    made.__module__ = __name__
    with pytest.raises(NotPlain) as caught:
        from_plain(made, {"loop": 1})
    assert caught.value.path == "loop"
    with pytest.raises(NotPlain, match="nothing but itself"):
        from_plain(Endless, 1)


def test_the_codec_of_a_type_is_made_once() -> None:
    calls: list[type] = []

    class Watched(type):
        @property
        def __dataclass_fields__(cls) -> dict[str, object]:
            calls.append(cls)
            raise AttributeError

    watched = Watched("watched", (str,), {})
    for _ in range(3):
        assert to_plain([watched("a")], kind=list[watched]) == ["a"]  # type: ignore[valid-type]
    assert len(calls) <= 2


Endless = TypeAliasType("Endless", "Endless | int")  # type: ignore[misc] # as above
Forest = TypeAliasType("Forest", "dict[str, Forest | None]")
Twice = TypeAliasType("Twice", tuple[A, A], type_params=(A,))


def test_the_name_of_a_type_statement_means_its_value() -> None:
    assert comes_back(Forest, {"a": {"b": None}}) == {"a": {"b": None}}
    assert comes_back(Twice[date], (date.min, date.max)) == ["0001-01-01", "9999-12-31"]
    assert comes_back(Twice[date] | None, None) is None
