"""Invalidations that did not arrive: queued, made good, and minded meanwhile."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator

import pytest

from stateroom.cache import recovery as module
from stateroom.cache.places import Namer, Place
from stateroom.cache.recovery import Queue, Recovery
from stateroom.catalogue.keys import PUBLIC
from stateroom.errors import TierError, Unavailable

NAMER = Namer(namespace="t", item="x", fingerprint="s1")
HERE, THERE = NAMER.place(PUBLIC, b"1"), NAMER.place(PUBLIC, b"2")


class Replaying:
    """Somebody who makes good what is queued, when the test lets them."""

    def __init__(self, *failures: TierError) -> None:
        self.failures = list(failures)
        self.seen: list[set[bytes]] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self.done = threading.Event()

    def __call__(self, queued: Queue) -> None:
        self.seen.append(set(queued))
        self.meanwhile()
        if self.failures:
            raise self.failures.pop(0)
        self.done.set()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE_S", 0.001)
    monkeypatch.setattr(module, "LONGEST_PAUSE_S", 0.002)


@pytest.fixture
def queue() -> Recovery:
    """Return a queue that nobody empties."""
    recovery = Recovery(lambda _: None)
    recovery.stop()
    return recovery


@pytest.fixture
def replaying() -> Replaying:
    return Replaying()


@pytest.fixture
def recovery(replaying: Replaying) -> Iterator[Recovery]:
    made = Recovery(replaying)
    yield made
    made.stop()


def emptied(recovery: Recovery) -> None:
    """Wait until its thread has nothing more to do."""
    thread = recovery._thread  # noqa: SLF001 - the end that nobody else is told of
    if thread is not None:
        thread.join(5)
        assert not thread.is_alive()


def test_nothing_is_concerned_while_nothing_is_queued(queue: Recovery) -> None:
    assert (queue.pending, queue.concerns(HERE)) == ({}, False)


def test_a_queued_place_is_read_past_the_cache_and_no_other(queue: Recovery) -> None:
    queue.add([HERE], ())
    assert (queue.concerns(HERE), queue.concerns(THERE)) == (True, False)


def test_the_same_entry_in_another_object_is_concerned_too(queue: Recovery) -> None:
    queue.add([HERE], ())
    assert queue.concerns(NAMER.place(PUBLIC, b"1")) is True


def test_the_same_entry_of_another_release_is_concerned_too(queue: Recovery) -> None:
    queue.add([HERE], ())
    newer = Namer(namespace="t", item="x", fingerprint="s2")
    assert queue.concerns(newer.place(PUBLIC, b"1")) is True
    assert queue.concerns(newer.place(PUBLIC, b"2")) is False


def test_a_queued_tag_may_concern_every_entry(queue: Recovery) -> None:
    queue.add((), [b"t:t:Job"])
    assert queue.concerns(THERE) is True


def test_more_than_can_be_remembered_concerns_every_entry(
    queue: Recovery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_QUEUED", 3)
    places: list[Place] = [NAMER.place(PUBLIC, b"%d" % n) for n in range(3, 7)]
    queue.add(places[:3], ())
    assert queue.concerns(HERE) is False
    queue.add(places[3:], ())
    assert queue.concerns(HERE) is True


def test_what_arrived_is_taken_off_and_counted(
    recovery: Recovery, replaying: Replaying
) -> None:
    recovery.add([HERE], [b"t:t:Job"])
    emptied(recovery)
    assert replaying.seen == [{HERE.value, b"t:t:Job"}]
    assert (recovery.pending, recovery.replayed) == ({}, 2)
    assert recovery.concerns(HERE) is False


def test_it_is_tried_until_it_arrives(recovery: Recovery, replaying: Replaying) -> None:
    replaying.failures = [Unavailable("away"), Unavailable("still away")]
    recovery.add([HERE], ())
    emptied(recovery)
    assert replaying.seen == [{HERE.value}] * 3
    assert (recovery.pending, recovery.replayed) == ({}, 1)


def test_what_is_queued_during_a_replay_is_replayed_too(
    recovery: Recovery, replaying: Replaying
) -> None:
    def queues_once() -> None:
        replaying.meanwhile = lambda: None
        recovery.add([THERE], ())

    replaying.meanwhile = queues_once
    recovery.add([HERE], ())
    emptied(recovery)
    assert replaying.seen == [{HERE.value}, {THERE.value}]
    assert recovery.pending == {}


def test_the_same_place_queued_again_during_its_replay_is_replayed_again(
    recovery: Recovery, replaying: Replaying
) -> None:
    def queues_again() -> None:
        replaying.meanwhile = lambda: None
        recovery.add([HERE], ())

    replaying.meanwhile = queues_again
    recovery.add([HERE], ())
    emptied(recovery)
    assert replaying.seen == [{HERE.value}, {HERE.value}]


def test_a_second_outage_is_made_good_like_the_first(
    recovery: Recovery, replaying: Replaying
) -> None:
    for place in (HERE, THERE):
        recovery.add([place], ())
        emptied(recovery)
    assert replaying.seen == [{HERE.value}, {THERE.value}]


def test_an_overfull_queue_is_trusted_again_once_everything_arrived(
    recovery: Recovery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_QUEUED", 1)
    recovery.add([HERE, THERE], ())
    emptied(recovery)
    assert recovery.concerns(NAMER.place(PUBLIC, b"3")) is False


def test_an_outage_is_told_once_and_so_is_its_end(
    recovery: Recovery, replaying: Replaying, caplog: pytest.LogCaptureFixture
) -> None:
    replaying.failures = [Unavailable("away")] * 3
    with caplog.at_level(logging.WARNING, "stateroom.cache"):
        recovery.add([HERE], ())
        recovery.add([THERE], ())
        emptied(recovery)
    told = [each.getMessage() for each in caplog.records]
    assert len(told) == 2
    assert "did not reach Redis" in told[0]
    assert "has arrived" in told[1]


def test_who_stops_tries_no_more(recovery: Recovery, replaying: Replaying) -> None:
    replaying.failures = [Unavailable("away")] * 1_000_000
    recovery.add([HERE], ())
    recovery.stop()
    emptied(recovery)
    tried = len(replaying.seen)
    recovery.add([THERE], ())
    assert len(replaying.seen) == tried
    assert recovery.concerns(HERE)
    assert recovery.concerns(THERE)


def test_a_child_goes_on_with_what_its_parent_had_queued() -> None:
    replaying = Replaying()
    child = Recovery(replaying)
    child.pending = {HERE.value: (HERE,)}
    child.forget()
    emptied(child)
    assert replaying.seen == [{HERE.value}]
    child.forget()
    assert child._thread is None  # noqa: SLF001 - nothing is queued: none is needed
