"""Checks one setting of a slice's persistence at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from difflib import get_close_matches
from typing import Final, TypeAlias, TypeVar, cast

from stateroom.errors import InvalidPersist
from stateroom.persist.interchange.transforms import Transform
from stateroom.persist.merging import Merge
from stateroom.persist.settings import Migration, Reconcile, Settings
from stateroom.persist.storages.port import AnyStorage

__all__ = (
    "LONGEST_DELAY",
    "Seconds",
    "budget_in",
    "delay_in",
    "merge_in",
    "names_in",
    "one_of",
    "reconcile_in",
    "refuse_unknown",
    "seconds_in",
    "steps_in",
    "storage_in",
    "text_in",
    "transforms_in",
    "version_in",
)

T = TypeVar("T", bound=str)
Seconds: TypeAlias = float | timedelta
"""A length of time: seconds, or a ``timedelta``."""
LONGEST_DELAY: Final = 3_600_000
"""An hour, in milliseconds: what waits longer is lost with most processes."""

LONGEST: Final = 10_000_000_000
"""Seconds, some 300 years: a moment so far ahead can still be written down."""
LARGEST_VERSION: Final = 1_000_000

_ELSEWHERE: Final = {
    "blacklist": "transient",
    "debounce": "max_delay",
    "exclude": "transient",
    "include": "fields",
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

_HINTS: Final = {
    "debug": "what happens is told to the logger stateroom.persist",
    "deserialize": "annotations say what is read; register_plain for other classes",
    "getStoredState": "a storage of your own: see stateroom.persist.Storage",
    "keyPrefix": "it is Persistor(..., namespace=...) here",
    "namespace": "it is Persistor(..., namespace=...)",
    "owner": "it is Persistor(..., owner=...) or persistor.sign_in(...)",
    "serialize": "annotations say what is written; register_plain for other classes",
    "timeout": "it is persistor.hydrate(timeout=...) here",
    "writeFailHandler": "it is Persistor(..., on_problem=...) here",
}
"""What is no setting of a slice -> where it is."""
_METHODS: Final = ("read", "peek", "write", "delete", "keys", "pulse", "close")


def refuse_unknown(unknown: Mapping[str, object]) -> None:
    """Refuse settings that there are not, with the name they have here.

    Raises:
        InvalidPersist: it is something else.
    """
    for name in unknown:
        near = _ELSEWHERE.get(name) or next(
            iter(get_close_matches(name, Settings.__slots__)), ""
        )
        told = f"it is called {near!r} here" if near else "see help(persist)"
        raise InvalidPersist(
            f"persist has no setting {name!r}", hint=_HINTS.get(name, told)
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
    if type(given) is int and 1 <= given <= LARGEST_VERSION:
        return given
    raise InvalidPersist(
        f"{name}: version is a whole number from 1 to {LARGEST_VERSION:,}; found "
        f"{given!r:.100}",
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
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    if is_number and 0 < cast("float", found) <= LONGEST:
        return float(cast("float", found))
    raise InvalidPersist(
        f"{name}: {setting} is more than 0 seconds, and at most {LONGEST:,}; found "
        f"{given!r:.100}",
        key=name,
    )


def delay_in(name: str, given: object) -> float:
    """Return a delay in milliseconds.

    Raises:
        InvalidPersist: it is something else.
    """
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    delay = cast("float", given) if is_number else -1
    # Below one it is meant in seconds, as all other times are.
    if delay == 0 or 1 <= delay <= LONGEST_DELAY:
        return float(delay)
    raise InvalidPersist(
        f"{name}: max_delay is 0, or 1 to {LONGEST_DELAY:,} milliseconds; "
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


def text_in(name: str, setting: str, given: object) -> str:
    """Return a text.

    Raises:
        InvalidPersist: it is something else.
    """
    if isinstance(given, str):
        return given
    raise InvalidPersist(f"{name}: {setting} is text; found {given!r:.100}", key=name)


def steps_in(name: str, setting: str, given: object) -> dict[int, Migration]:
    """Return functions by versions, which are looked at later.

    Raises:
        InvalidPersist: it is something else.
    """
    if given is None or isinstance(given, Mapping):
        return dict(given or {})
    raise InvalidPersist(
        f"{name}: {setting} are functions by versions; found {given!r:.200}",
        key=name,
        hint=f"{setting}={{2: rename_title}}",
    )


def storage_in(name: str, given: AnyStorage | None) -> AnyStorage | None:
    """Return a storage, or None.

    Raises:
        InvalidPersist: it is something else.
    """
    is_made = not isinstance(cast("object", given), type)
    has_all = all(callable(getattr(given, each, None)) for each in _METHODS)
    if given is None or (is_made and has_all):
        return given
    raise InvalidPersist(
        f"{name}: storage is where records are kept; found {given!r:.200}",
        key=name,
        hint='Files("~/.local/share/careers"), SQLite(path), Memory() or another one',
    )


def merge_in(
    name: str, given: Mapping[str, Merge] | Merge | None
) -> Mapping[str, Merge] | Merge | None:
    """Return what merges a state, or each of some fields.

    Raises:
        InvalidPersist: it is something else.
    """
    found: object = given
    each = found.values() if isinstance(found, Mapping) else (found,)
    if found is None or all(map(callable, each)):
        return given
    raise InvalidPersist(
        f"{name}: merge is a function, or functions by fields; found {given!r:.200}",
        key=name,
        hint='merge={"visits": add_numbers}',
    )


def transforms_in(name: str, given: object) -> tuple[Transform, ...]:
    """Return what changes fields on their way.

    Raises:
        InvalidPersist: it is something else.
    """
    if isinstance(given, Sequence) and all(isinstance(x, Transform) for x in given):
        return tuple(given)
    raise InvalidPersist(
        f"{name}: transforms are made by create_transform; found {given!r:.200}",
        key=name,
        hint="transforms=[create_transform(inward, outward)]",
    )


def reconcile_in(name: str, given: object) -> Reconcile:
    """Return what makes one state of two.

    Raises:
        InvalidPersist: it is something else.
    """
    if callable(given) or given in ("three_way", "replay"):
        return cast("Reconcile", given)
    raise InvalidPersist(
        f'{name}: reconcile is "three_way", "replay" or a function; '
        f"found {given!r:.100}",
        key=name,
        hint="from stateroom.persist import hard_set, merge_level_1, merge_level_2",
    )
