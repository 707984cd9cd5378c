"""What an api has in the state: its entries, what they are made of, and who wants them.

Everything here is plain and frozen. The fields are those of RTK Query, in our names::

    queries        one entry for each cache key
    mutations      one for each tracked mutation, by request id or fixed key
    provided       which entries are made of what: see ``tags``
    subscriptions  who wants which entry; up to half a second old, for devtools
    config         whether the application is focused and online, and the defaults
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast

from stateroom.errors import ErrorInfo
from stateroom.query.provided import NOTHING_PROVIDED, Provided
from stateroom.store.drafts.frozen import frozen_dict
from stateroom.store.undefined import UNDEFINED

__all__ = (
    "FULFILLED",
    "NOBODY",
    "NO_ENTRY",
    "NO_MUTATION",
    "PENDING",
    "REJECTED",
    "UNINITIALIZED",
    "ApiConfig",
    "ApiState",
    "Invalidation",
    "MutationEntry",
    "QueryEntry",
    "Status",
    "SubscriptionOptions",
    "initial_state",
)

Status: TypeAlias = Literal["uninitialized", "pending", "fulfilled", "rejected"]
Invalidation: TypeAlias = Literal["delayed", "immediately"]

UNINITIALIZED: Final = "uninitialized"
PENDING: Final = "pending"
FULFILLED: Final = "fulfilled"
REJECTED: Final = "rejected"


@dataclass(frozen=True, slots=True)
class QueryEntry:
    """What is known of a query.

    Attributes:
        status: of its last request. Of old data, or an old error, it says nothing.
        endpoint: the name of the endpoint.
        arg: what it was called with; ``UNDEFINED`` for no argument.
        request_id: of the last request.
        started_at: when that began, in ms since the epoch; 0 for never.
        fulfilled_at: when the data arrived, in ms since the epoch; 0 for never.
        data: the newest there is, also while a request runs or after one failed;
            ``UNDEFINED`` for none.
        error: why the last request failed; None once one succeeded.
    """

    status: Status
    endpoint: str
    arg: object = UNDEFINED
    request_id: str = ""
    started_at: int = 0
    fulfilled_at: int = 0
    data: object = UNDEFINED
    error: ErrorInfo | None = None


@dataclass(frozen=True, slots=True)
class MutationEntry:
    """What is known of a mutation.

    Attributes:
        status: of its request.
        endpoint: the name of the endpoint.
        request_id: of the request.
        started_at: when it began, in ms since the epoch.
        fulfilled_at: when it succeeded, in ms since the epoch; 0 for not.
        data: its result; ``UNDEFINED`` for none.
        error: why it failed.
    """

    status: Status
    endpoint: str
    request_id: str = ""
    started_at: int = 0
    fulfilled_at: int = 0
    data: object = UNDEFINED
    error: ErrorInfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionOptions:
    """How somebody wants the data of a query.

    Attributes:
        polling: seconds from one request to the next; 0 for no such requests.
        skip_polling_if_unfocused: whether those are left out while nobody looks.
        refetch_on_focus: None for what the api does.
        refetch_on_reconnect: None for what the api does.
    """

    polling: float = 0.0
    skip_polling_if_unfocused: bool = False
    refetch_on_focus: bool | None = None
    refetch_on_reconnect: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiConfig:
    """What holds for all queries of an api, unless an endpoint or subscription differs.

    Attributes:
        online: whether there is a network.
        focused: whether somebody looks at the application.
        keep_unused: seconds for which data stays that nobody wants.
        refetch_on_mount: whether who subscribes asks for the data anew; or how many
            seconds old it must be for that.
        refetch_on_focus: whether what is subscribed is asked for anew on focus.
        refetch_on_reconnect: the same when the network is back.
        invalidation: whether tags are invalidated when no request runs any more, or
            immediately.
    """

    online: bool = True
    focused: bool = True
    keep_unused: float = 60.0
    refetch_on_mount: bool | float = False
    refetch_on_focus: bool = False
    refetch_on_reconnect: bool = False
    invalidation: Invalidation = "delayed"


@dataclass(frozen=True, slots=True)
class ApiState:
    """The state of an api.

    Attributes:
        queries: by cache key.
        mutations: by request id, or fixed key.
        provided: which queries are made of what.
        subscriptions: by cache key and the id of the subscription.
        config: the defaults, and the two things that are outside.
    """

    queries: Mapping[str, QueryEntry]
    mutations: Mapping[str, MutationEntry]
    provided: Provided
    subscriptions: Mapping[str, Mapping[str, SubscriptionOptions]]
    config: ApiConfig


_EMPTY: Final = frozen_dict({})

NO_ENTRY: Final = QueryEntry(UNINITIALIZED, "")
"""What is known of a query that nobody asked for."""
NO_MUTATION: Final = MutationEntry(UNINITIALIZED, "")
"""What is known of a mutation that nobody started, or that was reset."""
NOBODY: Final = SubscriptionOptions()
"""How somebody wants data who says nothing about it."""


def initial_state(config: ApiConfig) -> ApiState:
    """Return the state of an api that nothing was asked for yet."""
    return ApiState(
        cast("Mapping[str, QueryEntry]", _EMPTY),
        cast("Mapping[str, MutationEntry]", _EMPTY),
        NOTHING_PROVIDED,
        cast("Mapping[str, Mapping[str, SubscriptionOptions]]", _EMPTY),
        config,
    )
