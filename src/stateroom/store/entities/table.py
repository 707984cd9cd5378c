"""The entities of a draft, and their ids: looked at without cost, and changed.

Reading a field of a draft makes a draft of the field, and that of a list copies it. So
what is only looked at is peeked at: that makes no drafts, and copies nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from functools import partial
from typing import Generic, TypeVar, cast

from stateroom.errors import InvalidSlice
from stateroom.store.drafts.frozen import frozen_list
from stateroom.store.drafts.generating import LIVE
from stateroom.store.drafts.settling import node_of
from stateroom.store.entities.state import LARGE
from stateroom.store.persistent import PersistentMap
from stateroom.store.persistent.drafting import DraftMap

__all__ = ("Table", "peek")

K = TypeVar("K")
T = TypeVar("T")


class Table(Generic[T, K]):
    """The two fields of a draft that an adapter changes.

    Attributes:
        held: the entities as they stand in the draft. Ask it which ids there are, and
            no more: reading a value may make a draft.
    """

    __slots__ = ("_state", "held")

    def __init__(self, state: object) -> None:
        self._state = state
        self.held: Mapping[K, T] = cast("Mapping[K, T]", peek(state, "entities"))

    def look(self) -> Callable[[K], T]:
        """Return what gives an entity by its id as it stands there: maybe no draft.

        It is good until the table changes, and raises KeyError for an unknown id.
        """
        held = self.held
        if isinstance(held, dict):
            return partial(dict.__getitem__, held)
        if type(held) is DraftMap:
            return cast("Callable[[K], T]", held.peek)
        return held.__getitem__

    def ids(self) -> list[K]:
        """Return a new list of the ids, in order."""
        return list(list.__iter__(cast("list[K]", peek(self._state, "ids"))))

    def open(self, *, coming: int = 0) -> MutableMapping[K, T]:
        """Return the entities to be changed, with drafts where they can be.

        Args:
            coming: how many will be added; with more than ``LARGE`` in all, a dict is
                exchanged for a persistent map first.
        """
        held = self.held
        if isinstance(held, dict) and len(held) + coming > LARGE:
            # dict() reads past the methods of a draft, so this makes no drafts.
            self._put("entities", PersistentMap(dict(held)))
        opened = cast("MutableMapping[K, T]", self._get("entities"))
        self.held = opened
        return opened

    def append(self, keys: Iterable[K]) -> None:
        """Put ids at the end."""
        peek(self._state, "ids")  # raises for a field that is not there
        cast("list[K]", self._get("ids")).extend(keys)

    def put_ids(self, keys: list[K]) -> None:
        """Set the ids, unless they are what they were."""
        if list.__ne__(keys, cast("list[K]", peek(self._state, "ids"))):
            # Ids are hashable, so that there is nothing in them to freeze.
            self._put("ids", frozen_list(keys))

    def replace(self, entities: dict[K, T], *, ids: list[K]) -> None:
        """Set everything, be it the same as before or not."""
        is_large = len(entities) > LARGE
        self._put("ids", frozen_list(ids))
        self._put("entities", PersistentMap(entities) if is_large else entities)

    def _get(self, name: str) -> object:
        if isinstance(self._state, dict):
            return cast("object", self._state[name])
        return cast("object", getattr(self._state, name))

    def _put(self, name: str, value: object) -> None:
        if isinstance(self._state, dict):
            self._state[name] = value
        else:
            setattr(self._state, name, value)


def peek(state: object, name: str) -> object:
    """Return a field of a state or draft as it stands there, which may be no draft.

    Raises:
        InvalidSlice: there is no such field.
    """
    try:
        return _standing(state, name)
    except (AttributeError, KeyError):
        raise InvalidSlice(
            f"an entity adapter keeps its entities in 'ids' and 'entities'; this "
            f"{state.__class__.__name__} has no {name!r}",
            path=name,
            hint="use EntityState, or give your state the two fields",
        ) from None


def _standing(state: object, name: str) -> object:
    if isinstance(state, dict):
        return cast("object", dict.__getitem__(state, name))
    node = node_of(state)
    if node is None:
        return cast("object", getattr(state, name))
    if node.children is not None and name in node.children:
        return node.children[name]
    return cast("object", getattr(getattr(state, LIVE), name))
