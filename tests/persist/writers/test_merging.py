"""Of two writers on one storage neither loses anything without a report."""

from __future__ import annotations

import pytest

from stateroom.errors import NotDurable
from stateroom.persist import (
    Memory,
    Phase,
    add_numbers,
    hard_set,
    merge_level_1,
    merge_level_2,
    unchanged,
)
from stateroom.persist.persistor import Persistor
from stateroom.testing.timing import ManualClock
from tests.persist.roles import Roles, Settings, kept_numbers
from tests.persist.scenes import Moody, Process
from tests.persist.writers.pairs import Side, pair


def test_what_both_added_is_in_the_storage_and_in_both() -> None:
    one, two = pair("Cook")
    one.select("Nurse")
    two.select("Judge")
    one.flush()
    two.flush()
    one.refresh()
    assert one.selected == two.selected == ["Cook", "Nurse", "Judge"]
    assert one.process.fields()["selected"] == one.selected
    assert one.process.problems == two.process.problems == []


def test_what_one_removed_and_the_other_kept_is_removed() -> None:
    one, two = pair("Cook", "Nurse")
    one.process.store.dispatch(one.kept.drop("Cook"))
    two.select("Judge")
    one.flush()
    two.flush()
    assert two.process.fields()["selected"] == ["Nurse", "Judge"]


def test_what_both_changed_differently_is_reported_and_the_later_one_stays() -> None:
    one, two = pair()
    one.name_it("one")
    two.name_it("two")
    one.flush()
    two.flush()
    one.refresh()
    assert one.title == two.title == two.process.fields()["title"] == "two"
    assert two.process.codes == ["STR-905"]
    assert "could be kept: title (changed)" in two.process.problems[0].message
    assert [each.path for each in two.process.status().conflicts] == ["title"]


def test_what_was_lost_can_be_seen_until_more_is_lost_or_all_is_purged() -> None:
    one, two = pair()
    one.name_it("one")
    two.name_it("two")
    one.flush()
    two.flush()
    one.refresh()
    one.select("Judge")
    one.flush()
    two.refresh()  # which merges, and has nothing to choose
    assert [each.lost for each in two.process.status().conflicts] == ["one"]
    two.process.persistor.purge()
    assert two.process.status().conflicts == ()


def test_a_transient_field_of_one_is_none_of_the_other_s() -> None:
    one, two = pair()
    two.process.store.dispatch(two.kept.load())
    one.select("Cook")
    one.flush()
    two.refresh()
    assert two.process.store[two.kept.part] == Roles(["Cook"], loading=True)


def test_counters_are_added_up() -> None:
    settings: Settings = {"merge": {"visits": add_numbers}}
    place, clock = Memory(), ManualClock()
    shelves = [kept_numbers(initial=lambda: {"visits": 0}, **settings) for _ in "ab"]
    both = [Process(Moody(shared=place), each.part, clock=clock) for each in shelves]
    for process in both:
        process.persistor.hydrate()
        process.persistor.flush()
    for number in (1, 20, 300, 4000):
        process, shelf = both[number % 2], shelves[number % 2]
        seen = process.store[shelf.part]["visits"]
        process.store.dispatch(shelf.put("visits", seen + number))
        process.persistor.flush()
    both[1].persistor.refresh()
    assert both[0].store[shelves[0].part] == {"visits": 4321}
    assert both[1].store[shelves[1].part] == {"visits": 4321}


def test_actions_are_replayed_on_top_of_what_the_other_wrote() -> None:
    one, two = pair("Cook", reconcile="replay")
    one.process.store.dispatch(one.kept.drop("Cook"))
    one.flush()
    two.select("Judge")
    two.name_it("two")
    two.flush()
    assert two.process.store[two.kept.part] == Roles(["Judge"], "two")
    two.select("Smith")
    two.flush()
    assert two.process.fields()["selected"] == ["Judge", "Smith"]


def test_an_action_that_does_not_fit_any_more_is_told_and_nothing_is_lost() -> None:
    one, two = pair("Cook", reconcile="replay")
    one.process.store.dispatch(one.kept.drop("Cook"))
    one.flush()
    two.process.store.dispatch(two.kept.drop("Cook"))  # it is gone there already
    with pytest.raises(NotDurable, match="persist/REHYDRATE failed: ValueError"):
        two.flush()
    assert one.process.fields()["selected"] == []
    assert two.selected == []


