"""From a loaded value to a published entry, unless something was invalidated."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from stateroom.cache.effects import Draw, Now, Random, Snapshot, Versions
from stateroom.cache.envelope import FAILED, NEGATIVE, VERSION_BYTES, Envelope
from stateroom.cache.leasing import AnnounceFailure, Publish, Store
from stateroom.cache.outcomes import Outcome
from stateroom.cache.places import Place
from stateroom.cache.recipe import TAG_LIFE_LEAST_MS, Recipe
from stateroom.errors import Unavailable
from stateroom.flows import Flow, ask

__all__ = (
    "MARKER_MS",
    "Job",
    "Keeping",
    "entry_for",
    "keep",
    "marker_of",
    "snapshot_of",
    "stored",
    "without_value",
)

R = TypeVar("R")

MARKER_MS = 1_000
"""How long those who wait can learn how the load ended that they waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Generic[R]):
    """A load under a lease."""

    place: Place
    recipe: Recipe[R]
    fence: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What was so before a load began, to be compared with what is so after it.

    Attributes:
        start_ms: when the load began.
        versions: of the tags known by then; empty where Redis was not asked.
    """

    start_ms: int
    versions: Mapping[bytes, bytes | None]


def snapshot_of(recipe: Recipe[R], place: Place) -> Flow[Snapshot]:
    """Return what looks at the tags before a load."""
    tags = tuple(dict.fromkeys((*place.tags, *recipe.moved_keys)))
    return (yield from _snapshot(recipe, place, tags))


def keep(job: Job[R], before: Keeping, value: R, cost_ms: int) -> Flow[Outcome[R]]:
    """Publish what was loaded, if it may be; return it in every case.

    Raises:
        UsageError: the value is not of the declared type, or its tags are none.
    """
    recipe = job.recipe
    recipe.cost_ms = cost_ms
    payload, value = recipe.codec.settle(value)
    is_kept = recipe.keep is None or recipe.keep(value)
    extra = tuple(t for t in recipe.computed_tags(value) if t not in job.place.tags)
    unkept = Outcome(value=value, origin="loaded", created_ms=before.start_ms)
    try:
        versions = yield from _versions(job, before, extra)
        made = yield from _made(job, before, (payload, cost_ms), versions, is_kept)
        is_current = yield from _ended(job, made[1] if made else None, versions or {})
    except Unavailable:
        with contextlib.suppress(Unavailable):  # then the lease runs out by itself
            yield from ask(AnnounceFailure(place=job.place, fence=job.fence))
        return unkept
    if not is_current or (versions is None and before.versions):
        return replace(unkept, is_voided=True)
    if made is None:
        return unkept
    job.place.seen = tuple(versions or ())
    return replace(unkept, entry=made[0])


def entry_for(
    job: Job[R], before: Keeping, settled: tuple[bytes, R], now_ms: int
) -> Flow[Publish | None]:
    """Return what publishes one of many values loaded together, if it may be kept."""
    payload, value = settled
    recipe = job.recipe
    is_kept = recipe.keep is None or recipe.keep(value)
    versions = yield from _versions(job, before, ())
    cost_ms = max(0, now_ms - before.start_ms)
    made = yield from _made(job, before, (payload, cost_ms), versions, is_kept)
    return None if made is None else made[1]


def _made(
    job: Job[R],
    before: Keeping,
    loaded: tuple[bytes, int],
    versions: Mapping[bytes, bytes] | None,
    is_kept: bool,  # noqa: FBT001 - one of the facts
) -> Flow[tuple[Envelope, Publish] | None]:
    """Return the entry and what publishes it, or None when it is not to be kept."""
    recipe = job.recipe
    payload, cost_ms = loaded
    draw = yield from ask(Draw())
    fresh_ms, life_ms = recipe.policy.lives(is_kept=is_kept, draw=draw)
    now = yield from ask(Now())
    left_ms = before.start_ms + life_ms - now
    if not fresh_ms or versions is None or left_ms <= 0:
        return None
    data, flags = recipe.packed(payload)
    entry = Envelope(
        created_ms=before.start_ms,
        soft_ms=before.start_ms + fresh_ms,
        hard_ms=before.start_ms + life_ms,
        stamp=(yield from ask(Random(8))),
        payload=data,
        size=len(payload),
        flags=flags | (0 if is_kept else NEGATIVE),
        fence=int(job.fence.partition(b":")[0]),
        cost_ms=cost_ms,
        codec=recipe.codec.id,
        tags=recipe.relative(tuple(versions.items())),
    )
    sealed = entry.sealed(job.place.value, (*recipe.signing_keys, b"")[0])
    return entry, Publish(
        place=job.place, fence=job.fence, data=sealed, life_ms=left_ms
    )


def _ended(
    job: Job[R], publish: Publish | None, versions: Mapping[bytes, bytes]
) -> Flow[bool]:
    """End the load, and say whether nothing had been invalidated by then.

    Whoever asked while we loaded may have asked after an invalidation.
    """
    tags = tuple(versions)
    if publish is not None:
        ended = yield from ask(replace(publish, tags=tags))
    else:
        none = yield from without_value(job.recipe, job.place, job.fence)
        ended = yield from ask(replace(none, tags=tags))
    return ended.is_ours and all(
        (ended.versions[tag] or b"")[:VERSION_BYTES] == versions[tag] for tag in tags
    )


def without_value(
    recipe: Recipe[R], place: Place, fence: bytes
) -> Flow[AnnounceFailure]:
    """Return what ends a load that has nothing to keep, and wakes who waits for it."""
    return AnnounceFailure(
        place=place,
        fence=fence,
        marker=(yield from marker_of(recipe, place, FAILED | NEGATIVE, b"")),
        marker_ms=MARKER_MS,
    )


def marker_of(recipe: Recipe[R], place: Place, flags: int, text: bytes) -> Flow[bytes]:
    """Return the bytes that tell those who wait how a load ended."""
    now = yield from ask(Now())
    marker = Envelope(
        created_ms=now,
        soft_ms=now,
        hard_ms=now + MARKER_MS,
        stamp=(yield from ask(Random(8))),
        payload=text,
        size=len(text),
        flags=flags,
    )
    return marker.sealed(place.value, (*recipe.signing_keys, b"")[0])


def _versions(
    job: Job[R], before: Keeping, extra: tuple[bytes, ...]
) -> Flow[dict[bytes, bytes] | None]:
    """Return the version of every tag as it was before the load, or None.

    A tag that only the value tells has its version read after the load: that is good
    only if no tag of its family was invalidated meanwhile. So the families are looked
    at after the tags, and an invalidation touches the family before the tag.
    """
    if not before.versions:
        return None
    known = dict.fromkeys(job.place.tags)
    found = dict(before.versions)
    if extra:
        found |= yield from ask((yield from _snapshot(job.recipe, job.place, extra)))
        moved = job.recipe.moved_of(extra)
        watched = [each for each in moved if each in before.versions]
        if len(watched) < len(moved):  # a family not seen before the load
            watched.append(moved[0].rpartition(b":")[0])
        after = yield from ask(Versions(tuple(watched)))
        if any(after[each] != before.versions.get(each) for each in watched):
            return None
    versions = {}
    for name in (*known, *extra):
        version = found.get(name)
        if version is None:
            return None
        versions[name] = version[:VERSION_BYTES]
    return versions


def _snapshot(
    recipe: Recipe[R], place: Place, tags: tuple[bytes, ...], life_ms: int = 0
) -> Flow[Snapshot]:
    return Snapshot(
        tags=tags,
        item=place.item_tag,
        fingerprint=recipe.namer.fingerprint,
        life_ms=life_ms or recipe.tag_life_ms,
        seeds=(yield from ask(Random(VERSION_BYTES * len(tags)))),
        is_split=recipe.is_split,
    )


def stored(job: Job[R], value: R, ttl_ms: int, tags: tuple[bytes, ...]) -> Flow[Store]:
    """Return what writes a value that a caller has, with the tags as they are now."""
    recipe = job.recipe
    payload, _ = recipe.codec.settle(value)
    start = yield from ask(Now())
    names = tuple(dict.fromkeys((*job.place.tags, *tags)))
    life_ms = max(2 * ttl_ms, TAG_LIFE_LEAST_MS)
    snapshot = yield from _snapshot(recipe, job.place, names, life_ms)
    found = yield from ask(snapshot)
    data, flags = recipe.packed(payload)
    entry = Envelope(
        created_ms=start,
        soft_ms=start + ttl_ms,
        hard_ms=start + ttl_ms,
        stamp=(yield from ask(Random(8))),
        payload=data,
        size=len(payload),
        flags=flags,
        codec=recipe.codec.id,
        tags=recipe.relative(
            tuple((each, (found[each] or b"")[:VERSION_BYTES]) for each in names)
        ),
    )
    sealed = entry.sealed(job.place.value, (*recipe.signing_keys, b"")[0])
    return Store(place=job.place, data=sealed, life_ms=ttl_ms)
