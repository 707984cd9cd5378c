"""Every call that an application can make of live data, one after the other."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Generator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeAlias, cast

from stateroom import live as public
from stateroom.live import (
    BlockingCounter,
    BlockingHeld,
    BlockingLeaderboard,
    BlockingLoginSessions,
    BlockingMembership,
    BlockingMutex,
    BlockingQuota,
    BlockingQuotas,
    BlockingRecent,
    BlockingRecord,
    Counter,
    Grant,
    Grants,
    Held,
    Leaderboard,
    Live,
    Login,
    LoginSessions,
    Membership,
    Mutex,
    Quota,
    Quotas,
    Recent,
    Record,
)
from stateroom.signals import Event, LiveCalled

__all__ = ("Stats", "Story", "awaited", "blocking", "methods", "tell", "tell_async")

Story: TypeAlias = Generator[tuple[str, object], object, None]
"""What is called, and its answer or what to await for it; it is sent the answer."""
Seen: TypeAlias = list[tuple[str, list[str]]]
"""What was called, and the calls that a recorder was told of by then."""
KINDS = {
    "Counter": "counter",
    "Held": "mutex",
    "Leaderboard": "leaderboard",
    "LoginSessions": "login_sessions",
    "Membership": "membership",
    "Mutex": "mutex",
    "Quota": "quota",
    "Quotas": "quotas",
    "Recent": "recent",
    "Record": "record",
}
ASIDE = {"of", "also", "guarded", "up_to_limit", "in_window", "hold", "check"}
"""Methods that ask nobody, or return what does."""


@dataclass(frozen=True)
class Stats:
    points: int = 1
    words: str = ""


def methods() -> set[str]:
    """Return all that can be called: ``"quota.take"``."""
    return {
        f"{kind}.{method}"
        for name, kind in KINDS.items()
        for method, _ in inspect.getmembers(getattr(public, name), inspect.isfunction)
        if not method.startswith("_") and method not in ASIDE
    }


def tell(story: Story, events: list[Event]) -> Seen:
    """Call everything of a blocking story."""
    seen: Seen = []
    answer: object = None
    with suppress(StopIteration):
        while True:
            what, answer = story.send(answer)
            seen.append((what, _called(events)))
    return seen


async def tell_async(story: Story, events: list[Event]) -> Seen:
    """``tell``, awaited."""
    seen: Seen = []
    answer: object = None
    with suppress(StopIteration):
        while True:
            what, awaitable = story.send(answer)
            answer = await cast("Awaitable[object]", awaitable)
            seen.append((what, _called(events)))
    return seen


def _called(events: list[Event]) -> list[str]:
    """Return the calls that were told of since the last time."""
    calls = [each for each in events if isinstance(each, LiveCalled)]
    events.clear()
    return [f"{each.kind}.{each.operation}" for each in calls]


def awaited(live: Live, who: str = "ada") -> list[Story]:
    """Return the stories of somebody, to be awaited."""
    month = live.quota("job-api", limit=100, per="month").of(user=who)
    rate = live.quota("burst", limit=100, per=60.0).of(user=who)
    return [
        _counter(live.counter("views").of(user=who)),
        _quota(month),
        _smooth(rate),
        _several(month.also(rate)),
        _leaderboard(live.leaderboard("points").of(who), who),
        _membership(live.membership("online", str).of(who), who),
        _recent(live.recent("viewed", str, most=9).of(user=who), who),
        _record(live.record("stats", Stats).of(user=who), who),
        _mutex(live.mutex("ledger", label=who).of(who)),
        _logins(live.login_sessions(data=Stats), who),
    ]


def blocking(live: Live, who: str = "ada") -> list[Story]:
    """Return the same for blocking code."""
    month = live.quota("job-api", limit=100, per="month").of(user=who).blocking
    rate = live.quota("burst", limit=100, per=60.0).of(user=who).blocking
    return [
        _counter(live.counter("views").of(user=who).blocking),
        _quota(month),
        _smooth(rate),
        _several(month.also(rate)),
        _leaderboard(live.leaderboard("points").of(who).blocking, who),
        _membership(live.membership("online", str).of(who).blocking, who),
        _recent(live.recent("viewed", str, most=9).of(user=who).blocking, who),
        _record(live.record("stats", Stats).of(user=who).blocking, who),
        _mutex(live.mutex("ledger", label=who).of(who).blocking),
        _logins(live.login_sessions(data=Stats).blocking, who),
    ]


def _counter(face: Counter | BlockingCounter) -> Story:
    yield "counter.add", face.add(2, once="order-7")
    yield "counter.get", face.get()
    yield "counter.reset", face.reset()


def _quota(face: Quota | BlockingQuota) -> Story:
    grant = cast("Grant", (yield "quota.take", face.take()))
    yield "quota.give_back", face.give_back(grant)
    yield "quota.require", face.require(3)
    yield "quota.avoided", face.avoided(2)
    yield "quota.usage", face.usage()
    yield "quota.reset", face.reset()


def _smooth(face: Quota | BlockingQuota) -> Story:
    grant = cast("Grant", (yield "quota.take", face.take()))
    yield "quota.give_back", face.give_back(grant)
    yield "quota.usage", face.usage()


def _several(face: Quotas | BlockingQuotas) -> Story:
    grants = cast("Grants", (yield "quotas.take", face.take()))
    yield "quotas.give_back", face.give_back(grants)
    yield "quotas.require", face.require()


def _leaderboard(face: Leaderboard[str] | BlockingLeaderboard[str], who: str) -> Story:
    yield "leaderboard.add", face.add(who, 5)
    yield "leaderboard.put", face.put(who, 7, if_better=True)
    yield "leaderboard.standing", face.standing(who)
    yield "leaderboard.standings", face.standings(who, "bob")
    yield "leaderboard.top", face.top(3)
    yield "leaderboard.around", face.around(who)
    yield "leaderboard.between", face.between(1, None)
    yield "leaderboard.count", face.count()
    yield "leaderboard.remove", face.remove(who)
    rows: list[tuple[str, float]] = [(who, 1.0), ("bob", 2.0), ("eve", 3.0)]
    yield "leaderboard.rebuild", face.rebuild(rows, batch=1)


def _membership(face: Membership[str] | BlockingMembership[str], who: str) -> Story:
    yield "membership.add", face.add(who, "bob")
    yield "membership.has", face.has(who)
    yield "membership.has_each", face.has_each(who, "eve")
    yield "membership.all", face.all()
    yield "membership.count", face.count()
    yield "membership.sample", face.sample()
    yield "membership.remove", face.remove(who)
    yield "membership.clear", face.clear()


def _recent(face: Recent[str] | BlockingRecent[str], who: str) -> Story:
    yield "recent.add", face.add(who, "bob")
    yield "recent.newest", face.newest()
    yield "recent.count", face.count()
    yield "recent.remove", face.remove(who)
    yield "recent.clear", face.clear()


def _record(face: Record[Stats] | BlockingRecord[Stats], who: str) -> Story:
    yield "record.put", face.put(Stats(words=who))
    yield "record.get", face.get()
    yield "record.get_each", face.get_each(who, "bob")
    yield "record.update", face.update(words=who)
    yield "record.increment", face.increment("points", once=who)
    yield "record.change", face.change(_one_more)
    yield "record.delete", face.delete()


def _mutex(face: Mutex | BlockingMutex) -> Story:
    held = cast("Held | BlockingHeld", (yield "mutex.acquire", face.acquire()))
    yield "mutex.holder", face.holder()
    yield "mutex.try_acquire", face.try_acquire()
    yield "mutex.renew", held.renew()
    yield "mutex.release", held.release()
    again = yield "mutex.acquire", face.acquire(wait=0)
    yield "mutex.release", cast("Held | BlockingHeld", again).release()


def _logins(
    face: LoginSessions[Stats] | BlockingLoginSessions[Stats], who: str
) -> Story:
    begun = yield "login_sessions.start", face.start(who, Stats(words=who), label=who)
    token = cast("Login[Stats]", begun).token
    yield "login_sessions.load", face.load(token)
    yield "login_sessions.load", face.load(f"{who}, not a token")
    yield "login_sessions.update", face.update(token, _one_more)
    turned = yield "login_sessions.rotate", face.rotate(token)
    login = cast("Login[Stats]", turned)
    yield "login_sessions.all_of", face.all_of(who)
    yield "login_sessions.end", face.end(login.token)
    yield "login_sessions.end_one", face.end_one(who, login.id)
    yield "login_sessions.end_all", face.end_all(who)


def _one_more(stats: Stats) -> Stats:
    return replace(stats, points=stats.points + 1)