@pytest.mark.parametrize("reconcile", [hard_set, merge_level_1, merge_level_2])
def test_a_reconciler_that_drops_a_change_is_reported(reconcile: object) -> None:
    one, two = pair(reconcile=reconcile)  # type: ignore[arg-type]
    one.name_it("one")
    one.flush()
    two.name_it("two")
    two.select("Judge")
    two.flush()
    assert two.title == "one"
    assert two.process.codes == ["STR-905"]
    lost = {each.path: each.lost for each in two.process.status().conflicts}
    assert lost == {"title": "two", "selected": ["Judge"]}


def test_a_reconciler_that_drops_nothing_reports_nothing() -> None:
    one, two = pair(reconcile=merge_level_1)
    one.name_it("one")
    one.flush()
    two.refresh()
    two.select("Judge")
    two.flush()
    assert two.process.store[two.kept.part] == Roles(["Judge"], "one")
    assert two.process.problems == []


def test_a_merge_that_fails_is_told_and_the_other_s_write_stays() -> None:
    def fail(*_: object) -> object:
        raise RuntimeError("a mistake")

    one, two = pair(merge={"title": fail})
    one.name_it("one")
    one.flush()
    two.name_it("two")
    for _ in range(2):
        with pytest.raises(NotDurable, match="a mistake"):
            two.flush()
    assert two.process.phase() is Phase.READY
    assert one.process.fields()["title"] == "one"
    two.refresh()
    assert two.title == "two"


def test_a_key_that_the_other_deleted_is_gone_here_too() -> None:
    place, clock = Memory(), ManualClock()
    first, second = kept_numbers(), kept_numbers()
    one = Process(Moody(shared=place), first.part, clock=clock)
    one.persistor.hydrate()
    for name in "abc":
        one.store.dispatch(first.put(name, 1))
    one.persistor.flush()
    two = Process(Moody(shared=place), second.part, clock=clock)
    two.persistor.hydrate()
    one.store.dispatch(first.drop("a"))
    one.store.dispatch(first.put("d", 4))
    one.persistor.flush()
    two.store.dispatch(second.drop("b"))
    two.persistor.flush()
    one.persistor.refresh()
    assert one.store[first.part] == two.store[second.part] == {"c": 1, "d": 4}
    assert one.fields("numbers") == {"c": 1, "d": 4}


def test_a_newer_release_that_comes_in_between_is_not_written_over() -> None:
    place, clock = Memory(), ManualClock()
    one = Side(place, clock)
    one.flush()
    newer = Side(place, clock, settings={"version": 2, "migrations": {2: unchanged}})
    newer.select("Nurse")
    newer.flush()
    before = newer.process.record()
    one.select("Cook")
    with pytest.raises(NotDurable, match="a newer release stored it as version 2"):
        one.flush()
    assert one.process.phase() is Phase.READ_ONLY
    assert one.selected == ["Nurse", "Cook"]
    assert one.process.record() == before


def test_damage_by_the_other_is_put_aside_and_ours_is_written() -> None:
    one, two = pair("Cook")
    key = one.process.status().record
    two.storage.write(key, b"garbage", replaces=two.storage.peek(key))
    one.select("Nurse")
    one.flush()
    assert one.process.fields()["selected"] == ["Cook", "Nurse"]
    assert one.process.phase() is Phase.QUARANTINED
    assert len(one.storage.keys()) == 2


def test_a_record_that_was_deleted_by_hand_is_written_again() -> None:
    one, _ = pair("Cook")
    one.storage.delete(one.process.status().record)
    one.refresh()
    one.flush()
    assert one.process.fields()["selected"] == ["Cook"]


def test_two_persistors_of_one_store_do_each_other_no_harm() -> None:
    one, _ = pair("Cook")
    second = Persistor(
        one.process.store, one.storage, background=False, clock=one.process.clock
    )
    second.hydrate()
    for number in range(5):
        one.select(f"role {number}")
        second.flush()
        one.flush()
    second.close()
    assert len(one.selected) == 6
    assert one.process.fields()["selected"] == one.selected
    assert one.process.problems == []
