"""The actions that tell how a request went, and the error that says it failed."""

from __future__ import annotations

from typing import cast

from stateroom.errors import ErrorInfo, QueryFailed
from stateroom.query.actions import RequestArg
from stateroom.query.asking import Query
from stateroom.query.failing import CONDITION_ERROR, failed
from stateroom.query.fetching import Run
from stateroom.query.reducing import Upserted
from stateroom.query.tags import Tag
from stateroom.store.actions import Action

__all__ = (
    "beginning",
    "failure_of",
    "fulfilment",
    "refusal",
    "rejection",
    "upserted",
    "upsertion",
)


def beginning(kind: str, run: Run) -> Action:
    """Return the action that says that a request began."""
    return {
        "type": kind,
        "meta": {
            "arg": run.about,
            "requestId": run.request_id,
            "requestStatus": "pending",
            "startedTimeStamp": run.started_at,
            "upsert": run.is_upsert,
            "RTK_autoBatch": True,
        },
    }


def refusal(kind: str, about: RequestArg, request_id: str) -> Action:
    """Return the action that says that a request was not made."""
    return {
        "type": kind,
        "error": CONDITION_ERROR,
        "meta": {
            "arg": about,
            "requestId": request_id,
            "requestStatus": "rejected",
            "rejectedWithValue": False,
            "aborted": False,
            "condition": True,
            "RTK_autoBatch": True,
        },
    }


def fulfilment(
    kind: str, run: Run, *, now_ms: int, tags: tuple[Tag, ...] | None = None
) -> Action:
    """Return the action that carries what a request brought."""
    return {
        "type": kind,
        "payload": run.data,
        "meta": {
            "arg": run.about,
            "requestId": run.request_id,
            "requestStatus": "fulfilled",
            "startedTimeStamp": run.started_at,
            "fulfilledTimeStamp": now_ms,
            "baseQueryMeta": run.meta,
            "providedTags": tags,
            "upsert": run.is_upsert,
            "RTK_autoBatch": True,
        },
    }


def rejection(kind: str, run: Run, *, tags: tuple[Tag, ...] | None = None) -> Action:
    """Return the action that says why a request failed."""
    action: Action = {"type": kind, "error": run.error}
    if run.is_handled:
        action["payload"] = run.error
    action["meta"] = {
        "arg": run.about,
        "requestId": run.request_id,
        "requestStatus": "rejected",
        "startedTimeStamp": run.started_at,
        "baseQueryMeta": run.meta,
        "providedTags": tags,
        "rejectedWithValue": run.is_handled,
        "aborted": run.is_aborted,
        "condition": False,
        "RTK_autoBatch": True,
    }
    return action


def upserted(query: Query[object], data: object, tags: tuple[Tag, ...]) -> Upserted:
    """Return what an action says of data that was given to one query."""
    return {
        "queryDescription": {
            "type": "query",
            "endpointName": query.endpoint,
            "originalArgs": query.arg,
            "queryCacheKey": query.key,
        },
        "value": data,
        "providedTags": tags,
    }


def upsertion(
    kind: str, given: tuple[Upserted, ...], request_id: str, *, now_ms: int
) -> Action:
    """Return the action that gives queries their data."""
    return {
        "type": kind,
        "payload": given,
        "meta": {"requestId": request_id, "timestamp": now_ms, "RTK_autoBatch": True},
    }


def failure_of(run: Run) -> QueryFailed:
    """Return the error that says that a request failed."""
    name = run.key if run.definition.kind == "query" else run.definition.name
    return failed(
        name,
        cast("ErrorInfo", run.error),
        cause=run.cause,
        is_unhandled=not run.is_handled and not run.is_aborted,
        meta=run.meta,
    )
