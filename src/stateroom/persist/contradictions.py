"""Finds settings of a slice's persistence that contradict each other, or its state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from inspect import iscoroutinefunction

from stateroom.errors import InvalidPersist
from stateroom.persist.settings import Settings
from stateroom.persist.shapes import Shape
from stateroom.store.plain.forms import rendered

__all__ = ("check_fields", "check_steps", "unmentioned_in")


def check_steps(name: str, settings: Settings) -> None:
    """Refuse migrations that skip a version, or do not end with the newest.

    Raises:
        InvalidPersist: they do.
    """
    version = settings.version
    wanted = [*_run_up_to(version, settings.migrations)]
    if version > 1 and not settings.migrations:
        raise InvalidPersist(
            f"{name}: version is {version}, and there are no migrations",
            key=name,
            hint=f"migrations={{{version}: unchanged}} where no data changed",
        )
    if sorted(settings.migrations) != wanted:
        missing = sorted(set(wanted) - set(settings.migrations))
        raise InvalidPersist(
            f"{name}: migrations are for {_listed(settings.migrations)}; they follow "
            f"one another and end with version {version} (missing: "
            f"{', '.join(map(str, missing)) or 'none'})",
            key=name,
            hint="a version that changed no data has the migration `unchanged`",
        )
    newer = list(range(version + 1, version + 1 + len(settings.downgrades)))
    if sorted(settings.downgrades) != newer:
        raise InvalidPersist(
            f"{name}: downgrades are for {_listed(settings.downgrades)}; they begin "
            f"with version {version + 1} and follow one another",
            key=name,
        )
    for each in (*settings.migrations.values(), *settings.downgrades.values()):
        if not callable(each):
            raise InvalidPersist(
                f"{name}: a migration is a function; found {each!r:.200}", key=name
            )
        if iscoroutinefunction(each):
            raise InvalidPersist(
                f"{name}: a migration returns the state, and {each!r:.200} is async",
                key=name,
                hint="what has to be awaited is done after hydrate(), by an action",
            )


def _run_up_to(version: int, migrations: Mapping[int, object]) -> Iterator[int]:
    numbers = [each for each in migrations if type(each) is int]
    if len(numbers) != len(migrations) or not numbers:
        return
    yield from range(min(numbers), version + 1)


def _listed(versions: Mapping[int, object]) -> str:
    return ", ".join(repr(each) for each in versions) or "nothing"


def check_fields(name: str, settings: Settings, shape: Shape) -> None:
    """Refuse fields that the state does not have, or that are kept and are not.

    Raises:
        InvalidPersist: there are some.
    """
    both = sorted((settings.fields or frozenset()) & settings.transient)
    if both:
        raise InvalidPersist(
            f"{name}: {', '.join(both)} is kept and transient at once", key=name
        )
    if callable(settings.reconcile) and settings.merge is not None:
        raise InvalidPersist(
            f"{name}: merge is not asked where reconcile is a function", key=name
        )
    if shape.is_whole:
        _refuse_any(name, settings, kind=rendered(shape.form("")))
        return
    if shape.names is None:
        return
    for setting in ("fields", "transient", "merge"):
        _refuse_absent(name, setting, getattr(settings, setting), names=shape.names)
    for each in settings.transforms:
        _refuse_absent(name, "transforms", each.only, names=shape.names)
    if not any(map(settings.keeps, shape.names)):
        raise InvalidPersist(
            f"{name}: none of its fields is kept",
            key=name,
            hint="give the slice itself to the store, if nothing of it is to be kept",
        )


def _refuse_any(name: str, settings: Settings, *, kind: str) -> None:
    """Refuse fields where there are none."""
    is_by_field = isinstance(settings.merge, Mapping)
    if settings.fields is not None or settings.transient or is_by_field:
        raise InvalidPersist(
            f"{name}: its state has no fields to choose from; it is one {kind}",
            key=name,
            hint="leave fields and transient away: it is kept, and merged, as a whole",
        )


def _refuse_absent(
    name: str, setting: str, given: object, *, names: frozenset[str]
) -> None:
    asked = set(given) if isinstance(given, frozenset | Mapping) else set()
    for each in sorted(asked - names):
        near = get_close_matches(each, sorted(names), n=1)
        raise InvalidPersist(
            f"{name}: {setting} has {each!r}, and the state has no such field",
            key=name,
            hint=f"did you mean {near[0]!r}?"
            if near
            else f"it has {', '.join(sorted(names))}",
        )


def unmentioned_in(
    settings: Settings, shape: Shape, *, initial: object
) -> tuple[str, ...]:
    """Return the fields of the state that are neither kept nor transient."""
    if settings.fields is None or shape.is_whole:
        return ()
    names = shape.names if shape.names is not None else frozenset(shape.read(initial))
    return tuple(sorted(names - settings.fields - settings.transient))
