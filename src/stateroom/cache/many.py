"""Many keys, one loader call: read together, lease together, load once, publish."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from stateroom.cache.effects import Now, Random
from stateroom.cache.keeping import Job, Keeping, entry_for, snapshot_of
from stateroom.cache.leasing import (
    Abandon,
    Acquire,
    AnnounceFailure,
    Batch,
    Leased,
    Load,
    Publish,
    Renewal,
    Renewals,
)
from stateroom.cache.places import Place
from stateroom.cache.policy import lease_for
from stateroom.cache.recipe import Recipe
from stateroom.errors import Unavailable
from stateroom.flows import Flow, ask

__all__ = ("Many", "lease_many", "load_many")

K = TypeVar("K")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Many(Generic[K, R]):
    """Keys that were not found, with their places and what was seen there."""

    recipe: Recipe[R]
    places: Mapping[K, Place]
    seen: Mapping[K, bytes]


def lease_many(many: Many[K, R]) -> Flow[dict[K, Leased]]:
    """Return the leases that are ours; of other keys somebody has more to tell."""
    token = (yield from ask(Random(16))).hex().encode()
    lease_ms = lease_for(many.recipe.cost_ms)
    wanted = [
        Acquire(place=place, seen=many.seen[key], token=token, lease_ms=lease_ms)
        for key, place in many.places.items()
    ]
    try:
        answers = yield from ask(Batch(tuple(wanted)))
    except Unavailable:
        raise
    except BaseException:  # cancelled: some may be ours
        given_back = [Abandon(place=each.place, token=token) for each in wanted]
        with contextlib.suppress(Unavailable):
            yield from ask(Batch(tuple(given_back)))
        raise
    pairs = zip(many.places, answers, strict=True)
    return {key: answer for key, answer in pairs if isinstance(answer, Leased)}


def load_many(many: Many[K, R], leases: Mapping[K, Leased]) -> Flow[dict[K, R]]:
    """Load all leased keys in one call, publish them, and return them.

    The loader is called with what ``Load`` is performed with: the caller binds it to
    the keys of ``leases``.
    """
    recipe = many.recipe
    jobs = {
        key: Job(place=many.places[key], recipe=recipe, fence=lease.fence)
        for key, lease in leases.items()
    }
    try:
        before = yield from _before(recipe, next(iter(jobs.values())).place)
        loaded = yield from ask(
            Load(
                renewal=_renewals(jobs.values(), lease_for(recipe.cost_ms)),
                timeout_ms=recipe.policy.load_timeout_ms,
            )
        )
        found = cast("dict[K, R]", loaded.value)
        recipe.cost_ms = loaded.cost_ms
        settled = {key: recipe.codec.settle(found[key]) for key in jobs if key in found}
        # They are right in every case, and kept if Redis answers.
        with contextlib.suppress(Unavailable):
            yield from _publish(jobs, before, settled)
    except BaseException:
        yield from _let_go(list(jobs.values()))
        raise
    return {key: value for key, (_, value) in settled.items()}


def _before(recipe: Recipe[R], place: Place) -> Flow[Keeping]:
    """Look at the tags before the load; without them nothing is kept."""
    start = yield from ask(Now())
    snapshot = yield from snapshot_of(recipe, place)
    try:
        versions = yield from ask(snapshot)
    except Unavailable:
        versions = {}
    return Keeping(start_ms=start, versions=versions)


def _renewals(jobs: Iterable[Job[R]], lease_ms: int) -> Renewals:
    parts = (
        Renewal(
            place=job.place,
            token=job.fence.partition(b":")[2],
            fence=job.fence,
            lease_ms=lease_ms,
        )
        for job in jobs
    )
    return Renewals(tuple(parts), lease_ms)


def _publish(
    jobs: Mapping[K, Job[R]], before: Keeping, settled: Mapping[K, tuple[bytes, R]]
) -> Flow[None]:
    now = yield from ask(Now())
    writes: list[Publish | AnnounceFailure] = []
    for key, job in jobs.items():
        write: Publish | AnnounceFailure | None = None
        if key in settled:
            write = yield from entry_for(job, before, settled[key], now)
        none = AnnounceFailure(place=job.place, fence=job.fence)
        writes.append(write or none)
    yield from ask(Batch(tuple(writes)))


def _let_go(jobs: Sequence[Job[R]]) -> Flow[None]:
    ends = [AnnounceFailure(place=each.place, fence=each.fence) for each in jobs]
    with contextlib.suppress(Unavailable):
        yield from ask(Batch(tuple(ends)))
