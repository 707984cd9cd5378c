"""What an adapter does with one entity: reads its id, and changes fields of it.

An entity is a dict, or an instance of a dataclass, NamedTuple or msgspec Struct.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, MutableMapping
from typing import Final, NamedTuple, NoReturn, cast

from stateroom.errors import InvalidPatch, InvalidSlice
from stateroom.store.drafts.nodes import mark
from stateroom.store.drafts.settling import node_of
from stateroom.store.drafts.tables import is_same

__all__ = ("changed", "differs", "fields_of", "id_of", "touch")


_ABSENT: Final = object()


def id_of(entity: object) -> object:
    """Return the ``id`` of an entity: its item or attribute of that name.

    Raises:
        InvalidSlice: it has none.
    """
    if isinstance(entity, dict):
        found = entity.get("id", _ABSENT)
    else:
        found = getattr(entity, "id", _ABSENT)
        if found is _ABSENT and isinstance(entity, Mapping):
            found = entity.get("id", _ABSENT)
    if found is _ABSENT:
        raise InvalidSlice(
            f"this {entity.__class__.__name__} has no 'id': {entity!r}",
            path="id",
            hint="say where the id is: EntityAdapter(select_id=lambda entity: ...)",
        )
    return cast("object", found)


def fields_of(entity: object) -> Mapping[str, object]:
    """Return the fields of an entity by name, not copied."""
    if isinstance(entity, Mapping):
        return entity
    return {name: getattr(entity, name) for name in _names(entity)}


def _names(entity: object) -> Collection[str]:
    """Name the fields of an instance; none for a mapping, or a class without fields."""
    kind = entity.__class__
    for known in ("__dataclass_fields__", "__struct_fields__", "_fields"):
        names: Collection[str] | None = getattr(kind, known, None)
        if names is not None:
            return names
    return ()


def changed(entity: object, changes: Mapping[str, object]) -> object:
    """Return what an entity becomes when fields of it change.

    A draft is changed itself. A named tuple cannot be: another one is returned.

    Args:
        entity: as it was read from a draft.
        changes: the new values, by the names of their fields.

    Raises:
        InvalidPatch: it has no such field, or cannot be changed.
    """
    names = _names(entity)
    if not names and isinstance(entity, MutableMapping):
        entity.update(changes)
        return entity
    for name in changes:
        if name not in names:
            _refuse(entity, name, names)
    if isinstance(entity, tuple):
        return cast("object", cast("NamedTuple", entity)._replace(**changes))
    for name, value in changes.items():
        setattr(entity, name, value)
    return entity


def differs(entity: object, changes: Mapping[str, object]) -> bool:
    """Say whether a field of an entity does not have the value that it is to get."""
    fields = fields_of(entity)
    return any(
        name not in fields or not is_same(fields[name], value)
        for name, value in changes.items()
    )


def _refuse(entity: object, name: str, names: Collection[str]) -> NoReturn:
    kind = entity.__class__.__name__
    if names:
        message = f"{kind} has no field {name!r}"
        raise InvalidPatch(message, path=name, hint=f"it has {', '.join(names)}")
    raise InvalidPatch(
        f"{kind} has no fields that an update could change",
        path=name,
        hint="entities are dicts, dataclasses, NamedTuples or msgspec Structs",
    )


def touch(entity: object) -> object:
    """Make the result of a draft another object, even if no field of it differs."""
    node = node_of(entity)
    if node is not None:
        mark(node)
    return entity
