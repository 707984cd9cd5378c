"""What comes back: plain, mutable values, with defaults for what is not there."""

from __future__ import annotations

from dataclasses import InitVar, dataclass, field
from datetime import UTC, date, datetime
from typing import NamedTuple, TypedDict

import pytest

from stateroom.errors import NotPlain
from stateroom.store.drafts import create_draft, freeze, produce
from stateroom.store.persistent import PersistentMap
from stateroom.store.plain import from_plain, to_plain
from tests.store.plain.exactly import exact
from tests.store.plain.examples import EXAMPLES, Cat, Counted, Pair, Role, Tree


@dataclass
class Trimmed:
    """Puts its own content in order."""

    name: str
    shown: str = field(init=False, default="")

    def __post_init__(self) -> None:
        self.name = self.name.strip()


@dataclass
class Kept:
    name: str
    seed: InitVar[int]

    def __post_init__(self, seed: int) -> None: ...


class Loose(TypedDict, total=False):
    one: int


class Holder(NamedTuple):
    cat: Cat
    tags: list[str]


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_frozen_value_has_the_form_of_a_plain_one(name: str) -> None:
    kind, value = EXAMPLES[name]
    assert to_plain(freeze(value), kind=kind) == to_plain(value, kind=kind)
    assert to_plain(freeze(value), kind=object) == to_plain(value, kind=object)
    assert to_plain(freeze([value])) == to_plain([value])


def test_a_frozen_value_comes_back_plain_and_mutable() -> None:
    tree = freeze(Tree(name="a", children=[Tree(name="b")]))
    again = from_plain(Tree, to_plain(tree))
    assert type(again) is Tree
    assert type(again.children) is list
    again.children[0].name = "c"
    assert again == Tree(name="a", children=[Tree(name="c")])


def test_a_draft_has_the_form_of_what_it_stands_for() -> None:
    base = {"cats": [Cat("a")], "tree": Tree(name="a")}
    draft = create_draft(base)
    draft["cats"].append(Cat("b"))  # type: ignore[attr-defined]
    draft["tree"].name = "b"  # type: ignore[attr-defined]
    now = {"cats": [Cat("a"), Cat("b")], "tree": Tree(name="b")}
    assert to_plain(draft) == to_plain(now)


def test_the_outcome_of_a_recipe_has_the_form_of_a_plain_value() -> None:
    def recipe(role: Role) -> None:
        role.tags.add("b")
        role.since = datetime(2026, 7, 25, tzinfo=UTC)

    role = produce(Role("a", tags={"a"}), recipe)
    assert exact(from_plain(Role, to_plain(role))) == exact(
        Role("a", datetime(2026, 7, 25, tzinfo=UTC), {"a", "b"})
    )


def test_reading_never_gives_what_was_given() -> None:
    plain = {"a": [1, {"b": []}]}
    again = from_plain(object, plain)
    assert again == plain
    again["a"][1]["b"].append(1)
    assert plain == {"a": [1, {"b": []}]}


def test_writing_never_gives_what_was_given() -> None:
    value = {"a": ["b", {"c": []}]}
    plain = to_plain(value)
    plain["a"][1]["c"].append(1)  # type: ignore[index,call-overload,union-attr]
    assert value == {"a": ["b", {"c": []}]}


def test_any_mapping_has_the_form_of_a_dict() -> None:
    table = PersistentMap({1: Cat("a"), 2: Cat("b")})
    kind = dict[int, Cat]
    assert to_plain(table, kind=kind) == {"1": {"name": "a"}, "2": {"name": "b"}}
    assert from_plain(object, to_plain(table, kind=object)) == dict(table)
    assert from_plain(kind | None, to_plain(table, kind=kind | None)) == dict(table)


def test_a_mapping_of_its_own_class_comes_back_as_that() -> None:
    kind = PersistentMap[int, Cat]
    table = PersistentMap({1: Cat("a"), 2: Cat("b")})
    again = from_plain(kind, to_plain(table, kind=kind))
    assert type(again) is PersistentMap
    assert again == table
    with pytest.raises(NotPlain):
        to_plain(dict(table), kind=kind)


def test_a_missing_field_gets_its_default() -> None:
    assert from_plain(Role, {"title": "a"}) == Role("a")
    assert from_plain(Pair, {"left": 1}) == Pair(1)
    assert from_plain(Loose, {}) == {}
    assert from_plain(Counted, {"name": "a"}) == Counted("a", 0)


def test_unknown_fields_are_dropped_if_one_asks_for_it() -> None:
    plain = {"name": "a", "age": 3, "children": [{"name": "b", "size": 1}]}
    with pytest.raises(NotPlain):
        from_plain(Tree, plain)
    tree = Tree(name="a", children=[Tree(name="b")])
    assert from_plain(Tree, plain, unknown="drop") == tree
    assert from_plain(Loose, {"one": 1, "two": 2}, unknown="drop") == {"one": 1}


def test_what_a_class_does_with_its_fields_is_done_when_it_is_read() -> None:
    assert from_plain(Trimmed, {"name": " a ", "shown": "b"}).name == "a"
    assert from_plain(Trimmed, {"name": " a ", "shown": "b"}).shown == "b"


def test_a_class_that_does_not_keep_what_made_it_is_refused() -> None:
    with pytest.raises(NotPlain, match="do not keep the InitVar 'seed'"):
        to_plain(Kept("a", 1))


def test_a_named_tuple_holds_plain_values() -> None:
    holder = freeze(Holder(Cat("a"), ["b"]))
    again = from_plain(Holder, to_plain(holder))
    assert exact(again) == exact(Holder(Cat("a"), ["b"]))


def test_a_day_is_no_moment() -> None:
    with pytest.raises(NotPlain):
        from_plain(date, "2026-07-25T10:00:00")
    assert from_plain(datetime, "2026-07-25T10:00:00Z").tzinfo is UTC
