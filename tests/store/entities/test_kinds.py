"""What an entity can be, and what happens to one that cannot be changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, TypedDict

import msgspec
import pytest

from stateroom.errors import InvalidPatch, InvalidSlice
from stateroom.store.drafts import is_frozen, produce
from stateroom.store.entities import EntityAdapter, EntityState


@dataclass(slots=True)
class Slotted:
    id: int
    name: str = ""
    tags: list[str] = field(default_factory=list)


@dataclass
class Open:
    id: int
    name: str = ""
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Frozen:
    id: int
    name: str = ""
    tags: list[str] = field(default_factory=list)


class Inherited(Slotted):
    """A class with more than a dataclass has."""


class Row(NamedTuple):
    id: int
    name: str = ""
    tags: tuple[str, ...] = ()


class Record(msgspec.Struct):
    id: int
    name: str = ""
    tags: list[str] = []


class FrozenRecord(msgspec.Struct, frozen=True):
    id: int
    name: str = ""
    tags: list[str] = []


class Item(TypedDict, total=False):
    id: int
    name: str
    tags: list[str]


KINDS = (Slotted, Open, Frozen, Row, Record, FrozenRecord, Item)
Entity = Slotted | Open | Frozen | Row | Record | FrozenRecord | Item
Kind = type[Slotted]
"""Stands for every class of ``KINDS``: they have the same fields."""

Adapter = EntityAdapter[Slotted, int]
State = EntityState[Slotted, int]


def id_in(entity: object) -> int:
    return int(entity["id"] if isinstance(entity, dict) else getattr(entity, "id"))  # noqa: B009 - of any class


ADAPTERS = (
    Adapter(),
    Adapter(select_id=id_in),
    Adapter(sort_key=lambda entity: -id_in(entity)),
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("adapter", ADAPTERS)
def test_fields_of_every_kind_are_updated(adapter: Adapter, kind: Kind) -> None:
    one, two = kind(id=1, name="one"), kind(id=2, name="two")
    before = adapter.add_many(adapter.get_initial_state(), [one, two])
    after = adapter.update_one(before, {"id": 1, "changes": {"name": "uno"}})
    assert after.entities == {1: kind(id=1, name="uno"), 2: kind(id=2, name="two")}
    assert after.entities[2] is before.entities[2]
    assert before.entities[1] == one
    assert after.entities[1].__class__ is before.entities[1].__class__


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_renamed(kind: Kind) -> None:
    before = ADAPTERS[0].get_initial_state(entities=[kind(id=1), kind(id=2)])
    after = ADAPTERS[0].update_one(before, {"id": 1, "changes": {"id": 3}})
    assert (after.ids, after.entities) == ([2, 3], {2: kind(id=2), 3: kind(id=3)})


@pytest.mark.parametrize("kind", [each for each in KINDS if each is not Item])
@pytest.mark.parametrize("adapter", ADAPTERS)
def test_upserting_an_instance_puts_all_its_fields(
    adapter: Adapter, kind: Kind
) -> None:
    before = adapter.add_one(adapter.get_initial_state(), kind(id=1, name="one"))
    after = adapter.upsert_one(before, kind(id=1))
    assert after.entities == {1: kind(id=1)}


@pytest.mark.parametrize("kind", KINDS)
def test_equal_values_change_nothing_in_a_sorted_table(kind: Kind) -> None:
    adapter = ADAPTERS[2]
    before = adapter.get_initial_state(entities=[kind(id=1, name="one")])
    assert adapter.update_one(before, {"id": 1, "changes": {"name": "one"}}) is before


@pytest.mark.parametrize("kind", KINDS)
def test_equal_values_make_a_new_entity_in_an_unsorted_table(kind: Kind) -> None:
    before = ADAPTERS[0].get_initial_state(entities=[kind(id=1, name="one")])
    after = ADAPTERS[0].update_one(before, {"id": 1, "changes": {"name": "one"}})
    assert after == before
    assert after.entities[1] is not before.entities[1]


@pytest.mark.parametrize("kind", [Slotted, Open, Frozen, Record, FrozenRecord, Item])
def test_what_an_update_brings_is_frozen_with_the_state(kind: Kind) -> None:
    mine = ["a"]
    before = ADAPTERS[0].get_initial_state(entities=[kind(id=1)])
    after = ADAPTERS[0].update_one(before, {"id": 1, "changes": {"tags": mine}})
    mine.append("b")
    assert is_frozen(after)
    assert after.entities == {1: kind(id=1, tags=["a"])}


def test_an_update_after_a_change_of_the_same_draft_keeps_both() -> None:
    before = ADAPTERS[0].get_initial_state(entities=[Slotted(1, tags=["a"])])

    def recipe(draft: State) -> None:
        draft.entities[1].tags.append("b")
        ADAPTERS[0].update_one(draft, {"id": 1, "changes": {"name": "one"}})
        draft.entities[1].tags.append("c")

    after = produce(before, recipe)
    assert after.entities == {1: Slotted(1, "one", ["a", "b", "c"])}


@pytest.mark.parametrize("kind", [Slotted, Open, Frozen, Row, Record])
@pytest.mark.parametrize("adapter", ADAPTERS)
def test_a_field_that_the_class_has_not_is_refused(
    adapter: Adapter, kind: Kind
) -> None:
    before = adapter.get_initial_state(entities=[kind(id=1, name="one")])
    with pytest.raises(InvalidPatch, match=f"{kind.__name__} has no field 'nam'"):
        adapter.update_one(before, {"id": 1, "changes": {"name": "x", "nam": "x"}})
    assert before.entities == {1: kind(id=1, name="one")}


def test_a_dict_gains_fields() -> None:
    adapter = EntityAdapter[dict[str, object], str]()
    before = adapter.get_initial_state(entities=[{"id": "a"}])
    after = adapter.update_one(before, {"id": "a", "changes": {"new": 1}})
    assert after.entities == {"a": {"id": "a", "new": 1}}


class Opaque:
    """A class that nobody knows the fields of."""

    id = 1


def test_an_entity_without_fields_can_be_kept_but_not_updated() -> None:
    adapter = EntityAdapter[Opaque, int]()
    one = Opaque()
    state = adapter.add_one(adapter.get_initial_state(), one)
    assert state.entities[1] is one
    with pytest.raises(InvalidPatch, match="Opaque has no fields"):
        adapter.update_one(state, {"id": 1, "changes": {"id": 2}})


@pytest.mark.parametrize("entity", [{"name": "x"}, Opaque, object()])
def test_an_entity_without_an_id_is_refused_with_advice(entity: object) -> None:
    adapter = EntityAdapter[object, object]()
    if entity is Opaque:
        assert adapter.add_one(adapter.get_initial_state(), entity).ids == [1]
        return
    with pytest.raises(InvalidSlice, match="has no 'id'") as caught:
        adapter.add_one(adapter.get_initial_state(), entity)
    assert "select_id=" in caught.value.hint


@pytest.mark.parametrize("update", [{"id": 1}, {"changes": {}}, 7, None, "id"])
def test_what_is_no_update_is_refused_and_shown(update: dict[str, object]) -> None:
    before = ADAPTERS[0].get_initial_state(entities=[Slotted(1)])
    with pytest.raises(InvalidPatch, match="an update has an 'id' and 'changes'"):
        ADAPTERS[0].update_many(before, [update])  # type: ignore[list-item] # the mistake
