"""A thunk with its arguments, before it runs, and what can be chosen about it."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypedDict, TypeVar

from stateroom.store.thunks.api import Api
from stateroom.store.thunks.failures import serialise_error

__all__ = ("Options", "ThunkOptions", "Verdict", "Work", "random_id")

R = TypeVar("R")

Verdict: TypeAlias = bool | Awaitable[bool | None] | None
"""What a condition answers: only false keeps the thunk from running."""

ID_BYTES = 10
"""80 random bits: two runs of one store never share an id."""


def random_id(_: object = None) -> str:
    """Return an id that no other run has, whatever its arguments are."""
    return os.urandom(ID_BYTES).hex()


class ThunkOptions(TypedDict, total=False):
    """``Options`` as keywords, each of which may be left out."""

    name: str
    id_generator: Callable[[object], str]
    serialise_error: Callable[[BaseException], Mapping[str, object]]
    dispatch_condition_rejection: bool
    cancel: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What can be chosen about a thunk, whatever its arguments are.

    Attributes:
        name: the thunk's own part of its action types; its function's name when empty.
        id_generator: makes the request id of a run from its ``arg``.
        serialise_error: makes the ``error`` of an action from what was raised.
        dispatch_condition_rejection: whether a run that its condition refused is
            dispatched as rejected, too.
        cancel: whether aborting a run also cancels its task.
    """

    name: str = ""
    id_generator: Callable[[object], str] = random_id
    serialise_error: Callable[[BaseException], Mapping[str, object]] = serialise_error
    dispatch_condition_rejection: bool = False
    cancel: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Generic[R]):
    """A thunk with its arguments: all that a run needs beside the store.

    Attributes:
        prefix: its actions' types begin with it, e.g. ``"roles/load_roles"``.
        arg: the arguments as actions carry them.
        begin: calls the function of the thunk.
        condition: says whether to run at all.
        pending_meta: more to say in the ``pending`` action.
        find: finds the state of the thunk's slice in the root state.
    """

    prefix: str
    arg: object
    begin: Callable[[Api[object]], Awaitable[R]]
    condition: Callable[[Api[object]], Verdict] | None
    pending_meta: Callable[[Api[object]], Mapping[str, object]] | None
    find: Callable[[object], object]
    options: Options
