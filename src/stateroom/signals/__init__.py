"""Typed events, and the one hook to which every tier reports them.

A tier asks ``if signals.recorder is not None`` and only then builds an event, so
that an application which records nothing pays one attribute test. Recorders are
called in the thread that caused the event, in the order they were installed; one
that raises is reported as a warning and never breaks the work it watches.
Standard library only.

Example::

    with signals.recording(print):
        catalogue = load("stateroom.toml")      # prints CatalogueLoaded(...)
"""

from __future__ import annotations

import contextlib
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import TypeAlias

from stateroom.signals.caching import (
    CacheCircuit,
    CacheInvalidated,
    CacheLoaded,
    CacheRead,
)
from stateroom.signals.declaring import CatalogueLoaded, LockWritten
from stateroom.signals.event import Event
from stateroom.signals.living import LiveCalled, LiveCircuit, QuotaDecided
from stateroom.signals.persisting import PersistFailed, PersistHydrated, PersistWritten
from stateroom.signals.querying import QueryInvalidated, QueryRead, QueryRequested

__all__ = (
    "CacheCircuit",
    "CacheInvalidated",
    "CacheLoaded",
    "CacheRead",
    "CatalogueLoaded",
    "Event",
    "LiveCalled",
    "LiveCircuit",
    "LockWritten",
    "PersistFailed",
    "PersistHydrated",
    "PersistWritten",
    "QueryInvalidated",
    "QueryRead",
    "QueryRequested",
    "QuotaDecided",
    "Recorder",
    "install",
    "recorder",
    "recording",
    "remove",
)

Recorder: TypeAlias = Callable[[Event], None]
"""Called with every event; must be quick, and may be called from any thread."""

recorder: Recorder | None = None
"""What tiers call, or None. Read it as ``signals.recorder``; set it by ``install``."""

_installed: tuple[Recorder, ...] = ()
_changing = threading.Lock()


def install(new: Recorder) -> None:
    """Report every event to ``new`` as well, until ``remove(new)``."""
    with _changing:
        _set((*_installed, new))


def remove(old: Recorder) -> None:
    """Stop reporting to ``old``; nothing happens when it was not installed."""
    with _changing:
        kept = list(_installed)
        if old in kept:
            kept.remove(old)
        _set(tuple(kept))


@contextlib.contextmanager
def recording(new: Recorder) -> Iterator[None]:
    """Report to ``new`` inside the ``with`` block only."""
    install(new)
    try:
        yield
    finally:
        remove(new)


def _set(recorders: tuple[Recorder, ...]) -> None:
    global _installed, recorder  # noqa: PLW0603 - one hook per process is the point
    _installed = recorders
    recorder = _report if recorders else None


def _report(event: Event) -> None:
    for each in _installed:
        try:
            each(event)
        except Exception as error:  # a watcher must not break what it watches
            warnings.warn(
                f"recorder {each!r} failed on {type(event).__name__}: {error!r}",
                RuntimeWarning,
                stacklevel=3,
            )
