"""What a thread dispatches while others' writes are taken in is there, and once."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from stateroom.persist import Persistor, Phase
from stateroom.persist.actions import REHYDRATE
from stateroom.persist.engine import Engine
from stateroom.persist.options import Options
from stateroom.persist.storages import Memory
from stateroom.persist.tracking import MOST_ACTIONS, Tracked
from stateroom.store import Next, Store, StoreApi
from stateroom.testing import ManualClock
from tests.crash.turns import BEFORE, everywhere
from tests.crash.worlds import Release, World, filled, mark, stored, write_beside

ROUNDS = 30


@pytest.fixture
def restless() -> Iterator[None]:
    """Let threads take turns as often as can be."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.slow
@pytest.mark.usefixtures("restless")
def test_a_thread_that_dispatches_while_states_are_merged_loses_nothing() -> None:
    world = World(filled())
    world.persistor.hydrate()
    counts: list[int] = []
    ends = threading.Event()

    def busy() -> None:
        while not ends.is_set():
            world.dispatch("own")
            counts.append(1)

    thread = threading.Thread(target=busy)
    thread.start()
    for _ in range(ROUNDS):
        write_beside(world.memory, "beside")
        world.persistor.flush()
    ends.set()
    thread.join()
    world.persistor.refresh()
    world.persistor.flush()
    wanted = everywhere(BEFORE | {"beside": ROUNDS, "own": len(counts)})
    assert (world.states, stored(world.memory)) == (wanted, wanted)


def test_what_a_thread_dispatches_just_before_a_merge_is_in_the_merged_state() -> None:
    beside = Beside()
    world = World(filled(), middleware=[beside.middleware])
    world.persistor.hydrate()
    for thread in beside.threads:
        thread.join()
    assert world.states == everywhere(BEFORE | {"own": 1})


class Beside:
    """Lets other threads dispatch, once a slice, when a merge is about to begin."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []

    def middleware(self, api: StoreApi) -> Callable[[Next], Next]:
        def around(following: Next) -> Next:
            def send(action: object) -> object:
                if isinstance(action, dict) and action["type"] == REHYDRATE:
                    self._begin(api, mark(action["key"], "own"))
                return following(action)

            return send

        return around

    def _begin(self, api: StoreApi, action: dict[str, str]) -> None:
        thread = threading.Thread(target=lambda: api.dispatch(action))
        thread.start()
        thread.join(0.1)  # it may have to wait until the merge is made
        self.threads.append(thread)


class Meddling(Memory):
    """A storage with a world in which something happens amid a write."""

    world: World | None = None

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        if self.world is not None and key.endswith("replayed"):
            world, self.world = self.world, None
            world.dispatch("own")
        super().write(key, data, replaces=replaces, demotes=demotes, durable=durable)


def test_actions_that_are_too_many_to_be_replayed_are_not_lost() -> None:
    memory = Meddling()
    world = World(memory)
    world.persistor.hydrate()
    world.persistor.flush()
    for _ in range(MOST_ACTIONS + 5):
        world.dispatch("own")
    memory.world = world
    world.persistor.flush()
    write_beside(memory, "beside")
    world.persistor.refresh()
    assert world.states == everywhere({"own": MOST_ACTIONS + 6, "beside": 1})


class Interrupting(ManualClock):
    """A clock, and somebody who presses Ctrl-C as soon as it is read."""

    is_ready = False

    def monotonic(self) -> float:
        if self.is_ready:
            self.is_ready = False
            raise KeyboardInterrupt
        return super().monotonic()


def test_a_dispatch_that_is_interrupted_is_stored_in_its_time_nevertheless() -> None:
    memory, clock = Memory(), Interrupting()
    store = Store(*Release().parts())
    persistor = Persistor(store, memory, background=False, clock=clock)
    persistor.hydrate()
    persistor.flush()
    clock.is_ready = True
    with pytest.raises(KeyboardInterrupt):
        store.dispatch(mark("plain", "own"))
    store.dispatch({"type": "nothing"})
    clock.advance(1)
    persistor.tick()
    assert stored(memory)["plain"] == {"own": 1}


class Fleeting(Tracked):
    """A slice that changed, and is written by another thread while it is looked at."""

    looks = 0

    def __getattribute__(self, name: str) -> object:
        if name != "since":
            return super().__getattribute__(name)
        self.looks += 1
        return 5.0 if self.looks == 1 else None


def test_when_a_slice_is_due_is_told_while_another_thread_writes_it() -> None:
    world = World(Memory())
    engine = Engine(world.store, Options(storage=world.memory))
    tracked = next(iter(engine.slices.values()))
    fleeting = Fleeting(tracked.part, tracked.name, tracked.storage)
    fleeting.phase = Phase.READY
    assert engine.due_of(fleeting) == 5.25
