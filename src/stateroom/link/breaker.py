"""Stops asking a Redis that does not answer, and notices when it does again.

Counted are connections that fail and answers that do not come. Not counted are a full
server and one that moves the keys of a call (they answer), a cancelled caller, and a
caller that waited for its turn.
"""

from __future__ import annotations

import enum
import logging
import threading
from collections.abc import Callable

__all__ = ("Breaker", "Circuit", "log_circuit")

FAILURES = 5
"""Failures in a row that open the circuit."""
REST_S = 1.0
"""Seconds without a question; half of it more at random, so that processes that lost
the same server do not come back together."""


class Circuit(enum.Enum):
    """Whether operations are sent."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Breaker:
    """One circuit. Safe to share between threads.

    Attributes:
        circuit: its state.
        opened: how often it has opened.
    """

    def __init__(
        self,
        draw: Callable[[], float],
        *,
        failures: int = FAILURES,
        rest_s: float = REST_S,
        on_change: Callable[[Circuit], None] = lambda _: None,
    ) -> None:
        self.circuit: Circuit = Circuit.CLOSED
        self.opened: int = 0
        self._draw = draw
        self._most = failures
        self._rest_s = rest_s
        self._on_change = on_change
        self._failures = 0
        self._until = 0.0
        self._lock = threading.Lock()

    def admits(self, now: float) -> bool:
        """Say whether an operation may be sent; one probe at a time when half open.

        Args:
            now: monotonic seconds.
        """
        if self.circuit is Circuit.CLOSED:
            return True
        with self._lock:
            if now < self._until:
                return False
            # The one that is let through now decides; if it never reports, the next
            # one is let through after another rest.
            self._until = now + self._rest()
            is_news = self.circuit is Circuit.OPEN
            self.circuit = Circuit.HALF_OPEN
        if is_news:
            self._on_change(Circuit.HALF_OPEN)
        return True

    def worked(self) -> None:
        """Note that an operation was answered."""
        if self._failures == 0 and self.circuit is Circuit.CLOSED:
            return
        with self._lock:
            is_news = self.circuit is not Circuit.CLOSED
            self._failures = 0
            self.circuit = Circuit.CLOSED
        if is_news:
            self._on_change(Circuit.CLOSED)

    def failed(self, now: float) -> None:
        """Note that an operation was not answered."""
        with self._lock:
            self._failures += 1
            was_closed = self.circuit is Circuit.CLOSED
            if was_closed and self._failures < self._most:
                return
            self.circuit = Circuit.OPEN
            self.opened += was_closed
            self._until = now + self._rest()
        if was_closed:
            self._on_change(Circuit.OPEN)

    def _rest(self) -> float:
        return self._rest_s * (1 + self._draw() / 2)


def log_circuit(log: logging.Logger, server: str, circuit: Circuit) -> None:
    """Write one line per change of a circuit, not one per failure.

    Args:
        log: of the tier that asks.
        server: its place; no password.
        circuit: what it is now.
    """
    match circuit:
        case Circuit.OPEN:
            log.warning("Redis at %s does not answer", server)
        case Circuit.CLOSED:
            log.warning("Redis at %s answers again", server)
        case Circuit.HALF_OPEN:
            log.debug("asking whether Redis at %s answers", server)
