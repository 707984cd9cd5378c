"""Every step of loading many keys together fails once: no lease is left to anybody."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest

from stateroom.cache.invalidating import invalidate_place
from stateroom.cache.leasing import AnnounceFailure, Batch, Leased
from stateroom.cache.many import Many, lease_many, load_many
from stateroom.cache.places import Place
from stateroom.catalogue.keys import PUBLIC
from stateroom.errors import Refused, Unavailable
from stateroom.flows import Flow, run
from stateroom.testing.schedules import Ended, steps_of
from tests.cache.bench import Bench
from tests.cache.scenes import SourceDown, bench_of
from tests.cache.stumbling import Moment, Stumbling

ERRORS: dict[str, Callable[[], BaseException]] = {
    "unavailable": lambda: Unavailable("no answer"),
    "refused": lambda: Refused("no permission", tier="redis"),
    "cancelled": asyncio.CancelledError,
}
KEYS = ("1", "2", "3")


@dataclass(frozen=True, slots=True)
class Fall:
    """One load of three keys, and the step that failed in it."""

    bench: Bench
    stumbled: object
    ended: Ended
    error: BaseException
    moment: Moment

    @property
    def is_lost(self) -> bool:
        """Whether it was the leases themselves that went lost: they run out."""
        if not isinstance(self.stumbled, Batch):
            return False
        is_given_back = any(isinstance(p, AnnounceFailure) for p in self.stumbled.parts)
        return is_given_back or isinstance(self.error, Exception)

    def __str__(self) -> str:
        return f"{type(self.stumbled).__name__}, {self.moment.name}: {self.ended}"


def places_of(bench: Bench) -> dict[str, Place]:
    return {key: bench.recipe.namer.place(PUBLIC, key.encode()) for key in KEYS}


def loading(bench: Bench) -> Flow[dict[str, str]]:
    """Do what a caller of many keys does."""
    places = places_of(bench)
    many = Many(recipe=bench.recipe, places=places, seen=dict.fromkeys(KEYS, b""))
    try:
        leases: Mapping[str, Leased] = yield from lease_many(many)
    except Unavailable:
        return dict.fromkeys(KEYS, bench.source)
    return (yield from load_many(many, leases)) if leases else {}


def stumble(bench: Bench, at: int, error: BaseException, moment: Moment) -> Stumbling:
    def load() -> dict[str, str]:
        if bench.source == "down":
            raise SourceDown
        return dict.fromkeys(KEYS, bench.load())

    return Stumbling(bench, load, at=at, error=error, moment=moment)


def falls(error: str, moment: Moment, source: str) -> Iterator[Fall]:
    for at in range(40):
        bench, raised = bench_of(), ERRORS[error]()
        bench.source = source
        performer = stumble(bench, at, raised, moment)
        ended = steps_of(loading(bench), performer)
        if performer.stumbled is None:
            assert at >= 2
            return
        yield Fall(bench, performer.stumbled, ended, raised, moment)
    raise AssertionError("a load of many has more steps than that")


def leases_of(bench: Bench) -> list[bytes]:
    table = bench.server.table
    return [each.lease for each in places_of(bench).values() if table.get(each.lease)]


each_case = pytest.mark.parametrize(
    ("error", "moment", "source"),
    list(itertools.product(ERRORS, Moment, ("old", "down"))),
)


@each_case
def test_the_caller_gets_right_values_or_the_right_error(
    error: str, moment: Moment, source: str
) -> None:
    for fall in falls(error, moment, source):
        raised = fall.ended.error
        if raised is None:
            assert fall.ended.result == dict.fromkeys(KEYS, source), str(fall)
        elif isinstance(raised, SourceDown):
            assert source == "down", str(fall)
        else:
            assert raised is fall.error, str(fall)
            assert not isinstance(raised, Unavailable), str(fall)


@each_case
def test_no_lease_is_left_unless_it_was_the_leases_that_went_lost(
    error: str, moment: Moment, source: str
) -> None:
    left = [
        str(fall)
        for fall in falls(error, moment, source)
        if leases_of(fall.bench) and not fall.is_lost
    ]
    assert left == []


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("moment", Moment)
def test_whatever_failed_a_later_change_is_seen_by_those_who_come_later(
    error: str, moment: Moment
) -> None:
    for fall in falls(error, moment, "old"):
        bench = fall.bench
        bench.source = "newest"
        bench.clock.advance(2.0)  # leases that went lost have run out
        for place in places_of(bench).values():
            run(invalidate_place(place), bench.performing())
        never = stumble(bench, 1_000, AssertionError(), Moment.BEFORE)
        assert run(loading(bench), never) == dict.fromkeys(KEYS, "newest"), str(fall)


def test_keys_that_somebody_loads_already_are_left_to_them() -> None:
    bench = bench_of()
    places = places_of(bench)
    many = Many(recipe=bench.recipe, places=places, seen=dict.fromkeys(KEYS, b""))
    theirs = Many(recipe=bench.recipe, places={"2": places["2"]}, seen={"2": b""})
    run(lease_many(theirs), bench.performing())
    leases = run(lease_many(many), bench.performing())
    assert list(leases) == ["1", "3"]
    performer = stumble(bench, 1_000, AssertionError(), Moment.BEFORE)
    assert run(load_many(many, leases), performer) == {"1": "old", "3": "old"}
    assert leases_of(bench) == [places["2"].lease]
