"""A slice with its persistence: the part of a store that ``persist`` makes.

It reduces as the slice does. On ``persist/REHYDRATE`` it makes one state of what was
stored and what is there, after the slice's own case for that action has run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar, cast

from stateroom.persist.actions import PURGE, REHYDRATE
from stateroom.persist.freezing import is_bare
from stateroom.persist.merging import ABSENT, Conflict, shared, three_way
from stateroom.persist.merging.sameness import same
from stateroom.persist.settings import Settings
from stateroom.persist.shapes import Shape, shape_for
from stateroom.store.cases import Case
from stateroom.store.slices import Slice

__all__ = ("Persisted",)

S = TypeVar("S")


class Persisted(Generic[S]):
    """A slice that is kept. Give it to a store in place of the slice.

    Attributes:
        slice: the slice.
        name: its key in the root state.
        kind: the class of its state, or what the factory returns.
        settings: how it is kept.
        shape: how its state is taken apart.
        unmentioned: fields that are neither kept nor said to be transient.
        is_json: whether a field is of no other type than JSON has.
        takes: how many actions of persistence arrived at it.
    """

    def __init__(
        self, part: Slice[S], settings: Settings, *, unmentioned: tuple[str, ...] = ()
    ) -> None:
        self.slice: Slice[S] = part
        self.name: str = part.name
        self.kind: type[S] | Callable[[], S] = part.kind
        self.settings: Settings = settings
        self.shape: Shape = shape_for(part)
        self.unmentioned: tuple[str, ...] = unmentioned
        names = self.shape.names
        self.is_json: bool = any(map(is_bare, map(self.shape.form, names or ("",))))
        self.takes: int = 0
        self._merged: tuple[object, tuple[Conflict, ...]] = (None, ())

    @property
    def key(self) -> str:
        """Under which the slice is kept."""
        return self.settings.key

    @property
    def version(self) -> int:
        """The version of its schema."""
        return self.settings.version

    def __repr__(self) -> str:
        return f"<persisted slice {self.name}>"

    # -- what a store asks

    def initial(self) -> S:
        """Return a new initial state, frozen."""
        return self.slice.initial()

    def use(self) -> None:
        """End the declarations of the slice."""
        self.slice.use()

    def for_type(self, kind: str) -> Case | None:
        """Return what reduces actions of one type; None when it ignores them."""
        own = self.slice.for_type(kind)
        if kind == REHYDRATE:
            return cast("Case", lambda state, action: self._take(own, state, action))
        if kind == PURGE:
            return cast("Case", lambda state, action: self._drop(own, state, action))
        return own

    def reduce(self, state: S, action: Mapping[str, object]) -> S:
        """Return the state after ``action``."""
        case = self.for_type(str(action.get("type")))
        return state if case is None else cast("S", case(state, action))

    # -- what a persistor asks

    def kept(self, state: object) -> dict[str, object]:
        """Return the fields of a state that are written, not copied."""
        keeps = self.settings.keeps
        fields = self.shape.read(state)
        if self.settings.keeps_all:
            return fields
        return {name: value for name, value in fields.items() if keeps(name)}

    def conflicts(self, payload: object) -> tuple[Conflict, ...]:
        """Return what the merge of this payload could not keep of both sides."""
        merged, conflicts = self._merged
        return conflicts if merged is payload else ()

    # -- the two actions

    def _take(
        self, own: Case | None, state: object, action: Mapping[str, object]
    ) -> object:
        reduced = state if own is None else own(state, action)
        if action.get("key") != self.key:
            return reduced
        self.takes += 1
        payload = action.get("payload")
        if not isinstance(payload, Mapping):
            return reduced
        meta = action.get("meta")
        known = cast("Mapping[str, object]", meta if isinstance(meta, Mapping) else {})
        base = known.get("base", state)
        reconcile = self.settings.reconcile
        if callable(reconcile):
            made = reconcile(payload, state, reduced)
            self._merged = (payload, self._left_out(base, made, reduced))
            return made
        removed = frozenset(cast("tuple[str, ...]", known.get("removed", ())))
        stored = self.shape.write(self.shape.without(base, removed), payload)
        if "replay" in known:
            replayed = self._replayed(stored, known["replay"])
            return shared(replayed if own is None else own(replayed, action), reduced)
        # Kept for whoever reports conflicts; no state depends on it.
        result = three_way(base, stored, reduced, merges=self.settings.merge)
        self._merged = (payload, result.conflicts)
        if callable(self.settings.merge):
            self.kept(result.value)  # raises, if that is no state of this slice
        # What was decoded is new all through: what did not change stays what it was,
        # for whoever watches it. An empty state has nothing to share.
        is_empty = isinstance(reduced, dict) and not reduced
        return result.value if is_empty else shared(result.value, reduced)

    def _replayed(self, stored: object, actions: object) -> object:
        state = cast("S", stored)
        for action in cast("tuple[Mapping[str, object], ...]", actions):
            state = self.slice.reduce(state, action)
        return state

    def _left_out(
        self, base: object, made: object, ours: object
    ) -> tuple[Conflict, ...]:
        """Return what happened here and is not in the state that a function made."""
        before, after, now = self.kept(base), self.kept(made), self.kept(ours)
        found: list[Conflict] = []
        for name, mine in now.items():
            kept = after.get(name, ABSENT)
            both = three_way(before.get(name, ABSENT), kept, mine)
            if both.conflicts or not same(both.value, kept):
                found.append(Conflict(name, kept, mine, "changed"))
        return tuple(found)

    def _drop(
        self, own: Case | None, state: object, action: Mapping[str, object]
    ) -> object:
        if action.get("key") == self.key:
            self.takes += 1
            if action.get("reset") is True:
                # What is as it was at the beginning did not change, for who watches it.
                return shared(self.initial(), state)
        return state if own is None else own(state, action)
