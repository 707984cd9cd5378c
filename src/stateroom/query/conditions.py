"""Whether data that is asked for is asked of the server.

In this order::

    a request for it runs            no, whoever asks waits for that one
    it is asked for by force         yes
    its endpoint wants it anew       yes
    it is there                      no
    otherwise                        yes

Data that is given here is not asked for, and passes all conditions.

Source:
    ``condition`` and ``isForcedQuery`` in ``buildThunks`` of RTK Query.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from stateroom.query.definitions import Definition
from stateroom.query.state import PENDING, QueryEntry
from stateroom.store.undefined import UNDEFINED

__all__ = ("Force", "is_cached", "is_due", "is_pending", "is_wanted_anew")

Force: TypeAlias = bool | float | None
"""Whether data is asked for that is there; or how many seconds old it must be."""


def is_due(
    entry: QueryEntry | None, force: Force, *, now_ms: Callable[[], int]
) -> bool:
    """Say whether data is asked for by force.

    Args:
        entry: what is known of it.
        force: True for by force; a number for data that is so many seconds old.
        now_ms: tells the time.
    """
    if force is True:
        return True
    if not force or entry is None or not entry.fulfilled_at:
        return False
    return (now_ms() - entry.fulfilled_at) / 1000 >= force


def is_pending(entry: QueryEntry | None, *, is_running: bool) -> bool:
    """Say whether a request runs.

    Args:
        entry: what is known of the data.
        is_running: whether this client makes the request that the entry names. One that
            came from a storage will never end.
    """
    return is_running and entry is not None and entry.status == PENDING


def is_wanted_anew(
    definition: Definition, arg: object, entry: QueryEntry | None
) -> bool:
    """Say whether the endpoint wants this data anew, whatever is there."""
    judge = definition.force_refetch
    if judge is None:
        return False
    previous = UNDEFINED if entry is None else entry.arg
    return bool(judge(arg=arg, previous=previous, entry=entry))


def is_cached(entry: QueryEntry | None) -> bool:
    """Say whether there was ever an answer; the last one may have been an error."""
    return entry is not None and bool(entry.fulfilled_at)
