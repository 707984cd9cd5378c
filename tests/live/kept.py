"""One piece of live data of each kind: what is put there, and what is found later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from stateroom.live import Live

__all__ = ("KINDS", "Kept", "Stats")


@dataclass(frozen=True)
class Stats:
    name: str
    points: int = 0


@dataclass(slots=True)
class Kept:
    """What was put, and how it is looked for.

    Attributes:
        live: of the process that puts and looks.
        noted: what a later look needs, such as a token.
    """

    live: Live
    noted: dict[str, str] = field(default_factory=dict)


Put = Callable[[Kept], object]


def put_counter(kept: Kept) -> object:
    return kept.live.counter("views").blocking.add(5)


def find_counter(kept: Kept) -> object:
    return kept.live.counter("views").blocking.get()


def put_quota(kept: Kept) -> object:
    return kept.live.quota("calls", limit=10, per="year").blocking.take(4).used


def find_quota(kept: Kept) -> object:
    return kept.live.quota("calls", limit=10, per="year").blocking.usage().used


def put_rate(kept: Kept) -> object:
    return kept.live.quota("rate", limit=10, per=86_400).blocking.take(4).used


def find_rate(kept: Kept) -> object:
    return kept.live.quota("rate", limit=10, per=86_400).blocking.usage().used


def put_board(kept: Kept) -> object:
    board = kept.live.leaderboard("points", ties="first").blocking
    board.put("ann", 3)
    board.put("bob", 3)
    return find_board(kept)


def find_board(kept: Kept) -> object:
    board = kept.live.leaderboard("points", ties="first").blocking
    return [(each.member, each.score, each.rank) for each in board.top(5)]


def put_members(kept: Kept) -> object:
    kept.live.membership("tags", str).blocking.add("a", "b")
    return find_members(kept)


def find_members(kept: Kept) -> object:
    return set(kept.live.membership("tags", str).blocking.all())


def put_record(kept: Kept) -> object:
    record = kept.live.record("stats", Stats).blocking
    record.put(Stats("Ann"))
    record.increment("points", 7)
    return find_record(kept)


def find_record(kept: Kept) -> object:
    return kept.live.record("stats", Stats).blocking.get()


def put_recent(kept: Kept) -> object:
    kept.live.recent("seen", int, most=3).blocking.add(1, 2, 3, 4)
    return find_recent(kept)


def find_recent(kept: Kept) -> object:
    return kept.live.recent("seen", int, most=3).blocking.newest()


def put_login(kept: Kept) -> object:
    login = kept.live.login_sessions(data=Stats).blocking.start(7, Stats("Ann"))
    kept.noted["token"] = login.token
    return find_login(kept)


def find_login(kept: Kept) -> object:
    found = kept.live.login_sessions(data=Stats).blocking.load(kept.noted["token"])
    return found and (found.user, found.data, found.until)


def put_mutex(kept: Kept) -> object:
    held = kept.live.mutex("ledger", lease=600, renew=False).blocking.try_acquire()
    assert held is not None
    return find_mutex(kept)


def find_mutex(kept: Kept) -> object:
    holder = kept.live.mutex("ledger", lease=600).blocking.holder()
    return holder and holder.fence


KINDS: Final[dict[str, tuple[Put, Put]]] = {
    "counter": (put_counter, find_counter),
    "quota": (put_quota, find_quota),
    "rate": (put_rate, find_rate),
    "leaderboard": (put_board, find_board),
    "membership": (put_members, find_members),
    "record": (put_record, find_record),
    "recent": (put_recent, find_recent),
    "login session": (put_login, find_login),
    "mutex": (put_mutex, find_mutex),
}
