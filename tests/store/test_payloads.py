"""Creators: from arguments to an action, and back to arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping

import pytest

from stateroom.errors import (
    InvalidAction,
)
from stateroom.store import (
    UNDEFINED,
    Prepared,
    Slice,
    create_action,
    is_frozen,
)
from tests.store.roles import (
    Roles,
    clear,
    describe,
    optional,
    roles,
    roles_slice,
    select,
)

PAYLOADS: list[tuple[object, object]] = [
    (clear(), {"type": "roles/clear"}),
    (select("x"), {"type": "roles/select", "payload": "x"}),
    (select(role="x"), {"type": "roles/select", "payload": "x"}),
    (optional(), {"type": "roles/optional"}),
    (describe("n"), {"type": "roles/describe", "payload": {"note": "n"}}),
    (
        describe("n", at=2),
        {"type": "roles/describe", "payload": {"note": "n", "at": 2}},
    ),
]


@pytest.mark.parametrize(("action", "expected"), PAYLOADS)
def test_an_action_carries_what_its_creator_was_given(
    action: object, expected: object
) -> None:
    assert action == expected
    assert type(action) is dict


@pytest.mark.parametrize(
    ("action", "note"),
    [(describe("n"), "n@0"), (describe("n", at=2), "n@2"), (optional(), "none")],
)
def test_the_payload_becomes_arguments_again(
    action: Mapping[str, object], note: str
) -> None:
    assert roles.reduce(UNDEFINED, action).note == note


def test_a_payload_of_none_is_a_payload() -> None:
    holder = Slice[dict[str, object]]("holder", dict)

    @holder.reducer
    def put(state: dict[str, object], value: object) -> None:
        state["value"] = value

    assert put(None) == {"type": "holder/put", "payload": None}
    assert put.reduce({}, None) == {"value": None}


WRONG: list[Callable[[], object]] = [
    lambda: select(*[]),
    lambda: select("a", "b"),  # type: ignore[call-arg] # what the test is about
    lambda: clear("a"),  # type: ignore[call-arg] # as above
    lambda: describe("n", when=2),  # type: ignore[call-arg] # as above
]


@pytest.mark.parametrize("call", WRONG)
def test_a_creator_refuses_arguments_that_its_reducer_does_not_take(
    call: Callable[[], object],
) -> None:
    with pytest.raises(TypeError, match="argument"):
        call()


BROKEN: list[Mapping[str, object]] = [
    {"type": "roles/select"},
    {"type": "roles/describe", "payload": "n"},
    {"type": "roles/describe", "payload": {}},
    {"type": "roles/describe", "payload": {"note": "n", "when": 1}},
]


@pytest.mark.parametrize("action", BROKEN)
def test_an_action_from_elsewhere_whose_payload_does_not_fit_is_refused(
    action: Mapping[str, object],
) -> None:
    with pytest.raises(InvalidAction, match="needs a"):
        roles.reduce(UNDEFINED, action)


def test_a_creator_knows_its_type_and_its_actions() -> None:
    assert (select.type, str(select)) == ("roles/select", "roles/select")
    assert (select.match(select("x")), select.match(clear())) == (True, False)
    assert (select.match(None), select.match({"type": 1})) == (False, False)


def test_a_creator_shows_what_it_takes_and_what_it_is_for() -> None:
    assert str(inspect.signature(describe)) == "(note: 'str', *, at: 'int' = 0)"
    assert (select.__name__, select.__doc__) == ("select", "Select a role.")
    assert (
        str(inspect.signature(create_action("x")))
        == "(payload: 'object') -> 'Prepared'"
    )


def test_the_pure_function_is_reachable_and_leaves_its_argument_alone() -> None:
    before = Roles()
    after = select.reduce(before, "x")
    assert (after, before, is_frozen(after)) == (Roles(["x"]), Roles(), True)


def test_prepare_makes_payload_and_meta() -> None:
    one = roles_slice()

    def stamped(role: str, at: int) -> Prepared:
        return {"payload": role.upper(), "meta": {"at": at}, "error": False}

    @one.reducer(prepare=stamped)
    def add(state: Roles, role: str) -> None:
        state.selected.append(role)

    assert add("x", 5) == {
        "type": "roles/add",
        "payload": "X",
        "meta": {"at": 5},
        "error": False,
    }
    assert add.reduce(Roles(), "x", 5).selected == ["X"]


def test_prepare_must_return_a_mapping() -> None:
    def nothing() -> Prepared:
        return None  # type: ignore[return-value] # what the test is about

    with pytest.raises(InvalidAction, match="prepare returned None"):
        create_action("x", nothing)()


def test_meta_is_added_to_every_action() -> None:
    one = roles_slice()

    @one.reducer(meta={"source": "ui"})
    def add(state: Roles, role: str) -> None:
        state.selected.append(role)

    assert add("x")["meta"] == {"source": "ui"}
    assert add.with_meta({"once": True})("x")["meta"] == {"source": "ui", "once": True}
    assert add("x")["meta"] == {"source": "ui"}


def test_meta_can_be_made_of_the_arguments() -> None:
    one = roles_slice()

    @one.reducer(meta=lambda role: {"length": len(role)})
    def add(state: Roles, role: str) -> None:
        state.selected.append(role)

    assert add("abc")["meta"] == {"length": 3}


def test_an_action_of_no_slice_takes_one_optional_payload() -> None:
    signed_out = create_action("signed-out")
    assert signed_out() == {"type": "signed-out"}
    assert signed_out(5) == {"type": "signed-out", "payload": 5}
