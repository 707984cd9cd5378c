"""Updates whose recipes fail, or do what a recipe may not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stateroom.errors import DraftMisuse, InvalidQuery
from stateroom.store import create_draft
from tests.query.pure.jobs import BASE, Jobs, added, jobs, shown, title

# ----------------------------------------------------------- recipes that fail


def test_a_push_that_fails_never_happened() -> None:
    updates = jobs()
    updates.push(title("1", "chef"))
    before = updates.value()
    with pytest.raises(KeyError):
        updates.push(title("9", "nobody"))
    assert updates.value() is before
    assert updates.push(added("3")).id == 2


def test_an_update_that_fails_without_an_undone_one_is_dropped_and_told() -> None:
    updates = jobs()
    first = updates.push(added("3"))
    second = updates.push(title("3", "miller"))
    third = updates.push(title("1", "chef"))
    (dropped,) = updates.undo(first.id)
    assert (dropped.id, type(dropped.error)) == (second.id, KeyError)
    assert shown(updates) == {"1": "chef", "2": "smith"}
    assert not updates.is_pending(second.id)
    assert updates.is_pending(third.id)


def test_updates_that_fail_on_a_new_base_are_dropped_and_the_others_stay() -> None:
    updates = jobs()
    one, two = updates.push(title("1", "chef")), updates.push(title("2", "baker"))
    three = updates.push(added("3"))
    told = updates.rebase({"2": {"title": "smith"}})
    assert [each.id for each in told] == [one.id]
    assert shown(updates) == {"2": "baker", "3": "3"}
    told = updates.rebase({})
    assert [each.id for each in told] == [two.id]
    updates.rebase(BASE)
    assert shown(updates) == {"1": "cook", "2": "smith", "3": "3"}
    assert updates.is_pending(three.id)


def test_a_dropped_update_leaves_no_half_of_itself() -> None:
    updates = jobs()
    first = updates.push(added("3"))

    def change_two(draft: Jobs) -> None:
        draft["1"]["title"] = "half"
        draft["3"]["title"] = "other half"

    updates.push(change_two)
    assert len(updates.undo(first.id)) == 1
    assert updates.value() == BASE


def test_a_base_with_a_draft_in_it_changes_nothing() -> None:
    updates = jobs()
    updates.push(title("1", "chef"))
    before = updates.value(), updates.base
    with pytest.raises(DraftMisuse):
        updates.rebase({"1": create_draft({"title": "cook"})})
    assert (updates.value(), updates.base) == before


def test_an_interrupted_undo_changes_nothing() -> None:
    updates, is_interrupted = jobs(), False

    def interrupted(draft: Jobs) -> None:
        if is_interrupted:
            raise KeyboardInterrupt
        draft["1"]["title"] = "chef"

    first = updates.push(added("3"))
    updates.push(interrupted)
    before, is_interrupted = updates.value(), True
    with pytest.raises(KeyboardInterrupt):
        updates.undo(first.id)
    assert updates.value() is before
    assert updates.is_pending(first.id)
    is_interrupted = False
    assert updates.undo(first.id) == ()


# ------------------------------------------------------------- within a recipe


@pytest.mark.parametrize("method", ["push", "undo", "commit", "rebase"])
def test_a_recipe_cannot_change_the_updates_that_it_is_one_of(method: str) -> None:
    updates = jobs()
    known = updates.push(added("3"))
    before = updates.value()
    change: dict[str, Callable[[], object]] = {
        "push": lambda: updates.push(added("4")),
        "undo": lambda: updates.undo(known.id),
        "commit": lambda: updates.commit(known.id),
        "rebase": lambda: updates.rebase({}),
    }

    def recipe(_: Jobs) -> None:
        change[method]()

    with pytest.raises(InvalidQuery, match="from within a recipe of theirs"):
        updates.push(recipe)
    assert updates.value() is before
    change[method]()
