"""Finds action creators that were dispatched instead of the actions they make."""

from __future__ import annotations

from collections.abc import Callable

from stateroom.store.checks.telling import warn_where_dispatched
from stateroom.store.middleware import Middleware, Next, StoreApi

__all__ = ("creator_check", "is_action_creator")


def is_action_creator(value: object) -> bool:
    """Say whether a value makes actions of one type."""
    return (
        callable(value)
        and callable(getattr(value, "match", None))
        and isinstance(getattr(value, "type", None), str)
    )


def creator_check(
    *, is_creator: Callable[[object], bool] = is_action_creator
) -> Middleware:
    """Return a middleware that warns when a creator is dispatched, and lets it pass.

    Args:
        is_creator: says whether what is dispatched is one.
    """

    def middleware(_: StoreApi) -> Callable[[Next], Next]:
        def around(after: Next) -> Next:
            def seen(action: object) -> object:
                if is_creator(action):
                    kind = getattr(action, "type", "?")
                    warn_where_dispatched(
                        f"the creator of {kind!r} was dispatched: call it, "
                        "dispatch(creator()), also when it takes nothing",
                        UserWarning,
                    )
                return after(action)

            return seen

        return around

    return middleware
