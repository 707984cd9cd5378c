"""What a client tells recorders: who asked, how a request ended, what tags made untrue.

Who calls one of these asks first whether ``signals.recorder`` is there, so that where
nothing is recorded only that is paid. No event has an argument, data, the text of an
error, or the id of a tag: these may be somebody's, and there are too many of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from stateroom import signals
from stateroom.query.asking import Query
from stateroom.query.fetching import Run
from stateroom.query.tags import Tag

__all__ = ("report_end", "report_invalidated", "report_read")


def report_read(query: Query[object], result: str) -> None:
    """Tell a recorder that somebody asked for a query."""
    _report(signals.QueryRead(query.api, query.endpoint, result))


def report_end(run: Run, *, api: str, now_ms: int) -> None:
    """Tell a recorder how a request ended; data that was given here was not asked for.

    Args:
        run: has ended.
        api: the name of the api.
        now_ms: the time. A clock that was set back meanwhile makes it no time at all.
    """
    if run.is_upsert:
        return
    outcome = "ok" if run.error is None else "error"
    _report(
        signals.QueryRequested(
            api=api,
            endpoint=run.definition.name,
            kind=run.definition.kind,
            outcome="cancelled" if run.is_aborted else outcome,
            seconds=max(0, now_ms - run.started_at) / 1000,
        )
    )


def report_invalidated(
    tags: Iterable[Tag], *, api: str, refetched: int, removed: int
) -> None:
    """Tell a recorder that tags were invalidated, and of how many entries that was."""
    kinds = tuple(dict.fromkeys(each.kind for each in tags))
    _report(signals.QueryInvalidated(api, kinds, refetched, removed))


def _report(event: signals.Event) -> None:
    # Another thread may have removed the last recorder since the caller looked.
    recorder = signals.recorder
    if recorder is not None:
        recorder(event)
