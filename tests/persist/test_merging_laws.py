"""What holds for any three values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from stateroom.persist.merging import Merge, by_id, three_way, union
from stateroom.persist.merging.ordering import weave
from stateroom.persist.merging.sameness import same, token
from stateroom.store import EntityState, freeze
from tests.persist.merging_kinds import Todo
from tests.persist.merging_values import LEAVES, TABLES, VALUES, alike

Three: TypeAlias = tuple[object, object, object]

SMALL = st.integers(0, 6)
ORDERS = st.lists(SMALL, unique=True)
TODOS = st.lists(
    st.builds(Todo, id=st.integers(0, 3), title=st.sampled_from("ab")),
    unique_by=lambda todo: todo.id,
)


def frozen(sides: Iterable[object]) -> list[object]:
    return [freeze(each) for each in sides]


# -------------------------------------------------------------------- identities


@given(VALUES, VALUES)
def test_one_side_that_changed_is_taken_as_it_is(base: object, side: object) -> None:
    start, again, other = frozen((base, base, side))
    one, two = three_way(start, again, other), three_way(start, other, again)
    assert one.value is other
    assert two.value is (again if same(again, other) else other)
    assert one.conflicts == two.conflicts == ()


@given(VALUES, VALUES)
def test_two_sides_that_are_the_same_are_what_they_are(
    base: object, side: object
) -> None:
    start, stored, current = frozen((base, side, side))
    found = three_way(start, stored, current)
    assert found.value is current
    assert found.conflicts == ()


@given(alike())
def test_a_result_that_is_the_same_as_a_side_is_that_object(sides: Three) -> None:
    base, stored, current = frozen(sides)
    value = three_way(base, stored, current).value
    expected = [side for side in (current, stored) if same(side, value)]
    assert all(value is side for side in expected[:1])


@given(alike())
def test_merging_again_with_what_was_stored_changes_nothing(sides: Three) -> None:
    base, stored, current = frozen(sides)
    value = three_way(base, stored, current).value
    again = three_way(stored, stored, value)
    assert again.value is value
    assert again.conflicts == ()


@given(alike())
def test_a_result_is_frozen_and_of_the_class_of_one_side(sides: Three) -> None:
    base, stored, current = frozen(sides)
    value = three_way(base, stored, current).value
    assert freeze(value) is value
    assert value.__class__ in {stored.__class__, current.__class__}


@given(VALUES, VALUES)
def test_tokens_are_equal_exactly_where_values_are_the_same(
    one: object, other: object
) -> None:
    assert (token(one) == token(other)) is same(one, other)
    assert token(freeze(one)) == token(one)
    assert hash(token(freeze(one))) == hash(token(one))


# ------------------------------------------------------------------ nothing is lost


@given(*[st.sets(SMALL)] * 3)
def test_sets_lose_no_addition_and_no_removal(
    base: set[int], stored: set[int], current: set[int]
) -> None:
    found = three_way(freeze(base), freeze(stored), freeze(current))
    added = (stored | current) - base
    assert found.value == added | (base & stored & current)
    assert found.conflicts == ()


@given(*[st.dictionaries(SMALL, st.sampled_from("abc"))] * 3)
def test_what_a_mapping_loses_is_in_the_conflicts(
    base: dict[int, str], stored: dict[int, str], current: dict[int, str]
) -> None:
    found = three_way(freeze(base), freeze(stored), freeze(current))
    reported = {each.path for each in found.conflicts}
    for key in {*base, *stored, *current}:
        before, kept = base.get(key), found.value.get(key)
        for after in (stored.get(key), current.get(key)):
            assert after in {before, kept} or f"[{key}]" in reported


@given(*[st.dictionaries(SMALL, st.sampled_from("abc"))] * 3)
def test_the_stored_keys_come_first_in_their_order(
    base: dict[int, str], stored: dict[int, str], current: dict[int, str]
) -> None:
    ours = freeze(current)
    value = three_way(freeze(base), freeze(stored), ours).value
    theirs = [key for key in stored if key in value]
    rest = [key for key in current if key in value and key not in stored]
    assert value is ours or list(value) == [*theirs, *rest]


@given(*[ORDERS] * 3)
def test_lists_without_duplicates_lose_no_addition_and_no_removal(
    base: list[int], stored: list[int], current: list[int]
) -> None:
    found = three_way(freeze(base), freeze(stored), freeze(current))
    added = {*stored, *current} - {*base}
    assert sorted(found.value) == sorted(added | ({*base} & {*stored} & {*current}))
    assert {each.kind for each in found.conflicts} <= {"order"}


@given(*[st.lists(st.sampled_from("ab"), max_size=4)] * 3)
def test_logs_lose_nothing_that_was_put_at_their_end(
    base: list[str], stored: list[str], current: list[str]
) -> None:
    double = [*base, "x", "x"]
    found = three_way(
        freeze(double), freeze([*double, *stored]), freeze([*double, *current])
    )
    one_side = [] if stored == current else stored
    assert Counter(found.value) == Counter([*double, *one_side, *current])
    assert found.conflicts == ()


@given(*[TODOS] * 3)
def test_a_version_of_a_record_is_in_the_result_or_in_the_conflicts(
    base: list[Todo], stored: list[Todo], current: list[Todo]
) -> None:
    found = three_way(freeze(base), freeze(stored), freeze(current))
    reported = [each.lost for each in found.conflicts]
    for side in (stored, current):
        assert all(
            each in found.value or each in reported for each in side if each not in base
        )
    assert not any(
        each in found.value
        for each in base
        if each not in stored or each not in current
    )


# ----------------------------------------------------------------------- orders


@given(*[ORDERS] * 3)
def test_an_order_has_everything_once(
    base: list[int], stored: list[int], current: list[int]
) -> None:
    keys, _ = weave(base, stored, current)
    assert sorted(map(str, keys)) == sorted(map(str, {*stored, *current}))


@given(*[ORDERS] * 3)
def test_an_order_keeps_that_of_a_side_or_of_both(
    base: list[int], stored: list[int], current: list[int]
) -> None:
    keys, is_order_lost = weave(base, stored, current)
    theirs = [key for key in keys if key in stored] == stored
    ours = [key for key in keys if key in current] == current
    assert theirs or ours
    assert ours or not is_order_lost


# --------------------------------------------------------------------- commuting


@given(
    st.dictionaries(SMALL, LEAVES),
    st.dictionaries(st.integers(10, 12), LEAVES),
    st.dictionaries(st.integers(20, 22), VALUES),
)
def test_changes_of_different_keys_are_merged_alike_from_both_ends(
    base: dict[int, object], one: dict[int, object], other: dict[int, object]
) -> None:
    start, stored, current = frozen((base, base | one, base | other))
    found, turned = (
        three_way(start, stored, current),
        three_way(start, current, stored),
    )
    assert same(found.value, turned.value)
    assert same(found.value, freeze(base | one | other))
    assert found.conflicts == turned.conflicts == ()


@given(*[st.sets(SMALL)] * 3)
def test_sets_are_merged_alike_from_both_ends(
    base: set[int], stored: set[int], current: set[int]
) -> None:
    start, one, other = freeze(base), freeze(stored), freeze(current)
    assert three_way(start, one, other).value == three_way(start, other, one).value


# ------------------------------------------------------------------------ tables


@given(TABLES, TABLES, TABLES)
def test_the_ids_of_a_table_are_those_of_its_entities(
    base: EntityState[Todo, int],
    stored: EntityState[Todo, int],
    current: EntityState[Todo, int],
) -> None:
    value = three_way(freeze(base), freeze(stored), freeze(current)).value
    assert sorted(value.ids) == sorted(value.entities)
    assert all(each.id == key for key, each in value.entities.items())
    gone = {*base.ids} - {*stored.ids} - {*current.ids}
    assert gone.isdisjoint(value.ids)
    assert ({*stored.ids} & {*current.ids}) <= {*value.ids}


@given(*[TODOS] * 3)
def test_records_by_id_are_those_of_a_table(
    base: list[Todo], stored: list[Todo], current: list[Todo]
) -> None:
    sides = frozen((base, stored, current))
    tables = frozen(
        EntityState([each.id for each in side], {each.id: each for each in side})
        for side in (base, stored, current)
    )
    by_ids = three_way(*sides, merges=by_id()).value
    table = three_way(*tables).value
    assert isinstance(table, EntityState)
    assert by_ids == [table.entities[key] for key in table.ids]


@given(*[st.sets(SMALL)] * 3)
def test_a_union_has_everything_where_both_sides_changed_something(
    base: set[int], stored: set[int], current: set[int]
) -> None:
    merge: Merge = union
    value = three_way(freeze(base), freeze(stored), freeze(current), merges=merge).value
    is_one_sided = base in (stored, current)
    assert is_one_sided or value == stored | current
