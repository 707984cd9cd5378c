"""What is damaged while somebody has it in memory is stored again from there."""

from __future__ import annotations

import pytest

from stateroom.persist import Memory
from stateroom.persist.storages.port import stamp_of
from stateroom.testing.timing import ManualClock
from tests.persist.scenes import LIMIT
from tests.persist.writers.pairs import Side

KEY = "app:p:device:roles"


def damage(place: Memory) -> None:
    current = place.read(KEY, limit=LIMIT).current
    place.write(KEY, b"junk", replaces=stamp_of(current), demotes=False)


def one_on(place: Memory, *, is_read: bool = True) -> Side:
    return Side(place, ManualClock(), is_read=is_read)


def test_the_state_does_not_go_back_to_the_generation_before() -> None:
    place = Memory()
    side = one_on(place)
    for role in ("Cook", "Nurse"):
        side.select(role)
        side.flush()
    damage(place)
    side.refresh()
    assert side.selected == ["Cook", "Nurse"]
    side.flush()
    assert side.process.fields()["selected"] == ["Cook", "Nurse"]
    assert side.process.codes == ["STR-906"]


def test_what_was_stored_since_a_purge_does_not_go_with_it_again() -> None:
    place = Memory()
    side = one_on(place)
    side.process.persistor.purge()
    side.select("Cook")
    side.flush()
    damage(place)
    side.refresh()
    side.flush()
    assert side.selected == side.process.fields()["selected"] == ["Cook"]


@pytest.mark.parametrize("is_read", [True, False])
def test_what_follows_a_purge_stays_when_the_mark_of_the_purge_is_damaged(
    *, is_read: bool
) -> None:
    place = Memory()
    one_on(place).flush()
    side = one_on(place, is_read=is_read)
    side.process.persistor.purge()
    side.select("Cook")
    damage(place)
    side.process.persistor.hydrate()
    side.refresh()
    side.flush()
    assert side.selected == side.process.fields()["selected"] == ["Cook"]
    assert side.process.codes == ["STR-906"]


def test_what_another_mended_it_with_is_not_written_over() -> None:
    place = Memory()
    one = one_on(place)
    one.select("Cook")
    one.flush()
    two = one_on(place)
    two.select("Nurse")
    two.flush()
    damage(place)
    three = one_on(place)
    three.select("Judge")
    three.flush()
    three.select("Pilot")
    three.flush()
    damage(place)
    two.refresh()
    two.flush()
    assert {"Cook", "Judge"} <= set(two.selected)


def test_a_purge_without_a_reset_leaves_the_state_when_others_write() -> None:
    place = Memory()
    one, two = one_on(place), one_on(place)
    one.select("Cook")
    one.process.persistor.purge(reset=False)
    two.select("Nurse")
    two.flush()
    one.refresh()
    assert one.selected == ["Nurse", "Cook"]


def test_a_purge_elsewhere_keeps_a_state_that_is_as_it_began() -> None:
    place = Memory()
    one, two = one_on(place), one_on(place)
    one.flush()
    two.refresh()
    before = two.process.store[two.kept.part]
    one.process.persistor.purge()
    two.refresh()
    assert two.process.store[two.kept.part] is before


def test_revisions_go_up_however_often_damage_is_purged() -> None:
    place, found = Memory(), list[int]()
    side = one_on(place)
    side.flush()
    for _ in range(3):
        damage(place)
        side.process.persistor.purge()
        found.append(side.process.record().revision)
    assert found == sorted(set(found))


def test_what_mended_a_damage_is_not_written_over_after_one_just_like_it() -> None:
    place = Memory()
    one = one_on(place)
    one.select("Cook")
    one.flush()
    damage(place)
    one.refresh()
    two = one_on(place)
    for role in ("Judge", "Pilot"):
        two.select(role)
        two.flush()
    damage(place)
    one.flush()
    assert "Judge" in one.selected
    assert one.process.fields()["selected"] == one.selected


def test_what_is_damaged_in_both_generations_alike_is_written_once() -> None:
    place = Memory()
    for data in (b"junk", b"junk"):
        seen = stamp_of(place.read(KEY, limit=LIMIT).current)
        place.write(KEY, data, replaces=seen)
    side = one_on(place)
    side.storage.asked.clear()
    side.select("Cook")
    side.flush()
    assert side.storage.of("write") == [KEY]
    assert side.process.fields()["selected"] == ["Cook"]


def test_what_was_dropped_is_not_back_when_revisions_begin_anew() -> None:
    place = Memory()
    one = one_on(place)
    for role in ("Cook", "Smith", "Baker"):
        one.select(role)
        one.flush()
    place.delete(KEY)
    two = one_on(place)
    for role in ("Nurse", "Judge"):
        two.select(role)
        two.flush()
        one.refresh()
    two.process.store.dispatch(two.kept.drop("Nurse"))
    two.flush()
    one.refresh()
    assert one.selected == two.selected
    assert "Nurse" not in one.selected
