"""What ours does where RTK Query does something else; see ``deviations``.

Only what no program can show is here; ``js/deviations.mjs`` has its other half.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import fields
from typing import Final, Unpack, cast

from stateroom.errors import ErrorInfo, InvalidQuery, ResponseError
from stateroom.query import QueryApi, QueryCall, QueryClient, QueryEntry, Tag
from stateroom.query.options import QueryOptions
from stateroom.query.state import ApiState
from stateroom.store import Store
from stateroom.store.actions import Action
from stateroom.store.middleware import Next, StoreApi
from stateroom.testing.timers import ManualTimers, drained
from tests.oracle.real import Json

__all__ = ("HERE",)

HERE: Final[dict[str, Callable[[], Json]]] = {}


def shows(
    name: str,
) -> Callable[[Callable[[], Coroutine[object, object, Json]]], None]:
    """Register a program."""

    def register(shown: Callable[[], Coroutine[object, object, Json]]) -> None:
        HERE[name] = lambda: asyncio.run(shown())

    return register


class Scene:
    """An api with one query, whose requests are answered in order, and its client."""

    def __init__(
        self,
        *answers: object,
        preloaded: ApiState | None = None,
        **options: Unpack[QueryOptions],
    ) -> None:
        self.left = [*answers]
        self.requests: list[object] = []
        self.actions: list[Json] = []
        self.timers = ManualTimers()
        self.api = QueryApi("api", tags=("A",))

        async def q(call: QueryCall, arg: int) -> object:
            self.requests.append(arg)
            if not self.left:
                await asyncio.Event().wait()
            answer = self.left.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        self.endpoint = self.api.query(**options)(q)
        state = None if preloaded is None else {"api": preloaded}
        store = (
            Store(self.api, middleware=[self.middleware])
            if state is None
            else Store(self.api, preloaded=state, middleware=[self.middleware])
        )
        self.client = QueryClient(store, self.api, timers=self.timers)

    def middleware(self, api: StoreApi) -> Callable[[Next], Next]:
        def wrap(following: Next) -> Next:
            def take(action: object) -> object:
                self.actions.append(cast("Action", action)["type"])
                return following(action)

            return take

        return wrap

    @property
    def entry(self) -> QueryEntry | None:
        return self.client.store[self.api].queries.get("q(1)")

    @property
    def data(self) -> Json:
        return cast("Json", None if self.entry is None else self.entry.data)


async def asked(
    *answers: object,
    preloaded: ApiState | None = None,
    **options: Unpack[QueryOptions],
) -> Scene:
    """A scene whose query has a subscriber."""
    scene = Scene(*answers, preloaded=preloaded, **options)
    _ = scene.client.subscribe(scene.endpoint(1))
    await drained()
    return scene


def count(draft: object) -> None:
    """Count in the data."""
    numbers = cast("dict[str, int]", draft)
    numbers["x"] = numbers.get("x", 0) + 1


@shows("pending-elsewhere-is-not-running")
async def pending_elsewhere() -> Json:
    entry = QueryEntry("pending", "q", 1, "r", 1)
    initial = QueryApi("api").initial()
    preloaded = ApiState(
        {"q(1)": entry},
        initial.mutations,
        initial.provided,
        initial.subscriptions,
        initial.config,
    )
    return len((await asked(preloaded=preloaded)).requests)


@shows("unsubscribing-twice-is-once")
async def unsubscribing_twice() -> Json:
    scene = Scene(1, keep_unused=1)
    watching = scene.client.subscribe(scene.endpoint(1))
    for _ in range(2):
        await drained()
        watching.unsubscribe()
        await scene.timers.advance(600)
    return scene.entry is not None


@shows("mutations-are-let-go")
async def mutations_let_go() -> Json:
    scene = Scene()

    async def m(call: QueryCall, arg: int) -> int:
        return arg

    run = scene.client.mutate(scene.api.mutation(m)(1))
    await run
    del run
    await drained()
    return len(scene.client.store[scene.api].mutations)


def of_ids(result: Sequence[int]) -> list[Tag]:
    return [Tag("A", each) for each in result]


@shows("failures-are-asked-for")
async def failures() -> Json:
    scene = await asked(ResponseError("no", status=404), provides=of_ids)
    return None if scene.entry is None else scene.entry.status


@shows("updates-stand-alone")
async def updates() -> Json:
    scene = await asked({})
    first = scene.client.update(scene.endpoint(1), count)
    scene.client.update(scene.endpoint(1), count)
    first.undo()
    return plain_dict(scene.data)


@shows("answers-come-below-updates")
async def answers() -> Json:
    scene = await asked({"x": 1}, {"x": 5})
    scene.client.update(scene.endpoint(1), count)
    scene.client.prefetch(scene.endpoint(1), force=True)
    await drained()
    return plain_dict(scene.data)


@shows("updates-of-nothing-are-none")
async def updates_of_nothing() -> Json:
    scene = await asked({})
    before = len(scene.actions)
    scene.client.update(scene.endpoint(1), lambda _: None).undo()
    return scene.actions[before:]


@shows("errors-have-one-form")
async def errors() -> Json:
    scene = await asked(ResponseError("just text", status=404))
    found = None if scene.entry is None else scene.entry.error
    assert isinstance(found, ErrorInfo)
    return [each.name for each in fields(found)]


@shows("unknown-options-are-errors")
async def unknown_options() -> Json:
    misspelt = cast("QueryOptions", {"provide": ["A"]})
    try:
        Scene(**misspelt)
    except InvalidQuery:
        return "refused"
    return []


@shows("names-of-python")
async def names() -> Json:
    several = ("subscribe", "result", "invalidate", "reset")
    return [name for name in several if hasattr(QueryClient, name)]


@shows("seconds-everywhere")
async def in_seconds() -> Json:
    scene = Scene(1)
    _ = scene.client.subscribe(scene.endpoint(1), polling=5)
    await scene.timers.advance(10)
    return len(scene.requests)


@shows("no-action-for-the-middleware")
async def no_registration() -> Json:
    scene = Scene()
    scene.client.store.dispatch({"type": "other"})
    return scene.actions[-2:]


@shows("no-pages")
async def no_pages() -> Json:
    kinds = ("infinite_query", "mutation", "query")
    return [name for name in kinds if hasattr(QueryApi, name)]


def plain_dict(data: Json) -> Json:
    """Data as a plain dict."""
    return dict(cast("Mapping[str, Json]", data))
