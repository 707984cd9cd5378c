"""Makes one state of what is there and what was stored of it, here or by another.

Of two answers the newer one stays. A request that runs goes on, with stored data beside
it until it ends; no entry that is there is ever taken away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from stateroom.query.copies import Tags
from stateroom.query.provided import indexed, rehydrated
from stateroom.query.sharing import share
from stateroom.query.state import PENDING, REJECTED, ApiState, QueryEntry
from stateroom.store.drafts.frozen import frozen_dict

__all__ = ("rejoined",)


def rejoined(
    state: ApiState, stored: Mapping[str, QueryEntry], *, tags: Mapping[str, Tags]
) -> ApiState:
    """Return the state with stored entries in it; itself where these change nothing.

    Args:
        state: that is there.
        stored: entries whose requests have ended, frozen.
        tags: what these are made of.
    """
    changed: dict[str, QueryEntry] = {}
    for key, theirs in stored.items():
        ours = state.queries.get(key)
        entry = theirs if ours is None else _newest(ours, theirs)
        if entry is not ours:
            changed[key] = entry
    if not changed:
        return state
    queries = frozen_dict(cast("dict[object, object]", {**state.queries, **changed}))
    told = {key: _both(state, key, tags.get(key, ())) for key in changed}
    return replace(
        state,
        queries=cast("Mapping[str, QueryEntry]", queries),
        provided=rehydrated(state.provided, indexed(told)),
    )


def _newest(ours: QueryEntry, theirs: QueryEntry) -> QueryEntry:
    """Return what is there, or what was stored, or the stored data in what is there."""
    if theirs.fulfilled_at <= ours.fulfilled_at:
        return ours
    data = share(ours.data, theirs.data)
    is_failed_since = ours.status == REJECTED and ours.started_at >= theirs.fulfilled_at
    if ours.status == PENDING or is_failed_since:
        return replace(ours, data=data, fulfilled_at=theirs.fulfilled_at)
    return replace(theirs, data=data)


def _both(state: ApiState, key: str, tags: Tags) -> Tags:
    """Return what an entry is made of by either side: too much rather than too little.

    By a tag too many it is asked for once in vain, and without one it stays untrue.
    """
    ours = state.provided.keys.get(key)
    return tuple(dict.fromkeys((*tags, *ours))) if ours else tags
