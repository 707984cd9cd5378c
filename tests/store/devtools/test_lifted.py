"""The lifted reducer, command by command."""

from __future__ import annotations

import pytest

from stateroom.errors import DevtoolsError
from stateroom.store.devtools.lifted import PAUSED, Change, History
from stateroom.store.devtools.tape import INTERRUPTED, Action, Entry
from tests.store.devtools.counting import (
    Error,
    add,
    adding,
    apply,
    counts,
    doubling,
    history,
    lifted_of,
    shown,
)


def travels(made: History) -> bool:
    return made.is_time_travelling


def test_a_performed_action_is_recorded_with_its_time_and_shown() -> None:
    made = history(1, 2)
    assert counts(made) == [0, 1, 3]
    assert shown(made) == 3
    assert [one.timestamp for one in made.tape.actions.values()] == [0, 1, 2]


def test_a_performed_action_after_a_jump_is_recorded_but_not_shown() -> None:
    made = history(1, 2)
    apply(made, "JUMP_TO_STATE", index=1)
    assert made.perform(add(10), at=3) is Change.APPENDED
    assert counts(made) == [0, 1, 3, 13]
    assert shown(made) == 1


def test_recording_changes_the_tape_in_place_and_copies_no_list() -> None:
    made = history(1)
    before = made.tape
    held = (id(before.staged), id(before.computed), id(before.actions))
    made.perform(add(2), at=2)
    assert made.tape is before
    assert held == (id(before.staged), id(before.computed), id(before.actions))


def test_a_full_history_commits_the_oldest_action_of_its_own() -> None:
    made = history(1, 2, max_age=3)
    assert made.perform(add(4), at=3) is Change.SLID
    assert counts(made) == [1, 3, 7]
    assert made.tape.committed == {"n": 1, "last": "add"}
    assert list(made.tape.staged) == [0, 2, 3]
    assert shown(made) == 7


def test_a_full_history_does_not_commit_an_action_that_failed() -> None:
    made = history(1, max_age=3, catch=True)
    made.perform({"type": "fail"}, at=2)
    made.perform(add(4), at=3)
    made.perform(add(4), at=4)
    assert list(made.tape.staged) == [0, 2, 3, 4]


def test_an_auto_committed_action_that_was_skipped_stays_skipped_in_the_state() -> None:
    made = history(1, 2, max_age=3)
    apply(made, "TOGGLE_ACTION", id=1)
    made.perform(add(4), at=3)
    assert counts(made) == [0, 2, 6]
    assert not made.tape.skipped
    assert made.is_time_travelling


@pytest.mark.parametrize("max_age", [-1, 0, 1])
def test_a_history_of_no_action_is_refused(max_age: int) -> None:
    with pytest.raises(DevtoolsError, match="at least 2"):
        history(max_age=max_age)


def test_toggling_takes_an_action_out_and_back_in() -> None:
    made = history(1, 2, 4)
    apply(made, "TOGGLE_ACTION", id=2)
    assert counts(made) == [0, 1, 1, 5]
    assert made.tape.computed[2] is made.tape.computed[1]
    apply(made, "TOGGLE_ACTION", id=2)
    assert counts(made) == [0, 1, 3, 7]


def test_toggling_computes_only_from_the_toggled_action_on() -> None:
    seen: list[Action] = []

    def watching(state: object, action: Action) -> object:
        seen.append(action)
        return adding(state, action)

    made = History(watching, {"n": 0, "last": ""}, at=0)
    for amount in (1, 2, 4, 8):
        made.perform(add(amount), at=0)
    seen.clear()
    apply(made, "TOGGLE_ACTION", id=3)
    assert seen == [add(8)]


@pytest.mark.parametrize(
    "kind", ["JUMP_TO_STATE", "JUMP_TO_ACTION", "LOCK_CHANGES", "SWEEP"]
)
def test_what_changes_no_action_computes_nothing(kind: str) -> None:
    made = history(1, 2)
    apply(made, "TOGGLE_ACTION", id=1)
    made.reducer = lambda _state, _action: pytest.fail("computed")
    apply(made, kind, index=1, actionId=2, status=True)
    assert counts(made)[-1] == 2


def test_setting_a_range_inactive_skips_what_is_in_it_and_before_its_end() -> None:
    made = history(1, 2, 4, 8)
    apply(made, "SET_ACTIONS_ACTIVE", start=2, end=4, active=False)
    assert counts(made) == [0, 1, 1, 1, 9]
    apply(made, "SET_ACTIONS_ACTIVE", start=0, end=10**12)
    assert counts(made) == [0, 1, 3, 7, 15]


def test_a_range_without_an_action_changes_nothing() -> None:
    made = history(1)
    apply(made, "SET_ACTIONS_ACTIVE", start=5, end=10**12, active=False)
    assert not made.tape.skipped


def test_sweeping_forgets_what_is_skipped() -> None:
    made = history(1, 2, 4)
    apply(made, "TOGGLE_ACTION", id=3)
    apply(made, "SWEEP")
    assert list(made.tape.staged) == [0, 1, 2]
    assert (counts(made), shown(made)) == ([0, 1, 3], 3)
    assert made.is_time_travelling


