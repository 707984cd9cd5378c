"""Endpoints of ours, as a program declares them; see ``programs``."""

from __future__ import annotations

import math
from collections.abc import Callable, Coroutine, Mapping
from typing import Final, Protocol, TypeAlias, cast

from stateroom.errors import NeverResolved, QueryFailed
from stateroom.query import QueryApi, QueryCall, QueryEndpoint
from stateroom.query.asking import Query
from stateroom.query.endpoints import MutationEndpoint
from stateroom.query.lifecycles import EntryLifecycle, RequestLifecycle
from stateroom.query.options import MutationOptions, QueryOptions, Told
from stateroom.query.retrying import Retry, backoff_s
from stateroom.store import UNDEFINED
from tests.oracle.persist.terms import plain
from tests.oracle.query.named import (
    CONDITIONS,
    ERROR_TRANSFORMS,
    FORCES,
    MERGES,
    RECIPES,
    SERIALIZERS,
    TRANSFORMS,
    boom,
    tags,
)
from tests.oracle.query.programs import Program
from tests.oracle.query.showing import identity, shown_error
from tests.oracle.real import Json
from tests.oracle.terms import text

__all__ = ("Declared", "Host", "declare", "make_api")

Work: TypeAlias = Coroutine[object, object, None]


class Host(Protocol):
    """What endpoints tell, and where their answers are from."""

    def note(self, lane: str, *told: Json) -> None:
        """Put something into the trace."""
        ...

    async def request(self, name: str, arg: object, *, call: QueryCall) -> object:
        """Return what the program answers."""
        ...

    def query(self, name: str, arg: Json) -> Query[object]:
        """Return a query by the name of its endpoint."""
        ...


class Declared:
    """The endpoints of a program."""

    def __init__(self, api: QueryApi) -> None:
        self.api = api
        self.queries: dict[str, QueryEndpoint[[object], object]] = {}
        self.mutations: dict[str, MutationEndpoint[[object], object]] = {}


def seconds(given: Json) -> float:
    return math.inf if given == "Infinity" else cast("float", given)


def make_api(options: Mapping[str, Json]) -> QueryApi:
    """An api with the options of a program."""
    named = {name: options.get(name, False) for name in MOUNTING}
    return QueryApi(
        "api",
        tags=("A", "B"),
        keep_unused=seconds(options.get("keepUnusedDataFor", 60)),
        refetch_on_mount=cast("float", named["refetchOnMountOrArgChange"]),
        refetch_on_focus=bool(named["refetchOnFocus"]),
        refetch_on_reconnect=bool(named["refetchOnReconnect"]),
        invalidation=(
            "immediately"
            if options.get("invalidationBehavior") == "immediately"
            else "delayed"
        ),
        serialize=_whole if "serialize" in options else None,
    )


def _whole(endpoint: str, arg: object) -> str:
    return f"{endpoint}#{text(plain(arg))}"


MOUNTING: Final = ("refetchOnMountOrArgChange", "refetchOnFocus", "refetchOnReconnect")


def declare(host: Host, program: Program) -> Declared:
    """Declare the endpoints of a program in an api of their own."""
    made = Declared(make_api(cast("Program", program.get("api", {}))))
    for name, given in cast("dict[str, Program]", program["endpoints"]).items():
        function = _function(host, name)
        common = _common(host, name, given, cast("float", program.get("draw", 0.5)))
        if given["kind"] == "query":
            options = cast("QueryOptions", {**common, **_of_query(name, given)})
            made.queries[name] = made.api.query(**options)(function)
        else:
            told = cast("MutationOptions", common)
            if "invalidates" in given:
                told["invalidates"] = cast("Told", tags(given["invalidates"]))
            made.mutations[name] = made.api.mutation(**told)(function)
    return made


def _function(
    host: Host, name: str
) -> Callable[[QueryCall, object], Coroutine[object, object, object]]:
    async def function(call: QueryCall, arg: object = UNDEFINED) -> object:
        return await host.request(name, arg, call=call)

    return function


def _common(host: Host, name: str, given: Program, draw: float) -> dict[str, object]:
    made: dict[str, object] = {"name": name}
    if "transform" in given:
        made["transform"] = TRANSFORMS[str(given["transform"])]
    if "transformError" in given:
        made["transform_error"] = ERROR_TRANSFORMS[str(given["transformError"])]
    if "started" in given:
        made["on_started"] = _started(host, name, cast("Program", given["started"]))
    if "added" in given:
        made["on_entry_added"] = _added(host, name, cast("Program", given["added"]))
    if "retry" in given:
        made["retry"] = _retry(given["retry"], draw)
    return made


