"""Builds the chain of middlewares that a store runs its actions through."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

from stateroom.errors import InvalidSlice
from stateroom.store.middleware import Middleware, Next, StoreApi
from stateroom.store.seams import run_or_pass

F = TypeVar("F")

__all__ = ("chained", "checks_of", "thunks")


def checks_of(wanted: bool | None) -> tuple[Middleware, ...]:  # noqa: FBT001 - the caller's own option, handed on
    """Return the checks of development, where they are wanted.

    Args:
        wanted: True or False, or None for the default: under ``python -X dev``, and
            where the environment says ``STATEROOM_DEV=1``.
    """
    if wanted is None:
        wanted = sys.flags.dev_mode or os.environ.get("STATEROOM_DEV") == "1"
    if not wanted:
        return ()
    # Checks cost every dispatch time, and are not wanted in production.
    from stateroom.store.checks import default_checks  # noqa: PLC0415 - as said

    return default_checks()


def thunks(api: StoreApi) -> Callable[[Next], Next]:
    """Call what is dispatched and is a function, instead of reducing it."""

    def around(after: Next) -> Next:
        def seen(action: object) -> object:
            return run_or_pass(action, api, after)

        return seen

    return around


def chained(
    api: StoreApi,
    perform: Next,
    checks: Sequence[Middleware],
    given: Sequence[Middleware],
) -> Next | None:
    """Return the whole chain; None when it would only call thunks.

    Raises:
        InvalidSlice: a middleware is given twice, or is none.
    """
    if not checks and not given:
        return None
    for index, each in enumerate(given):
        if not callable(each):
            raise InvalidSlice(
                f"a middleware is a function; found {each!r:.200}",
                hint="lambda api: lambda after: lambda action: after(action)",
            )
        if each in given[:index]:
            raise InvalidSlice(
                f"the middleware {getattr(each, '__name__', each)!r} is given twice",
                hint="each one sees an action once",
            )
    every = [*checks, thunks, *given]
    chain = perform
    for wrap in reversed([_built(each(api)) for each in every]):
        chain = _built(wrap(chain))
    return chain


def _built(step: F) -> F:
    """Return what a middleware returned, if it is a function."""
    if not callable(step):
        raise InvalidSlice(
            f"a middleware returned {step!r:.200}; it takes the api, then what comes "
            "after it, and returns a function of the action",
            hint="lambda api: lambda after: lambda action: after(action)",
        )
    return step
