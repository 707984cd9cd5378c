"""Types survive from a thunk's function to its result. Checked, never run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict, assert_type

from stateroom.store import (
    Action,
    FulfilledAction,
    PayloadAction,
    PendingAction,
    RejectedAction,
    Slice,
    Store,
)
from stateroom.store.listeners import (
    ListenerApi,
    Outcome,
    TaskApi,
    create_listeners,
)
from stateroom.store.thunks import Api, AsyncThunk, ThunkRun, create_async_thunk


@dataclass(slots=True)
class Roles:
    names: list[str] = field(default_factory=list)


roles = Slice("roles", Roles)
store = Store(roles)
listeners = create_listeners()


@roles.thunk
async def load_roles(api: Api[Roles], user_id: int, *, page: int = 1) -> list[str]:
    assert_type(api.state, Roles)
    assert_type(api.fulfil([1], meta={"page": page}), list[int])
    return [*api.state.names, str(user_id)]


@roles.thunk(name="save", cancel=True)
async def save_roles(api: Api[Roles]) -> int:
    if not api.state.names:
        return api.reject("there is nothing to save")
    return len(api.state.names)


async def is_small(_: Api[Roles], user_id: int, *, page: int = 1) -> bool:
    return user_id < page


async def ping(api: Api[object]) -> bytes:
    return str(api.request_id).encode()


pinging = create_async_thunk("ping", ping, condition=lambda api: api.extra is None)


class Asked(TypedDict):
    user_id: int
    page: int


@roles.extra(load_roles.pending)
def begin(state: Roles, action: PendingAction[Asked]) -> None:
    assert_type(action["meta"]["arg"]["page"], int)
    assert_type(action["meta"]["requestId"], str)


@roles.extra(load_roles.fulfilled)
def show(state: Roles, action: FulfilledAction[list[str]]) -> None:
    assert_type(action["payload"], list[str])
    assert_type(action["meta"]["requestStatus"], str)


@roles.extra(save_roles.fulfilled)
def saved(state: Roles, action: PayloadAction[int]) -> None:
    assert_type(action["payload"], int)


@roles.extra(pinging.fulfilled)
def pinged(state: Roles, action: Mapping[str, object]) -> None:
    assert_type(pinging.fulfilled.payload(action), bytes)


@roles.extra(load_roles.rejected, save_roles.rejected)
def explain(state: Roles, action: RejectedAction) -> None:
    assert_type(action["error"]["message"], str)
    assert_type(action["meta"]["aborted"], bool)


@Slice("other", Roles).extra(load_roles.fulfilled)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType, reportCallIssue]
def show_wrongly(state: Roles, action: FulfilledAction[list[int]]) -> None: ...


def a_match_says_what_is_carried(thing: object) -> None:
    if load_roles.fulfilled.match(thing):
        assert_type(thing["payload"], list[str])
    if load_roles.rejected.match(thing):
        assert_type(thing["error"]["message"], str)


@listeners.on(load_roles.fulfilled)
async def tell(action: FulfilledAction[list[str]], api: ListenerApi) -> None:
    assert_type(action["payload"], list[str])
    assert_type(api[roles], Roles)


@listeners.on(type="x")  # type: ignore[type-var] # pyright: ignore[reportArgumentType]
async def tell_wrongly(action: Action, api: int) -> None: ...


async def is_typed() -> None:
    run = store.dispatch(load_roles(1, page=2))
    run = assert_type(run, ThunkRun[list[str]])
    assert_type(await run.unwrap(), list[str])
    assert_type((await run)["type"], str)
    assert_type(await store.dispatch(save_roles()).unwrap(), int)
    assert_type(await store.dispatch(pinging()).unwrap(), bytes)
    assert_type(store.dispatch(lambda api: api.get_state()), object)
    load_roles.fulfilled(["nurse"])


@listeners.on(load_roles.fulfilled)
async def follow(_: Action, api: ListenerApi) -> None:
    async def work(task: TaskApi) -> int:
        await task.delay(1)
        return 1

    assert_type(await api.fork(work).result, Outcome[int])
    assert_type((await api.fork(lambda task: task.signal.reason).result).value, str)
    assert_type(await api.condition(load_roles.pending, timeout=1), bool)
    taken = await api.take(load_roles.pending)
    if taken is not None:
        assert_type(taken.action["type"], str)
    assert_type(await api.dispatch(load_roles(1)).unwrap(), list[str])


async def is_refused() -> None:
    load_roles("1")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    load_roles()  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    load_roles(1, place=2)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    load_roles.fulfilled(5)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    create_async_thunk("t", ping, condition=is_small)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    roles.thunk(ping_wrongly)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType, reportCallIssue]


async def ping_wrongly(api: Api[int]) -> int:
    return api.state


def is_of_its_kind(thunk: AsyncThunk[[int], str]) -> AsyncThunk[[str], str]:
    return thunk  # type: ignore[return-value] # pyright: ignore[reportReturnType]
