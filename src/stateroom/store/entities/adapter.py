"""The adapter: verbs that keep a table of entities, usable as reducers.

Example::

    todos = EntityAdapter[Todo, str]()
    slice = Slice("todos", EntityState[Todo, str])

    @slice.reducer
    def added(state: EntityState[Todo, str], todo: Todo) -> None:
        todos.add_one(state, todo)

Source:
    ``createEntityAdapter`` of Redux Toolkit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cmp_to_key
from typing import TYPE_CHECKING, Generic, TypeVar, cast, overload

from stateroom.store.drafts.producing import produce
from stateroom.store.drafts.settling import node_of
from stateroom.store.entities.fields import id_of
from stateroom.store.entities.ordered import Ordered
from stateroom.store.entities.selecting import EntitySelectors, selectors_of
from stateroom.store.entities.state import EntityState, HasEntities
from stateroom.store.entities.table import Table
from stateroom.store.entities.unsorted import Unsorted
from stateroom.store.entities.updates import Update, listed, payload_of

if TYPE_CHECKING:
    from _typeshed import SupportsRichComparison

__all__ = ("EntityAdapter",)

A = TypeVar("A")
K = TypeVar("K")
S = TypeVar("S")
T = TypeVar("T")
V = TypeVar("V")

Given = Mapping[str, object]
"""An action, instead of its payload."""


class EntityAdapter(Generic[T, K]):
    """Verbs for a table of entities: its ids, and each entity by its id.

    Each verb takes a draft and changes it, so that it can be called in a reducer; or a
    state, of which it returns the next. Of a state that is not frozen the next is. In
    the place of its second argument it takes an action as well, and uses its payload.
    Returned is the same object when nothing has changed.

    Args:
        select_id: returns the id of an entity; without it, its ``id``.
        sort_key: returns what entities are sorted by, as that of ``sorted``. Without
            this and the next, they stay in the order in which they came.
        sort_comparer: says how two of them compare: negative when the first comes
            first, positive when the second does. With ``sort_key`` it compares what
            that returns.
    """

    @overload
    def __init__(
        self,
        *,
        select_id: Callable[[T], K] | None = None,
        sort_key: Callable[[T], SupportsRichComparison] | None = None,
    ) -> None: ...

    @overload
    def __init__(
        self,
        *,
        select_id: Callable[[T], K] | None = None,
        sort_comparer: Callable[[T, T], int],
    ) -> None: ...

    @overload
    def __init__(
        self,
        *,
        select_id: Callable[[T], K] | None = None,
        sort_key: Callable[[T], V],
        sort_comparer: Callable[[V, V], int],
    ) -> None: ...

    def __init__(
        self,
        *,
        select_id: Callable[[T], K] | None = None,
        sort_key: Callable[[T], object] | None = None,
        sort_comparer: Callable[[V, V], int] | None = None,
    ) -> None:
        self.select_id: Callable[[T], K] = select_id or cast("Callable[[T], K]", id_of)
        rank = sort_key if sort_comparer is None else _ranking(sort_key, sort_comparer)
        self._verbs: Unsorted[T, K] = Unsorted(self.select_id)
        if rank is not None:
            ranked = cast("Callable[[T], SupportsRichComparison]", rank)
            self._verbs = Ordered(self.select_id, rank=ranked)

    def _run(
        self,
        verb: Callable[[Table[T, K], Iterable[A]], None],
        state: S,
        *,
        given: Iterable[A],
    ) -> S:
        if node_of(state) is not None:
            verb(Table(state), given)
            return state

        def recipe(draft: S) -> None:
            verb(Table(draft), given)

        return produce(state, recipe)

    # ---------------------------------------------------------------------- adding

    def add_one(self, state: S, entity: T | Given) -> S:
        """Add an entity, unless its id is taken."""
        return self._run(self._verbs.add, state, given=_one(entity))

    def add_many(self, state: S, entities: Iterable[T] | Mapping[K, T] | Given) -> S:
        """Add entities whose ids are not taken; the first of several with one id.

        Args:
            state: a state or draft.
            entities: a list of them, or a mapping whose values they are.
        """
        return self._run(self._verbs.add, state, given=listed(entities))

    def set_one(self, state: S, entity: T | Given) -> S:
        """Add an entity, or put it in the place of the one with its id."""
        return self._run(self._verbs.set, state, given=_one(entity))

    def set_many(self, state: S, entities: Iterable[T] | Mapping[K, T] | Given) -> S:
        """Do that with several; the last of those with one id wins."""
        return self._run(self._verbs.set, state, given=listed(entities))

    def set_all(self, state: S, entities: Iterable[T] | Mapping[K, T] | Given) -> S:
        """Put entities in the place of all that there are."""
        return self._run(self._verbs.set_all, state, given=listed(entities))

    # -------------------------------------------------------------------- removing

    def remove_one(self, state: S, key: K | Given) -> S:
        """Remove the entity with an id, if there is one."""
        return self._run(self._verbs.remove, state, given=_one(key))

    def remove_many(self, state: S, keys: Iterable[K] | Given) -> S:
        """Remove the entities with these ids, as far as there are any."""
        given = payload_of(keys)
        return self._run(self._verbs.remove, state, given=given)

    def remove_all(self, state: S, action: Given | None = None) -> S:
        """Remove all entities. An action may be given; it does not matter."""
        del action
        return self._run(self._verbs.set_all, state, given=())

    # -------------------------------------------------------------------- updating

    def update_one(self, state: S, update: Update[K] | Given) -> S:
        """Change fields of an entity, if it is there.

        Args:
            state: a state or draft.
            update: ``{"id": ..., "changes": {...}}``. Changes may give it another id;
                the entity that has that one is overwritten.

        Raises:
            InvalidPatch: the entity has no such field, or this is no update.
        """
        return self._run(self._verbs.update, state, given=_one(update))

    def update_many(self, state: S, updates: Iterable[Update[K]] | Given) -> S:
        """Do that with several; updates of one entity are first merged into one.

        Raises:
            InvalidPatch: as of ``update_one``.
        """
        given = payload_of(updates)
        return self._run(self._verbs.update, state, given=given)

    def upsert_one(self, state: S, entity: T | Given) -> S:
        """Add an entity, or put its fields into the one with its id."""
        return self._run(self._verbs.upsert, state, given=_one(entity))

    def upsert_many(self, state: S, entities: Iterable[T] | Mapping[K, T] | Given) -> S:
        """Do that with several, one after another."""
        return self._run(self._verbs.upsert, state, given=listed(entities))

    # ------------------------------------------------------------ state, selectors

    @overload
    def get_initial_state(
        self, *, entities: Iterable[T] | Mapping[K, T] = ()
    ) -> EntityState[T, K]: ...

    @overload
    def get_initial_state(
        self, extra: S, *, entities: Iterable[T] | Mapping[K, T] = ()
    ) -> S: ...

    def get_initial_state(
        self, extra: object = None, *, entities: Iterable[T] | Mapping[K, T] = ()
    ) -> object:
        """Return a state to begin with.

        Args:
            extra: a state with more fields: an instance of your own class, or a dict,
                to which ``ids`` and ``entities`` are added.
            entities: to be in it, as of ``set_all``; the state is frozen then.
        """
        state = EntityState() if extra is None else extra
        if isinstance(extra, dict):
            state = {"ids": [], "entities": {}, **extra}
        return self.set_all(state, entities) if entities else state

    @overload
    def get_selectors(
        self,
    ) -> EntitySelectors[HasEntities[T, K] | Mapping[str, object], T, K]: ...

    @overload
    def get_selectors(
        self, select_state: Callable[[S], object]
    ) -> EntitySelectors[S, T, K]: ...

    def get_selectors(
        self, select_state: Callable[[S], object] | None = None
    ) -> object:
        """Return selectors of the table, memoised by the identity of what they read.

        Args:
            select_state: finds the table's state in the state that the selectors are
                given, e.g. ``lambda root: root["todos"]``; without it, that is the
                table's own.
        """
        return selectors_of(select_state or _itself)


def _one(argument: A | Given) -> tuple[A]:
    return (payload_of(argument),)


def _itself(state: S) -> S:
    return state


def _ranking(
    key: Callable[[T], object] | None, compare: Callable[[V, V], int]
) -> Callable[[T], object]:
    ranked = cast("Callable[[object], object]", cmp_to_key(compare))
    if key is None:
        return ranked
    return lambda entity: ranked(key(entity))
