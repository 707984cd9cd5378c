"""Dataclasses of every kind, and Structs: drafted, frozen, and still what they were."""

from __future__ import annotations

import copy
import dataclasses
import json
from typing import cast

import msgspec
import pytest

from stateroom.errors import DraftMisuse, FrozenState
from stateroom.store import freeze, is_frozen, original, produce, thaw
from tests.store.drafts.kinds import (
    Base,
    Derived,
    Frozen,
    FrozenSlots,
    Methods,
    Open,
    Slots,
    Struct,
    only,
    unpickled,
)

KINDS = [Open, Slots, Frozen, FrozenSlots, Derived, Methods, Struct]


DATACLASSES = [kind for kind in KINDS if kind is not Struct]


MUTABLE = [Open, Slots, Derived, Methods, Struct]


def rename(draft: Slots) -> None:
    draft.title = "b"


def tag(draft: Slots) -> None:
    draft.tags.append("x")


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_is_set_changes_the_result_and_not_the_base(
    kind: type[Slots],
) -> None:
    base = freeze(kind())
    after = produce(base, rename)
    assert (base.title, after.title) == ("a", "b")


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_field_holds_is_drafted_too(kind: type[Slots]) -> None:
    base = freeze(kind())
    after = produce(base, tag)
    assert (base.tags, after.tags) == ([], ["x"])


@pytest.mark.parametrize("kind", KINDS)
def test_an_untouched_field_keeps_its_identity(kind: type[Slots]) -> None:
    base = freeze(kind(tags=["x"]))
    assert produce(base, rename).tags is base.tags


@pytest.mark.parametrize("kind", KINDS)
def test_a_recipe_that_only_reads_returns_the_base(kind: type[Slots]) -> None:
    base = freeze(kind(tags=["x"]))
    assert produce(base, only(lambda draft: draft.tags[0])) is base


@pytest.mark.parametrize("kind", KINDS)
def test_setting_an_equal_scalar_is_no_change(kind: type[Slots]) -> None:
    base = freeze(kind(title="title"))

    def again(draft: Slots) -> None:
        draft.title = "title!"[:-1]

    assert produce(base, again) is base


@pytest.mark.parametrize("kind", KINDS)
def test_putting_the_original_back_over_its_draft_is_no_change(
    kind: type[Slots],
) -> None:
    base = freeze(kind(tags=["x"]))

    def put_back(draft: Slots) -> None:
        draft.tags = original(draft.tags)

    assert produce(base, put_back) is base


