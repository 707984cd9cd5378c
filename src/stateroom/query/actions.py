"""The actions of an api: their types, and what is in them.

They are those of RTK Query, so that devtools, logs and people know them. What differs:
``fulfilled`` and ``rejected`` carry the tags that the entry provides, and an answer
that was not asked for is marked, so that reducers call no function of the application
but ``merge``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypedDict

from stateroom.query.tags import Tag
from stateroom.store.actions import Action
from stateroom.store.batching import SHOULD_AUTOBATCH

__all__ = (
    "BATCHED",
    "FOCUSED",
    "OFFLINE",
    "ONLINE",
    "UNFOCUSED",
    "About",
    "ActionTypes",
    "RequestArg",
    "batched",
)

FOCUSED: Final = "__rtkq/focused"
UNFOCUSED: Final = "__rtkq/unfocused"
ONLINE: Final = "__rtkq/online"
OFFLINE: Final = "__rtkq/offline"
BATCHED: Final[Mapping[str, object]] = {SHOULD_AUTOBATCH: True}


class ActionTypes:
    """The types of the actions of one api, by its name.

    Attributes:
        prefix: of all of them.
        query_pending: a request for data began.
        query_fulfilled: it succeeded.
        query_rejected: it failed, or did not begin as a condition was false.
        mutation_pending: a change began.
        mutation_fulfilled: it succeeded.
        mutation_rejected: it failed.
        removed: an entry is gone.
        patched: the data of an entry was changed here.
        upserted: entries were made here.
        mutation_removed: what is known of a mutation is gone.
        provided: what an entry is made of was told anew.
        invalidated: tags were invalidated by hand.
        subscribed: who wants what, for devtools.
        rehydrated: entries came from a storage.
        reset: everything is gone.
    """

    def __init__(self, name: str) -> None:
        self.prefix: str = f"{name}/"
        self.query_pending: str = f"{name}/executeQuery/pending"
        self.query_fulfilled: str = f"{name}/executeQuery/fulfilled"
        self.query_rejected: str = f"{name}/executeQuery/rejected"
        self.mutation_pending: str = f"{name}/executeMutation/pending"
        self.mutation_fulfilled: str = f"{name}/executeMutation/fulfilled"
        self.mutation_rejected: str = f"{name}/executeMutation/rejected"
        self.removed: str = f"{name}/queries/removeQueryResult"
        self.patched: str = f"{name}/queries/queryResultPatched"
        self.upserted: str = f"{name}/queries/cacheEntriesUpserted"
        self.mutation_removed: str = f"{name}/mutations/removeMutationResult"
        self.provided: str = f"{name}/invalidation/updateProvidedBy"
        self.invalidated: str = f"{name}/invalidateTags"
        self.subscribed: str = f"{name}/internalSubscriptions/subscriptionsUpdated"
        self.rehydrated: str = f"{name}/rehydrated"
        self.reset: str = f"{name}/resetApiState"


class RequestArg(TypedDict, total=False):
    """``meta.arg``: what a request was made of. Mutations have no cache key."""

    type: str
    endpointName: str
    originalArgs: object
    queryCacheKey: str
    subscribe: bool
    forceRefetch: bool | float | None
    track: bool
    fixedCacheKey: str | None


class About(TypedDict, total=False):
    """``meta`` of the action of a request."""

    arg: RequestArg
    requestId: str
    requestStatus: str
    startedTimeStamp: int
    fulfilledTimeStamp: int
    baseQueryMeta: Mapping[str, object]
    providedTags: tuple[Tag, ...] | None
    upsert: bool
    condition: bool
    aborted: bool
    rejectedWithValue: bool
    RTK_autoBatch: bool


def batched(kind: str, payload: object) -> Action:
    """Return an action of which listeners hear at the loop's next turn."""
    return {"type": kind, "payload": payload, "meta": BATCHED}
