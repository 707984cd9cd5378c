"""The laws of updates, on random ones in random orders."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from stateroom.query.optimistic import Updates
from stateroom.store import is_frozen
from tests.query.pure.recipes import (
    BASES,
    RISKY,
    SURE,
    Board,
    Recipe,
    applied,
    read,
)


@given(BASES, st.lists(SURE, max_size=5))
def test_what_is_shown_is_all_updates_applied_to_the_base(
    base: Board, recipes: list[Recipe]
) -> None:
    updates = Updates(base)
    for recipe in recipes:
        updates.push(recipe)
    assert read(updates.value()) == read(applied(base, recipes))
    assert is_frozen(updates.value())


ORDERS = st.lists(st.integers(0, 4), unique=True)
"""Which of up to five updates are undone, or committed, and in which order."""


def pushed(base: Board, recipes: list[Recipe]) -> tuple[Updates[Board], list[int]]:
    updates = Updates(base)
    return updates, [updates.push(recipe).id for recipe in recipes]


def others(recipes: list[Recipe], places: list[int]) -> list[Recipe]:
    return [each for at, each in enumerate(recipes) if at not in places]


@given(BASES, st.lists(SURE, max_size=5), ORDERS)
def test_an_undone_update_was_never_there(
    base: Board, recipes: list[Recipe], undone: list[int]
) -> None:
    updates, ids = pushed(base, recipes)
    for at in undone:
        assert [updates.undo(each) for each in ids[at : at + 1]] in ([], [()])
    assert read(updates.value()) == read(applied(base, others(recipes, undone)))


@given(BASES, st.lists(SURE, max_size=5), ORDERS, BASES)
def test_a_new_base_before_or_after_an_undo_makes_no_difference(
    base: Board, recipes: list[Recipe], undone: list[int], new: Board
) -> None:
    early, ids = pushed(base, recipes)
    late, _ = pushed(base, recipes)
    early.rebase(new)
    for at in undone:
        for each in ids[at : at + 1]:
            early.undo(each)
            late.undo(each)
    late.rebase(new)
    expected = read(applied(new, others(recipes, undone)))
    assert read(early.value()) == read(late.value()) == expected


@given(BASES, st.lists(SURE, max_size=5), ORDERS, BASES)
def test_committed_updates_are_shown_until_the_next_base(
    base: Board, recipes: list[Recipe], committed: list[int], new: Board
) -> None:
    updates, ids = pushed(base, recipes)
    before = updates.value()
    for at in committed:
        for each in ids[at : at + 1]:
            updates.commit(each)
            assert updates.undo(each) == ()
    assert updates.value() is before
    updates.rebase(new)
    assert read(updates.value()) == read(applied(new, others(recipes, committed)))


@given(BASES, st.lists(SURE, max_size=4), RISKY)
def test_a_push_that_is_undone_gives_back_the_very_object(
    base: Board, recipes: list[Recipe], last: Recipe
) -> None:
    updates, _ = pushed(base, recipes)
    before = updates.value()
    with suppress(LookupError):
        updates.undo(updates.push(last).id)
    assert updates.value() is before
