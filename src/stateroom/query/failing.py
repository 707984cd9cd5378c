"""How what went wrong is written into the state: as plain data."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Mapping
from typing import Final

from stateroom.errors import (
    Aborted,
    ErrorInfo,
    QueryFailed,
    Rejected,
    ResponseError,
    StateroomError,
)
from stateroom.store.drafts import freeze

__all__ = ("ABORT_ERROR", "CONDITION_ERROR", "aborted", "failed", "info_of")

ABORT_ERROR: Final = "AbortError"
CONDITION_ERROR: Final = ErrorInfo(
    name="ConditionError",
    message="The data is there, or on its way.",
)
"""Why a request did not begin. Only actions have it, never the state."""


def aborted(reason: str = "Aborted") -> ErrorInfo:
    """Return what stands for a request that was aborted."""
    return ErrorInfo(name=ABORT_ERROR, message=reason)


def info_of(error: BaseException) -> ErrorInfo:
    """Return what of an error stands in the state."""
    match error:
        case QueryFailed():
            return error.error
        case Aborted():
            return aborted(error.reason)
        case asyncio.CancelledError():
            return aborted(str(error) or "Cancelled")
        case ResponseError():
            status, data = error.status, error.data
        case Rejected():
            status, data = 0, error.payload
        case _:
            status, data = 0, None
    return ErrorInfo(
        name=type(error).__name__,
        message=str(error),
        code=_code_of(error),
        status=status,
        data=freeze(data),
    )


def failed(
    name: str,
    error: ErrorInfo,
    *,
    cause: BaseException | None = None,
    is_unhandled: bool = False,
    meta: Mapping[str, object] | None = None,
) -> QueryFailed:
    """Return the error that is raised where data was asked for that is not there.

    Args:
        name: of what was asked for.
        error: why, as it stands in the state.
        cause: what was raised, where that is known.
        is_unhandled: whether that was no error that requests have.
        meta: what the transport told besides.
    """
    text = f"{name:.200} failed: {error.name}"
    failure = QueryFailed(
        f"{text}: {error.message}" if error.message else text,
        error=error,
        is_unhandled=is_unhandled,
        meta=meta,
        hint=cause.hint if isinstance(cause, StateroomError) else "",
    )
    failure.__cause__ = cause
    return failure


def _code_of(error: BaseException) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        return errno.errorcode.get(error.errno, "")
    code: object = getattr(error, "code", "")
    return code if isinstance(code, str) else ""
