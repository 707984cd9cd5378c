"""Builds one reducer of many: each is given its own part of the state.

Slices say which actions concern them. An action's type is looked up once, and only
those slices run; a plain reducer is asked on every action, as it may take any.

Source:
    ``combineReducers`` and ``combineSlices`` of Redux.
"""

from __future__ import annotations

import secrets
import warnings
from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias, cast

from stateroom.errors import InvalidReducer, InvalidSlice
from stateroom.store.actions import text_of
from stateroom.store.drafts.frozen import FrozenRoot, OpenRoot, frozen_root
from stateroom.store.drafts.settling import node_of
from stateroom.store.drafts.swapping import CAN_SWAP
from stateroom.store.drafts.tables import FROZEN, SCALARS, is_same
from stateroom.store.undefined import UNDEFINED

__all__ = ("INIT", "REPLACE", "RESET", "Combined", "Part", "Reducer", "combine")

Reducer: TypeAlias = Callable[[object, Mapping[str, object]], object]
"""Takes a state, or ``UNDEFINED`` for none yet, and an action; gives the next state."""

_RUN = secrets.token_hex(4)
INIT = f"@@stateroom/INIT{_RUN}"
"""The type of a store's first action. It differs in every process, on purpose."""
REPLACE = f"@@stateroom/REPLACE{_RUN}"
"""The type of the action after reducers were replaced or added."""
PROBE = f"@@stateroom/PROBE{_RUN}"
RESET = "@@stateroom/RESET"
"""The type of the action that brings every slice back to its initial state."""

MOST_ROUTES = 4096
"""Types of actions that are remembered; text from outside must not fill the memory."""


class Part(Protocol):
    """What a slice is to a store."""

    @property
    def name(self) -> str:
        """The key in the root state."""
        ...

    def initial(self) -> object:
        """Return a new initial state, frozen."""
        ...

    def for_type(self, kind: str) -> Reducer | None:
        """Return what reduces actions of one type; None when it ignores them."""
        ...

    def use(self) -> None:
        """End the declarations."""
        ...


Route: TypeAlias = tuple[tuple[str, Reducer], ...]