@pytest.mark.parametrize("kind", KINDS)
def test_putting_the_original_back_drops_what_its_draft_had_become(
    kind: type[Slots],
) -> None:
    base = freeze(kind(tags=["x"]))

    def undo(draft: Slots) -> None:
        draft.tags.append("y")
        draft.tags = original(draft.tags)

    after = produce(base, undo)
    assert (after == base, after.tags is base.tags) == (True, True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_frozen_instance_is_still_one_of_its_class(kind: type[Slots]) -> None:
    after = produce(freeze(kind()), rename)
    assert isinstance(after, kind)
    assert after.__class__ is kind


@pytest.mark.parametrize("kind", KINDS)
def test_a_frozen_instance_equals_a_plain_one_in_both_orders(
    kind: type[Slots],
) -> None:
    after = produce(freeze(kind()), tag)
    plain = kind(tags=["x"])
    assert (after == plain, plain == after) == (True, True)
    assert (after == kind(), kind() == after) == (False, False)


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_equals_a_plain_one_in_both_orders(kind: type[Slots]) -> None:
    seen = []

    def look(draft: Slots) -> None:
        draft.tags.append("x")
        seen.append((draft == kind(tags=["x"]), kind(tags=["x"]) == draft))

    produce(freeze(kind()), look)
    assert seen == [(True, True)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_frozen_instance_prints_like_a_plain_one(kind: type[Slots]) -> None:
    assert repr(produce(freeze(kind()), rename)) == repr(kind(title="b"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_frozen_instance_matches_patterns_of_its_class(kind: type[Slots]) -> None:
    match cast("object", produce(freeze(kind()), rename)):
        case Slots(title="b") | Open(title="b") | Frozen(title="b"):
            found = True
        case FrozenSlots(title="b") | Base(title="b") | Methods(title="b"):
            found = True
        case Struct(title="b"):
            found = True
        case _:
            found = False
    assert found


@pytest.mark.parametrize("kind", KINDS)
def test_setting_a_field_of_frozen_state_is_refused(kind: type[Slots]) -> None:
    after = produce(freeze(kind()), rename)
    with pytest.raises(FrozenState, match="title is frozen state: assigning 'title'"):
        after.title = "c"
    assert after.title == "b"


@pytest.mark.parametrize("kind", KINDS)
def test_deleting_a_field_of_frozen_state_is_refused(kind: type[Slots]) -> None:
    after = produce(freeze(kind()), rename)
    with pytest.raises(FrozenState, match="deleting 'title'"):
        del after.title


@pytest.mark.parametrize("kind", KINDS)
def test_what_frozen_state_holds_is_frozen_too(kind: type[Slots]) -> None:
    after = produce(freeze(kind()), tag)
    with pytest.raises(FrozenState, match="append is refused"):
        after.tags.append("y")
    assert is_frozen(after)


@pytest.mark.parametrize("kind", MUTABLE)
@pytest.mark.parametrize(
    "duplicate",
    [copy.copy, copy.deepcopy, thaw, unpickled],
    ids=["copy", "deepcopy", "thaw", "pickle"],
)
def test_a_copy_of_frozen_state_is_plain_and_may_change(
    kind: type[Slots], duplicate: object
) -> None:
    frozen = produce(freeze(kind()), tag)
    plain = cast("type[Slots]", duplicate)(frozen)  # type: ignore[arg-type] # any of four functions
    plain.title = "mine"
    assert (type(plain) is kind, frozen.title) == (True, "a")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("duplicate", [copy.deepcopy, thaw])
def test_a_deep_copy_is_plain_all_the_way_down(
    kind: type[Slots], duplicate: object
) -> None:
    frozen = produce(freeze(kind()), tag)
    plain = cast("type[Slots]", duplicate)(frozen)  # type: ignore[arg-type] # as above
    plain.tags.append("y")
    assert (type(plain.tags) is list, frozen.tags) == (True, ["x"])


@pytest.mark.parametrize("kind", DATACLASSES)
def test_dataclasses_replace_gives_a_plain_instance(kind: type[Slots]) -> None:
    plain = dataclasses.replace(produce(freeze(kind()), tag), title="c")
    assert (type(plain) is kind, plain.title, plain.tags) == (True, "c", ["x"])


@pytest.mark.parametrize("kind", DATACLASSES)
def test_dataclasses_asdict_gives_plain_dicts_and_lists(kind: type[Slots]) -> None:
    plain = dataclasses.asdict(produce(freeze(kind()), tag))
    assert plain == {"title": "a", "tags": ["x"]}
    assert (type(plain), type(plain["tags"])) == (dict, list)


@pytest.mark.parametrize("kind", KINDS)
def test_msgspec_encodes_frozen_state(kind: type[Slots]) -> None:
    after = produce(freeze(kind()), tag)
    assert json.loads(msgspec.json.encode(after)) == {"title": "a", "tags": ["x"]}


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_that_outlives_its_recipe_refuses_to_be_read(
    kind: type[Slots],
) -> None:
    leaked: list[Slots] = []
    produce(freeze(kind()), leaked.append)
    with pytest.raises(DraftMisuse, match="after its recipe had ended"):
        str(leaked[0].title)


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_that_outlives_its_recipe_refuses_to_be_set(kind: type[Slots]) -> None:
    leaked: list[Slots] = []

    def leak(draft: Slots) -> None:
        draft.title = "b"
        leaked.append(draft)

    after = produce(freeze(kind()), leak)
    with pytest.raises(DraftMisuse, match="after its recipe had ended"):
        leaked[0].title = "c"
    assert after.title == "b"
