"""What the lifted reducer imports, and what it refuses."""

from __future__ import annotations

import pytest

from stateroom.errors import DevtoolsError
from stateroom.store.devtools.lifted import History
from stateroom.store.devtools.tape import Action
from tests.store.devtools.counting import (
    add,
    apply,
    counts,
    doubling,
    history,
    lifted_of,
    shown,
)


def test_a_list_of_actions_is_imported_from_the_initial_state() -> None:
    made = history(7)
    apply(made, "IMPORT_STATE", nextLiftedState=[add(1), add(2)])
    assert counts(made) == [0, 1, 3]
    assert shown(made) == 3


def test_an_imported_history_is_computed_or_taken_as_it_is() -> None:
    other = history(1, 2)
    lifted = lifted_of(other.tape) | {"actionsById": _performed(other)}
    made = history(50)
    made.reducer = doubling
    apply(made, "IMPORT_STATE", nextLiftedState=lifted, noRecompute=True)
    assert counts(made) == [0, 1, 3]
    apply(made, "IMPORT_STATE", nextLiftedState=lifted)
    assert counts(made) == [0, 0, 0]


def _performed(made: History) -> dict[str, object]:
    return {
        str(step): {"action": one.action, "timestamp": one.timestamp}
        for step, one in made.tape.actions.items()
    }


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ({"type": "NONE"}, "no lifted action 'NONE'"),
        ({}, "no lifted action None"),
        ({"type": "TOGGLE_ACTION"}, "whole number as 'id', found None"),
        ({"type": "TOGGLE_ACTION", "id": True}, "whole number as 'id', found True"),
        ({"type": "TOGGLE_ACTION", "id": 0}, "no recorded action has the id 0"),
        ({"type": "TOGGLE_ACTION", "id": 9}, "no recorded action has the id 9"),
        ({"type": "JUMP_TO_STATE", "index": 3}, "there is no step 3"),
        ({"type": "JUMP_TO_STATE", "index": -1}, "there is no step -1"),
        ({"type": "JUMP_TO_ACTION", "actionId": 5}, "has the id 5"),
        ({"type": "LOCK_CHANGES", "status": 1}, "true or false as 'status', found 1"),
        ({"type": "PERFORM_ACTION", "action": {}}, "a type that is text"),
    ],
)
def test_a_command_that_does_not_fit_is_refused_and_says_why(
    command: Action, said: str
) -> None:
    made = history(1, 2)
    before = lifted_of(made.tape)
    with pytest.raises(DevtoolsError, match=said):
        made.apply(command, at=0)
    assert lifted_of(made.tape) == before


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("actionsById", [], "actionsById must be a mapping of ids"),
        ("actionsById", {"x": {}}, r"actionsById\['x'\] must be a whole number"),
        ("actionsById", {"0": 1}, r"actionsById\['0'\] must be a lifted action"),
        ("actionsById", {"0": {"action": {"type": 5}}}, "action must be an action"),
        ("stagedActionIds", [1], "must be a list that begins with 0"),
        ("stagedActionIds", [0, 7], r"stagedActionIds\[1\] must be an id"),
        ("stagedActionIds", [0, 1, 1], "each id once"),
        ("stagedActionIds", None, "stagedActionIds must be a list"),
        ("skippedActionIds", [0], "the first step cannot be skipped"),
        ("stagedActionIds", [0] * 100_001, "at most 100000 long, found 100001"),
        ("nextActionId", 2, "whole number, at least 3, found 2"),
        ("currentStateIndex", 3, "whole number, 0 to 2, found 3"),
        ("currentStateIndex", True, "whole number, 0 to 2, found True"),
        ("computedStates", [], "must be 3 of them, as staged, found 0"),
        ("computedStates", [1, 2, 3], r"computedStates\[0\] must be a mapping"),
    ],
)
def test_an_import_that_does_not_fit_together_is_refused_with_its_place(
    name: str, value: object, said: str
) -> None:
    made = history(1, 2)
    lifted = lifted_of(made.tape) | {"actionsById": _performed(made), name: value}
    with pytest.raises(DevtoolsError, match=said):
        apply(made, "IMPORT_STATE", nextLiftedState=lifted, noRecompute=True)
    assert counts(made) == [0, 1, 3]
