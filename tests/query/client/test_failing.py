"""What goes wrong in functions of the application, and where it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

import pytest

from stateroom.errors import ErrorInfo, QueryFailed, ResponseError, TransportError
from stateroom.query import QueryApi, QueryCall, QueryClient
from stateroom.query.failing import info_of
from stateroom.store import Middleware, Store, create_draft
from stateroom.store.middleware import Next, StoreApi
from stateroom.testing import ManualTimers
from tests.query.client.backend import world


def broken_merge(old: list[int], new: list[int]) -> None:
    raise KeyError("no such place")


async def test_a_merge_that_fails_fails_the_request() -> None:
    api = QueryApi("api")

    @api.query(merge=broken_merge)
    async def feed(call: QueryCall) -> list[int]:
        return [1]

    async with world(api) as here:
        watching = here.client.subscribe(feed())
        assert await watching == [1]
        with pytest.raises(QueryFailed, match="no such place") as caught:
            await watching.refetch()
        assert caught.value.is_unhandled
        assert watching.result.data == [1]
        assert watching.result.is_error


async def test_a_listener_of_the_store_that_fails_does_not_fail_the_request() -> None:
    api = QueryApi("api")

    @api.query
    async def feed(call: QueryCall) -> list[int]:
        return [1]

    async with world(api) as here:

        def fail() -> None:
            raise KeyError("view")

        here.store.subscribe(fail)
        assert await here.client.fetch(feed()) == [1]
        assert here.entry("feed(undefined)").status == "fulfilled"
        assert set(here.told()) == {"'view'"}


async def test_what_an_endpoint_returns_must_be_data() -> None:
    api = QueryApi("api")

    @api.query
    async def feed(call: QueryCall) -> object:
        return create_draft([1])

    async with world(api) as here:
        with pytest.raises(QueryFailed, match="DraftMisuse"):
            await here.client.fetch(feed())


async def test_an_error_may_be_made_another_one() -> None:
    api = QueryApi("api")

    def explain(error: ErrorInfo, city: str) -> ErrorInfo:
        return replace(error, message=f"no jobs in {city}")

    @api.query(transform_error=explain)
    async def jobs(call: QueryCall, city: str) -> object:
        raise ResponseError("not found", status=404)

    async with world(api) as here:
        with pytest.raises(QueryFailed, match="no jobs in Berlin"):
            await here.client.fetch(jobs("Berlin"))


async def test_an_endpoint_may_ask_the_client_that_runs_it() -> None:
    api = QueryApi("api")

    @api.query
    async def inner(call: QueryCall) -> int:
        raise TransportError("no line")

    @api.query
    async def outer(call: QueryCall) -> object:
        return await call.client.fetch(inner())

    async with world(api) as here:
        with pytest.raises(QueryFailed, match=r"outer.*no line") as caught:
            await here.client.fetch(outer())
        assert caught.value.error.code == "STR-824"
        assert not caught.value.is_unhandled


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            ResponseError("gone", status=410, data=[1]),
            ErrorInfo(
                name="ResponseError",
                message="gone",
                code="STR-823",
                status=410,
                data=[1],
            ),
        ),
        (
            OSError(111, "refused"),
            ErrorInfo(
                name="ConnectionRefusedError",
                message="[Errno 111] refused",
                code="ECONNREFUSED",
            ),
        ),
        (KeyError("x"), ErrorInfo(name="KeyError", message="'x'")),
    ],
)
def test_an_error_is_plain_data(error: Exception, expected: ErrorInfo) -> None:
    assert info_of(error) == expected


def refusing(kind: str) -> Middleware:
    """Return a middleware that fails at actions of a type."""

    def refuse(_: StoreApi) -> Callable[[Next], Next]:
        def around(after: Next) -> Next:
            def seen(action: object) -> object:
                if cast("Mapping[str, object]", action)["type"] == kind:
                    raise ValueError(f"no {kind}")
                return after(action)

            return seen

        return around

    return refuse


@pytest.mark.parametrize("phase", ["pending", "fulfilled"])
async def test_what_no_state_takes_fails(phase: str) -> None:
    api = QueryApi("api")
    called: list[int] = []

    @api.query
    async def feed(call: QueryCall) -> int:
        called.append(1)
        return 1

    @api.mutation
    async def rename(call: QueryCall) -> int:
        return 1

    kinds = (f"api/executeQuery/{phase}", f"api/executeMutation/{phase}")
    store = Store(api, middleware=[refusing(kind) for kind in kinds])
    async with QueryClient(store, api, timers=ManualTimers()) as client:
        with pytest.raises(QueryFailed, match=f"no api/executeQuery/{phase}"):
            await client.fetch(feed())
        assert len(called) == (phase == "fulfilled")
        if phase == "pending":
            with pytest.raises(QueryFailed, match="no api/executeMutation/pending"):
                await client.mutate(rename())


async def test_a_middleware_that_fails_afterwards_fails_nothing() -> None:
    api = QueryApi("api")

    @api.query
    async def feed(call: QueryCall) -> int:
        return 1

    def late(_: StoreApi) -> Callable[[Next], Next]:
        def around(after: Next) -> Next:
            def seen(action: object) -> object:
                after(action)
                raise ValueError("too late")

            return seen

        return around

    told: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, what: told.append(str(what["exception"])))
    async with QueryClient(Store(api, middleware=[late]), api) as client:
        assert await client.fetch(feed()) == 1
    loop.set_exception_handler(None)
    assert told == ["too late", "too late"]
