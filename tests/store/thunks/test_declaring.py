"""How a thunk is declared, and what its arguments become."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from stateroom.errors import InvalidAction, InvalidSlice
from stateroom.store.thunks import Api, create_async_thunk, declare
from tests.store.recording import Recorded


@dataclass(slots=True)
class Roles:
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Named:
    name: str


roles = Named("roles")


async def load_roles(api: Api[Roles], user_id: int) -> list[str]:
    """Load them."""
    return [*api.state.names, f"role of {user_id}"]


async def test_s11_a_thunk_of_a_slice_is_named_after_slice_and_function() -> None:
    thunk = declare(roles, load_roles)
    assert (thunk.type, str(thunk)) == ("roles/load_roles", "roles/load_roles")
    assert thunk.pending.type == "roles/load_roles/pending"
    assert thunk.fulfilled.type == "roles/load_roles/fulfilled"
    assert thunk.rejected.type == "roles/load_roles/rejected"
    assert str(thunk.fulfilled) == "roles/load_roles/fulfilled"


def test_a_thunk_can_have_another_name() -> None:
    assert declare(roles, load_roles, name="load").type == "roles/load"


def test_a_thunk_looks_like_its_function() -> None:
    thunk = declare(roles, load_roles)
    assert thunk.__doc__ == "Load them."
    assert vars(thunk)["__wrapped__"] is load_roles


async def test_the_state_that_a_function_sees_is_that_of_its_slice() -> None:
    store = Recorded(state={"roles": Roles(["nurse"]), "other": 1})
    run = store.dispatch(declare(roles, load_roles)(7))
    assert await run.unwrap() == ["nurse", "role of 7"]


async def test_the_state_of_a_thunk_without_a_slice_is_the_root_state() -> None:
    async def look(api: Api[int]) -> int:
        return api.state

    store = Recorded(state=5)
    assert await store.dispatch(create_async_thunk("t", look)()).unwrap() == 5


async def none(_: Api[object]) -> None: ...


async def one(_: Api[object], first: int) -> None: ...


async def two(_: Api[object], first: int, *, second: str = "b") -> None: ...


async def test_s11_arguments_are_carried_by_the_rule_of_payloads() -> None:
    store = Recorded()
    await store.dispatch(create_async_thunk("none", none)())
    await store.dispatch(create_async_thunk("one", one)(1))
    await store.dispatch(create_async_thunk("one", one)(first=1))
    await store.dispatch(create_async_thunk("two", two)(1, second="b"))
    await store.dispatch(create_async_thunk("two", two)(1))
    args = [each["meta"].get("arg", "absent") for each in store.actions[::2]]
    assert args == ["absent", 1, 1, {"first": 1, "second": "b"}, {"first": 1}]


def test_wrong_arguments_are_refused_when_the_thunk_is_called() -> None:
    thunk = create_async_thunk("two", two)
    with pytest.raises(TypeError, match="two: missing a required argument: 'first'"):
        thunk()  # type: ignore[call-arg]


@pytest.mark.parametrize("function", [none, one])
async def test_dispatching_an_async_thunk_itself_is_refused(
    function: object,
) -> None:
    thunk = create_async_thunk("t", function)  # type: ignore[arg-type, var-annotated]
    with pytest.raises(InvalidAction, match="t was dispatched, and not what it"):
        Recorded().dispatch(thunk)


def test_a_function_that_forgot_async_is_refused() -> None:
    def load(_: Api[object]) -> int:
        return 1

    with pytest.raises(InvalidSlice, match=r"t needs a coroutine function, and .*load"):
        create_async_thunk("t", load)  # type: ignore[arg-type]


def test_what_is_no_function_is_refused() -> None:
    with pytest.raises(InvalidSlice, match="t needs a coroutine function, got int"):
        create_async_thunk("t", 5)  # type: ignore[arg-type]


async def test_a_thunk_can_dispatch_and_read_the_state() -> None:
    async def outer(api: Api[object]) -> str:
        api.dispatch({"type": "first"})
        inner = await api.dispatch(create_async_thunk("inner", one)(1))
        return f"{inner['type']} {api.get_state()} {api.extra} {api.request_id}"

    store = Recorded(state="state", extra="extra")
    thunk = create_async_thunk("outer", outer, id_generator=lambda _: "r")
    text = await store.dispatch(thunk()).unwrap()
    assert text == "inner/fulfilled state extra r"
    assert store.types[:3] == ["outer/pending", "first", "inner/pending"]


def test_s11_actions_can_be_made_for_tests_of_reducers() -> None:
    thunk = declare(roles, load_roles)
    assert thunk.fulfilled(["nurse"], request_id="r1", arg=7) == {
        "type": "roles/load_roles/fulfilled",
        "payload": ["nurse"],
        "meta": {"arg": 7, "requestId": "r1", "requestStatus": "fulfilled"},
    }
    assert thunk.pending()["meta"] == {"requestId": "", "requestStatus": "pending"}
    assert thunk.rejected(payload="no")["error"] == {"message": "Rejected"}
    assert thunk.rejected(LookupError("x"))["meta"]["rejectedWithValue"] is False
