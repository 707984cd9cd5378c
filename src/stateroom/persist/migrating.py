"""Brings stored data to the version that a slice has.

Migrations are functions from plain data to plain data, one for each version. Whatever
goes wrong, the stored bytes are not touched: the caller has them still.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import cast

from stateroom.errors import MigrationFailed
from stateroom.persist.records import text_of
from stateroom.persist.settings import Migration

__all__ = ("migrate", "steps_between", "unchanged")


def unchanged(state: dict[str, object]) -> dict[str, object]:
    """Return the state as it is: the migration of a version that changed no data."""
    return state


def steps_between(
    stored: int,
    wanted: int,
    *,
    migrations: Mapping[int, Migration],
    downgrades: Mapping[int, Migration],
) -> Iterator[tuple[int, int, Migration | None]]:
    """Tell each step from one version to another, and what takes it.

    Yields:
        The version before, the version after, and the function; None if there is none.
    """
    if stored <= wanted:
        for number in range(stored + 1, wanted + 1):
            yield number - 1, number, migrations.get(number)
        return
    for number in range(stored, wanted, -1):
        yield number, number - 1, downgrades.get(number)


def migrate(
    state: Mapping[str, object],
    *,
    key: str,
    stored: int,
    wanted: int,
    migrations: Mapping[int, Migration],
    downgrades: Mapping[int, Migration],
) -> Mapping[str, object]:
    """Return the state at the wanted version.

    Args:
        state: the stored fields, as ``json.loads`` gave them. It is not changed.
        key: of the slice, for errors.
        stored: the version of ``state``.
        wanted: the version to bring it to, older or newer.
        migrations: version -> what brings the one before to it.
        downgrades: version -> what brings it to the one before.

    Raises:
        MigrationFailed: a step is missing, raised, or gave what cannot be stored.
    """
    if stored == wanted:
        return state
    # Frozen or not, a copy is a plain dict, which a migration may change.
    made = cast("dict[str, object]", deepcopy(state))
    steps = steps_between(stored, wanted, migrations=migrations, downgrades=downgrades)
    for before, after, function in steps:
        where = f"{key}: from version {before} to {after}"
        if function is None:
            raise _failed(
                f"{where}: there is no migration", key, stored=stored, wanted=wanted
            )
        try:
            made = _checked(function(made))
        except Exception as error:
            raise _failed(
                f"{where}: {_named(function)} failed: {error!r:.300}",
                key,
                stored=stored,
                wanted=wanted,
            ) from error
    return made


def _checked(given: object) -> dict[str, object]:
    if given is None:
        raise TypeError("it returned nothing; a migration returns the state")
    if not isinstance(given, dict) or not all(isinstance(each, str) for each in given):
        raise TypeError(f"it returned no dict of fields, but {given!r:.200}")
    text_of(given)
    return given


def _failed(message: str, key: str, *, stored: int, wanted: int) -> MigrationFailed:
    return MigrationFailed(
        message,
        stored=stored,
        wanted=wanted,
        key=key,
        hint="what is stored is left as it is, and the slice is not written until a "
        "release can read it",
    )


def _named(function: object) -> str:
    return str(getattr(function, "__qualname__", function))
