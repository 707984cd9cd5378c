"""Every order of a load with what may happen meanwhile: nothing old is left behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stateroom.cache.effects import Now
from stateroom.cache.invalidating import invalidate_place, invalidate_tags
from stateroom.cache.keeping import Job, stored
from stateroom.cache.loading import load_through
from stateroom.cache.outcomes import Outcome
from stateroom.cache.places import member_tags
from stateroom.cache.recipe import moved_key
from stateroom.flows import Flow, ask, run
from stateroom.testing.schedules import Ended, interleave, schedules, steps_of
from tests.cache.bench import Bench

LOAD_STEPS = 16
"""At least as many as a load has; the test that counts them is below."""

Change = Callable[[Bench], Flow[object]]


def changes_then(bench: Bench, flow: Flow[int]) -> Flow[object]:
    yield from ask(Now())  # a flow runs up to its first step when it is made
    bench.source = "new"
    return (yield from flow)


def forgets_the_entry(bench: Bench) -> Flow[object]:
    return changes_then(bench, invalidate_place(bench.place()))


def forgets_its_tag(bench: Bench) -> Flow[object]:
    tags, moved = member_tags("t", ["Job"]), (moved_key("t"), moved_key("t", "Job"))
    return changes_then(bench, invalidate_tags(tags, moved))


def forgets_a_computed_tag(bench: Bench) -> Flow[object]:
    tags = member_tags("t", ["Job:1"])[1:]
    moved = (moved_key("t"), moved_key("t", "Job"))
    return changes_then(bench, invalidate_tags(tags, moved))


def forgets_everything(bench: Bench) -> Flow[object]:
    return changes_then(bench, invalidate_tags((b"t:t:@all",), ()))


def writes_a_newer_value(bench: Bench) -> Flow[object]:
    yield from ask(Now())
    bench.source = "new"
    job = Job(place=bench.place(), recipe=bench.recipe, fence=b"")
    write = yield from stored(job, "new", 10_000, ())
    return (yield from ask(write))


def computing() -> Bench:
    return Bench(tags=(), tags_of=lambda _: ["Job:1"])


def computing_again() -> Bench:
    """A process that has seen the family of its tags before."""
    bench = computing()
    run(load_through(bench.miss()), bench.performing())
    run(invalidate_place(bench.place()), bench.performing())
    return bench


CASES: dict[str, tuple[Callable[[], Bench], Change]] = {
    "entry": (Bench, forgets_the_entry),
    "tag": (Bench, forgets_its_tag),
    "all": (Bench, forgets_everything),
    "write": (Bench, writes_a_newer_value),
    "computed-unseen": (computing, forgets_a_computed_tag),
    "computed-seen": (computing_again, forgets_a_computed_tag),
    "computed-family": (computing_again, forgets_its_tag),
}
each_case = pytest.mark.parametrize("case", CASES)


def value_of(ended: Ended) -> str:
    assert isinstance(ended.result, Outcome)
    return str(ended.result.value)


def race(order: str, case: str) -> tuple[Bench, dict[str, Ended]]:
    make, change = CASES[case]
    bench = make()
    flows = {"L": load_through(bench.miss()), "C": change(bench)}
    performers = {"L": bench.performing(), "C": bench.performing()}
    return bench, interleave(order, flows, performers)


@pytest.mark.slow
@each_case
def test_no_order_of_a_load_and_a_change_leaves_the_old_value_behind(case: str) -> None:
    wrong = []
    for order in schedules(L=LOAD_STEPS, C=3):
        bench, ended = race(order, case)
        assert [each.error for each in ended.values()] == [None, None]
        assert value_of(ended["L"]) in {"old", "new"}
        if bench.served() not in {None, "new"} or bench.lease() is not None:
            wrong.append(order)
    assert wrong == []


@each_case
def test_a_change_between_load_and_publication_voids_what_others_may_join(
    case: str,
) -> None:
    make, change = CASES[case]
    seen = []
    for at in range(1, LOAD_STEPS):
        bench = make()
        loads = bench.loads
        flows = {"L": load_through(bench.miss()), "C": change(bench)}
        performers = {name: bench.performing() for name in "LC"}
        ended = interleave("L" * at + "C" * 3, flows, performers)
        outcome = ended["L"].result
        assert isinstance(outcome, Outcome)
        if outcome.value == "old" and bench.served() != "old":
            seen.append(outcome.is_voided)
        assert bench.loads == loads + 1
    assert seen.count(True) > 0


def test_a_load_has_no_more_steps_than_the_orders_have() -> None:
    for make, _ in CASES.values():
        bench = make()
        ended = steps_of(load_through(bench.miss()), bench.performing())
        assert 8 < ended.steps <= LOAD_STEPS


def test_two_loads_at_once_load_once_in_every_order() -> None:
    for order in schedules(A=6, B=6):
        bench = Bench()
        flows = {name: load_through(bench.miss()) for name in "AB"}
        performers = {name: bench.performing() for name in "AB"}
        ended = interleave(order, flows, performers)
        assert [each.error for each in ended.values()] == [None, None]
        assert bench.loads == 1, order


def test_a_holder_that_slept_past_its_lease_overwrites_nothing_newer() -> None:
    def sleeps(bench: Bench) -> Flow[object]:
        """Time passes, the source changes, and another process loads it."""
        yield from ask(Now())
        bench.clock.advance(40)
        bench.source = "new"
        return (yield from load_through(bench.miss()))

    for at in range(1, LOAD_STEPS):
        bench = Bench()
        flows = {"A": load_through(bench.miss()), "B": sleeps(bench)}
        performers = {name: bench.performing() for name in "AB"}
        interleave("A" * at + "B" * LOAD_STEPS, flows, performers)
        if bench.loads == 2:
            assert bench.served() in {None, "new"}
