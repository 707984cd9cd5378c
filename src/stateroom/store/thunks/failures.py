"""How an error is written into an action: as plain text that JSON can hold."""

from __future__ import annotations

import asyncio
import errno
import traceback
from collections.abc import Mapping
from typing import TypeAlias

from stateroom.errors import Aborted

__all__ = ("ConditionFalse", "Rejection", "SerialisedError", "serialise_error")

SerialisedError: TypeAlias = dict[str, object]
"""``name``, ``message``, ``stack`` and, where there is one, ``code``; all as text."""

ABORT_ERROR = "AbortError"
CONDITION_ERROR = "ConditionError"


class ConditionFalse(Exception):
    """The condition of a thunk said no. Never raised: it names an action's error."""


class Rejection(BaseException):
    """Carries what a thunk was rejected with out of its function.

    It is no ``Exception``, so that a ``try`` around the call that failed does not catch
    the answer that was just given about it.
    """

    def __init__(self, value: object, meta: Mapping[str, object]) -> None:
        super().__init__(value)
        self.value: object = value
        self.meta: Mapping[str, object] = meta


def serialise_error(error: BaseException) -> SerialisedError:
    """Return ``name``, ``message``, ``stack`` and ``code`` of an error, as text.

    ``code`` is the error's own when that is text; that of an ``OSError`` is the name of
    its number, such as ``"ECONNREFUSED"``.
    """
    match error:
        case Aborted():
            return {"name": ABORT_ERROR, "message": error.reason}
        case asyncio.CancelledError():
            return {"name": ABORT_ERROR, "message": str(error) or "Cancelled"}
        case ConditionFalse():
            return {"name": CONDITION_ERROR, "message": str(error)}
    plain: SerialisedError = {
        "name": type(error).__name__,
        "message": str(error),
        "stack": "".join(traceback.format_exception(error)),
    }
    code = _code_of(error)
    return plain if code is None else {**plain, "code": code}


def _code_of(error: BaseException) -> str | None:
    if isinstance(error, OSError) and error.errno is not None:
        return errno.errorcode.get(error.errno)
    code: object = getattr(error, "code", None)
    return code if isinstance(code, str) else None
