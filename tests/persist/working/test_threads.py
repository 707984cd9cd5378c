"""The thread that writes: when it is there, what it does, and what it refuses."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable

import pytest

from stateroom.errors import NotDurable, PersistError
from stateroom.persist import Memory, Persistor, Phase
from stateroom.persist.planning import Plan
from stateroom.persist.workers import ThreadWorker
from stateroom.store import Store
from tests.persist.roles import Kept, kept_numbers, kept_roles
from tests.persist.scenes import Moody, Process, record_in


class Telling(Moody):
    """A storage that says when something was written."""

    def __init__(self, *, shared: Memory | None = None) -> None:
        super().__init__(shared=shared)
        self.wrote = threading.Event()

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        super().write(key, data, replaces=replaces, demotes=demotes, durable=durable)
        self.wrote.set()

    def until_written(self) -> None:
        assert self.wrote.wait(10)
        self.wrote.clear()


def workers() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == "stateroom-persist"]


@pytest.fixture(autouse=True)
def _no_others() -> None:
    assert workers() == []


def running(storage: Moody, **settings: object) -> tuple[Process, Kept]:
    kept = kept_roles(**settings)  # type: ignore[arg-type]
    return Process(storage, kept.part, background=True), kept


def test_a_thread_is_started_when_it_is_first_needed_and_ends_with_a_close() -> None:
    process, kept = running(Moody())
    process.store.dispatch(kept.select("Cook"))
    assert workers() == []
    process.persistor.hydrate()
    (thread,) = workers()
    assert thread.daemon
    process.persistor.close()
    assert not thread.is_alive()
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.status()
    assert workers() == []


def test_what_is_urgent_is_written_without_anybody_asking() -> None:
    storage = Telling()
    process, kept = running(storage, durability="fsync")
    process.persistor.hydrate()
    storage.until_written()
    for role in ("Cook", "Nurse"):
        process.store.dispatch(kept.select(role))
        storage.until_written()
    assert process.fields()["selected"] == ["Cook", "Nurse"]


def falling_asleep(process: Process) -> Callable[[], None]:
    """Return what waits until the thread waits for a change that it knows of."""
    plan, is_known = process.engine.plan, threading.Event()

    def noted() -> Plan:
        found = plan()
        if found.at is not None:
            is_known.set()
        return found

    process.engine.plan = noted  # type: ignore[method-assign]

    def until_asleep() -> None:
        assert is_known.wait(10)
        worker = process.persistor._worker  # noqa: SLF001 - its lock is free then
        assert isinstance(worker, ThreadWorker)
        with worker._changed:  # noqa: SLF001 - as above
            pass

    return until_asleep


def test_a_write_that_is_overdue_is_noticed_at_the_next_dispatch() -> None:
    """As in a process that slept, or in a page whose timers were held back."""
    storage = Telling()
    process, kept = running(storage, max_delay=3_600_000)
    process.persistor.hydrate()
    process.persistor.flush()
    storage.wrote.clear()
    is_asleep = falling_asleep(process)
    process.store.dispatch(kept.select("Cook"))
    is_asleep()
    process.clock.advance(3600)
    assert not storage.wrote.is_set()
    process.store.dispatch({"type": "anything"})
    storage.until_written()
    assert process.fields()["selected"] == ["Cook"]


def test_what_many_threads_dispatch_is_all_stored() -> None:
    storage, shelf = Telling(), kept_numbers(durability="fsync")
    process = Process(storage, shelf.part, background=True)
    process.persistor.hydrate()

    def work(number: int) -> None:
        for each in range(50):
            process.store.dispatch(shelf.put(f"{number}.{each}", each))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    process.persistor.flush()
    assert process.fields("numbers") == process.store[shelf.part]
    assert len(process.store[shelf.part]) == 200


def test_flushes_of_many_threads_each_store_what_was_before_them() -> None:
    storage, shelf = Moody(), kept_numbers(max_delay=3_600_000)
    process = Process(storage, shelf.part, background=True)
    process.persistor.hydrate()
    missed: list[str] = []

    def work(name: str) -> None:
        for each in range(20):
            process.store.dispatch(shelf.put(name, each))
            process.persistor.flush()
            if process.fields("numbers")[name] != each:
                missed.append(name)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert missed == []
    assert process.problems == []


ASKING: dict[str, Callable[[Process, Kept], object]] = {
    "hydrate": lambda process, _: process.persistor.hydrate(),
    "refresh": lambda process, _: process.persistor.refresh(),
    "flush": lambda process, _: process.persistor.flush(),
    "purge": lambda process, _: process.persistor.purge(),
    "sign_in": lambda process, _: process.persistor.sign_in("ann"),
    "close": lambda process, _: process.persistor.close(),
    "tick": lambda process, _: process.persistor.tick(),
    "durable": lambda process, kept: process.persistor.dispatch_durable(kept.load()),
}


@pytest.mark.parametrize("what", ASKING)
@pytest.mark.parametrize("background", [True, False])
def test_a_listener_that_asks_is_refused_and_the_persistor_goes_on(
    what: str, *, background: bool
) -> None:
    kept = kept_roles()
    process = Process(Moody(), kept.part, background=background)
    process.persistor.hydrate()
    end = process.store.subscribe(lambda: ASKING[what](process, kept))
    with pytest.raises(PersistError, match="inside a dispatch would wait for") as told:
        process.store.dispatch(kept.select("Cook"))
    assert "not in a listener" in told.value.hint
    end()
    process.persistor.flush()
    assert process.fields()["selected"] == ["Cook"]


def test_what_the_writer_calls_cannot_wait_for_the_writer() -> None:
    told: list[str] = []

    def ask(_: object) -> None:
        for what in ("hydrate", "refresh", "flush", "purge", "close"):
            try:
                ASKING[what](process, kept)
            except PersistError as error:
                told.append(str(error))

    kept = kept_roles(budget=300)
    process = Process(Moody(), kept.part, background=True, on_full=ask)
    process.persistor.hydrate()
    process.store.dispatch(kept.name_it("x" * 300))
    with pytest.raises(NotDurable, match="nothing is written"):
        process.persistor.flush()
    assert len(told) == 5
    assert "asked from inside one of its own calls" in told[0]
    process.store.dispatch(kept.name_it("short"))
    process.persistor.flush()
    assert process.fields()["title"] == "short"


def test_a_listener_that_fails_in_the_thread_is_logged_and_costs_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    place = Telling()
    process, kept = running(place, durability="fsync")
    process.persistor.hydrate()
    place.until_written()
    here = kept_roles()
    other = Process(Moody(shared=place), here.part)
    other.persistor.hydrate()
    other.store.dispatch(here.select("Judge"))
    other.persistor.flush()
    end = process.store.subscribe(_failing_once())
    process.persistor.pause()
    with pytest.raises(RuntimeError, match="a mistake"):
        process.store.dispatch(kept.select("Nurse"))
    end()
    process.persistor.resume()
    process.persistor.flush()
    assert process.fields()["selected"] == ["Judge", "Nurse"]
    assert process.phase() is Phase.READY
    assert "Traceback" not in caplog.text


def _failing_once() -> Callable[[], object]:
    def fail() -> None:
        raise RuntimeError("a mistake")

    return fail


def test_a_closed_persistor_is_let_go_of() -> None:
    kept = kept_roles()
    store = Store(kept.part)
    persistor = Persistor(store, Moody())
    persistor.hydrate()
    store.dispatch(kept.select("Cook"))
    persistor.close()
    gone = weakref.ref(persistor)
    del persistor
    gc.collect()
    assert gone() is None
    assert store[kept.part].selected == ["Cook"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_was_ended_by_force_is_replaced() -> None:
    storage = Moody()
    process, kept = running(storage)
    process.persistor.hydrate()
    (first,) = workers()
    storage.errors["write"] = [SystemExit()]  # type: ignore[list-item]
    process.store.dispatch(kept.select("Cook"))
    with pytest.raises(SystemExit):
        process.persistor.flush()
    first.join(10)
    process.persistor.flush()
    assert process.fields()["selected"] == ["Cook"]
    assert workers() != [first]


def test_a_close_waits_for_what_is_being_written() -> None:
    may_write = threading.Event()

    class Slow(Telling):
        def _meet(self, what: str, key: str) -> None:
            if what == "write":
                self.wrote.set()
                assert may_write.wait(10)

    storage = Slow()
    kept = kept_roles(durability="fsync")
    store = Store(kept.part)
    persistor = Persistor(store, storage, poll=None)
    persistor.hydrate()
    store.dispatch(kept.select("Cook"))
    storage.until_written()
    threading.Thread(target=may_write.set).start()
    persistor.close()
    assert record_in(storage).state == {"selected": ["Cook"], "title": ""}
