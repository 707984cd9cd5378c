"""Types survive from a thunk's function to its result. Checked, never run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import assert_type

from stateroom.store import Action, Slice, Store
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
