"""How the actions of an api change its state: pure functions, one for each type.

Source:
    ``buildSlice`` of RTK Query, in what is written when.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol, TypeAlias, TypedDict, cast

from stateroom.errors import ErrorInfo
from stateroom.query.actions import (
    FOCUSED,
    OFFLINE,
    ONLINE,
    UNFOCUSED,
    About,
    ActionTypes,
)
from stateroom.query.patching import patched
from stateroom.query.provided import (
    Provided,
    forget_many,
    provide,
    provide_many,
    rehydrated,
)
from stateroom.query.reducing_mutations import mutation_cases
from stateroom.query.sharing import share
from stateroom.query.state import (
    FULFILLED,
    PENDING,
    REJECTED,
    UNINITIALIZED,
    ApiConfig,
    ApiState,
    QueryEntry,
    SubscriptionOptions,
    initial_state,
)
from stateroom.query.tables import put, put_all, without
from stateroom.query.tags import Tag
from stateroom.store.undefined import UNDEFINED

__all__ = ("Reducers", "Rules", "Upserted")

Case: TypeAlias = Callable[[ApiState, Mapping[str, object]], ApiState]


class Rules(Protocol):
    """What of an endpoint says how its answers are written."""

    @property
    def is_shared(self) -> bool:
        """Whether equal parts of old data are kept."""
        ...

    def merged(self, old: object, new: object, *, about: About) -> object:
        """Return old and new data as one; ``UNDEFINED`` where nothing is merged."""
        ...


class Upserted(TypedDict):
    """One of the entries that ``upserted`` carries."""

    queryDescription: Mapping[str, object]
    value: object
    providedTags: tuple[Tag, ...]


class Reducers:
    """The reducers of one api.

    Args:
        types: of its actions.
        rules: of its endpoints, by name.
        config: what it begins with.

    Attributes:
        cases: the reducers, by type.
    """

    def __init__(
        self, types: ActionTypes, *, rules: Mapping[str, Rules], config: ApiConfig
    ) -> None:
        self._rules = rules
        initial = initial_state(config)
        self.cases: Mapping[str, Case] = {
            types.query_pending: self._query_pending,
            types.query_fulfilled: self._query_fulfilled,
            types.query_rejected: self._query_rejected,
            types.removed: self._removed,
            types.patched: self._patched,
            types.upserted: self._upserted,
            **mutation_cases(types),
            types.provided: self._provided,
            types.subscribed: self._subscribed,
            types.rehydrated: self._rehydrated,
            types.reset: lambda _, __: initial,
            FOCUSED: lambda state, _: _told(state, focused=True),
            UNFOCUSED: lambda state, _: _told(state, focused=False),
            ONLINE: lambda state, _: _told(state, online=True),
            OFFLINE: lambda state, _: _told(state, online=False),
        }

    # -- queries

    def _query_pending(self, state: ApiState, action: Mapping[str, object]) -> ApiState:
        about = cast("About", action["meta"])
        key = about["arg"]["queryCacheKey"]
        old = state.queries.get(key)
        entry = _begun(old, about, is_upsert=about.get("upsert", False))
        return _with(state, put(state.queries, key, entry))

    def _query_fulfilled(
        self, state: ApiState, action: Mapping[str, object]
    ) -> ApiState:
        about = cast("About", action["meta"])
        key = about["arg"]["queryCacheKey"]
        old = state.queries.get(key)
        if old is None or not (
            old.request_id == about["requestId"] or about.get("upsert", False)
        ):
            return state
        entry = self._written(old, action["payload"], about)
        tags = about.get("providedTags")
        provided = (
            state.provided if tags is None else provide(state.provided, key, tags)
        )
        return _with(state, put(state.queries, key, entry), provided)

    def _written(self, old: QueryEntry, payload: object, about: About) -> QueryEntry:
        rules = self._rules.get(old.endpoint)
        data = payload
        if rules is not None:
            merged = rules.merged(old.data, payload, about=about)
            if merged is not UNDEFINED:
                data = merged
            elif rules.is_shared:
                data = share(old.data, payload)
        return QueryEntry(
            FULFILLED,
            old.endpoint,
            old.arg,
            old.request_id,
            old.started_at,
            about["fulfilledTimeStamp"],
            data,
        )

    def _query_rejected(
        self, state: ApiState, action: Mapping[str, object]
    ) -> ApiState:
        about = cast("About", action["meta"])
        key = about["arg"]["queryCacheKey"]
        old = state.queries.get(key)
        is_other = old is None or old.request_id != about["requestId"]
        if old is None or is_other or about["condition"]:
            return state
        error = cast("ErrorInfo", action.get("payload", action["error"]))
        entry = replace(old, status=REJECTED, error=error)
        tags = about.get("providedTags")
        provided = (
            state.provided if tags is None else provide(state.provided, key, tags)
        )
        return _with(state, put(state.queries, key, entry), provided)

    def _removed(self, state: ApiState, action: Mapping[str, object]) -> ApiState:
        payload = cast("Mapping[str, object]", action["payload"])
        along = cast("tuple[str, ...]", payload.get("alongWith", ()))
        keys = {cast("str", payload["queryCacheKey"]): None, **dict.fromkeys(along)}
        queries = without(state.queries, keys)
        provided = forget_many(state.provided, keys)
        if queries is state.queries and provided is state.provided:
            return state
        return _with(state, queries, provided)

    def _patched(self, state: ApiState, action: Mapping[str, object]) -> ApiState:
        key = _key_in(action)
        old = state.queries.get(key)
        if old is None:
            return state
        payload = cast("Mapping[str, object]", action["payload"])
        patches = cast("Sequence[Mapping[str, object]]", payload["patches"])
        data = patched(old.data, patches)
        return _with(state, put(state.queries, key, replace(old, data=data)))

    def _upserted(self, state: ApiState, action: Mapping[str, object]) -> ApiState:
        meta = cast("Mapping[str, object]", action["meta"])
        now = cast("int", meta["timestamp"])
        told: list[tuple[str, tuple[Tag, ...]]] = []
        made: dict[str, QueryEntry] = {}
        for each in cast("Iterable[Upserted]", action["payload"]):
            about = cast(
                "About",
                {
                    "arg": each["queryDescription"],
                    "requestId": meta["requestId"],
                    "startedTimeStamp": now,
                    "fulfilledTimeStamp": now,
                    "baseQueryMeta": {},
                },
            )
            key = about["arg"]["queryCacheKey"]
            begun = _begun(made.get(key, state.queries.get(key)), about, is_upsert=True)
            made[key] = self._written(begun, each["value"], about)
            told.append((key, each["providedTags"]))
        queries = put_all(state.queries, made)
        return _with(state, queries, provide_many(state.provided, told))

    # -- the rest

    def _provided(self, state: ApiState, action: Mapping[str, object]) -> ApiState:
        provided = state.provided
        for each in cast("Iterable[Mapping[str, object]]", action["payload"]):
            tags = cast("tuple[Tag, ...]", each["providedTags"])
            provided = provide(provided, cast("str", each["queryCacheKey"]), tags)
        return _with(state, state.queries, provided)

    def _subscribed(self, state: ApiState, action: Mapping[str, object]) -> ApiState:
        table = state.subscriptions
        for patch in cast("Iterable[Mapping[str, object]]", action["payload"]):
            (key,) = cast("tuple[str]", patch["path"])
            if patch["op"] == "remove":
                table = without(table, (key,))
                continue
            wanted = cast("Mapping[str, SubscriptionOptions]", patch["value"])
            table = put(table, key, wanted)
        return replace(state, subscriptions=table)

    def _rehydrated(self, state: ApiState, action: Mapping[str, object]) -> ApiState:
        stored = cast("ApiState", action["payload"])
        queries, mutations = state.queries, state.mutations
        for key, entry in stored.queries.items():
            if entry.status in (FULFILLED, REJECTED):
                queries = put(queries, key, entry)
        for name, each in stored.mutations.items():
            if each.status in (FULFILLED, REJECTED) and name != each.request_id:
                mutations = put(mutations, name, each)
        provided = rehydrated(state.provided, stored.provided)
        return ApiState(queries, mutations, provided, state.subscriptions, state.config)


def _with(
    state: ApiState,
    queries: Mapping[str, QueryEntry],
    provided: Provided | None = None,
) -> ApiState:
    return ApiState(
        queries,
        state.mutations,
        state.provided if provided is None else provided,
        state.subscriptions,
        state.config,
    )


def _begun(old: QueryEntry | None, about: About, *, is_upsert: bool) -> QueryEntry:
    """Return the entry of a query of which a request begins."""
    arg = about["arg"]
    if old is None:
        old = QueryEntry(UNINITIALIZED, arg["endpointName"])
    # What is put into an entry that is there must not end the request that runs.
    is_update = is_upsert and bool(old.request_id)
    given = arg.get("originalArgs", UNDEFINED)
    return QueryEntry(
        old.status if is_update else PENDING,
        old.endpoint,
        old.arg if given is UNDEFINED else given,
        old.request_id if is_update else about["requestId"],
        about["startedTimeStamp"],
        old.fulfilled_at,
        old.data,
        old.error,
    )


def _key_in(action: Mapping[str, object]) -> str:
    payload = cast("Mapping[str, object]", action["payload"])
    return cast("str", payload["queryCacheKey"])


def _told(
    state: ApiState, *, focused: bool | None = None, online: bool | None = None
) -> ApiState:
    config = state.config
    if focused is not None:
        config = replace(config, focused=focused)
    if online is not None:
        config = replace(config, online=online)
    return state if config == state.config else replace(state, config=config)
