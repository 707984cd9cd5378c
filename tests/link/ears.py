"""A listener that notes what it is told, and the ears that tell it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from stateroom.link.listening import Ear, open_ear
from stateroom.link.targets import Budgets, read_url
from tests.servers.processes import until

__all__ = ("Heard", "Listening", "listening")

BUDGETS = Budgets(connect_s=3.0, operation_s=3.0)


class Heard:
    """What a listener was told.

    Attributes:
        keys: that have changed, since ``lost`` was called the last time.
        losses: how often everything was to be dropped.
        modes: whether the servers track, whenever that was told.
    """

    def __init__(self) -> None:
        self.keys: list[bytes] = []
        self.losses = 0
        self.modes: list[bool] = []
        self._lock = threading.Lock()

    def changed(self, keys: Sequence[bytes]) -> None:
        with self._lock:
            self.keys += keys

    def lost(self) -> None:
        with self._lock:
            self.losses += 1
            self.keys.clear()


class Listening:
    """An ear, and what came in.

    Attributes:
        heard: by its listener.
        ear: as it was opened.
    """

    def __init__(self, heard: Heard, ear: Callable[[], Ear]) -> None:
        self.heard = heard
        self.ear = ear()

    @property
    def is_trusted(self) -> bool:
        """Whether nothing has been missed up to now."""
        return time.monotonic() < self.ear.trusted_until

    def until_trusted(self) -> None:
        until(lambda: self.is_trusted, "trust")

    def until_doubted(self) -> None:
        until(lambda: not self.is_trusted, "doubt")

    def until_told(self, key: bytes) -> None:
        until(lambda: key in self.heard.keys, f"news of {key!r}")


@contextmanager
def listening(
    url: str,
    *prefixes: bytes,
    doubt_s: float = 2.0,
    channel: bytes = b"changes",
    budgets: Budgets = BUDGETS,
) -> Iterator[Listening]:
    """Listen to what a URL names, inside the block; trusted at its begin or later."""
    heard = Heard()
    made = Listening(
        heard,
        lambda: open_ear(
            read_url(url),
            budgets,
            heard,
            prefixes=prefixes,
            channel=channel,
            doubt_s=doubt_s,
            on_trust=lambda: None,
            on_mode=heard.modes.append,
        ),
    )
    try:
        yield made
    finally:
        made.ear.stop()
