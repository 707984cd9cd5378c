"""Patches: what changed between two states, to be sent, stored, applied and undone.

Example::

    after, patches, inverse = produce_with_patches(before, recipe)
    apply_patches(before, patches) == after
    apply_patches(after, inverse) == before

A path is a tuple of keys, indexes and field names. ``to_pointer`` gives the JSON
Pointer of one, for other languages.

Source:
    ``produceWithPatches`` and ``applyPatches`` of Immer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Generic, NamedTuple, TypeVar, cast

from stateroom.errors import DraftMisuse, InvalidPatch
from stateroom.store.drafts.nodes import Scope, field_names, name_of_class, printed
from stateroom.store.drafts.producing import (
    freeze,
    outcome,
    produce,
    thaw,
)
from stateroom.store.drafts.recording import Patch, Path, Recording
from stateroom.store.drafts.settling import node_of
from stateroom.store.drafts.tables import DRAFTERS
from stateroom.store.undefined import Nothing

__all__ = (
    "Patch",
    "Path",
    "Produced",
    "apply_patches",
    "produce_with_patches",
    "to_pointer",
)

T = TypeVar("T")

_OPERATIONS = ("replace", "add", "remove")


class Produced(NamedTuple, Generic[T]):
    """What a recipe made, and how.

    Attributes:
        state: the next value.
        patches: lead from the base to it.
        inverse: lead back.
    """

    state: T
    patches: tuple[Patch, ...]
    inverse: tuple[Patch, ...]


def produce_with_patches(
    base: T, recipe: Callable[[T], T | Nothing | None]
) -> Produced[T]:
    """Do what ``produce`` does, and say what changed.

    Raises:
        DraftMisuse: as ``produce``; or ``base`` is a draft, whose changes belong to
            the recipe that it was made for.
    """
    if node_of(base) is not None:
        raise DraftMisuse(
            "a draft has no patches of its own; those of its recipe contain them",
            hint="call produce_with_patches around the outer recipe",
        )
    drafter = DRAFTERS[type(base)]
    if drafter is None:
        return _of_value(base, recipe)
    scope = Scope()
    scope.origins = {}
    scope.is_recorded = True
    try:
        draft = drafter(base, scope)
        returned = recipe(cast("T", draft))
        state = outcome(base, draft, returned, scope)
        recording = Recording(scope.origins)
        if returned is not None and returned is not draft:
            recording.replaced(base, state)
        elif state is not base:
            recording.compare(base, state)
    finally:
        scope.close()
    return Produced(
        cast("T", state), tuple(recording.patches), tuple(recording.inverse)
    )


def _of_value(base: T, recipe: Callable[[T], T | Nothing | None]) -> Produced[T]:
    state = produce(base, recipe)
    recording = Recording({})
    recording.replaced(base, state)
    return Produced(state, tuple(recording.patches), tuple(recording.inverse))


def apply_patches(base: T, patches: Iterable[Mapping[str, object]]) -> T:
    """Return ``base`` with all patches applied, in order.

    Patches before the last one that replaces the root are skipped: it would undo them.
    Values are copied, so that nothing is shared with the patches.

    Raises:
        InvalidPatch: a patch leads nowhere, or its operation is unknown; ``base`` is
            as it was.
    """
    left = list(patches)
    for patch in left:
        _check(patch)
    root: object = base
    for index in range(len(left) - 1, -1, -1):
        if not left[index]["path"] and left[index]["op"] == "replace":
            root = freeze(thaw(left[index].get("value")))
            left = left[index + 1 :]
            break

    def apply_all(draft: object) -> None:
        for patch in left:
            _apply(draft, patch)

    if not left:
        return cast("T", root)
    if node_of(root) is None and DRAFTERS[type(root)] is None:
        raise _nowhere(left[0], f"{root!r:.200} has nothing inside")
    return cast("T", produce(root, apply_all))


def _check(patch: object) -> None:
    if not isinstance(patch, Mapping) or "op" not in patch or "path" not in patch:
        raise InvalidPatch(
            f"a patch has op, path and value; found {patch!r:.200}",
            hint="paths are tuples, e.g. ('todos', 0, 'done')",
        )
    if patch["op"] not in _OPERATIONS:
        raise InvalidPatch(
            f"unknown operation {patch['op']!r:.200}; known: {', '.join(_OPERATIONS)}",
            hint="to move or copy something, remove it and add it elsewhere",
        )
    path = patch["path"]
    if isinstance(path, str | bytes) or not isinstance(path, Sequence):
        raise InvalidPatch(
            f"the path of a patch is a tuple; found {path!r:.200}",
            hint="e.g. ('todos', 0, 'done')",
        )
    if patch["op"] != "remove" and "value" not in patch:
        raise InvalidPatch(
            f"a patch that sets something has a value; found {patch!r:.200}",
            path=printed(tuple(path)),
            hint="None is a value, too, when it is written",
        )


def _apply(draft: object, patch: Mapping[str, object]) -> None:
    path = tuple(cast("Iterable[object]", patch["path"]))
    if not path:
        raise _nowhere(patch, "the root can only be replaced")
    holder = draft
    for step in path[:-1]:
        holder = _step(holder, step, patch)
    op, value = patch["op"], thaw(patch.get("value"))
    if node_of(holder) is None:
        # No draft: a tuple, or an object that is handed on as it is.
        raise _nowhere(patch, f"this {name_of_class(holder)} is never changed inside")
    if isinstance(holder, list):
        _on_list(holder, path[-1], cast("str", op), value, patch)
    elif isinstance(holder, AbstractSet):
        _on_set(cast("set[object]", holder), value, patch)
    elif isinstance(holder, Mapping):
        _on_mapping(cast("dict[object, object]", holder), path[-1], value, patch)
    else:
        _on_object(holder, path[-1], value, patch)


def _step(holder: object, step: object, patch: Mapping[str, object]) -> object:
    """Return what stands under one step of a path."""
    try:
        if isinstance(holder, list | tuple) and type(step) is int and step >= 0:
            return cast("object", holder[step])
        if isinstance(holder, Mapping):
            return cast("object", holder[step])
        if isinstance(step, str) and step in field_names(holder):
            return cast("object", getattr(holder, step))
    except (LookupError, TypeError):
        pass
    raise _nowhere(patch, f"this {name_of_class(holder)} has no {step!r:.200}")


def _on_list(
    holder: list[object],
    index: object,
    op: str,
    value: object,
    patch: Mapping[str, object],
) -> None:
    if index == "-" and op == "add":
        holder.append(value)
        return
    most = len(holder) if op == "add" else len(holder) - 1
    if type(index) is not int or not 0 <= index <= most:
        raise _nowhere(patch, f"the list has {len(holder)} elements")
    if op == "add":
        holder.insert(index, value)
    elif op == "remove":
        del holder[index]
    else:
        holder[index] = value


def _on_set(holder: set[object], value: object, patch: Mapping[str, object]) -> None:
    if patch["op"] == "replace":
        raise _nowhere(patch, "a member of a set is removed and another one added")
    if "value" not in patch:
        raise _nowhere(patch, "a member of a set is named by its value")
    try:
        if patch["op"] == "remove":
            holder.discard(value)
        else:
            holder.add(value)
    except TypeError:
        raise _nowhere(patch, f"{value!r:.200} cannot be in a set") from None


def _on_mapping(
    holder: dict[object, object],
    key: object,
    value: object,
    patch: Mapping[str, object],
) -> None:
    try:
        if patch["op"] == "remove":
            holder.pop(key, None)
        else:
            holder[key] = value
    except TypeError:
        raise _nowhere(patch, f"{key!r:.200} cannot be a key") from None


def _on_object(
    holder: object, name: object, value: object, patch: Mapping[str, object]
) -> None:
    if not isinstance(name, str) or name not in field_names(holder):
        raise _nowhere(
            patch, f"this {name_of_class(holder)} has no field {name!r:.200}"
        )
    if patch["op"] == "remove":
        raise _nowhere(patch, "a field of an object cannot be removed")
    setattr(holder, name, value)


def _nowhere(patch: Mapping[str, object], reason: str) -> InvalidPatch:
    path = tuple(cast("Iterable[object]", patch["path"]))
    place = printed(path) or "the root"
    return InvalidPatch(
        f"cannot {patch['op']} {place:.200}: {reason}",
        path=printed(path),
        hint="apply patches in order, to the state that they were made from",
    )


def to_pointer(path: Path) -> str:
    """Return the JSON Pointer of a path, e.g. ``/todos/0/done``.

    Source:
        RFC 6901.
    """
    return "".join(
        "/" + str(step).replace("~", "~0").replace("/", "~1") for step in path
    )