@pytest.mark.parametrize(
    ("move", "before", "order"),
    [
        (1, 3, [0, 2, 1, 3]),
        (3, 1, [0, 3, 1, 2]),
        (1, 4, [0, 2, 3, 1]),
        (3, 0, [0, 3, 1, 2]),
        (2, 2, [0, 1, 2, 3]),
    ],
)
def test_an_action_moves_before_another(
    move: int, before: int, order: list[int]
) -> None:
    made = history(1, 2, 4)
    apply(made, "REORDER_ACTION", actionId=move, beforeActionId=before)
    assert list(made.tape.staged) == order


def test_moved_actions_are_computed_in_their_new_order() -> None:
    made = history(1, 2)
    made.perform({"type": "set", "payload": 50}, at=3)
    apply(made, "REORDER_ACTION", actionId=3, beforeActionId=2)
    assert counts(made) == [0, 1, 50, 52]


def test_commit_makes_the_shown_state_the_start() -> None:
    made = history(1, 2)
    apply(made, "JUMP_TO_STATE", index=1)
    apply(made, "COMMIT")
    assert counts(made) == [1]
    assert made.tape.next_id == 1


def test_rollback_returns_to_the_last_commit_and_reset_to_the_beginning() -> None:
    made = history(1)
    apply(made, "COMMIT")
    made.perform(add(2), at=2)
    apply(made, "ROLLBACK")
    assert counts(made) == [1]
    apply(made, "RESET")
    assert counts(made) == [0]


def test_a_locked_history_ignores_actions_until_it_is_unlocked() -> None:
    made = history(1)
    apply(made, "LOCK_CHANGES", status=True)
    assert made.perform(add(2), at=2) is Change.NOTHING
    apply(made, "LOCK_CHANGES", status=False)
    made.perform(add(4), at=3)
    assert counts(made) == [0, 1, 5]


def test_while_paused_one_step_stands_for_all_that_happens() -> None:
    made = history(1)
    apply(made, "PAUSE_RECORDING", status=True)
    made.perform(add(2), at=2)
    made.perform(add(4), at=3)
    assert counts(made) == [0, 1, 7]
    assert made.tape.actions[2].action == {"type": PAUSED}
    apply(made, "PAUSE_RECORDING", status=False)
    assert counts(made) == [7]
    made.perform(add(1), at=4)
    assert counts(made) == [7, 8]


def test_an_error_is_raised_and_nothing_is_recorded() -> None:
    made = history(1)
    with pytest.raises(Error):
        made.perform({"type": "fail"}, at=2)
    assert counts(made) == [0, 1]
    made.perform(add(2), at=3)
    assert counts(made) == [0, 1, 3]


def test_a_caught_error_is_recorded_and_interrupts_what_follows() -> None:
    made = history(1, catch=True)
    assert made.perform({"type": "fail"}, at=2) is Change.REWRITTEN
    made.perform(add(2), at=3)
    state = {"n": 1, "last": "add"}
    assert list(made.tape.computed)[2:] == [
        Entry(state, "Error: always"),
        Entry(state, INTERRUPTED),
    ]
    apply(made, "TOGGLE_ACTION", id=2)
    assert counts(made) == [0, 1, 1, 3]


def test_a_command_whose_computation_raises_changes_nothing() -> None:
    made = history(-5, 6)
    made.perform({"type": "limit", "payload": 3}, at=3)
    before = lifted_of(made.tape)
    with pytest.raises(Error, match="above 3"):
        apply(made, "TOGGLE_ACTION", id=1)
    assert lifted_of(made.tape) == before


def test_another_reducer_computes_everything_again() -> None:
    made = history(1, 2, 4)
    made.replace_reducer(doubling)
    assert counts(made) == [0, 0, 0, 0]


def test_a_reducer_that_raises_does_not_replace_the_one_before() -> None:
    made = history(1)

    def refusing(_state: object, _action: Action) -> object:
        raise Error("no")

    with pytest.raises(Error):
        made.replace_reducer(refusing)
    made.perform(add(2), at=2)
    assert counts(made) == [0, 1, 3]


def test_jumping_by_an_index_that_is_old_goes_to_the_action_that_was_meant() -> None:
    made = history(1, 2, max_age=3)
    made.perform(add(4), at=3)  # action 2 was at index 2, and is at 1 now
    apply(made, "JUMP_TO_STATE", index=2, actionId=2)
    assert shown(made) == 3


@pytest.mark.parametrize("kind", ["COMMIT", "ROLLBACK", "RESET"])
def test_time_travel_ends_when_somebody_says_which_state_is_the_true_one(
    kind: str,
) -> None:
    made = history(1, 2)
    assert not travels(made)
    apply(made, "JUMP_TO_STATE", index=1)
    assert travels(made)
    apply(made, kind)
    assert not travels(made)


def test_a_history_that_was_edited_is_time_travel_even_at_its_end() -> None:
    made = history(1, 2)
    apply(made, "REORDER_ACTION", actionId=2, beforeActionId=1)
    assert travels(made)
    made.perform(add(1), at=3)
    assert travels(made)
