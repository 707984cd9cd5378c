"""Drafts of frozen instances as keys and members: none of them is in a result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import pytest

from stateroom.store import current, freeze, is_draft, is_frozen, produce, thaw
from stateroom.store.patches import apply_patches, produce_with_patches


@dataclass(frozen=True)
class Place:
    x: int = 0
    y: int = 0


class Pair(NamedTuple):
    place: Place
    n: int


@dataclass(slots=True)
class Board:
    cursor: Place = field(default_factory=Place)
    pieces: dict[object, object] = field(default_factory=dict)
    visited: set[object] = field(default_factory=set)
    seen: frozenset[object] = frozenset()


Recipe = Callable[[Board], None]


def put(draft: Board) -> None:
    draft.pieces[draft.cursor] = "king"


def put_pair(draft: Board) -> None:
    draft.pieces[Pair(draft.cursor, 1)] = "king"


def put_all(draft: Board) -> None:
    draft.pieces = {draft.cursor: "king"}


def put_unless_there(draft: Board) -> None:
    draft.pieces.setdefault(draft.cursor, "king")


@pytest.mark.parametrize("recipe", [put, put_all, put_pair, put_unless_there])
def test_a_draft_as_a_key_becomes_what_it_stands_for(recipe: Recipe) -> None:
    after = produce(freeze(Board()), recipe)
    (key,) = after.pieces
    assert key in {Place(), Pair(Place(), 1)}
    assert (is_frozen(key), is_draft(key)) == (True, False)
    assert thaw(after) == after


def test_a_key_does_not_change_with_the_draft_that_it_was() -> None:
    def put_and_move(draft: Board) -> None:
        put(draft)
        object.__setattr__(draft.cursor, "x", 5)

    after = produce(freeze(Board()), put_and_move)
    assert (after.cursor, after.pieces) == (Place(5), {Place(): "king"})


def test_what_stands_under_a_key_is_found_by_a_draft_and_drafted() -> None:
    def push(draft: Board) -> None:
        stack = draft.pieces[draft.cursor]
        assert isinstance(stack, list)
        stack.append("pawn")

    base = freeze(Board(pieces={Place(): ["king"]}))
    made = produce_with_patches(base, push)
    assert made.state.pieces == {Place(): ["king", "pawn"]}
    assert made.patches[0]["path"] == ("pieces", Place(), 1)
    assert apply_patches(base, made.patches) == made.state


def test_a_key_is_deleted_by_a_draft() -> None:
    def take(draft: Board) -> None:
        del draft.pieces[draft.cursor]

    made = produce_with_patches(freeze(Board(pieces={Place(): 1})), take)
    assert made.state.pieces == {}
    assert made.patches == ({"op": "remove", "path": ("pieces", Place())},)


def visit(draft: Board) -> None:
    draft.visited.add(draft.cursor)


def visit_pair(draft: Board) -> None:
    draft.visited.add((draft.cursor, 1))


def visit_again(draft: Board) -> None:
    draft.visited = {draft.cursor, *draft.visited}


def see(draft: Board) -> None:
    draft.seen = draft.seen | {draft.cursor}


@pytest.mark.parametrize("recipe", [visit, visit_pair, visit_again, see])
def test_a_draft_as_a_member_becomes_what_it_stands_for(recipe: Recipe) -> None:
    after = produce(freeze(Board()), recipe)
    (member,) = {*after.visited, *after.seen}
    assert member in {Place(), (Place(), 1)}
    assert (is_frozen(member), is_draft(member)) == (True, False)


@pytest.mark.parametrize("recipe", [visit, see])
def test_a_member_that_changed_after_it_was_added_is_the_changed_one(
    recipe: Recipe,
) -> None:
    def visit_and_move(draft: Board) -> None:
        recipe(draft)
        object.__setattr__(draft.cursor, "x", 5)

    after = produce(freeze(Board()), visit_and_move)
    members = {*after.visited, *after.seen}
    assert members == {Place(5)}
    assert next(iter(members)) is after.cursor


@pytest.mark.parametrize("recipe", [put_all, visit_again, see])
def test_a_copy_of_the_current_state_has_no_draft_in_it(recipe: Recipe) -> None:
    taken: list[Board] = []

    def change_and_take(draft: Board) -> None:
        recipe(draft)
        taken.append(current(draft))

    produce(freeze(Board()), change_and_take)
    (board,) = taken
    members = [*board.pieces, *board.visited, *board.seen]
    assert members == [Place()]
    assert not is_draft(members[0])


def test_a_frozenset_without_drafts_is_not_copied() -> None:
    seen = frozenset({1, (2, 3), Place()})
    assert freeze({"seen": seen})["seen"] is seen
    assert thaw(freeze({"seen": seen}))["seen"] == seen


def test_a_set_in_a_state_prints_like_a_plain_one() -> None:
    seen: list[str] = []

    def show(draft: Board) -> None:
        draft.visited.add(1)
        seen.append(repr(draft.visited))

    after = produce(freeze(Board()), show)
    assert (repr(after.visited), seen) == ("{1}", ["{1}"])
