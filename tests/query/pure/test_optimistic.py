"""Updates: what is shown, what an undo leaves, and what keeps its identity."""

from __future__ import annotations

from stateroom.query.optimistic import Updates
from stateroom.store import NOTHING, apply_patches, is_frozen
from tests.query.pure.jobs import BASE, Jobs, added, jobs, shown, title

# ----------------------------------------------------------------------- undo


def test_an_undone_update_leaves_the_later_ones() -> None:
    updates = jobs()
    first = updates.push(title("1", "chef"))
    second = updates.push(title("2", "baker"))
    assert shown(updates) == {"1": "chef", "2": "baker"}
    assert updates.undo(first.id) == ()
    assert shown(updates) == {"1": "cook", "2": "baker"}
    updates.undo(second.id)
    assert updates.value() == BASE
    assert updates.is_empty


def test_updates_of_one_field_show_the_last_that_is_left() -> None:
    updates = jobs()
    ids = [updates.push(title("1", text)).id for text in "abc"]
    seen = []
    for each in (ids[1], ids[2], ids[0]):
        updates.undo(each)
        seen.append(shown(updates)["1"])
    assert seen == ["c", "a", "cook"]


def test_an_update_can_be_undone_once() -> None:
    updates = jobs()
    one, two = updates.push(added("3")).id, updates.push(added("4")).id
    assert updates.is_pending(one)
    updates.undo(one)
    assert not updates.is_pending(one)
    assert updates.undo(one) == updates.undo(99) == ()
    assert list(updates.value()) == ["1", "2", "4"]
    assert updates.is_pending(two)


def test_an_id_is_never_given_twice() -> None:
    updates = jobs()
    ids = []
    for _ in range(3):
        ids.append(updates.push(added("3")).id)
        updates.undo(ids[-1])
    assert len(set(ids)) == 3


# ----------------------------------------------------------------- a new base


def test_a_new_base_goes_below_what_is_pending() -> None:
    updates = jobs()
    pending = updates.push(title("1", "chef"))
    updates.rebase({"1": {"title": "cook"}, "5": {"title": "new"}})
    assert shown(updates) == {"1": "chef", "5": "new"}
    updates.undo(pending.id)
    assert shown(updates) == {"1": "cook", "5": "new"}


def test_what_is_committed_stays_until_the_next_base() -> None:
    updates = jobs()
    done, pending = updates.push(title("1", "chef")), updates.push(title("2", "baker"))
    updates.commit(done.id)
    assert not updates.is_pending(done.id)
    assert updates.undo(done.id) == ()
    assert shown(updates) == {"1": "chef", "2": "baker"}
    updates.rebase(BASE)
    assert shown(updates) == {"1": "cook", "2": "baker"}
    assert updates.is_pending(pending.id)


def test_what_is_committed_above_a_pending_update_outlives_its_undo() -> None:
    updates = jobs()
    pending, done = updates.push(title("1", "chef")), updates.push(title("2", "baker"))
    updates.commit(done.id)
    states = [updates.is_empty]
    updates.undo(pending.id)
    assert shown(updates) == {"1": "cook", "2": "baker"}
    states.append(updates.is_empty)
    assert states == [False, True]
    assert updates.base is updates.value()


def test_a_base_that_is_made_of_the_old_one_keeps_what_is_committed() -> None:
    updates = jobs()
    folded, pending = updates.push(title("1", "chef")), updates.push(added("3"))
    above = updates.push(title("2", "baker"))
    updates.commit(folded.id)
    updates.commit(above.id)
    updates.rebase({**updates.base, "5": {"title": "new"}}, keeps_committed=True)
    assert shown(updates) == {"1": "chef", "2": "baker", "5": "new", "3": "3"}
    updates.undo(pending.id)
    assert shown(updates) == {"1": "chef", "2": "baker", "5": "new"}


def test_a_base_is_frozen_and_not_the_callers_own() -> None:
    mine: Jobs = {"1": {"title": "cook"}}
    updates = Updates(mine)
    mine["1"]["title"] = "chef"
    assert shown(updates) == {"1": "cook"}
    updates.rebase(mine)
    mine["1"]["title"] = "smith"
    assert shown(updates) == {"1": "chef"}
    assert is_frozen(updates.value())


# ------------------------------------------------------------------ identities


def test_an_undone_push_gives_back_the_very_object() -> None:
    updates = jobs()
    before = updates.value()
    pushed = updates.push(title("1", "chef"))
    assert updates.value()["2"] is before["2"]
    updates.undo(pushed.id)
    assert updates.value() is before


def test_an_update_that_changes_nothing_changes_no_identity() -> None:
    updates = jobs()
    before = updates.value()

    def replace_by_equal(draft: Jobs) -> None:
        draft["1"] = {"title": "cook"}

    same, equal = updates.push(title("1", "cook")), updates.push(replace_by_equal)
    assert updates.value() is before
    updates.undo(same.id)
    updates.undo(equal.id)
    assert updates.value() is before


def test_an_undo_keeps_what_later_updates_made() -> None:
    updates = jobs()
    first = updates.push(title("1", "chef"))
    updates.push(title("2", "baker"))
    last = updates.push(added("3"))
    before = updates.value()
    updates.undo(first.id)
    middle = updates.value()
    assert [middle[key] is before[key] for key in ("1", "2", "3")] == [
        False,
        True,
        True,
    ]
    updates.undo(last.id)
    assert updates.value()["2"] is before["2"]
    assert updates.value()["1"] is middle["1"]


def test_an_equal_base_changes_no_identity() -> None:
    updates = jobs()
    updates.push(title("1", "chef"))
    before = updates.value()
    updates.rebase({"1": {"title": "cook"}, "2": {"title": "smith"}})
    assert updates.value() is before


def test_a_base_that_confirms_an_update_changes_no_identity() -> None:
    updates = jobs()
    done = updates.push(title("1", "chef"))
    before = updates.value()
    updates.commit(done.id)
    assert updates.value() is before
    updates.rebase({"1": {"title": "chef"}, "2": {"title": "smith"}})
    assert updates.value() is before


# --------------------------------------------------------------------- patches


def test_a_push_tells_its_patches_both_ways() -> None:
    updates = jobs()
    updates.push(title("2", "baker"))
    before = updates.value()
    pushed = updates.push(title("1", "chef"))
    assert [dict(each) for each in pushed.patches] == [
        {"op": "replace", "path": ("1", "title"), "value": "chef"}
    ]
    assert apply_patches(before, pushed.patches) == updates.value()
    assert apply_patches(updates.value(), pushed.inverse) == before


def test_a_recipe_may_return_the_next_value() -> None:
    updates: Updates[int | None] = Updates(1)
    doubled = updates.push(lambda number: (number or 0) * 2)
    updates.push(lambda number: (number or 0) + 5)
    assert updates.value() == 7
    updates.undo(doubled.id)
    assert updates.value() == 6
    updates.push(lambda _: NOTHING)
    assert updates.value() is None
