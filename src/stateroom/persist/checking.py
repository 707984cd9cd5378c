"""Checks one setting of a slice's persistence at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from difflib import get_close_matches
from typing import Final, TypeAlias, TypeVar, cast

from stateroom.errors import InvalidPersist
from stateroom.persist.settings import Reconcile, Settings

__all__ = (
    "LONGEST_DELAY",
    "Seconds",
    "budget_in",
    "delay_in",
    "names_in",
    "one_of",
    "reconcile_in",
    "refuse_unknown",
    "seconds_in",
    "version_in",
)

T = TypeVar("T", bound=str)
Seconds: TypeAlias = float | timedelta
"""A length of time: seconds, or a ``timedelta``."""
LONGEST_DELAY: Final = 3_600_000
"""An hour, in milliseconds: what waits longer is lost with most processes."""

_ELSEWHERE: Final = {
    "blacklist": "transient",
    "debounce": "max_delay",
    "exclude": "transient",
    "include": "fields",
    "keyPrefix": "key",
    "migrate": "migrations",
    "name": "key",
    "partialize": "fields",
    "reconciler": "reconcile",
    "stateReconciler": "reconcile",
    "throttle": "max_delay",
    "ttl": "max_age",
    "whiteList": "fields",
    "whitelist": "fields",
}
"""What the settings are called in other libraries -> here."""


def refuse_unknown(unknown: Mapping[str, object]) -> None:
    """Refuse settings that there are not, with the name they have here.

    Raises:
        InvalidPersist: it is something else.
    """
    for name in unknown:
        known = [*Settings.__slots__, "part"]
        near = _ELSEWHERE.get(name) or next(iter(get_close_matches(name, known)), "")
        raise InvalidPersist(
            f"persist has no setting {name!r}",
            hint=f"it is called {near!r} here" if near else "see help(persist)",
        )


def names_in(name: str, setting: str, given: Collection[str]) -> frozenset[str]:
    """Return names of fields.

    Raises:
        InvalidPersist: it is something else.
    """
    found: object = given
    is_one = isinstance(found, str)
    if is_one or not isinstance(found, Collection):
        raise InvalidPersist(
            f"{name}: {setting} is a set of names; found {found!r:.200}",
            key=name,
            hint=f'{setting}={{"title"}}',
        )
    for each in cast("Collection[object]", given):
        if not isinstance(each, str) or not each:
            raise InvalidPersist(
                f"{name}: {setting} has {each!r:.200}, which is no name of a field",
                key=name,
            )
    return frozenset(given)


def version_in(name: str, given: object) -> int:
    """Return the version of a schema.

    Raises:
        InvalidPersist: it is something else.
    """
    if type(given) is int and given >= 1:
        return given
    raise InvalidPersist(
        f"{name}: version is a whole number from 1 on; found {given!r:.100}",
        key=name,
        hint="versions are counted, so that each migration has its place",
    )


def one_of(name: str, setting: str, given: T, allowed: tuple[T, ...]) -> T:
    """Return one of several words.

    Raises:
        InvalidPersist: it is something else.
    """
    if given in allowed:
        return given
    raise InvalidPersist(
        f"{name}: {setting} is one of {', '.join(allowed)}; found {given!r:.100}",
        key=name,
    )


def seconds_in(name: str, setting: str, given: Seconds | None) -> float | None:
    """Return a length of time in seconds.

    Raises:
        InvalidPersist: it is something else.
    """
    if given is None:
        return None
    found: object = given.total_seconds() if isinstance(given, timedelta) else given
    if isinstance(found, int | float) and not isinstance(found, bool) and found > 0:
        return float(found)
    raise InvalidPersist(
        f"{name}: {setting} is more than 0 seconds; found {given!r:.100}", key=name
    )


def delay_in(name: str, given: object) -> float:
    """Return a delay in milliseconds.

    Raises:
        InvalidPersist: it is something else.
    """
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    if is_number and 0 <= cast("float", given) <= LONGEST_DELAY:
        return float(cast("float", given))
    raise InvalidPersist(
        f"{name}: max_delay is 0 to {LONGEST_DELAY:,} milliseconds; "
        f"found {given!r:.100}",
        key=name,
    )


def budget_in(name: str, given: object) -> int:
    """Return a number of bytes.

    Raises:
        InvalidPersist: it is something else.
    """
    if type(given) is int and given > 0:
        return given
    raise InvalidPersist(
        f"{name}: budget is a number of bytes; found {given!r:.100}", key=name
    )


def reconcile_in(name: str, given: object) -> Reconcile:
    """Return what makes one state of two.

    Raises:
        InvalidPersist: it is something else.
    """
    if callable(given) or given in {"three_way", "replay"}:
        return cast("Reconcile", given)
    raise InvalidPersist(
        f'{name}: reconcile is "three_way", "replay" or a function; '
        f"found {given!r:.100}",
        key=name,
        hint="from stateroom.persist import hard_set, merge_level_1, merge_level_2",
    )
