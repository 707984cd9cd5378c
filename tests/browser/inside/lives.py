"""Writes in the page what has to outlive it."""

from __future__ import annotations

from collections.abc import Callable

from stateroom.persist.browser import LocalStorage, on_leaving

__all__ = ("calls", "count_calls", "end_counting", "write_when_leaving")

_ends: list[Callable[[], None]] = []
_calls: list[str] = []


def write_when_leaving(place: str, text: str) -> None:
    """Add this text to what is stored, whenever the page is left."""
    storage = LocalStorage(place)

    def write() -> None:
        found = storage.read("left", limit=1_000).current
        storage.write("left", (found or b"") + text.encode(), replaces=found)

    _ends.append(on_leaving(write))


def count_calls() -> None:
    """Count the calls from now on."""
    _calls.clear()
    _ends.append(on_leaving(lambda: _calls.append("left")))


def calls() -> int:
    return len(_calls)


def end_counting() -> None:
    """Be told no more, and say so twice."""
    end = _ends.pop()
    end()
    end()
