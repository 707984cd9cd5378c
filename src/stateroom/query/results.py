"""What is known of a query or of a mutation, as who shows it wants it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from stateroom.errors import ErrorInfo
from stateroom.query.state import (
    FULFILLED,
    NO_ENTRY,
    NO_MUTATION,
    PENDING,
    REJECTED,
    UNINITIALIZED,
    MutationEntry,
    QueryEntry,
    Status,
)
from stateroom.store.undefined import UNDEFINED

__all__ = (
    "MutationResult",
    "QueryResult",
    "RequestResult",
    "Results",
    "mutation_result",
    "query_result",
)

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True, slots=True)
class RequestResult(Generic[R_co]):
    """What is known of a request: of the last one of a query, or that of a mutation.

    Attributes:
        status: how it goes, or went.
        data: the newest there is; None when there is none.
        error: why it failed; None when it did not.
    """

    status: Status
    data: R_co | None = None
    error: ErrorInfo | None = None

    @property
    def is_uninitialized(self) -> bool:
        """Whether there was none, or a mutation was reset."""
        return self.status == UNINITIALIZED

    @property
    def is_loading(self) -> bool:
        """Whether it runs; a query may have older data."""
        return self.status == PENDING

    @property
    def is_success(self) -> bool:
        """Whether it succeeded."""
        return self.status == FULFILLED

    @property
    def is_error(self) -> bool:
        """Whether it failed; a query may have older data."""
        return self.status == REJECTED


@dataclass(frozen=True, slots=True)
class QueryResult(RequestResult[R_co]):
    """What is known of a query. The same object, as long as nothing changes.

    Attributes:
        status: of the last request.
        data: the newest there is; None when there is none. Old data stays while a
            request runs, and after one failed.
        error: why the last request failed; None when it did not.
        arg: what the endpoint was called with.
        request_id: of the last request.
        started_at: when that began, in ms since the epoch; 0 for never.
        fulfilled_at: when the data arrived, in ms since the epoch; 0 for never.
        has_data: whether there is data; it may be None itself.
    """

    arg: object = UNDEFINED
    request_id: str = ""
    started_at: int = 0
    fulfilled_at: int = 0
    has_data: bool = False


@dataclass(frozen=True, slots=True)
class MutationResult(RequestResult[R_co]):
    """What is known of a mutation.

    Attributes:
        status: of its request.
        data: its result; None when there is none.
        error: why it failed; None when it did not.
        request_id: of its request.
        started_at: when it began, in ms since the epoch; 0 for never.
        fulfilled_at: when it succeeded, in ms since the epoch; 0 for not.
    """

    request_id: str = ""
    started_at: int = 0
    fulfilled_at: int = 0


def query_result(entry: QueryEntry) -> QueryResult[object]:
    """Return what an entry says of a query."""
    has_data = entry.data is not UNDEFINED
    return QueryResult(
        entry.status,
        entry.data if has_data else None,
        entry.error,
        entry.arg,
        entry.request_id,
        entry.started_at,
        entry.fulfilled_at,
        has_data,
    )


def mutation_result(entry: MutationEntry | None) -> MutationResult[object]:
    """Return what an entry says of a mutation; None is none."""
    if entry is None or entry is NO_MUTATION:
        return NO_MUTATION_RESULT
    return MutationResult(
        entry.status,
        None if entry.data is UNDEFINED else entry.data,
        entry.error,
        entry.request_id,
        entry.started_at,
        entry.fulfilled_at,
    )


NO_RESULT: Final = query_result(NO_ENTRY)
NO_MUTATION_RESULT: Final[MutationResult[object]] = MutationResult(UNINITIALIZED)


class Results:
    """The results of entries that were asked for, each made once."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[QueryEntry, QueryResult[object]]] = {}

    def of(self, key: str, entry: QueryEntry | None) -> QueryResult[object]:
        """Return what is known of a query; the same object for the same entry."""
        if entry is None:
            return NO_RESULT
        made = self._made.get(key)
        if made is not None and made[0] is entry:
            return made[1]
        result = query_result(entry)
        self._made[key] = (entry, result)
        return result

    def forget(self, key: str) -> None:
        """Forget the result of an entry that is gone."""
        self._made.pop(key, None)

    def clear(self) -> None:
        """Forget all results."""
        self._made.clear()
