"""What can be chosen about an endpoint, and what is said of what cannot."""

from __future__ import annotations

import difflib
import inspect
import math
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Final, Literal, TypeAlias, TypedDict

from stateroom.errors import ErrorInfo, InvalidQuery
from stateroom.query.retrying import Retry
from stateroom.query.tags import TagLike

__all__ = (
    "MutationOptions",
    "QueryOptions",
    "Told",
    "check_function",
    "check_options",
    "is_time",
)

Told: TypeAlias = "Callable[..., Iterable[TagLike] | None] | Iterable[TagLike] | None"
"""What an endpoint provides or invalidates: the same each time, or told by a function.

The function takes the result, then those of the endpoint's parameters that it names.
"""


class CommonOptions(TypedDict, total=False):
    """What can be chosen about every endpoint.

    Attributes:
        name: of the endpoint; that of its function otherwise.
        transform: takes the result, and returns what is kept of it; may be a coroutine.
        transform_error: takes the ``ErrorInfo`` of a failure, and returns another one.
        on_started: a coroutine function that runs beside each request; it takes
            ``lifecycle``.
        on_entry_added: a coroutine function that runs beside each entry, from its
            first request until it is removed; it takes ``lifecycle``.
        retry: whether and when a request that failed is made again.
    """

    name: str
    transform: Callable[..., object]
    transform_error: Callable[..., ErrorInfo]
    on_started: Callable[..., Coroutine[object, object, object]]
    on_entry_added: Callable[..., Coroutine[object, object, object]]
    retry: Retry | None


class QueryOptions(CommonOptions, total=False):
    """What can be chosen about an endpoint of data.

    Attributes:
        provides: the tags of what the data is made of.
        keep_unused: seconds for which data stays that nobody wants; ``math.inf``: for
            ever. None: what the api says.
        structural_sharing: whether parts of new data that equal the old ones are those.
        merge: takes the data that is there, as a draft, and the new data; it changes
            the draft, or returns what is kept.
        force_refetch: says whether data that is there is asked for anew: a function of
            parameters, ``previous`` (the argument of before) and ``entry``.
        serialize: makes of parameters what the cache key is made of; text is the key.
        mirror: whether the data may be kept in a storage.
    """

    provides: Told
    keep_unused: float | None
    structural_sharing: bool
    merge: Callable[..., object]
    force_refetch: Callable[..., bool]
    serialize: Callable[..., object]
    mirror: bool


class MutationOptions(CommonOptions, total=False):
    """What can be chosen about an endpoint of a change.

    Attributes:
        invalidates: the tags of what the change makes untrue.
    """

    invalidates: Told


_OTHER_NAMES: Final[Mapping[str, str]] = {
    "forceRefetch": "force_refetch",
    "invalidatesTags": "invalidates",
    "invalidates_tags": "invalidates",
    "keepUnusedDataFor": "keep_unused",
    "keep_unused_data_for": "keep_unused",
    "onCacheEntryAdded": "on_entry_added",
    "onQueryStarted": "on_started",
    "providesTags": "provides",
    "provides_tags": "provides",
    "serializeQueryArgs": "serialize",
    "structuralSharing": "structural_sharing",
    "transformErrorResponse": "transform_error",
    "transformResponse": "transform",
}
"""What options are called elsewhere: in RTK Query, and in Python as it would be."""
_KINDS: Final = {"mirror": bool, "name": str, "structural_sharing": bool}


def check_options(
    options: Mapping[str, object], *, kind: Literal["query", "mutation"], name: str
) -> None:
    """Refuse what no option is, or what an option cannot be.

    Raises:
        InvalidQuery: there is such a thing.
    """
    is_query = kind == "query"
    known = (QueryOptions if is_query else MutationOptions).__annotations__
    for each in options:
        if each not in known:
            raise _unknown(each, known, f"{kind} {name!r}")
    for each, expected in _KINDS.items():
        if not isinstance(options.get(each, expected()), expected):
            raise _misfit(each, options[each], name, f"a {expected.__name__}")
    retry, seconds = options.get("retry"), options.get("keep_unused")
    if retry is not None and not isinstance(retry, Retry):
        raise _misfit("retry", retry, name, "Retry(retries=...)")
    if seconds is not None and not is_time(seconds):
        raise _misfit("keep_unused", seconds, name, "seconds")


def check_function(function: object, name: str) -> None:
    """Refuse what is no coroutine function.

    Raises:
        InvalidQuery: it is none.
    """
    if not inspect.iscoroutinefunction(function):
        raise InvalidQuery(
            f"endpoint {name!r}: found {function!r:.200}, expected a coroutine "
            "function",
            path=name,
            hint=f"async def {name}(call: QueryCall, ...): ...",
        )


def is_time(seconds: object) -> bool:
    """Say whether it is a number of seconds; also endless, and below 0."""
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return False
    return not math.isnan(seconds)


def _unknown(option: str, known: Iterable[str], whose: str) -> InvalidQuery:
    meant = _OTHER_NAMES.get(option, option)
    names = sorted(known)
    if meant in names:
        hint = f"it is called {meant!r} here"
    elif meant in QueryOptions.__annotations__ | MutationOptions.__annotations__:
        hint = f"{meant!r} is an option of the other kind of endpoint"
    else:
        near = difflib.get_close_matches(option, names, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names)}"
    return InvalidQuery(f"{whose} has no option {option!r:.80}", path=option, hint=hint)


def _misfit(option: str, found: object, name: str, expected: str) -> InvalidQuery:
    return InvalidQuery(
        f"{option} of {name!r}: found {found!r:.200}, expected {expected}",
        path=name,
        hint="see QueryOptions and MutationOptions",
    )
