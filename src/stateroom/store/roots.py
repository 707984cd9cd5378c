"""Makes the root reducer of the parts that a store is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, cast, get_origin

from stateroom.errors import InvalidSlice
from stateroom.store.combining import RESET, Combined, Part, Reducer
from stateroom.store.undefined import UNDEFINED

__all__ = (
    "StorePart",
    "injected",
    "refuse_mappings",
    "replaced",
    "root_of",
    "without",
)

StorePart: TypeAlias = Part | Mapping[str, Part | Reducer] | Reducer
"""A slice, named reducers, or one reducer of the whole state."""


def root_of(
    parts: tuple[StorePart, ...],
) -> Reducer:
    """Make the root reducer of what a store is given.

    Raises:
        InvalidSlice: something is no part of a store, or two have one name.
    """
    if len(parts) == 1 and callable(parts[0]):
        return with_reset(_no_class(parts[0]))
    named: dict[str, Part | Reducer] = {}
    for part in parts:
        found = part if isinstance(part, Mapping) else {_name_of(part): part}
        for name, each in found.items():
            if name in named:
                raise InvalidSlice(
                    f"two parts of the store are named {name!r}",
                    path=name,
                    hint="each has its own key in the state: rename one of them",
                )
            named[name] = each
    return Combined(named)


def refuse_mappings(root: Reducer, preloaded: object) -> None:
    """Refuse a mapping as the state of a slice that holds instances of a class.

    It is what a file of JSON gives; reducers would fail at it, but much later.

    Raises:
        InvalidSlice: there is one in ``preloaded``.
    """
    if not isinstance(root, Combined) or not isinstance(preloaded, Mapping):
        return
    for name, held in preloaded.items():
        kind: object = getattr(root.part(name), "kind", None)
        origin = get_origin(kind) or kind
        if not isinstance(origin, type) or not isinstance(held, Mapping):
            continue
        if not issubclass(origin, Mapping):
            raise InvalidSlice(
                f"{name}: the preloaded state is a mapping, and the slice holds "
                f"{origin.__name__}",
                path=str(name),
                hint=f"make it one: from_plain({name}.kind, ...)",
            )


def _no_class(reducer: Reducer) -> Reducer:
    """Refuse the class of a state: called as a reducer, it would take any action."""
    if not isinstance(reducer, type):
        return reducer
    name = reducer.__name__
    raise InvalidSlice(
        f"a store is made of slices; found the class {name}",
        hint=f"name its slice: Slice({name.lower()!r}, {name})",
    )


def _name_of(part: object) -> str:
    if hasattr(part, "for_type"):
        return cast("Part", part).name
    raise InvalidSlice(
        f"a store is made of slices and mappings of reducers; found {part!r:.200}",
        hint='Store(roles, {"counter": counter}), or one root reducer alone',
    )


def without(part: object) -> InvalidSlice:
    """Say that a store does not have a slice, or that it was asked for none."""
    if not hasattr(part, "for_type"):
        return InvalidSlice(
            f"a store is asked for a slice; found {part!r:.200}",
            hint="name the slice itself: store[roles]; by names there is store.state",
        )
    name = cast("Part", part).name
    return InvalidSlice(
        f"the store has no slice {name!r}",
        path=name,
        hint="give it to Store(...), or store.inject(...) it",
    )


def replaced(reducer: Reducer | Mapping[str, Part | Reducer]) -> Reducer:
    """Return the reducer that takes the place of another one.

    Raises:
        InvalidSlice: it is not callable.
    """
    if isinstance(reducer, Mapping):
        return Combined(reducer)
    if not callable(reducer):
        raise InvalidSlice(
            f"a reducer is a function; found {reducer!r:.200}",
            hint="def reducer(state, action): ... returns the next state",
        )
    return with_reset(reducer)


def injected(root: Reducer, part: Part, *, override: bool) -> Reducer | None:
    """Return the root reducer with one more slice; None when it is there already.

    Raises:
        InvalidSlice: it is no slice, another one has its name, or there is one root
            reducer.
    """
    if not isinstance(root, Combined):
        raise InvalidSlice(
            "a store with one root reducer takes no slices",
            hint="make it of its parts: Store(roles, ...), or Store({...})",
        )
    name = _name_of(part)
    there = root.part(name)
    if there is part:
        return None
    if there is not None and not override:
        raise InvalidSlice(
            f"the store has another slice {name!r}",
            path=name,
            hint="choose another name, or inject it with override=True",
        )
    return root.extended(name, part)


def with_reset(reducer: Reducer) -> Reducer:
    """Return ``reducer``, which starts anew on the action that resets a store."""
    if isinstance(reducer, Combined):
        return reducer

    def root(state: object, action: Mapping[str, object]) -> object:
        return reducer(UNDEFINED if action.get("type") == RESET else state, action)

    return root
