"""What a trace says of a state, of actions and of errors; see ``js/showing.mjs``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias, cast

from stateroom.errors import ErrorInfo
from stateroom.query.state import (
    ApiState,
    MutationEntry,
    QueryEntry,
    SubscriptionOptions,
)
from stateroom.query.tags import WITHOUT_ID, Tag
from stateroom.store import UNDEFINED
from stateroom.store.actions import Action
from tests.oracle.persist.terms import ordered, plain
from tests.oracle.query.programs import Program
from tests.oracle.real import Json

__all__ = (
    "START",
    "Names",
    "Subscribers",
    "identity",
    "renamed",
    "shown_action",
    "shown_error",
    "shown_state",
    "since",
)

Subscribers: TypeAlias = Mapping[str, Mapping[str, SubscriptionOptions]]
Names: TypeAlias = dict[str, str]

START: Final = 1_000_000
"""The first moment, in ms: a time of 0 would count as none."""
FLAGS: Final = ("condition", "aborted", "rejectedWithValue")


def since(time: int) -> Json:
    """Milliseconds since the start; None for never."""
    return time - START if time else None


def identity(name: str) -> Json:
    """An id, until it is named by ``renamed``."""
    return {"id": name} if name else None


def shown_error(error: ErrorInfo | None) -> Json:
    """Why something failed: a status, a kind of ours, or what was thrown."""
    if error is None:
        return None
    if error.status:
        return ["status", error.status, plain(error.data)]
    if error.name in {"AbortError", "ConditionError"}:
        return [error.name]
    return ["thrown", error.message]


def _is_same(old: object, new: object) -> bool:
    """Whether data is the very one; texts and numbers are, when they are equal."""
    if new is UNDEFINED:
        return False
    if isinstance(new, str | int):
        return type(old) is type(new) and old == new
    return old is new


def _query(key: str, entry: QueryEntry, before: QueryEntry | None) -> Json:
    return [
        key,
        {
            "status": entry.status,
            "endpoint": entry.endpoint,
            "request": identity(entry.request_id),
            "args": plain(entry.arg),
            "started": since(entry.started_at),
            "fulfilled": since(entry.fulfilled_at),
            "data": plain(entry.data),
            "error": shown_error(entry.error),
            "same": before is not None and _is_same(before.data, entry.data),
        },
    ]


def _mutation(key: str, entry: MutationEntry) -> Json:
    return [
        identity(key),
        {
            "status": entry.status,
            "endpoint": entry.endpoint,
            "request": identity(entry.request_id),
            "started": since(entry.started_at),
            "fulfilled": since(entry.fulfilled_at),
            "data": plain(entry.data),
            "error": shown_error(entry.error),
        },
    ]


def _provided(tags: Mapping[str, Mapping[str, Sequence[str]]]) -> Json:
    told: list[Json] = []
    for kind in sorted(tags):
        ids: list[Json] = [
            [None if each == WITHOUT_ID else each, [*tags[kind][each]]]
            for each in ordered([*tags[kind]])
            if tags[kind][each]
        ]
        if ids:
            told.append([kind, ids])
    return told


def _options(given: SubscriptionOptions) -> Json:
    return [
        round(given.polling * 1000),
        given.skip_polling_if_unfocused,
        given.refetch_on_focus,
        given.refetch_on_reconnect,
    ]


def shown_state(
    state: ApiState, current: Subscribers, before: ApiState | None
) -> Program:
    """The state of an api, and who really wants what."""
    old = {} if before is None else before.queries
    return {
        "queries": [
            _query(key, each, old.get(key)) for key, each in state.queries.items()
        ],
        "mutations": [_mutation(key, each) for key, each in state.mutations.items()],
        "provided": _provided(state.provided.tags),
        "subscribers": [
            [
                key,
                [[identity(each), _options(given)] for each, given in several.items()],
            ]
            for key, several in sorted(current.items())
            if several
        ],
        "mirrored": [
            [key, len(several)]
            for key, several in sorted(state.subscriptions.items())
            if several
        ],
        "config": [state.config.focused, state.config.online],
    }


def _tag(tag: Tag | str | None) -> Json:
    if not isinstance(tag, Tag):
        return tag
    return tag.kind if tag.id is UNDEFINED else [tag.kind, cast("Json", tag.id)]


def _arg_of(action: Action) -> Mapping[str, str]:
    meta = cast("Mapping[str, Mapping[str, str]]", action["meta"])
    return meta["arg"]


def _request_of(action: Action) -> Json:
    return identity(str(cast("Mapping[str, str]", action["meta"])["requestId"]))


def _payload_of(action: Action) -> Mapping[str, str]:
    return cast("Mapping[str, str]", action["payload"])


def _payloads_of(action: Action) -> Sequence[Mapping[str, object]]:
    return cast("Sequence[Mapping[str, object]]", action["payload"])


def _query_told(action: Action) -> list[Json]:
    return [_arg_of(action)["queryCacheKey"], _request_of(action)]


def _mutation_told(action: Action) -> list[Json]:
    arg = _arg_of(action)
    return [arg["endpointName"], _request_of(action), arg.get("fixedCacheKey")]


def _key_told(action: Action) -> list[Json]:
    return [_payload_of(action)["queryCacheKey"]]


def _upserted_told(action: Action) -> list[Json]:
    several = (each["queryDescription"] for each in _payloads_of(action))
    return [cast("Mapping[str, str]", each)["queryCacheKey"] for each in several]


def _reset_told(action: Action) -> list[Json]:
    told = _payload_of(action)
    return [identity(told.get("fixedCacheKey") or told["requestId"])]


def _provided_told(action: Action) -> list[Json]:
    return [cast("str", each["queryCacheKey"]) for each in _payloads_of(action)]


def _mirrored_told(action: Action) -> list[Json]:
    paths = (cast("Sequence[str]", each["path"]) for each in _payloads_of(action))
    return [*sorted(path[0] for path in paths)]


def _tags_told(action: Action) -> list[Json]:
    return [_tag(each) for each in cast("Sequence[Tag]", action["payload"])]


TOLD: Final[dict[str, Callable[[Action], list[Json]]]] = {
    "executeQuery": _query_told,
    "executeMutation": _mutation_told,
    "queries/removeQueryResult": _key_told,
    "queries/queryResultPatched": _key_told,
    "queries/cacheEntriesUpserted": _upserted_told,
    "mutations/removeMutationResult": _reset_told,
    "invalidation/updateProvidedBy": _provided_told,
    "internalSubscriptions/subscriptionsUpdated": _mirrored_told,
    "invalidateTags": _tags_told,
}
"""What actions are about, by their types, or by the first part of these."""


def shown_action(action: Action) -> list[Json]:
    """The type of an action, what it is about, and how it ended."""
    kind = str(action["type"]).removeprefix("api/")
    meta = cast("Mapping[str, bool]", action.get("meta", {}))
    about = TOLD.get(kind) or TOLD.get(kind.partition("/")[0])
    told = [] if about is None else about(action)
    if kind.endswith("/rejected"):
        told.append(shown_error(cast("ErrorInfo", action["error"])))
    return [kind, *told, *(name for name in FLAGS if meta.get(name))]


def renamed(value: Json, names: Names) -> Json:
    """Name the ids in the order in which a trace tells of them."""
    if isinstance(value, list):
        return [renamed(each, names) for each in value]
    if not isinstance(value, dict):
        return value
    if [*value] == ["id"]:
        return names.setdefault(str(value["id"]), f"r{len(names)}")
    return {key: renamed(each, names) for key, each in value.items()}