def _retry(given: Json, draw: float) -> Retry:
    """A number of times; or a condition about errors of a request, by its name."""
    most = given if isinstance(given, int) else 5
    condition = CONDITIONS[given] if isinstance(given, str) else None

    def backoff(attempt: int, _: float) -> float:
        return backoff_s(min(attempt, most), draw)

    return Retry(retries=most, condition=condition, backoff=backoff)


def _of_query(name: str, given: Program) -> dict[str, object]:
    made: dict[str, object] = {}
    if "provides" in given:
        made["provides"] = tags(given["provides"])
    if "keep" in given:
        made["keep_unused"] = seconds(given["keep"])
    if "merge" in given:
        made["merge"] = MERGES[str(given["merge"])]
    if "sharing" in given:
        made["structural_sharing"] = given["sharing"]
    if "serialize" in given:
        way = str(given["serialize"])
        made["serialize"] = (
            (lambda: f"{name}|all") if way == "one" else SERIALIZERS[way]
        )
    if "force" in given:
        made["force_refetch"] = FORCES[str(given["force"])]
    return made


# --------------------------------------------------------------- lifecycles


def _started(
    host: Host, endpoint: str, given: Program
) -> Callable[[object, RequestLifecycle], Work]:
    life = STARTED[str(given["name"])]

    async def started(arg: object, lifecycle: RequestLifecycle) -> None:
        name = identity(lifecycle.request_id)
        status = lifecycle.result.status
        host.note("lives", "started", name, endpoint, plain(arg), status)
        await life(host, name, lifecycle, given)

    return started


async def _log(host: Host, name: Json, life: RequestLifecycle, _: Program) -> None:
    try:
        data = (await life.fulfilled).data
    except QueryFailed as failure:
        error = shown_error(failure.error)
        host.note("lives", "failed", name, error, failure.is_unhandled)
    else:
        host.note("lives", "fulfilled", name, plain(data))


async def _is_fulfilled(life: RequestLifecycle) -> bool:
    try:
        await life.fulfilled
    except QueryFailed:
        return False
    return True


async def _optimistic(
    host: Host, name: Json, life: RequestLifecycle, given: Program
) -> None:
    update = life.update_query(
        host.query(str(given["endpoint"]), given["arg"]), RECIPES[str(given["recipe"])]
    )
    if not await _is_fulfilled(life):
        host.note("lives", "undone", name)
        update.undo()


async def _pessimistic(
    host: Host, name: Json, life: RequestLifecycle, given: Program
) -> None:
    if await _is_fulfilled(life):
        query = host.query(str(given["endpoint"]), given["arg"])
        life.update_query(query, RECIPES[str(given["recipe"])])
        host.note("lives", "updated", name)


async def _own(host: Host, name: Json, life: RequestLifecycle, given: Program) -> None:
    recipe = RECIPES[str(given["recipe"])]
    update = life.update(recipe)
    update.commit()
    host.note("lives", "before", name, bool(update.patches))
    if await _is_fulfilled(life):
        life.update(recipe)
        host.note("lives", "updated", name)


async def _throws(*_: object) -> None:
    boom("at once")


STARTED: Final[dict[str, Callable[[Host, Json, RequestLifecycle, Program], Work]]] = {
    "log": _log,
    "optimistic": _optimistic,
    "pessimistic": _pessimistic,
    "own": _own,
    "throws": _throws,
}


def _added(
    host: Host, endpoint: str, given: Program
) -> Callable[[object, EntryLifecycle], Work]:
    life = ADDED[str(given["name"])]

    async def added(arg: object, lifecycle: EntryLifecycle) -> None:
        name = identity(lifecycle.request_id)
        status = lifecycle.result.status
        host.note("lives", "added", name, endpoint, plain(arg), status)
        await life(host, name, lifecycle, given)

    return added


async def _log_entry(host: Host, name: Json, life: EntryLifecycle, _: Program) -> None:
    data = (await life.data_loaded).data
    host.note("lives", "loaded", name, plain(data))
    await life.removed
    host.note("lives", "removed", name)


async def _patient(host: Host, name: Json, life: EntryLifecycle, _: Program) -> None:
    try:
        data = (await life.data_loaded).data
    except NeverResolved:
        host.note("lives", "never", name)
    else:
        host.note("lives", "loaded", name, plain(data))
    await life.removed
    host.note("lives", "removed", name, life.result.status)


async def _stream(host: Host, name: Json, life: EntryLifecycle, given: Program) -> None:
    await life.data_loaded
    life.update(RECIPES[str(given["recipe"])])
    host.note("lives", "streamed", name)
    await life.removed
    host.note("lives", "removed", name)


async def _waits(_: Host, __: Json, life: EntryLifecycle, ___: Program) -> None:
    await life.removed


ADDED: Final[dict[str, Callable[[Host, Json, EntryLifecycle, Program], Work]]] = {
    "log": _log_entry,
    "patient": _patient,
    "stream": _stream,
    "waits": _waits,
    "throws": _throws,
}
