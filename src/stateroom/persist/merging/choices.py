"""Merges that take the whole of one side, and report what the other one had."""

from __future__ import annotations

from collections.abc import Callable

from stateroom.persist.merging.conflicts import ABSENT, Conflict, Merge, Merged
from stateroom.persist.merging.deciding import three_way
from stateroom.persist.merging.tables import part

__all__ = ("keep_current", "keep_stored", "newest")


def keep_stored(_base: object, stored: object, current: object) -> Merged[object]:
    """Take what is stored, and report what it replaces."""
    return Merged(stored, (Conflict("", stored, current, "chosen"),))


def keep_current(_base: object, stored: object, current: object) -> Merged[object]:
    """Keep what this program has, and report what was stored."""
    return Merged(current, (Conflict("", current, stored, "chosen"),))


def newest(key: str | Callable[[object], object]) -> Merge:
    """Return a merge that takes the side that is newer.

    Where one side has no value at all, the rules decide.

    Args:
        key: what to compare, e.g. ``"updated_at"``: the name of a field or key, or a
            function of the value. The larger one is newer; None is older than
            anything; of two alike the current one is taken.
    """
    age = _named(key) if isinstance(key, str) else key

    def merge(base: object, stored: object, current: object) -> Merged[object]:
        if stored is ABSENT or current is ABSENT:
            return three_way(base, stored, current)
        is_ours = _is_as_new(age(current), age(stored))
        return (keep_current if is_ours else keep_stored)(base, stored, current)

    return merge


def _named(name: str) -> Callable[[object], object]:
    def read(value: object) -> object:
        found = part(value, name)
        return None if found is ABSENT else found

    return read


def _is_as_new(ours: object, theirs: object) -> bool:
    if ours is None or theirs is None:
        return theirs is None
    return not ours < theirs  # type: ignore[operator] # whatever sorted() takes
