"""A write is at most ``max_delay`` after the first change, whatever else happens."""

from __future__ import annotations

import pytest

from stateroom import signals
from stateroom.persist import Phase
from stateroom.signals import Event, PersistWritten
from tests.persist.roles import Kept, kept_numbers, kept_roles
from tests.persist.scenes import Moody, Process

NAMES = [f"roles{number}" for number in range(10)]


def test_several_changes_are_one_write() -> None:
    storage, kept = Moody(), kept_roles()
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    for number in range(50):
        process.store.dispatch(kept.select(f"role {number}"))
    process.wait(0.25)
    assert len(storage.of("write")) == 1
    assert len(process.fields()["selected"]) == 50  # type: ignore[arg-type]


def test_nothing_is_written_before_its_time_and_everything_at_its_time() -> None:
    storage, kept = Moody(), kept_roles(max_delay=100)
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    process.persistor.flush()
    process.store.dispatch(kept.select("Cook"))
    process.wait(0.099)
    assert len(storage.of("write")) == 1
    process.wait(0.001)
    assert len(storage.of("write")) == 2


def churned(process: Process, parts: list[Kept]) -> list[PersistWritten]:
    """Change every slice each 10 ms for 10 s, and return what was written."""
    told: list[Event] = []
    process.persistor.flush()
    with signals.recording(told.append):
        for number in range(1000):
            for each in parts:
                process.store.dispatch(each.name_it(str(number)))
            process.wait(0.01)
    return [each for each in told if isinstance(each, PersistWritten)]


@pytest.mark.parametrize("count", [1, 10])
def test_the_delay_counts_from_the_first_change_and_churn_does_not_move_it(
    count: int,
) -> None:
    kept = [kept_roles(name, max_delay=100) for name in NAMES[:count]]
    process = Process(Moody(), *(each.part for each in kept))
    process.persistor.hydrate()
    written = churned(process, kept)
    for each in kept:
        delays = [one.delay for one in written if one.key == each.part.key]
        assert 90 <= len(delays) <= 100
        assert max(delays) <= 0.111


def test_slices_that_changed_are_written_with_the_first_that_is_due() -> None:
    storage, early, late = Moody(), kept_roles(max_delay=50), kept_numbers()
    process = Process(storage, early.part, late.part)
    process.persistor.hydrate()
    process.persistor.flush()
    process.store.dispatch(late.put("a", 1))
    process.store.dispatch(early.select("Cook"))
    process.wait(0.05)
    assert process.status("numbers").revision == 2
    process.wait(10)
    assert len(storage.of("write")) == 4


def test_a_slice_that_changes_back_is_not_written() -> None:
    storage, kept = Moody(), kept_roles()
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    process.store.dispatch(kept.name_it("a"))
    process.persistor.flush()
    process.store.dispatch(kept.name_it("b"))
    process.store.dispatch(kept.name_it("a"))
    process.wait(1)
    assert len(storage.of("write")) == 1
    assert not process.status().is_dirty


def test_an_urgent_slice_is_written_at_once() -> None:
    storage, kept = Moody(), kept_roles(durability="fsync", max_delay=3_600_000)
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    process.store.dispatch(kept.select("Cook"))
    process.persistor.tick()
    assert process.fields()["selected"] == ["Cook"]
    assert storage.durable == [True]


def test_a_delay_of_nothing_is_written_at_the_next_occasion() -> None:
    kept = kept_roles(max_delay=0)
    process = Process(Moody(), kept.part)
    process.persistor.hydrate()
    process.store.dispatch(kept.select("Cook"))
    process.persistor.tick()
    assert process.fields()["selected"] == ["Cook"]


@pytest.mark.parametrize(
    ("durability", "synced"),
    [("relaxed", False), ("throttled", True), ("fsync", True)],
)
def test_what_a_write_survives_is_what_the_slice_says(
    durability: str, *, synced: bool
) -> None:
    storage = Moody()
    kept = kept_roles(durability=durability)  # type: ignore[arg-type]
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    process.store.dispatch(kept.select("Cook"))
    process.wait(0.25)
    assert storage.durable == [synced]


def test_a_flush_makes_durable_what_was_written_in_a_relaxed_way() -> None:
    storage, kept = Moody(), kept_roles(durability="relaxed")
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    process.store.dispatch(kept.select("Cook"))
    process.wait(0.25)
    process.persistor.flush()
    process.persistor.flush()
    assert storage.durable == [False, True]


def test_while_it_is_paused_nothing_is_written_unless_it_is_flushed() -> None:
    storage, kept = Moody(), kept_roles()
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    process.persistor.flush()
    process.persistor.pause()
    process.store.dispatch(kept.select("Cook"))
    process.wait(3600)
    assert len(storage.of("write")) == 1
    assert process.persistor.status().is_paused
    process.persistor.flush()
    assert process.fields()["selected"] == ["Cook"]


def test_what_changed_in_a_pause_is_written_after_it() -> None:
    storage, kept = Moody(), kept_roles()
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    process.persistor.flush()
    process.persistor.pause()
    process.store.dispatch(kept.select("Cook"))
    process.wait(3600)
    process.persistor.resume()
    process.persistor.tick()
    assert process.fields()["selected"] == ["Cook"]
    assert not process.persistor.status().is_paused


def test_hydration_goes_on_in_a_pause() -> None:
    kept = kept_roles()
    process = Process(Moody(), kept.part)
    process.persistor.pause()
    process.persistor.hydrate()
    assert process.phase() is Phase.READY


def test_the_initial_state_is_written_once_after_it_was_found_nowhere() -> None:
    storage, kept = Moody(), kept_roles()
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    process.wait(0.25)
    process.wait(3600)
    assert len(storage.of("write")) == 1
    assert process.fields() == {"selected": [], "title": ""}
