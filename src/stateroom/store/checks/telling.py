"""How checks tell what they found: where the dispatch was, and how long they took."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeAlias

__all__ = ("SLOW_MS", "Clock", "Stopwatch", "warn_where_dispatched")

Clock: TypeAlias = Callable[[], float]
"""Seconds since any moment; never goes back."""

SLOW_MS = 32.0
"""Two frames of a screen at 60 Hz; the limit that Redux Toolkit has."""

_log = logging.getLogger("stateroom.store")


class Stopwatch:
    """Adds up what one check takes around one dispatch, and tells when it is slow."""

    def __init__(self, name: str, *, limit_ms: float, clock: Clock) -> None:
        self._name = name
        self._limit_ms = limit_ms
        self._clock = clock

    def begin(self) -> Stint:
        """Return what measures one dispatch."""
        return Stint(self._clock)

    def end(self, stint: Stint) -> None:
        """Tell by the logger ``stateroom.store`` if it took longer than the limit.

        It is no warning, which a test run may turn into an error: how long something
        takes depends on the machine.
        """
        spent_ms = stint.spent * 1000
        if spent_ms > self._limit_ms:
            _log.warning(
                "the %s check took %.0f ms, more than %.0f; ignore large parts of the "
                "state, or switch the checks off; they are off in production",
                self._name,
                spent_ms,
                self._limit_ms,
            )


class Stint:
    """The time that was spent on one dispatch, in seconds."""

    def __init__(self, clock: Clock) -> None:
        self.spent: float = 0.0
        self._clock = clock

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Count the time of the ``with`` block."""
        start = self._clock()
        try:
            yield
        finally:
            self.spent += self._clock() - start


def warn_where_dispatched(message: str, category: type[Warning]) -> None:
    """Warn about the line outside of the store that led here."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - as `warnings` does
    while frame is not None and _is_ours(frame) and frame.f_back is not None:
        frame = frame.f_back
    if frame is None:
        return
    warnings.warn_explicit(
        message,
        category,
        filename=frame.f_code.co_filename,
        lineno=frame.f_lineno,
        module=str(frame.f_globals.get("__name__", "")),
        registry=frame.f_globals.setdefault("__warningregistry__", {}),
    )


def _is_ours(frame: FrameType) -> bool:
    name = str(frame.f_globals.get("__name__", ""))
    return name.startswith("stateroom.store") or name == "contextlib"
