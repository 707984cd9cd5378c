"""Says what is wrong with what was dispatched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from stateroom.errors import InvalidAction
from stateroom.store.undefined import UNDEFINED

__all__ = ("type_in", "without_type")

_EXAMPLE: Final = 'e.g. {"type": "saved"}, or what an action creator returns'
_CONVERT: Final = "an object of JavaScript is converted first: pyodide.toPy({...})"
_CALL: Final = "call it first: dispatch(select(...)) and not dispatch(select)"


def type_in(action: object) -> object:
    """Return the type of what is no exact dict, or say that it is no action."""
    if isinstance(action, Mapping):
        return action.get("type")
    # What can be called and comes here is no thunk, as those were called: a creator.
    hint = _CALL if callable(action) else _EXAMPLE
    raise InvalidAction(
        f"an action is a mapping with a type; found {action!r:.200}",
        hint=_CONVERT if hasattr(action, "to_py") else hint,
    )


def without_type(action: object) -> InvalidAction:
    """Say that an action has no type, or one that is no text."""
    kind = cast("Mapping[str, object]", action).get("type", UNDEFINED)
    if kind is UNDEFINED:
        return InvalidAction(f"the action has no type: {action!r:.200}", hint=_EXAMPLE)
    return InvalidAction(
        f"the type of an action is text; found {kind!r:.200}", hint=_EXAMPLE
    )