class Combined:
    """A reducer of a mapping, made of one reducer for each key."""

    def __init__(self, parts: Mapping[str, Part | Reducer]) -> None:
        self._parts: dict[str, Part | Reducer] = {}
        self._reducers: dict[str, Reducer] = {}
        self._routes: dict[object, Route] = {}
        self._newest: object = UNDEFINED
        self._failed: InvalidReducer | None = None
        self._warned: set[object] = set()
        for name, part in parts.items():
            self._add(name, part)

    def _add(self, name: str, part: object) -> None:
        if hasattr(part, "for_type"):
            slice_ = cast("Part", part)
            slice_.use()
            self._parts[name] = slice_
            self._reducers[name] = _reducer_of(slice_)
        elif callable(part):
            self._probe(name, part)
            self._parts[name] = self._reducers[name] = part
        elif part is None or part is UNDEFINED:
            warnings.warn(
                f"no reducer was given for {name!r}", RuntimeWarning, stacklevel=4
            )

    def _probe(self, name: str, reduce: Reducer) -> None:
        """See that a plain reducer has an initial state, and ignores unknown types."""
        for kind in (INIT, f"{PROBE}{secrets.token_hex(3)}"):
            if reduce(UNDEFINED, {"type": kind}) is UNDEFINED and not self._failed:
                self._failed = InvalidReducer(
                    f"the reducer of {name!r} returned UNDEFINED when it was first "
                    "asked; that must give the initial state",
                    path=name,
                    hint="return a value for UNDEFINED, whatever the action is",
                )

    def extended(self, name: str, part: Part | Reducer) -> Combined:
        """Return the same with one more part, or another one of that name."""
        return Combined({**self._parts, name: part})

    @property
    def parts(self) -> Mapping[str, Part | Reducer]:
        """What reduces each key."""
        return self._parts

    def part(self, name: str) -> Part | Reducer | None:
        """Return what reduces ``name``, or None."""
        return self._parts.get(name)

    def __call__(self, state: object, action: Mapping[str, object]) -> object:
        """Return the next root state; see ``reduce``."""
        return self.reduce(state, action)

    def reduce(self, state: object, action: Mapping[str, object]) -> object:
        """Return the next root state; the same object when no part changed.

        Raises:
            InvalidReducer: a part returned ``UNDEFINED``.
        """
        kind = action.get("type")
        route = self._routes.get(kind) if state is self._newest else None
        if route is None:
            return self._reduce_other(state, action, text_of(kind))
        root: dict[object, object] = state  # type: ignore[assignment] # our own
        made: OpenRoot | None = None
        for name, reduce in route:
            before = root[name]
            after = reduce(before, action)
            if after is before or (type(after) in SCALARS and is_same(before, after)):
                continue
            if after is UNDEFINED:
                raise _undefined(name, action)
            if made is None:
                made = OpenRoot(root)
            made[name] = after
        if made is None:
            return state
        if CAN_SWAP:
            made.__class__ = FrozenRoot  # type: ignore[assignment] # one layout
            self._newest = made
        else:
            self._newest = frozen_root(made)
        return self._newest

    def _reduce_other(
        self, state: object, action: Mapping[str, object], kind: str
    ) -> object:
        """Reduce a state that is not our newest, or a type that was not met before."""
        if self._failed is not None:
            raise self._failed
        if kind != RESET and state is self._newest and state is not UNDEFINED:
            self._find_route(kind)
            # A member of a str enum is looked up as the text that it is.
            is_text = action.get("type") is kind
            return self.reduce(state, action if is_text else {**action, "type": kind})
        made = self._anew(UNDEFINED if kind == RESET else state, action)
        # A plain mapping may be changed by who made it, and have other keys then.
        if type(made) in FROZEN:
            self._newest = made
        return made

    def _find_route(self, kind: str) -> None:
        if len(self._routes) >= MOST_ROUTES:
            self._routes.clear()
        self._routes[kind] = tuple(
            (name, reduce)
            for name in self._reducers
            if (reduce := self._for_type(name, kind)) is not None
        )

    def _for_type(self, name: str, kind: str) -> Reducer | None:
        part = self._parts[name]
        return self._reducers[name] if callable(part) else part.for_type(kind)

    def _anew(self, state: object, action: Mapping[str, object]) -> object:
        """Reduce a state from elsewhere: loaded, replaced, or none yet."""
        held = self._held(state, action)
        made: dict[object, object] = {}
        for name, reduce in self._reducers.items():
            after = reduce(held.get(name, UNDEFINED), action)
            if after is UNDEFINED:
                raise _undefined(name, action)
            made[name] = after
        is_unchanged = len(held) == len(made) and all(
            name in held and is_same(held[name], after) for name, after in made.items()
        )
        # Inside another recipe the state is a draft, and stays the caller's.
        if is_unchanged and state is not UNDEFINED:
            return state
        return made if node_of(state) is not None else frozen_root(made)

    def _held(
        self, state: object, action: Mapping[str, object]
    ) -> Mapping[object, object]:
        """Return the previous state as a mapping, and say what is wrong with it."""
        if state is UNDEFINED:
            return {}
        if not self._reducers:
            self._warn("empty", "the store has no reducer")
        if not isinstance(state, Mapping):
            self._warn(
                type(state),
                f"the previous state is a {state.__class__.__name__}; a mapping with "
                f"the keys {', '.join(self._reducers)} is expected",
            )
            return {}
        for key in state:
            if key not in self._reducers and action.get("type") != REPLACE:
                self._warn(
                    ("key", key),
                    f"unknown key {key!r} in the previous state is dropped; known: "
                    f"{', '.join(self._reducers)}",
                )
        return state

    def _warn(self, once: object, text: str) -> None:
        if once not in self._warned:
            self._warned.add(once)
            warnings.warn(text, RuntimeWarning, stacklevel=6)


def _reducer_of(part: Part) -> Reducer:
    def reduce(state: object, action: Mapping[str, object]) -> object:
        held = part.initial() if state is UNDEFINED else state
        case = part.for_type(text_of(action.get("type")))
        return held if case is None else case(held, action)

    return reduce


def _undefined(name: str, action: Mapping[str, object]) -> InvalidReducer:
    return InvalidReducer(
        f"the reducer of {name!r} returned UNDEFINED for {action.get('type')!r}",
        path=name,
        hint="return the state as it was to ignore an action; None is a state, too",
    )


def combine(parts: Mapping[str, Part | Reducer]) -> Combined:
    """Return one reducer of a mapping from a reducer, or slice, for each key.

    Raises:
        InvalidSlice: ``parts`` is no mapping.
    """
    if not isinstance(parts, Mapping):
        raise InvalidSlice(
            f"combine takes a mapping of names to reducers; found {parts!r:.200}",
            hint='combine({"counter": counter})',
        )
    return Combined(parts)
