"""The types of actions of which is known what they carry, for annotations.

``Action`` may be any; these say more, so that ``action["payload"]`` is there and has a
type. They are dicts like every action, and nothing is checked when the program runs::

    @roles.extra(load_roles.fulfilled)
    def show(state: Roles, action: FulfilledAction[list[str]]) -> None:
        state.names = action["payload"]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import (
    Generic,
    NotRequired,
    Protocol,
    TypeAlias,
    TypedDict,
    TypeVar,
    overload,
)

from stateroom.store.actions import Action
from stateroom.store.undefined import Nothing

__all__ = (
    "AnyCase",
    "ErrorInAction",
    "Extra",
    "FulfilledAction",
    "FulfilledCase",
    "PayloadAction",
    "PendingAction",
    "RejectedAction",
    "RejectedMeta",
    "Resulting",
    "RunMeta",
)

A = TypeVar("A")
P = TypeVar("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
S = TypeVar("S")
X = TypeVar("X", bound=Mapping[str, object])

Extra: TypeAlias = Callable[[S, Action], S | Nothing | None]
"""A case for any action, of which nothing is known."""


class PayloadAction(TypedDict, Generic[P]):
    """An action that has a payload.

    Attributes:
        type: what happened.
        payload: the data that goes with it.
        meta: about the action itself.
        error: whether, or how, something failed.
    """

    type: str
    payload: P
    meta: NotRequired[Mapping[str, object]]
    error: NotRequired[object]


class RunMeta(TypedDict, Generic[A]):
    """What the actions of a thunk say of its run.

    Attributes:
        arg: the arguments of the run: the only one, or a mapping of several by name;
            absent when there are none.
        requestId: identifies the run.
        requestStatus: ``"pending"``, ``"fulfilled"`` or ``"rejected"``.
    """

    arg: A
    requestId: str
    requestStatus: str


class RejectedMeta(RunMeta[object]):
    """What the last action of a run that failed says of it.

    Attributes:
        rejectedWithValue: whether the function said what to put into ``payload``.
        aborted: whether the run was aborted.
        condition: whether the condition was against the run.
    """

    rejectedWithValue: bool
    aborted: bool
    condition: bool


class ErrorInAction(TypedDict):
    """An error as text.

    Attributes:
        message: what it says.
        name: of its class; absent when the function rejected with a value.
        stack: the traceback; absent when there is none.
        code: such as ``"ECONNREFUSED"``, where the error has one.
    """

    message: str
    name: NotRequired[str]
    stack: NotRequired[str]
    code: NotRequired[str]


class PendingAction(TypedDict, Generic[A]):
    """The action that says that a run of a thunk has begun.

    Attributes:
        type: of the thunk, and ``/pending``.
        meta: about the run.
    """

    type: str
    meta: RunMeta[A]


class FulfilledAction(TypedDict, Generic[R]):
    """The action that carries the result of a run.

    Attributes:
        type: of the thunk, and ``/fulfilled``.
        payload: the result.
        meta: about the run.
    """

    type: str
    payload: R
    meta: RunMeta[object]


class RejectedAction(TypedDict):
    """The action that says why a run has no result.

    Attributes:
        type: of the thunk, and ``/rejected``.
        error: what was raised, as text.
        payload: what the function rejected with; only if ``meta`` says so.
        meta: about the run.
    """

    type: str
    error: ErrorInAction
    payload: NotRequired[object]
    meta: RejectedMeta


class Resulting(Protocol[R_co]):
    """What knows the results that its actions carry: ``fulfilled`` of a thunk."""

    @property
    def type(self) -> str:
        """The type of its actions."""
        ...

    def match(self, action: object) -> bool:
        """Say whether ``action`` is one of its own."""
        ...

    def payload(self, action: Mapping[str, object]) -> R_co:
        """Return the result that one of them carries."""
        ...


class AnyCase(Protocol[S]):
    """Declares a case; its function says itself what its actions are."""

    @overload
    def __call__(self, function: Extra[S], /) -> Extra[S]: ...

    @overload
    def __call__(
        self, function: Callable[[S, X], S | Nothing | None], /
    ) -> Callable[[S, X], S | Nothing | None]: ...

    def __call__(self, function: object, /) -> object:
        """Declare the function, and return it."""
        ...


class FulfilledCase(Protocol[S, R]):
    """Declares a case for the results of a thunk, whose type is known."""

    # The three overlap for functions of any mapping, to which all of them apply.
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, function: Extra[S], /
    ) -> Extra[S]: ...

    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, function: Callable[[S, PayloadAction[R]], S | Nothing | None], /
    ) -> Callable[[S, PayloadAction[R]], S | Nothing | None]: ...

    @overload
    def __call__(
        self, function: Callable[[S, FulfilledAction[R]], S | Nothing | None], /
    ) -> Callable[[S, FulfilledAction[R]], S | Nothing | None]: ...

    def __call__(self, function: object, /) -> object:
        """Declare the function, and return it."""
        ...
