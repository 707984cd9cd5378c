"""A cache's flows on a table in memory, with a source that counts its reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from stateroom.cache.bulkhead import Bulkhead
from stateroom.cache.changes import Changes
from stateroom.cache.effects import Reading, Versions, Wait
from stateroom.cache.loading import Miss
from stateroom.cache.memory import MemoryServer
from stateroom.cache.outcomes import Outcome
from stateroom.cache.performing import Performing, Shared
from stateroom.cache.places import Namer, Place
from stateroom.cache.policy import Policy
from stateroom.cache.reading import Look, look
from stateroom.cache.recipe import Recipe
from stateroom.catalogue.keys import PUBLIC
from stateroom.codec.codecs import Codec, codec_for
from stateroom.flows import Effect, Flow, ask, run
from stateroom.flows.clocks import ManualClock

__all__ = ("Bench", "FixedDice", "Patient")

T = TypeVar("T")


class FixedDice:
    """Chance without surprises: the same draw, and bytes that never repeat."""

    def __init__(self) -> None:
        self._count = 0

    def draw(self) -> float:
        return 1.0

    def random(self, count: int) -> bytes:
        made = b""
        while len(made) < count:  # every 8 bytes differ from all before
            self._count += 1
            made += self._count.to_bytes(8, "big")
        return made[:count]


class Patient(Performing):
    """Waits for nothing: whose turn is next is the test's business."""

    def perform(self, effect: Effect[T]) -> T:
        if isinstance(effect, Wait):
            return cast("T", 0)
        return super().perform(effect)


class Bench:
    """One entry, its recipe, and what its flows need.

    Attributes:
        source: what the loader reads; a test changes it.
        loads: how often it was read.
    """

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        tags: tuple[str, ...] = ("Job",),
        tags_of: Callable[[str], list[str]] | None = None,
    ) -> None:
        self.clock = ManualClock()
        self.server = MemoryServer(self.clock)
        self.link = self.server.open()
        self.source = "old"
        self.loads = 0
        self.shared = Shared(
            clock=self.clock,
            dice=FixedDice(),
            changes=Changes(None),
            bulkhead=Bulkhead(),
            is_heard=lambda: True,
        )
        codec: Codec[str] = codec_for(str, where="the bench")
        self.recipe: Recipe[str] = Recipe(
            namer=Namer(
                namespace="t", item="x", fingerprint=codec.fingerprint, tags=tags
            ),
            policy=policy or Policy(ttl_ms=10_000, early=0.0, jitter=0.0),
            codec=codec,
            tags_of=tags_of,
        )

    def place(self) -> Place:
        """Return the place of the entry, as each process has its own."""
        return self.recipe.namer.place(PUBLIC, b"")

    def load(self) -> str:
        self.loads += 1
        return self.source

    def performing(self, load: Callable[[], object] | None = None) -> Performing:
        return Patient(self.link, self.shared, load or self.load)

    def miss(self, **facts: object) -> Miss[str]:
        return Miss(place=self.place(), recipe=self.recipe, **facts)  # type: ignore[arg-type]

    def look(self) -> Look[str]:
        """Return what a reader that begins now finds."""
        return run(self._look(), self.performing())

    def served(self) -> str | None:
        """Return what a reader that begins now is served, without loading."""
        seen = self.look()
        outcome: Outcome[str] | None = seen.outcome if seen.is_served else None
        return None if outcome is None else outcome.value

    def lease(self) -> bytes | None:
        return self.server.table.get(self.place().lease)

    def _look(self) -> Flow[Look[str]]:
        place = self.place()
        found = yield from ask(Versions((place.value, *place.seen)))
        reading = Reading(found[place.value], found)
        return (yield from look(self.recipe, place, reading, is_fresh=False))
