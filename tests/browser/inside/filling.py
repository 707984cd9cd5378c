"""Fills the quota of localStorage in the page, to the last unit, and tries to write."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Final, cast

from stateroom.errors import PersistError
from stateroom.persist.browser import LocalStorage
from stateroom.persist.browser.javascript import Area, Page
from stateroom.persist.browser.local import QUOTA
from stateroom.persist.storages.port import stamp_of

__all__ = ("fill_by_one_more", "first_write", "rewrite_within")

FILLER: Final = "filler"
LIMIT: Final = QUOTA
OLDEST: Final = b"oldest " * 10
OLD: Final = b"old " * 100


def fill_by_one_more() -> list[bool]:
    """Say whether exactly the quota can be kept, and whether one unit more can."""
    area = _area()
    _leave(0)
    first = _used() == QUOTA
    try:
        area.setItem("a", "")
    except Exception as error:
        return [first, getattr(error, "name", "") != "QuotaExceededError"]
    return [first, True]


def rewrite_within(room: int, size: int, place: str) -> list[str | list[bool]]:
    """Replace a record while there is only some room; say what is there afterwards.

    Returns:
        What came out of the write, whether the storage's own names are what they were,
        and whether each generation is: the old ones after a failure, else the new.
    """
    storage = LocalStorage(place)
    storage.write("roles", OLDEST, replaces=None)
    storage.write("roles", OLD, replaces=OLDEST)
    _leave(room)
    before, new = _names(), b"n" * size
    try:
        storage.write("roles", new, replaces=stamp_of(OLD))
    except PersistError as error:
        outcome, wanted = f"{type(error).__name__} {error.key}", (OLD, OLDEST)
    else:
        outcome, wanted = "written", (new, OLD)
    found = storage.read("roles", limit=LIMIT)
    kept = [each == one for each, one in zip(found, wanted, strict=True)]
    return [outcome, [_names() == before], kept]


def first_write(room: int, place: str) -> Sequence[object]:
    """Write a first record into some room; say what came out, and what is there."""
    _leave(room)
    storage = LocalStorage(place)
    outcome = "written"
    try:
        storage.write("roles", OLD, replaces=None)
    except PersistError as error:
        outcome = type(error).__name__
    return [outcome, storage.keys(), storage.peek("roles") is None]


def _area() -> Area:
    return cast("Page", importlib.import_module("js")).localStorage


def _names() -> list[str]:
    area = _area()
    return sorted(str(area.key(index)) for index in range(area.length))


def _used() -> int:
    area = _area()
    names = [str(area.key(index)) for index in range(area.length)]
    return sum(len(name) + len(str(area.getItem(name))) for name in names)


def _leave(room: int) -> None:
    """Fill localStorage up to so many units."""
    area = _area()
    area.removeItem(FILLER)
    area.setItem(FILLER, "x" * (QUOTA - _used() - len(FILLER) - room))
