"""What sentinels are asked, and in which order; the same for both drivers.

A sentinel that does not answer is asked last the next time, also when whoever asked
lost patience meanwhile: so a dead one costs one operation, not each.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence

from redis.exceptions import ConnectionError as Disconnected

from stateroom.errors import Refused
from stateroom.link.ports import Command
from stateroom.link.targets import Place, Target

__all__ = ("BELIEVED_S", "Belief", "Rota", "address_in", "question", "unknown")

BELIEVED_S = 1.0
"""Seconds for which an address is used without another question: the longest time that
writes can go to a primary whose place another one has taken."""


class Rota:
    """Places that are asked in turn. Safe to share between threads."""

    def __init__(self, places: tuple[Place, ...]) -> None:
        self._given = places
        self._places = list(places)
        self._lock = threading.Lock()

    def turns(self) -> Iterator[Place]:
        """Yield each once; whoever is about to be asked goes to the end."""
        for place in tuple(self._places):
            self.failed(place)
            yield place

    def failed(self, place: Place) -> None:
        """Ask this one last the next time."""
        self._put(place, len(self._places))

    def answered(self, place: Place) -> None:
        """Ask this one first the next time."""
        self._put(place, 0)

    def know(self, places: Sequence[Place]) -> None:
        """Ask these too, and forget all others but those of the beginning."""
        with self._lock:
            known = (*places, *self._given)
            kept = [each for each in self._places if each in known]
            self._places = list(dict.fromkeys((*kept, *known)))

    def _put(self, place: Place, at: int) -> None:
        with self._lock:
            if place in self._places:
                self._places.remove(place)
                self._places.insert(at, place)


class Belief:
    """Where the primary is, as far as is known, and since when.

    Attributes:
        place: its host and port; None before the first answer.
    """

    def __init__(self) -> None:
        self.place: Place | None = None
        self._until = 0.0

    @property
    def is_fresh(self) -> bool:
        """Whether nobody need be asked yet."""
        return self.place is not None and time.monotonic() < self._until

    def told(self, place: Place) -> None:
        """Note an answer."""
        self.place = place
        self.extend()

    def extend(self) -> None:
        """Ask nobody for a while, also when nobody answered."""
        self._until = time.monotonic() + BELIEVED_S

    def doubt(self) -> None:
        """Ask again before the next use."""
        self._until = 0.0


def question(service: str) -> Command:
    """Return what a sentinel is asked."""
    return ("SENTINEL", "GET-MASTER-ADDR-BY-NAME", service)


def address_in(reply: object) -> Place | None:
    """Return where a sentinel says the primary is; None when it knows no such one."""
    if isinstance(reply, list) and len(reply) == 2:  # noqa: PLR2004 - host and port
        host, port = reply
        return bytes(host).decode(), int(port)
    return None


def unknown(target: Target, error: Exception | None) -> Exception:
    """Return what to raise when no sentinel named a primary.

    Args:
        target: the sentinels.
        error: of the last that could not be asked; None when all have answered.
    """
    if error is None:
        return Refused(
            f"no sentinel at {target.shown} knows a service {target.service!r}",
            hint="name it as their configuration does, behind the last /",
        )
    return Disconnected(f"no sentinel at {target.shown} names a primary: {error}")
