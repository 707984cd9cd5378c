"""How the actions of mutations change the state of an api.

Source:
    ``buildSlice`` of RTK Query, in what is written when.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias, cast

from stateroom.errors import ErrorInfo
from stateroom.query.actions import About, ActionTypes
from stateroom.query.state import (
    FULFILLED,
    PENDING,
    REJECTED,
    ApiState,
    MutationEntry,
)
from stateroom.query.tables import put, without

__all__ = ("mutation_cases",)

Case: TypeAlias = Callable[[ApiState, Mapping[str, object]], ApiState]


def mutation_cases(types: ActionTypes) -> Mapping[str, Case]:
    """Return the reducers, by type."""
    return {
        types.mutation_pending: _pending,
        types.mutation_fulfilled: _fulfilled,
        types.mutation_rejected: _rejected,
        types.mutation_removed: _removed,
    }


def _pending(state: ApiState, action: Mapping[str, object]) -> ApiState:
    about = cast("About", action["meta"])
    if not about["arg"]["track"]:
        return state
    entry = MutationEntry(
        PENDING,
        about["arg"]["endpointName"],
        about["requestId"],
        about["startedTimeStamp"],
    )
    return replace(state, mutations=put(state.mutations, _name_of(about), entry))


def _fulfilled(state: ApiState, action: Mapping[str, object]) -> ApiState:
    about = cast("About", action["meta"])
    old = _entry_of(state, about)
    if old is None:
        return state
    entry = replace(
        old,
        status=FULFILLED,
        data=action["payload"],
        fulfilled_at=about["fulfilledTimeStamp"],
    )
    return replace(state, mutations=put(state.mutations, _name_of(about), entry))


def _rejected(state: ApiState, action: Mapping[str, object]) -> ApiState:
    about = cast("About", action["meta"])
    old = _entry_of(state, about)
    if old is None:
        return state
    error = cast("ErrorInfo", action.get("payload", action["error"]))
    entry = replace(old, status=REJECTED, error=error)
    return replace(state, mutations=put(state.mutations, _name_of(about), entry))


def _removed(state: ApiState, action: Mapping[str, object]) -> ApiState:
    given = cast("Mapping[str, str | None]", action["payload"])
    name = given.get("fixedCacheKey") or given.get("requestId") or ""
    left = without(state.mutations, (name,))
    return state if left is state.mutations else replace(state, mutations=left)


def _name_of(about: About) -> str:
    return about["arg"].get("fixedCacheKey") or about["requestId"]


def _entry_of(state: ApiState, about: About) -> MutationEntry | None:
    """Return the entry that a request of a mutation may write; None for none."""
    old = state.mutations.get(_name_of(about)) if about["arg"]["track"] else None
    return None if old is None or old.request_id != about["requestId"] else old
