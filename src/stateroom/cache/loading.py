"""The miss: who loads, who waits, what is kept, and what is served instead.

Flows only: what they ask for is in ``effects``. Whatever Redis does meanwhile, the
caller gets a correct value or the loader's own error.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from stateroom.cache.effects import Draw, Now, Random, Versions, Wait
from stateroom.cache.envelope import FAILED, stamp_of
from stateroom.cache.judging import Verdict, are_current, judge, missing_from
from stateroom.cache.keeping import (
    MARKER_MS,
    Job,
    Keeping,
    keep,
    marker_of,
    snapshot_of,
    without_value,
)
from stateroom.cache.leasing import (
    Abandon,
    Acquire,
    AnnounceFailure,
    Busy,
    Held,
    Leased,
    Load,
    Renewal,
)
from stateroom.cache.outcomes import Outcome
from stateroom.cache.places import Place
from stateroom.cache.policy import lease_for
from stateroom.cache.recipe import Recipe
from stateroom.codec.codecs import DecodeError
from stateroom.errors import LoadFailed, Refused, Unavailable, UsageError
from stateroom.flows import Flow, ask

__all__ = ("Miss", "load_through")

R = TypeVar("R")

REST_MS = 1_000
"""How long a stale entry rests after a failed refresh before the next one."""
MOST_ROUNDS = 8
"""Values that are written and voided again while one caller asks for the lease."""
_MISTAKES = (UsageError, Refused)
"""What is told although there is something to serve: hiding it would hide a bug."""
PAST_LEASE_MS = 20
"""Waiters look again so long after a lease has run out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss(Generic[R]):
    """A read that found nothing to serve, or nothing that is fresh.

    Attributes:
        place: what was read.
        recipe: how it is made.
        seen: identity of the bytes that will not do; empty where there were none.
        spare: what may be served if the load fails.
        is_forced: load even though there is a fresh value.
        is_background: nobody waits: if another one loads already, leave it to them.
        is_alone: Redis has just not answered, and is not asked again.
    """

    place: Place
    recipe: Recipe[R]
    seen: bytes = b""
    spare: Outcome[R] | None = None
    is_forced: bool = False
    is_background: bool = False
    is_alone: bool = False


def load_through(miss: Miss[R]) -> Flow[Outcome[R] | None]:
    """Return the value: loaded by us, or by whom we waited for.

    Returns:
        None only for a refresh in the background that somebody else does already.

    Raises:
        LoadFailed: another process loaded, we waited, and it failed.
        Exception: whatever the loader raises, when there is nothing to serve instead.
    """
    if miss.is_alone:
        return (yield from _load_alone(miss))
    token = (yield from ask(Random(16))).hex().encode()
    give_up = (yield from ask(Now())) + miss.recipe.policy.wait_ms
    seen, has_waited = miss.seen, False
    for _ in range(MOST_ROUNDS):
        try:
            got = yield from _lease(miss, seen, token, give_up)
        except Unavailable:
            break
        if isinstance(got, Leased):
            return (yield from _load_leased(miss, got, token))
        if isinstance(got, Busy):
            if miss.is_background:
                return None
            break
        has_waited = has_waited or got.has_waited
        try:
            held = yield from _judged(miss, got.held, has_waited=has_waited)
        except Unavailable:
            break
        if held is not None:
            return held
        seen = stamp_of(got.held.raw)
    return (yield from _load_alone(miss))


@dataclass(frozen=True, slots=True)
class _Found:
    """A value that somebody wrote, and whether we had waited for it."""

    held: Held
    has_waited: bool


def _lease(
    miss: Miss[R], seen: bytes, token: bytes, give_up: int
) -> Flow[_Found | Busy | Leased]:
    """Ask for the lease until it is ours, or there is a value, or time is up."""
    has_waited, spent = False, 0
    while True:
        got = yield from _asked(miss, seen, token)
        match got:
            case Held():
                return _Found(got, has_waited)
            case Leased():
                return got
        left = give_up - (yield from ask(Now()))
        left = min(left, miss.recipe.policy.wait_ms - spent)
        if miss.is_background or left <= 0:
            return got
        draw = yield from ask(Draw())
        pause = max(got.left_ms, 0) + PAST_LEASE_MS * (1 + draw)
        spent += yield from ask(Wait(miss.place, min(left, round(pause))))
        has_waited = True


