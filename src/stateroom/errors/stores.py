"""The errors of the store, and of what it holds."""

from __future__ import annotations

from collections.abc import Mapping

from stateroom.errors.base import StateroomError

__all__ = (
    "Aborted",
    "BundleError",
    "DevtoolsError",
    "DraftMisuse",
    "EndlessUpdate",
    "FrozenState",
    "InReducer",
    "InvalidAction",
    "InvalidPatch",
    "InvalidReducer",
    "InvalidSlice",
    "NotPlain",
    "NotSerialisable",
    "Rejected",
    "StateMutated",
    "StoreError",
)


class StoreError(StateroomError):
    """The store, or what it holds, was used in a way that cannot work.

    Attributes:
        path: where in the state, e.g. ``"roles.selected[2]"``; empty when unknown.
    """

    code = "STR-800"

    def __init__(self, message: str, *, path: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.path = path


class FrozenState(StoreError, TypeError, AttributeError):
    """State was changed in place. State changes only inside a reducer or a recipe.

    It is a ``TypeError`` like that of a tuple, and an ``AttributeError`` like that of
    a frozen dataclass.
    """

    code = "STR-801"


class DraftMisuse(StoreError):
    """A draft was used after its recipe had ended, or in two ways at once.

    So are: a recipe that changes its draft *and* returns another value, a recipe that
    is a coroutine, and a draft that contains itself.
    """

    code = "STR-802"


class InvalidAction(StoreError, TypeError):
    """What was dispatched is no mapping with a ``type`` that is text."""

    code = "STR-803"


class InReducer(StoreError):
    """The store was asked from inside a reducer, or while middleware is being built.

    A reducer has its state and the action, and nothing else.
    """

    code = "STR-804"


class InvalidReducer(StoreError):
    """A reducer returned nothing where a state is needed."""

    code = "STR-805"


class InvalidSlice(StoreError):
    """The declaration of a slice, an action or a store is wrong."""

    code = "STR-806"


class NotPlain(StoreError, ValueError):
    """A value has no plain form, or plain data is not of the asked type."""

    code = "STR-807"


class InvalidPatch(StoreError, ValueError):
    """A patch does not fit the value that it is applied to."""

    code = "STR-808"


class EndlessUpdate(StoreError, RecursionError):
    """A watcher changes what it watches, so that it fires again without end."""

    code = "STR-809"


class Rejected(StoreError):
    """The result of a thunk was asked for, and the thunk has failed.

    Attributes:
        action: the rejected action, as it was dispatched.
        payload: what the thunk rejected with.
    """

    code = "STR-810"

    def __init__(
        self, message: str, *, action: Mapping[str, object], hint: str = ""
    ) -> None:
        super().__init__(message, hint=hint)
        self.action = action

    @property
    def payload(self) -> object:
        """The value that the thunk rejected with; None when it raised instead."""
        return self.action.get("payload")


class Aborted(StoreError):
    """A thunk, or a task of a listener, was told to stop.

    Attributes:
        reason: why, as whoever stopped it said.
    """

    code = "STR-811"

    def __init__(self, reason: str = "Aborted", *, hint: str = "") -> None:
        super().__init__(reason, hint=hint)
        self.reason = reason


class DevtoolsError(StoreError):
    """The devtools cannot be started, or asked for something that is refused."""

    code = "STR-812"


class BundleError(StoreError):
    """Files cannot be bundled for the browser."""

    code = "STR-813"


class StateMutated(StoreError):
    """The development check found state that was changed in place, at ``path``."""

    code = "STR-814"


class NotSerialisable(UserWarning):
    """The development check found a value that JSON cannot hold. Nothing is refused."""
