"""The races of ``test_races``, once more with processes that share nothing."""

from __future__ import annotations

import pytest

from tests.faults.conftest import OpensStation
from tests.faults.sources import Source
from tests.servers.processes import RedisProcess


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_value_loaded_before_an_invalidation_is_served_by_no_process_after_it(
    redis_62: RedisProcess, source: Source, open_station: OpensStation
) -> None:
    loads, voids = (open_station(redis_62.url, local=True) for _ in range(2))
    for each in (loads, voids):
        each.ask("hear")
    ways = [
        ("static", "invalidate", "a"),
        ("static", "invalidate-tag", "Static"),
        ("tagged", "invalidate-tag", "Job:1"),
        ("tagged", "invalidate-tag", "Job"),
    ]
    for turn, (read, invalidate, what) in enumerate(ways):
        name = "a" if what == "a" else f"n{turn}"
        source.write(name, "Job:1 old")
        loads.ask("hold")
        early = loads.order(read, name)
        loads.reached(name)
        source.write(name, "Job:1 new")
        assert voids.ask(invalidate, what).error == ""
        late = loads.order(read, name)
        loads.ask("release")

        assert loads.answer(early).value == "Job:1 old"
        assert loads.answer(late).value == "Job:1 new", invalidate
        for each in (voids, loads, voids):
            assert each.ask(read, name).value == "Job:1 new", invalidate


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_process_that_is_killed_leaves_nothing_that_others_trip_over(
    redis_7: RedisProcess, open_station: OpensStation
) -> None:
    other = open_station(redis_7.url, local=True)
    other.ask("hear")
    racer = open_station(redis_7.url, local=True)
    racer.ask("hear")
    racer.order("race", "30")
    assert other.ask("race", "0.5").error == ""
    racer.kill()
    # What the killed one had written and not yet said is nobody's promise.
    for name in ("r1", "r2", "r3", "r4", "r5", "r6"):
        assert other.ask("invalidate", name).error == ""
    assert other.ask("invalidate-tag", "Job").error == ""
    assert other.ask("stale").value == "[]"
