"""What others wrote is noticed: by asking now and then, or by being told."""

from __future__ import annotations

from collections.abc import Callable

from stateroom.errors import StorageUnavailable
from stateroom.persist import Memory
from stateroom.testing.timing import ManualClock
from tests.persist.roles import kept_roles
from tests.persist.scenes import Moody, Process
from tests.persist.writers.pairs import Side, pair


def polling(place: Memory, clock: ManualClock) -> Side:
    side = Side(place, clock, options={"poll": 1.0})
    side.flush()
    side.process.persistor.tick()
    side.storage.asked.clear()
    return side


def test_a_write_of_another_is_taken_in_within_the_time_of_a_poll() -> None:
    place, clock = Memory(), ManualClock()
    one, two = polling(place, clock), Side(place, clock)
    two.select("Judge")
    two.flush()
    one.process.wait(0.99)
    assert one.selected == []
    one.process.wait(0.01)
    assert one.selected == ["Judge"]


def test_while_nobody_writes_a_storage_is_asked_for_its_pulse_alone() -> None:
    one = polling(Memory(), ManualClock())
    for _ in range(5):
        one.process.wait(1)
    assert one.storage.asked == ["pulse "] * 5


def test_of_what_did_not_change_only_the_stamp_is_read() -> None:
    place, clock = Memory(), ManualClock()
    one = polling(place, clock)
    place.write("somebody:else", b"x", replaces=None)
    one.process.wait(1)
    assert one.storage.asked == ["pulse ", "peek app:p:device:roles"]


def test_without_a_poll_nothing_is_asked() -> None:
    one, two = pair()
    two.select("Judge")
    two.flush()
    one.storage.asked.clear()
    one.process.wait(3600)
    assert one.storage.asked == []
    assert one.selected == []
    one.refresh()
    assert one.selected == ["Judge"]


def test_a_pulse_that_fails_is_told_once_and_asked_again() -> None:
    place, clock = Memory(), ManualClock()
    one, two = polling(place, clock), Side(place, clock)
    two.select("Judge")
    two.flush()
    one.storage.errors["pulse"] = StorageUnavailable("away")
    for _ in range(5):
        one.process.wait(1)
    assert one.storage.asked == ["pulse "] * 5
    assert [(each.key, each.code) for each in one.process.problems] == [("", "STR-902")]
    one.storage.errors.clear()
    one.process.wait(1)
    assert one.selected == ["Judge"]


def test_a_look_that_fails_is_told_with_the_slice() -> None:
    one, two = pair()
    two.select("Judge")
    two.flush()
    one.storage.errors["peek"] = [StorageUnavailable("away")]
    one.refresh()
    assert [(each.key, each.code) for each in one.process.problems] == [
        ("roles", "STR-902")
    ]
    one.refresh()
    assert one.selected == ["Judge"]


def test_a_read_that_fails_leaves_the_slice_degraded_until_it_succeeds() -> None:
    one, two = pair()
    two.select("Judge")
    two.flush()
    one.storage.errors["read"] = [StorageUnavailable("away")]
    one.refresh()
    one.select("Nurse")
    one.process.wait(60)
    one.process.wait(1)
    assert one.selected == ["Judge", "Nurse"]
    assert one.process.fields()["selected"] == ["Judge", "Nurse"]


class Telling(Moody):
    """A storage that tells of others' writes."""

    def __init__(self, *, shared: Memory) -> None:
        super().__init__(shared=shared)
        self.told: list[Callable[[], object]] = []

    def notice(self, callback: Callable[[], object]) -> Callable[[], None]:
        self.told.append(callback)
        return lambda: self.told.remove(callback)


def test_a_storage_that_tells_is_not_asked_and_heard_at_once() -> None:
    place, clock, kept = Memory(), ManualClock(), kept_roles()
    storage = Telling(shared=place)
    process = Process(storage, kept.part, clock=clock, poll=1.0)
    process.persistor.hydrate()
    process.persistor.flush()
    two = Side(place, clock)
    storage.asked.clear()
    process.wait(3600)
    assert storage.asked == []
    two.select("Judge")
    two.flush()
    storage.told[0]()
    process.persistor.tick()
    assert process.store[kept.part].selected == ["Judge"]
    process.persistor.close()
    assert storage.told == []


def test_a_refresh_that_changes_nothing_keeps_the_very_state() -> None:
    one, two = pair("Cook")
    before = one.process.store[one.kept.part]
    two.select("Nurse")
    two.flush()
    two.process.store.dispatch(two.kept.drop("Nurse"))
    two.flush()
    one.refresh()
    assert one.process.status().revision == 3
    assert one.process.store[one.kept.part] is before
