"""What mutexes do in Redis: take, wait, give back, renew.

take ── held ─► listen ── woken, or its lease ends ─► take
                       ╲─ for as long as we wait ──► MutexBusy
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from stateroom.errors import MutexBusy, TierError, Unavailable, Undecodable
from stateroom.flows import Flow
from stateroom.link import Call
from stateroom.live.effects import (
    Moment,
    command,
    listen,
    look,
    now_ms,
    number,
    random_bytes,
    send,
    whole,
)
from stateroom.live.kinds import Place
from stateroom.live.mutex_leases import Holder, Lease, MutexRule, busy
from stateroom.live.mutex_scripts import (
    FENCE_MS,
    NEXT_MS,
    RELEASE,
    RENEW,
    TAKE,
    TOKEN_CHARS,
    WAKE_MS,
)

__all__ = ("Claim", "acquire", "holder_of", "release", "renew", "try_acquire")

SLACK_S = 0.002
"""A key that has ended by the clock of Redis is gone a moment later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one call wants.

    Attributes:
        place: of the mutex.
        rule: what was declared of it.
        label: says to people who holds it.
        since: when the call began; it may have waited for its turn already.
        wait: seconds that it waits.
    """

    place: Place
    rule: MutexRule
    label: str
    since: Moment
    wait: float


@dataclass(frozen=True, slots=True)
class _Held:
    """Somebody has it, for so many seconds more unless that is renewed.

    Attributes:
        by: None where it is free, and somebody who was woken is to have it.
        left_s: seconds until it may be free.
    """

    by: Holder | None
    left_s: float


def try_acquire(claim: Claim) -> Flow[Lease | None]:
    """Take a mutex if it is free."""
    token = (yield from random_bytes(TOKEN_CHARS // 2)).hex()
    try:
        taken = yield from _take(claim, token)
    except GeneratorExit:
        raise
    except BaseException:
        yield from _forgo(claim.place, token)
        raise
    return taken if isinstance(taken, Lease) else None


def acquire(claim: Claim) -> Flow[Lease]:
    """Take a mutex; wait until it is free.

    Raises:
        MutexBusy: it was not, for as long as the call waits.
    """
    token = (yield from random_bytes(TOKEN_CHARS // 2)).hex()
    try:
        return (yield from _taken(claim, token))
    except (MutexBusy, GeneratorExit):
        raise
    except BaseException:
        # The answer that was lost may have been the mutex; and who is cancelled while
        # it listens may have taken the wake-up that another is to have now.
        yield from _forgo(claim.place, token)
        raise


def _taken(claim: Claim, token: str) -> Flow[Lease]:
    is_woken = False
    while True:
        found = yield from _take(claim, token, is_woken=is_woken)
        if isinstance(found, Lease):
            return found
        left_s = claim.wait - claim.since.until((yield from look()))
        if left_s <= 0:
            raise busy(claim.place, claim.wait, found.by)
        wake = claim.place.beside("wake")
        is_woken = yield from listen(wake, min(left_s, found.left_s + SLACK_S))


def _take(claim: Claim, token: str, *, is_woken: bool = False) -> Flow[Lease | _Held]:
    """Ask for it once."""
    place, rule = claim.place, claim.rule
    begun = yield from look()
    since = yield from now_ms()
    woken = 1 if is_woken else ""
    words = (token, rule.lease_ms, FENCE_MS, since, claim.label, woken)
    reply = yield from whole(TAKE, *_keys(place), words=words)
    match reply:
        case [1, fence]:
            return Lease(place, rule, token=token, fence=number(fence), begun=begun)
        case [0, int(left_ms), bytes(holder)]:
            if left_ms < 0:
                raise _no_holder(place, "it has no end")
            by = _holder(place, holder) if holder else None
            return _Held(by, max(0, left_ms) / 1000)
    raise Unavailable(f"a reply of another kind: {reply!r:.80}")


def _forgo(place: Place, token: str) -> Flow[None]:
    """Give back what may have been got; where that fails, the lease ends by itself."""
    with suppress(TierError):
        yield from _release(place, token)


def release(lease: Lease) -> Flow[None]:
    """Give a mutex back, and note where it was not held any more."""
    if not (yield from _release(lease.place, lease.token)):
        lease.lose("somebody else has had it since, or Redis has lost it")


def _release(place: Place, token: str) -> Flow[bool]:
    words = (token, FENCE_MS, WAKE_MS, NEXT_MS)
    reply = yield from whole(RELEASE, *_keys(place), words=words)
    return number(reply) == 1


def _keys(place: Place) -> tuple[bytes, ...]:
    return (place.key, *(place.beside(each) for each in ("fence", "wake", "next")))


def renew(leases: Sequence[Lease]) -> Flow[None]:
    """Hold mutexes for longer, in one exchange; note which are lost."""
    asked = yield from look()
    terms = [(each, each.renewal_ms(asked)) for each in leases]
    terms = [(each, ms) for each, ms in terms if not each.is_lost(asked) and ms]
    if not terms:
        return
    replies = yield from send(
        *(Call(RENEW, (each.place.key,), (each.token, ms)) for each, ms in terms)
    )
    for (each, ms), reply in zip(terms, replies, strict=True):
        if number(reply) == 1:
            each.renewed(asked, ms)
        elif not each.is_released:
            each.lose("Redis does not know of it")


def holder_of(place: Place) -> Flow[Holder | None]:
    """Return who holds a mutex."""
    reply = yield from command("GET", place.key)
    return _holder(place, reply) if isinstance(reply, bytes) else None


def _holder(place: Place, value: bytes) -> Holder:
    try:
        _, fence, since, label = value.decode(errors="replace").split(" ", 3)
        moment = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(since))
        return Holder(label=label, since=moment, fence=int(fence))
    except (ValueError, OverflowError) as error:
        raise _no_holder(place, str(error)) from error


def _no_holder(place: Place, why: str) -> Undecodable:
    return Undecodable(
        f"{place.item}: what stands in Redis is no holder of a mutex: {why}",
        key=str(place),
        hint="something else has written there: delete the key",
    )
