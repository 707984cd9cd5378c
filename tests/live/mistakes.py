"""One error of each class of live data, caught from the mistake that it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from stateroom.errors import StateroomError, TierError
from stateroom.flows.clocks import SystemDice
from stateroom.link.facts import ServerFacts, facts_of
from stateroom.live import Live, ManualClock
from stateroom.live.counters import Counter, CounterRule
from stateroom.live.engine import Engine
from stateroom.live.kinds import Head, place_of
from stateroom.live.memory import MemoryServer

__all__ = ("examples",)

INFO = "redis_version:7.0.15\r\nmaxmemory_policy:allkeys-lru\r\n"
"""What a server that is set up as a cache says of itself."""


@dataclass(frozen=True, slots=True)
class Stats:
    points: int = 0
    badges: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Named:
    """What the next release keeps; those before knew no name."""

    name: str
    points: int = 0


class Evicting(MemoryServer):
    """A server that makes room for what is new."""

    def facts(self) -> tuple[ServerFacts, ...]:
        return (facts_of(INFO),)


def a_live(clock: ManualClock | None = None) -> Live:
    return Live.memory(namespace="careers", clock=clock or ManualClock())


def count_where_all_may_be_evicted() -> None:
    clock = ManualClock()
    engine = Engine(
        Evicting(clock),
        namespace="careers",
        clock=clock,
        dice=SystemDice(),
        is_strict=True,
    )
    views = Counter(Head(engine, place_of("careers", "views"), CounterRule()))
    views.blocking.add()


def call_once_more_than_was_paid_for() -> None:
    calls = a_live().quota("job-api", limit=1000, per="month").blocking
    calls.require(1000)
    calls.require()


def take_what_somebody_holds() -> None:
    invoicing = a_live().mutex("invoicing", label="invoices, web-1").blocking
    with invoicing.hold(), invoicing.hold(wait=0.05):
        pass


def hold_on_for_too_long() -> None:
    clock = ManualClock()
    with a_live(clock).mutex("invoicing").blocking.hold():
        clock.advance(31)  # the process was stopped for so long


def read_as_what_it_is_not() -> None:
    live = a_live()
    live.record("stats", Stats).blocking.put(Stats())
    live.record("stats", Named).blocking.get()


def change_what_others_keep_changing() -> None:
    stats = a_live().record("stats", Stats).blocking
    stats.put(Stats())

    def award(found: Stats) -> Stats:
        stats.increment("points")  # the others
        return replace(found, badges=[*found.badges, "ten points"])

    stats.change(award)


MISTAKES: tuple[Callable[[], None], ...] = (
    count_where_all_may_be_evicted,
    call_once_more_than_was_paid_for,
    take_what_somebody_holds,
    hold_on_for_too_long,
    read_as_what_it_is_not,
    change_what_others_keep_changing,
)
"""In the order of their codes, from STR-707 on."""


def caught_from(mistake: Callable[[], None]) -> StateroomError:
    with pytest.raises(TierError) as caught:
        mistake()
    return caught.value


def examples() -> list[StateroomError]:
    """Return one error of each class."""
    return [*map(caught_from, MISTAKES)]