def _asked(miss: Miss[R], seen: bytes, token: bytes) -> Flow[Held | Busy | Leased]:
    """Ask for the lease once; if we are cancelled meanwhile, it may be ours."""
    snapshot = yield from snapshot_of(miss.recipe, miss.place)
    try:
        return (
            yield from ask(
                Acquire(
                    place=miss.place,
                    seen=seen,
                    token=token,
                    lease_ms=lease_for(miss.recipe.cost_ms),
                    snapshot=snapshot,
                    is_forced=miss.is_forced,
                )
            )
        )
    except Unavailable:
        raise
    except BaseException:  # also a mistake in what was asked with it
        with contextlib.suppress(Unavailable):  # then it runs out by itself
            yield from ask(Abandon(place=miss.place, token=token))
        raise


def _judged(miss: Miss[R], held: Held, *, has_waited: bool) -> Flow[Outcome[R] | None]:
    """Return what another one wrote, if it can be served as fresh."""
    recipe, place = miss.recipe, miss.place
    entry = recipe.opened(held.raw, place)
    if entry is None:
        return None
    if entry.is_failed:
        is_told = has_waited and not miss.is_background
        if is_told and not entry.is_without_value:
            raise LoadFailed(entry.payload.decode("utf-8", "replace"))
        return None
    tags = recipe.absolute(entry)
    versions, unknown = held.versions, missing_from(tags, held.versions)
    if unknown:
        versions = {**versions, **(yield from ask(Versions(tuple(unknown))))}
    now = yield from ask(Now())
    verdict = judge(entry, now, recipe.policy, 1.0)
    if verdict is not Verdict.FRESH or not are_current(tags, versions):
        return None
    try:
        return Outcome.of_entry(recipe, place, entry, origin="waited")
    except DecodeError:
        return None


def _load_leased(miss: Miss[R], lease: Leased, token: bytes) -> Flow[Outcome[R] | None]:
    """Load under the lease, publish, and let go of it whatever happens."""
    recipe = miss.recipe
    lease_ms = lease_for(recipe.cost_ms)
    renewal = Renewal(
        place=miss.place, token=token, fence=lease.fence, lease_ms=lease_ms
    )
    job = Job(place=miss.place, recipe=recipe, fence=lease.fence)
    try:
        start = yield from ask(Now())
        keeping = Keeping(start_ms=start, versions=lease.versions)
        loaded = yield from ask(
            Load(renewal=renewal, timeout_ms=recipe.policy.load_timeout_ms)
        )
        outcome = yield from keep(job, keeping, cast("R", loaded.value), loaded.cost_ms)
    except Exception as error:
        yield from _told_or_let_go(miss, lease, error)
        if miss.spare is not None and not isinstance(error, _MISTAKES):
            return miss.spare.instead(error)
        raise
    except BaseException:
        yield from _let_go(miss, lease)
        raise
    return outcome


def _load_alone(miss: Miss[R]) -> Flow[Outcome[R] | None]:
    """Load without Redis: the value is right, and kept nowhere."""
    if miss.is_background:
        return None
    if miss.spare is not None and not miss.is_forced:
        return miss.spare.instead(Unavailable("no lease to be had"))
    policy = miss.recipe.policy
    start = yield from ask(Now())
    loaded = yield from ask(Load(renewal=None, timeout_ms=policy.load_timeout_ms))
    _, value = miss.recipe.codec.settle(cast("R", loaded.value))
    return Outcome(value=value, origin="loaded", created_ms=start)


def _told_or_let_go(miss: Miss[R], lease: Leased, error: Exception) -> Flow[None]:
    """Tell a failure; cancelled meanwhile, let at least the lease go."""
    try:
        yield from _tell_failure(miss, lease, error)
    except BaseException:
        yield from _let_go(miss, lease)
        raise


def _tell_failure(miss: Miss[R], lease: Leased, error: Exception) -> Flow[None]:
    """Let those who wait share the failure, and a stale value rest for a moment."""
    now = yield from ask(Now())
    text = f"{type(error).__name__}: {error}"[:500].encode("utf-8", "replace")
    soft = (now + REST_MS).to_bytes(8, "little") if miss.spare is not None else b""
    yield from _announced(
        AnnounceFailure(
            place=miss.place,
            fence=lease.fence,
            marker=(yield from marker_of(miss.recipe, miss.place, FAILED, text)),
            marker_ms=MARKER_MS,
            seen=miss.seen,
            soft=soft,
            is_failure=True,
        )
    )


def _let_go(miss: Miss[R], lease: Leased) -> Flow[None]:
    """End the lease; who waits loads."""
    end = yield from without_value(miss.recipe, miss.place, lease.fence)
    yield from _announced(end)


def _announced(what: AnnounceFailure) -> Flow[None]:
    """Tell it; if that fails the lease runs out by itself."""
    try:
        yield from ask(what)
    except Unavailable:
        return
