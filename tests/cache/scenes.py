"""Reads that miss: what was there before, what others do, what a caller may get."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from stateroom.cache.invalidating import invalidate_place
from stateroom.cache.loading import Miss, load_through
from stateroom.cache.policy import Policy
from stateroom.cache.recipe import Recipe
from stateroom.flows import Effect, run
from tests.cache.bench import Bench

__all__ = ("SCENES", "Other", "Scene", "SourceDown", "bench_of")


class Counting:
    """Dice whose every eight bytes are new, as those of tags have to be."""

    def __init__(self) -> None:
        self._count = 0

    def draw(self) -> float:
        return 1.0

    def random(self, count: int) -> bytes:
        words = range(self._count, self._count + count // 8)
        self._count += count // 8
        return b"".join(each.to_bytes(8, "big") for each in words)


def bench_of(
    policy: Policy | None = None,
    *,
    tags: tuple[str, ...] = ("Job",),
    tags_of: Callable[[str], list[str]] | None = None,
) -> Bench:
    bench = Bench(policy, tags=tags, tags_of=tags_of)
    bench.shared = replace(bench.shared, dice=Counting())
    return bench


class SourceDown(Exception):
    """What a loader raises."""


@dataclass(slots=True)
class Scene:
    """A read that misses, and what its caller may come to hold.

    Attributes:
        miss: what was found before.
        allowed: values that are right.
        is_down: whether the source fails.
        meanwhile: what others do while the reader waits.
    """

    bench: Bench
    miss: Miss[str]
    allowed: set[str]
    is_down: bool = False
    meanwhile: Callable[[], object] = field(default=lambda: None)

    def load(self) -> str:
        if self.is_down:
            raise SourceDown
        return self.bench.load()

    def is_refused(self) -> bool:
        """Say whether the reader has nothing but the source's own error."""
        return self.is_down and self.miss.spare is None


def cold() -> Scene:
    bench = bench_of()
    return Scene(bench, bench.miss(), {"old"})


def computed() -> Scene:
    """A process that has seen the family of its tags before."""
    bench = bench_of(tags=(), tags_of=lambda _: ["Job:1"])
    run(load_through(bench.miss()), bench.performing())
    run(invalidate_place(bench.place()), bench.performing())
    return Scene(bench, bench.miss(), {"old"})


def stale() -> Scene:
    bench = bench_of(Policy(ttl_ms=10_000, error_ms=60_000, jitter=0.0, early=0.0))
    run(load_through(bench.miss()), bench.performing())
    bench.clock.advance(20)
    bench.source = "new"
    look = bench.look()
    miss = look.miss(bench.recipe, bench.place(), is_background=False)
    return Scene(bench, miss, {"old", "new"})


def forced() -> Scene:
    bench = bench_of()
    run(load_through(bench.miss()), bench.performing())
    bench.source = "new"
    return Scene(bench, bench.miss(is_forced=True), {"new"})


def failing() -> Scene:
    scene = cold()
    scene.is_down = True
    return scene


def failing_stale() -> Scene:
    scene = stale()
    scene.is_down = True
    return scene


class Other:
    """Another process: it has the lease, and loads when it is told to go on."""

    def __init__(
        self,
        bench: Bench,
        load: Callable[[], object] | None = None,
        *,
        recipe: Recipe[str] | None = None,
    ) -> None:
        miss = Miss(place=bench.place(), recipe=recipe or bench.recipe)
        self._flow = load_through(miss)
        self._performing = bench.performing(load)
        self._effect: Effect[object] | None = next(self._flow)
        while bench.lease() is None:
            self._step()

    def goes_on(self) -> None:
        while self._effect is not None:
            self._step()

    def _step(self) -> None:
        assert self._effect is not None
        try:
            try:
                answer = self._performing.perform(self._effect)
            except SourceDown as error:
                self._effect = self._flow.throw(error)
            else:
                self._effect = self._flow.send(answer)
        except (StopIteration, SourceDown):
            self._effect = None


def waiting() -> Scene:
    bench = bench_of()
    return Scene(bench, bench.miss(), {"old"}, meanwhile=Other(bench).goes_on)


def waiting_computed() -> Scene:
    """What the other one writes has a tag that this process has never seen."""
    bench = bench_of(tags=(), tags_of=lambda _: ["Job:1"])
    return Scene(bench, bench.miss(), {"old"}, meanwhile=Other(bench).goes_on)


SCENES: dict[str, Callable[[], Scene]] = {
    "cold": cold,
    "computed": computed,
    "stale": stale,
    "forced": forced,
    "failing": failing,
    "failing-stale": failing_stale,
    "waiting": waiting,
    "waiting-computed": waiting_computed,
}
