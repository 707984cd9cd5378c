"""Keeps one tracker per server running, for as long as somebody needs to hear."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from stateroom.cache.changes import Changes
from stateroom.cache.local import ANNOUNCED_AGE_S, Local

if TYPE_CHECKING:  # it needs redis-py, and a cache in memory does not
    from stateroom.link.listening import Ear

__all__ = ("Hearing",)

_log = logging.getLogger("stateroom.cache")


class Hearing:
    """What a process hears of changes in Redis; silent until it is first needed.

    Attributes:
        trusted_until: monotonic seconds up to which every server told every change.
    """

    def __init__(self, open_ear: Callable[[Hearing], Ear], local: Local | None) -> None:
        self.trusted_until: float = 0.0
        self.changes: Changes = Changes(local)
        self._local = local
        self._open_ear = open_ear
        self._ear: Ear | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to listen; nothing happens when somebody began before."""
        if self._ear is None:
            with self._lock:
                if self._ear is None:
                    self._ear = self._open_ear(self)
            self.update()

    def stop(self) -> None:
        """Stop listening, and trust nothing."""
        with self._lock:
            ear, self._ear = self._ear, None
        if ear is not None:
            ear.stop()
        self._set(0.0)
        self.changes.lost()

    def forget(self) -> None:
        """Forget a thread that a fork did not bring along."""
        self._ear = None
        self._lock = threading.Lock()
        self._set(0.0)

    def is_heard(self, now: float) -> bool:
        """Say whether changes are told at the moment; begin to listen if not."""
        self.start()
        return now < self.trusted_until

    @property
    def is_tracking(self) -> bool | None:
        """Whether the servers track; None as long as that is not known."""
        return self._ear.is_tracking if self._ear is not None else None

    def update(self) -> None:
        """Take over what the ear says now. Called in its thread too."""
        ear = self._ear
        self._set(ear.trusted_until if ear is not None else 0.0)

    def told_mode(self, is_tracking: bool) -> None:  # noqa: FBT001 - a callback
        """Bound the copies by age where only other processes tell of changes."""
        if self._local is None:
            return
        self._local.is_announced = not is_tracking
        if not is_tracking:
            _log.warning(
                "this Redis does not track keys for us (no permission, or a proxy): "
                "local copies live at most %g s, and hear only of what other "
                "processes announce",
                ANNOUNCED_AGE_S,
            )

    def _set(self, until: float) -> None:
        self.trusted_until = until
        if self._local is not None:
            self._local.trusted_until = until
