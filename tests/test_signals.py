"""The one hook to which every tier reports: cheap, ordered, and never in the way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from stateroom import signals
from stateroom.signals import CatalogueLoaded, Event, LockWritten, Recorder

LOADED = CatalogueLoaded(path="stateroom.toml", items=3, digest="d")
WRITTEN = LockWritten(path="stateroom.lock", items=3, moved=("theme",))
PATIENCE = 10
"""Seconds after which a thread that should have answered is taken for stuck."""


@pytest.fixture(autouse=True)
def _nothing_stays_installed() -> Iterator[None]:
    assert signals.recorder is None
    yield
    left = signals._installed  # noqa: SLF001 - undone for the tests that follow
    for each in left:
        signals.remove(each)
    assert left == ()


def report(event: Event) -> None:
    """Report as every tier does."""
    if signals.recorder is not None:
        signals.recorder(event)


class Notes:
    """A recorder that keeps what it was told, in a list that others may share."""

    def __init__(self, name: str, kept: list[tuple[str, Event]]) -> None:
        self.name = name
        self.kept = kept

    def __call__(self, event: Event) -> None:
        self.kept.append((self.name, event))


def fails(event: Event) -> None:
    raise OSError(f"no room for {type(event).__name__}")


def test_nothing_is_installed_at_first() -> None:
    assert signals.recorder is None


def test_a_recorder_is_told_every_event_until_it_is_removed() -> None:
    kept: list[Event] = []
    signals.install(kept.append)
    report(LOADED)
    report(WRITTEN)
    signals.remove(kept.append)
    report(LOADED)
    assert kept == [LOADED, WRITTEN]
    assert signals.recorder is None


def test_recorders_are_called_in_the_order_in_which_they_were_installed() -> None:
    kept: list[tuple[str, Event]] = []
    recorders = [Notes(name, kept) for name in "cab"]
    for each in recorders:
        signals.install(each)
    report(LOADED)
    for each in recorders:
        signals.remove(each)
    assert kept == [("c", LOADED), ("a", LOADED), ("b", LOADED)]


def test_removing_one_recorder_leaves_the_others() -> None:
    kept: list[tuple[str, Event]] = []
    first, second = Notes("first", kept), Notes("second", kept)
    signals.install(first)
    signals.install(second)
    signals.remove(first)
    report(LOADED)
    signals.remove(second)
    assert kept == [("second", LOADED)]


def test_a_recorder_installed_twice_is_called_twice_and_removed_once_at_a_time() -> (
    None
):
    kept: list[Event] = []
    signals.install(kept.append)
    signals.install(kept.append)
    report(LOADED)
    signals.remove(kept.append)
    report(WRITTEN)
    signals.remove(kept.append)
    assert kept == [LOADED, LOADED, WRITTEN]


def test_removing_what_was_never_installed_changes_nothing() -> None:
    kept: list[Event] = []
    with signals.recording(kept.append):
        signals.remove(print)
        report(LOADED)
    assert kept == [LOADED]


def test_a_recorder_that_raises_is_a_warning_and_stops_no_other() -> None:
    kept: list[Event] = []
    with (
        signals.recording(fails),
        signals.recording(kept.append),
        pytest.warns(RuntimeWarning, match="no room for CatalogueLoaded") as told,
    ):
        report(LOADED)
    assert kept == [LOADED]
    assert len(told) == 1


def test_the_warning_names_the_recorder_and_its_error() -> None:
    with signals.recording(fails), pytest.warns(RuntimeWarning) as told:
        report(LOADED)
    assert "fails" in str(told[0].message)
    assert "OSError" in str(told[0].message)


def test_an_interrupt_in_a_recorder_is_not_swallowed() -> None:
    def interrupts(event: Event) -> None:
        raise KeyboardInterrupt(event)

    with signals.recording(interrupts), pytest.raises(KeyboardInterrupt):
        report(LOADED)


def test_recording_ends_with_its_block() -> None:
    kept: list[Event] = []
    with signals.recording(kept.append):
        report(LOADED)
    report(WRITTEN)
    assert kept == [LOADED]
    assert signals.recorder is None


def test_recording_ends_also_when_its_block_raises() -> None:
    with pytest.raises(LookupError), signals.recording(print):
        raise LookupError
    assert signals.recorder is None


def test_blocks_may_be_nested() -> None:
    kept: list[tuple[str, Event]] = []
    with signals.recording(Notes("outer", kept)):
        with signals.recording(Notes("inner", kept)):
            report(LOADED)
        report(WRITTEN)
    assert kept == [("outer", LOADED), ("inner", LOADED), ("outer", WRITTEN)]


def test_a_recorder_may_remove_itself_while_it_is_told() -> None:
    kept: list[Event] = []

    def once(event: Event) -> None:
        signals.remove(once)
        kept.append(event)

    signals.install(once)
    with signals.recording(kept.append):
        report(LOADED)
        report(WRITTEN)
    assert kept == [LOADED, LOADED, WRITTEN]


def test_recorders_are_called_in_the_thread_that_caused_the_event() -> None:
    callers: list[int] = []
    with signals.recording(lambda _: callers.append(threading.get_ident())):
        thread = threading.Thread(target=report, args=(LOADED,))
        thread.start()
        thread.join(PATIENCE)
    assert callers == [thread.ident]


class Watched:
    """The lock of ``signals``, which tells when somebody has to wait for it."""

    def __init__(self, somebody_came: threading.Event) -> None:
        self.lock = threading.Lock()
        self.somebody_came = somebody_came
        self.waiters = 0

    def __enter__(self) -> None:
        if not self.lock.acquire(blocking=False):
            self.waiters += 1
            self.somebody_came.set()
            self.lock.acquire()

    def __exit__(self, *_: object) -> None:
        self.lock.release()


@pytest.mark.parametrize("second", [signals.install, signals.remove])
def test_a_change_waits_for_the_change_that_is_under_way(
    second: Callable[[Recorder], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody_came = threading.Event()
    lock = Watched(somebody_came)
    other = threading.Thread(target=second, args=(fails,))
    plain_set = signals._set  # noqa: SLF001 - stopped half-way on purpose

    def set_slowly(recorders: tuple[Recorder, ...]) -> None:
        if threading.current_thread() is other:
            somebody_came.set()
        else:  # the first change: the other one is let come before it is done
            other.start()
            assert somebody_came.wait(PATIENCE)
        plain_set(recorders)

    monkeypatch.setattr(signals, "_changing", lock)
    monkeypatch.setattr(signals, "_set", set_slowly)
    signals.install(print)
    other.join(PATIENCE)
    monkeypatch.undo()
    signals.remove(fails)
    signals.remove(print)
    assert lock.waiters == 1


def test_no_install_or_remove_is_lost_between_threads() -> None:
    kept: list[tuple[str, Event]] = []
    stay = [Notes(f"stay-{n}", kept) for n in range(8)]
    start = threading.Barrier(len(stay))

    def change(mine: Notes) -> None:
        start.wait(PATIENCE)
        for _ in range(200):
            with signals.recording(mine):
                pass
        signals.install(mine)

    threads = [threading.Thread(target=change, args=(each,)) for each in stay]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    report(LOADED)
    for each in stay:
        signals.remove(each)
    assert sorted(name for name, _ in kept) == [each.name for each in stay]
    assert signals.recorder is None
