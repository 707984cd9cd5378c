"""What the arguments of an adapter's verbs may look like, and what they mean.

Every verb takes the payload or the whole action, so that it can stand where a reducer
of a payload is expected, and where one of an action is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Generic, TypedDict, TypeVar, cast

from stateroom.errors import InvalidAction, InvalidPatch

__all__ = ("Update", "listed", "merged", "payload_of")

K = TypeVar("K")
T = TypeVar("T")

_OF_ACTIONS: Final = frozenset({"type", "payload", "meta", "error"})


class Update(TypedDict, Generic[K]):
    """A change of some fields of one entity.

    Attributes:
        id: of the entity.
        changes: the new values, by the names of their fields.
    """

    id: K
    changes: Mapping[str, object]


def payload_of(argument: T | Mapping[str, object]) -> T:
    """Return the payload of an action; any other argument as it is.

    Raises:
        InvalidAction: it is an action without payload.
    """
    if (
        (type(argument) is not dict and not isinstance(argument, Mapping))
        or not isinstance(argument.get("type"), str)
        or not argument.keys() <= _OF_ACTIONS
    ):
        return cast("T", argument)
    if "payload" not in argument:
        raise InvalidAction(
            f"{argument['type']}: an entity adapter needs a payload; found none",
            hint="make the action with a creator that takes one",
        )
    return cast("T", argument["payload"])


def listed(
    argument: Iterable[T] | Mapping[K, T] | Mapping[str, object],
) -> Iterable[T]:
    """Return the entities of a list, of a mapping, or of an action with either."""
    given = payload_of(argument)
    return given.values() if isinstance(given, Mapping) else cast("Iterable[T]", given)


def merged(
    updates: Iterable[Update[K]], known: Mapping[K, T]
) -> dict[K, dict[str, object]]:
    """Return the changes by id, of known ids; the later of two values of a field wins.

    Raises:
        InvalidPatch: one of them is no update.
    """
    found: dict[K, dict[str, object]] = {}
    for update in updates:
        try:
            key, changes = update["id"], update["changes"]
        except (KeyError, TypeError):
            raise InvalidPatch(
                f"an update has an 'id' and 'changes'; found {update!r}",
                hint='e.g. {"id": 1, "changes": {"done": True}}',
            ) from None
        if key in known:
            found.setdefault(key, {}).update(changes)
    return found
