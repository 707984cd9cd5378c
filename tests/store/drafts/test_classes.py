"""What classes of state may have: methods, unset fields, hashes, type parameters."""

from __future__ import annotations

import dataclasses

import msgspec
import pytest

from stateroom.errors import FrozenState
from stateroom.store import freeze, produce
from tests.store.drafts.kinds import (
    Box,
    Methods,
    Open,
    Slots,
    Struct,
    WithProperty,
)


def test_methods_and_properties_work_on_a_draft() -> None:
    seen = []

    def use(draft: Methods) -> None:
        draft.tag("x")
        seen.append(draft.count)

    after = produce(freeze(Methods()), use)
    assert (after, after.count, seen) == (Methods("a x", ["x"]), 1, [1])


def test_a_method_that_sets_a_field_is_refused_by_frozen_state() -> None:
    with pytest.raises(FrozenState, match="append is refused"):
        freeze(Methods()).tag("x")


def test_fields_of_a_generic_class_are_drafted() -> None:
    after = produce(freeze(Box({"n": 1})), lambda draft: draft.held.update(n=2))
    assert after == Box({"n": 2})


def test_a_field_that_was_never_set_stays_unset() -> None:
    after = produce(freeze(WithProperty()), lambda draft: draft.tags.append("x"))
    assert (after.tags, hasattr(after, "never_set")) == (["x"], False)


def test_a_field_that_was_never_set_can_be_set() -> None:
    def set_it(draft: WithProperty) -> None:
        draft.never_set = 3

    assert produce(freeze(WithProperty()), set_it).never_set == 3


def test_setting_what_is_no_field_is_refused() -> None:
    def set_other(draft: Open) -> None:
        draft.other = 1  # type: ignore[attr-defined] # what the test is about

    with pytest.raises(AttributeError, match="Open has no field 'other'"):
        produce(freeze(Open()), set_other)


def test_a_frozen_user_class_keeps_its_hash() -> None:
    @dataclasses.dataclass(frozen=True, slots=True)
    class Key:
        name: str = "a"

    assert hash(freeze(Key())) == hash(Key())


def test_freezing_leaves_the_callers_object_alone() -> None:
    mine = Slots(tags=["x"])
    freeze(mine)
    mine.tags.append("y")
    assert (type(mine) is Slots, mine.tags) == (True, ["x", "y"])


def test_a_replaced_struct_that_holds_something_plain_is_frozen_anew() -> None:
    replaced = msgspec.structs.replace(freeze(Struct()), tags=["plain"])
    after = produce(freeze([Struct()]), lambda draft: draft.append(replaced))
    with pytest.raises(FrozenState):
        after[1].tags.append("x")
