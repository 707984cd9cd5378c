"""The actions of an async thunk: pending, fulfilled and rejected.

Their names and those in ``meta`` are Redux Toolkit's, because logs, devtools and other
languages read them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Generic, TypeGuard, TypeVar

from stateroom.errors import Aborted, InvalidAction
from stateroom.store.action_types import (
    FulfilledAction,
    PendingAction,
    RejectedAction,
)
from stateroom.store.actions import Action
from stateroom.store.thunks.failures import ConditionFalse, serialise_error
from stateroom.store.undefined import UNDEFINED

__all__ = ("Fulfilled", "Pending", "Phase", "Rejected")

F = TypeVar("F")
R = TypeVar("R")


class Phase(Generic[F]):
    """One of the actions of a thunk: its type, and whether an action is of it."""

    status: str = ""

    def __init__(self, prefix: str) -> None:
        self.type: str = f"{prefix}/{self.status}"

    def __str__(self) -> str:
        return self.type

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.type}>"

    def match(self, action: object) -> TypeGuard[F]:
        """Say whether ``action`` is of this type."""
        return isinstance(action, Mapping) and action.get("type") == self.type

    def _meta(
        self, arg: object, request_id: str, meta: Mapping[str, object] | None
    ) -> dict[str, object]:
        given = {} if arg is UNDEFINED else {"arg": arg}
        return {
            **(meta or {}),
            **given,
            "requestId": request_id,
            "requestStatus": self.status,
        }


class Pending(Phase[PendingAction[object]]):
    """Makes the action that says that a run has begun."""

    status = "pending"

    def __call__(
        self,
        *,
        request_id: str = "",
        arg: object = UNDEFINED,
        meta: Mapping[str, object] | None = None,
    ) -> Action:
        """Return the action; a run makes its own, so this is for tests."""
        return {"type": self.type, "meta": self._meta(arg, request_id, meta)}


class Fulfilled(Phase[FulfilledAction[R]], Generic[R]):
    """Makes the action that carries the result of a run."""

    status = "fulfilled"

    def __call__(
        self,
        payload: R,
        *,
        request_id: str = "",
        arg: object = UNDEFINED,
        meta: Mapping[str, object] | None = None,
    ) -> Action:
        """Return the action; a run makes its own, so this is for tests."""
        about = self._meta(arg, request_id, meta)
        return {"type": self.type, "payload": payload, "meta": about}

    def payload(self, action: Mapping[str, object]) -> R:
        """Return the result that an action of this type carries, with its type.

        Raises:
            InvalidAction: it is an action of another type.
        """
        if not self.match(action) or "payload" not in action:
            raise InvalidAction(
                f"{self.type} is expected; found {action.get('type')!r}",
                hint="declare the case with @slice.extra(thunk.fulfilled)",
            )
        return action["payload"]


class Rejected(Phase[RejectedAction]):
    """Makes the action that says why there is no result."""

    status = "rejected"

    def __call__(
        self,
        error: BaseException | None = None,
        *,
        payload: object = UNDEFINED,
        request_id: str = "",
        arg: object = UNDEFINED,
        meta: Mapping[str, object] | None = None,
        plain: Mapping[str, object] | None = None,
    ) -> Action:
        """Return the action; a run makes its own, so this is for tests.

        Args:
            error: what was raised; none when the function rejected with a value.
            payload: the value that the function rejected with, if it did.
            request_id: that of the run.
            arg: the arguments of the run.
            meta: more to know about the run.
            plain: the error as text; made from ``error`` when absent.
        """
        if plain is None:
            plain = {"message": "Rejected"} if error is None else serialise_error(error)
        action: Action = {"type": self.type, "error": plain}
        if payload is not UNDEFINED:
            action["payload"] = payload
        action["meta"] = {
            **self._meta(arg, request_id, meta),
            "rejectedWithValue": payload is not UNDEFINED,
            "aborted": isinstance(error, Aborted | asyncio.CancelledError),
            "condition": isinstance(error, ConditionFalse),
        }
        return action
