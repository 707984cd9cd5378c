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
from dataclasses import dataclass
from typing import TypeAlias

__all__ = (
    "CacheCircuit",
    "CacheInvalidated",
    "CacheLoaded",
    "CacheRead",
    "CatalogueLoaded",
    "Event",
    "LockWritten",
    "PersistFailed",
    "PersistHydrated",
    "PersistWritten",
    "Recorder",
    "install",
    "recorder",
    "recording",
    "remove",
)


@dataclass(frozen=True, slots=True)
class Event:
    """Base of every event. Fields of an event are facts, never live objects."""


@dataclass(frozen=True, slots=True)
class CatalogueLoaded(Event):
    """A catalogue was read without a problem.

    Attributes:
        path: the file, as the caller named it.
        items: how many items it declares.
        digest: hash of the declared facts, as the lock records it.
    """

    path: str
    items: int
    digest: str


@dataclass(frozen=True, slots=True)
class LockWritten(Event):
    """Decisions were pinned.

    Attributes:
        path: the lock file.
        items: how many items are pinned in it.
        moved: names of the items whose originals got a new home.
    """

    path: str
    items: int
    moved: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CacheRead(Event):
    """A cached value was asked for, and served.

    Attributes:
        namespace: of the cache.
        item: whose entry it is.
        result: ``local``, ``hit``, ``stale``, ``loaded``, ``waited`` or ``fallback``.
        reason: why it was no hit, or why an older value was served; may be empty.
        seconds: from the call to the value.
    """

    namespace: str
    item: str
    result: str
    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class CacheLoaded(Event):
    """A loader ran for a cache.

    Attributes:
        namespace: of the cache.
        item: whose entry it is.
        outcome: ``ok``, ``error`` or ``timeout``.
        seconds: that it took.
        is_kept: whether the result was stored.
    """

    namespace: str
    item: str
    outcome: str
    seconds: float
    is_kept: bool


@dataclass(frozen=True, slots=True)
class CacheInvalidated(Event):
    """Entries, or tags, were invalidated.

    Attributes:
        namespace: of the cache.
        item: whose entry it is; empty for tags and for everything.
        keys: that were deleted, without those of other releases.
        result: ``ok``, or ``queued`` when Redis did not answer.
        seconds: that it took.
    """

    namespace: str
    item: str
    keys: tuple[str, ...]
    result: str
    seconds: float


@dataclass(frozen=True, slots=True)
class CacheCircuit(Event):
    """A cache stopped asking a Redis that does not answer, or asks it again.

    Attributes:
        namespace: of the cache.
        server: its place, without user and password.
        circuit: ``open``, ``half-open`` or ``closed``.
    """

    namespace: str
    server: str
    circuit: str


@dataclass(frozen=True, slots=True)
class PersistHydrated(Event):
    """A slice was read from its storage, or could not be.

    Attributes:
        key: under which the slice is kept.
        storage: the name of the storage.
        phase: ``ready``, ``degraded``, ``quarantined`` or ``read_only``.
        revision: of the record; 0 when there is none.
        bytes: of the record.
    """

    key: str
    storage: str
    phase: str
    revision: int
    bytes: int


@dataclass(frozen=True, slots=True)
class PersistWritten(Event):
    """A slice was stored.

    Attributes:
        key: under which the slice is kept.
        storage: the name of the storage.
        revision: of the record.
        bytes: of the record.
        seconds: that it took.
        delay: seconds from the first change in it to its being stored.
    """

    key: str
    storage: str
    revision: int
    bytes: int
    seconds: float
    delay: float


@dataclass(frozen=True, slots=True)
class PersistFailed(Event):
    """Something of a slice could not be read, stored, or kept of both sides.

    Attributes:
        key: under which the slice is kept; empty when it is about a storage.
        code: of the error.
        reason: what happened.
    """

    key: str
    code: str
    reason: str


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
