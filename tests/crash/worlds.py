"""A store that is kept, where nothing happens by itself, and a storage that can fail.

Its slices map names to counters; so what several sides did is all there in the end,
however it was merged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from stateroom.errors import CorruptRecord
from stateroom.persist import AsyncPersistor, Persisted, Persistor, persist
from stateroom.persist.keys import record_key
from stateroom.persist.records import decode_record
from stateroom.persist.storages import Memory, Storage, stamp_of
from stateroom.store import Middleware, Slice, Store
from stateroom.testing import FaultyAsyncStorage, FaultyStorage, ManualClock

__all__ = (
    "NAMES",
    "AsyncWorld",
    "Marks",
    "States",
    "World",
    "filled",
    "mark",
    "stored",
    "write_beside",
)

NAMES = ("plain", "relaxed", "replayed")
"""Slices: two by their durability, one by how it becomes one with what is stored."""
LIMIT = 1 << 20

Marks = dict[str, int]
States = dict[str, Marks]
F = TypeVar("F", FaultyStorage, FaultyAsyncStorage)


def mark(name: str, who: str) -> dict[str, str]:
    """Return the action that raises one counter of a slice."""
    return {"type": f"{name}/mark", "payload": who}


@dataclass(frozen=True, kw_only=True)
class Release:
    """What differs between the applications that use one storage.

    Attributes:
        version: of the slices; the migration to 2 counts how often it was made.
        retention: seconds for which records are kept; None for ever.
        seconds: how late it is.
    """

    version: int = 1
    retention: float | None = None
    seconds: float = 0.0

    def parts(self) -> tuple[Persisted[Marks], ...]:
        """Return new slices."""
        return tuple(self._kept(name) for name in NAMES)

    def _kept(self, name: str) -> Persisted[Marks]:
        part = Slice(name, _none)

        def reduce(state: Marks, payload: str) -> None:
            state[payload] = state.get(payload, 0) + 1

        part.reducer(name="mark")(reduce)
        return persist(
            part,
            version=self.version,
            migrations={2: _move} if self.version == 2 else None,
            retention=self.retention,
            durability="relaxed" if name == "relaxed" else "throttled",
            reconcile="replay" if name == "replayed" else "three_way",
        )


def _move(state: dict[str, object]) -> dict[str, object]:
    return {**state, "moved": 1 if "moved" not in state else 2}


def _none() -> Marks:
    return {}


FIRST = Release()


class _World(Generic[F]):
    """What both worlds have.

    Attributes:
        memory: the storage behind, which does not fail.
        storage: the one that does.
        clock: stands still.
        store: the slices ``NAMES``.
    """

    def __init__(
        self, memory: Storage, storage: F, release: Release, *middleware: Middleware
    ) -> None:
        self.memory = memory
        self.storage: F = storage
        self.clock = ManualClock()
        self.clock.advance(release.seconds)
        self.store = Store(*release.parts(), middleware=middleware)

    @property
    def states(self) -> States:
        """The counters in memory."""
        state: Mapping[str, Marks] = self.store.state  # type: ignore[assignment] # ours
        return {name: dict(state[name]) for name in NAMES}

    def dispatch(self, who: str) -> None:
        """Raise a counter in each slice."""
        for name in NAMES:
            self.store.dispatch(mark(name, who))


class World(_World[FaultyStorage]):
    """For blocking code.

    Attributes:
        persistor: writes in ``flush``, and in ``tick`` when something is due.
    """

    def __init__(
        self,
        memory: Storage,
        release: Release = FIRST,
        *,
        middleware: Sequence[Middleware] = (),
    ) -> None:
        super().__init__(memory, FaultyStorage(memory), release, *middleware)
        self.persistor = Persistor(
            self.store, self.storage, background=False, clock=self.clock
        )

    def later(self) -> None:
        """Let every retry be due, and do it."""
        self.clock.advance(60)
        self.persistor.tick()


class AsyncWorld(_World[FaultyAsyncStorage]):
    """For code that awaits."""

    def __init__(self, memory: Storage, release: Release = FIRST) -> None:
        super().__init__(memory, FaultyAsyncStorage(memory), release)
        self.persistor = AsyncPersistor(
            self.store, self.storage, background=False, clock=self.clock
        )

    async def later(self) -> None:
        """Let every retry be due, and do it."""
        self.clock.advance(60)
        await self.persistor.tick()


def stored(memory: Storage) -> States:
    """Return what is stored, by the records alone; a slice without one is left out."""
    found = {name: whole_in(memory, record_key("app", name)) for name in NAMES}
    return {name: marks for name, marks in found.items() if marks is not None}


def whole_in(memory: Storage, key: str) -> Marks | None:
    """Return the newest generation that is whole; None if it says that it is erased."""
    for data in memory.read(key, limit=LIMIT):
        try:
            record = decode_record(data or b"", key=key, limit=LIMIT)
        except CorruptRecord:
            continue
        return None if record.is_purged else record.state  # type: ignore[return-value] # ours
    return None


def filled(release: Release = FIRST) -> Memory:
    """Return a storage in which somebody counted twice, with two generations."""
    memory = Memory()
    for _ in range(2):
        write_beside(memory, "before", release)
    return memory


def damaged() -> Memory:
    """Return such a storage, of which every newest generation is damaged."""
    memory = filled()
    for key in memory.keys():  # noqa: SIM118 - no dict
        data = memory.read(key, limit=LIMIT).current or b""
        memory.write(key, data[:-9] + b"9}}", replaces=stamp_of(data), demotes=False)
    return memory


def write_beside(memory: Storage, who: str, release: Release = FIRST) -> None:
    """Let another application raise a counter in each slice."""
    world = World(memory, release)
    with world.persistor as persistor:
        persistor.hydrate()
        world.dispatch(who)
