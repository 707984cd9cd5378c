"""Every order of the steps of two writers, tried one by one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import cast

import pytest

from stateroom.errors import NotDurable
from stateroom.flows import Flow
from stateroom.persist import Memory, effects
from stateroom.persist.hydrating import hydrate
from stateroom.persist.performing import Blocking
from stateroom.persist.purging import purge
from stateroom.persist.refreshing import refresh
from stateroom.persist.writing import write_slice
from stateroom.testing.schedules import Ended, interleave, schedules, steps_of
from stateroom.testing.timing import ManualClock
from tests.persist.scenes import close_all
from tests.persist.writers.pairs import Side, pair

Doing = Callable[[Side], Flow[None]]


def writing(side: Side) -> Flow[None]:
    tracked = side.process.engine.slices["roles"]
    yield from write_slice(side.process.engine, tracked)


def refreshing(side: Side) -> Flow[None]:
    yield from refresh(side.process.engine)


def erasing(side: Side) -> Flow[object]:
    return (yield from purge(side.process.engine, scope=None, owner=None, reset=True))


def hydrating(side: Side) -> Flow[None]:
    yield from hydrate(side.process.engine)


def run(order: str, one: Flow[object], two: Flow[object]) -> dict[str, Ended]:
    flows, doers = {"A": one, "B": two}, {"A": Blocking(), "B": Blocking()}
    ended = interleave(order, flows, doers)
    assert [each.error for each in ended.values()] == [None, None]
    return ended


def settled(*sides: Side) -> None:
    """Let everybody write, and take in what the others wrote."""
    for _ in range(2):
        for side in sides:
            # A purge of the other one may have taken a change along: told once.
            with contextlib.suppress(NotDurable):
                side.flush()
            side.refresh()


@pytest.mark.parametrize("replays", [False, True])
def test_no_order_of_two_writes_loses_one(*, replays: bool) -> None:
    for order in schedules(A=3, B=3):
        one, two = pair("Cook", reconcile="replay" if replays else "three_way")
        one.select("Nurse")
        two.select("Judge")
        run(order, writing(one), writing(two))
        settled(one, two)
        assert one.selected == two.selected == one.process.fields()["selected"], order
        assert sorted(one.selected) == ["Cook", "Judge", "Nurse"], order
        assert one.process.problems == two.process.problems == []
        close_all()


def test_no_order_of_two_writes_of_one_field_loses_one_unreported() -> None:
    for order in schedules(A=3, B=3):
        one, two = pair()
        one.name_it("one")
        two.name_it("two")
        run(order, writing(one), writing(two))
        settled(one, two)
        assert one.title == two.title == one.process.fields()["title"]
        conflicts = [*one.process.problems, *two.process.problems]
        assert [each.code for each in conflicts] == ["STR-905"], order
        close_all()


@pytest.mark.parametrize("meeting", [writing, refreshing], ids=["write", "refresh"])
def test_no_order_of_a_purge_and_another_process_brings_anything_back(
    meeting: Doing,
) -> None:
    for order in schedules(A=4, B=4):
        one, two = pair("Cook")
        two.select("secret")
        run(order, erasing(one), meeting(two))
        settled(one, two)
        assert one.selected == two.selected == [], order
        assert one.process.record().is_purged, order
        found = one.storage.read("app:p:device:roles", limit=9999)
        assert b"secret" not in (found.current or b"") + (found.previous or b"")
        assert b"Cook" not in (found.current or b"") + (found.previous or b"")
        close_all()


def test_what_a_purge_took_with_it_is_reported_where_it_was_not_stored() -> None:
    one, two = pair("Cook")
    two.select("secret")
    run("A" * 6, erasing(one), writing(two))
    assert two.process.codes == ["STR-905"]
    assert "it was purged elsewhere" in two.process.problems[0].message


def test_what_comes_after_a_purge_is_kept_in_every_order() -> None:
    for order in schedules(A=4, B=4):
        one, two = pair("Cook")
        run(order, erasing(one), refreshing(two))
        settled(one, two)
        two.select("new")
        settled(two, one)
        assert one.selected == two.selected == ["new"], order
        close_all()


def test_two_purges_end_in_every_order() -> None:
    for order in schedules(A=4, B=4):
        one, two = pair("Cook")
        run(order, erasing(one), erasing(two))
        assert one.process.record().is_purged, order
        settled(one, two)
        assert one.process.record().is_purged, order
        assert one.selected == two.selected == []
        close_all()


def test_no_order_of_a_hydration_and_a_write_elsewhere_loses_either() -> None:
    for order in schedules(A=2, B=3):
        one, _ = pair("Cook")
        place, clock = cast("Memory", one.storage), ManualClock()
        fresh = _unread(place, clock)
        fresh.select("Judge")
        one.select("Nurse")
        run(order, hydrating(fresh), writing(one))
        settled(fresh, one)
        assert one.selected == fresh.selected, order
        assert sorted(one.selected) == ["Cook", "Judge", "Nurse"], order
        close_all()


def test_no_order_of_a_hydration_and_dispatches_loses_one() -> None:
    for order in schedules(A=2, B=3):
        one, _ = pair("Cook")
        fresh = _unread(one.storage, ManualClock())
        run(order, hydrating(fresh), _dispatching(fresh))
        settled(fresh)
        assert sorted(fresh.selected) == ["1", "2", "3", "Cook"], order
        assert sorted(cast("list[str]", fresh.process.fields()["selected"])) == [
            *("1", "2", "3", "Cook")
        ]
        close_all()


def test_no_order_of_a_write_and_dispatches_loses_one() -> None:
    for order in schedules(A=2, B=3):
        one, _ = pair("Cook")
        one.select("Nurse")
        run(order, writing(one), _dispatching(one))
        one.process.wait(0.25)
        assert one.process.fields()["selected"] == ["Cook", "Nurse", "1", "2", "3"]
        assert not one.process.status().is_dirty
        close_all()


def _unread(place: Memory, clock: ManualClock) -> Side:
    return Side(place, clock, is_read=False)


def _dispatching(side: Side) -> Flow[None]:
    """Dispatch once at each step."""
    for number in ("1", "2", "3"):
        yield from effects.pulse(side.storage)
        side.select(number)


def test_the_orders_have_as_many_steps_as_the_flows() -> None:
    counted = {}
    for name, doing in (("purge", erasing), ("refresh", refreshing)):
        one, two = pair("Cook")
        two.select("Nurse")
        two.flush()
        counted[name] = steps_of(doing(one), Blocking()).steps
    one, two = pair("Cook")
    one.select("Nurse")
    counted["write"] = steps_of(writing(one), Blocking()).steps
    two.select("Judge")
    counted["conflict"] = steps_of(writing(two), Blocking()).steps
    assert counted == {"purge": 4, "refresh": 2, "write": 1, "conflict": 3}
