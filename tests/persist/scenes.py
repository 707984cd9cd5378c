"""Processes that keep what they have on one storage, under a clock that stands."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TypedDict, Unpack, cast

from stateroom.errors import StateroomError
from stateroom.persist.engine import Engine
from stateroom.persist.options import OnFull
from stateroom.persist.persistor import Persistor
from stateroom.persist.records import Record, decode_record
from stateroom.persist.status import Phase, Problem, SliceStatus
from stateroom.persist.storages import Memory
from stateroom.persist.storages.port import AnyStorage, Storage, Stored
from stateroom.store import Store
from stateroom.store.roots import StorePart
from stateroom.testing.timing import ManualClock

__all__ = ("LIMIT", "Moody", "Options", "Process", "close_all", "record_in")

LIMIT = 1 << 20
"""Bytes that a test reads at most."""
_open: list[Process] = []


class Moody(Memory):
    """A storage in memory that notes what it is asked, and fails when it is told to.

    Attributes:
        asked: ``"read KEY"``, ``"write KEY"`` and so on, in order.
        errors: what a method raises, as long as it stands here; or once each, in order.
        durable: whether each write asked for durability.
        written: bytes of each write.
        room: the quota that it says it has.
    """

    def __init__(self, *, shared: Memory | None = None) -> None:
        super().__init__(shared=shared)
        self.asked: list[str] = []
        self.errors: dict[str, Exception | list[Exception]] = {}
        self.durable: list[bool] = []
        self.written: list[int] = []
        self.room: int | None = None

    def of(self, what: str) -> list[str]:
        """Return the keys that a method was asked for."""
        return [key for name, _, key in map(_parted, self.asked) if name == what]

    @property
    def quota(self) -> int | None:
        return self.room

    def read(self, key: str, *, limit: int) -> Stored:
        self._meet("read", key)
        return super().read(key, limit=limit)

    def peek(self, key: str) -> bytes | None:
        self._meet("peek", key)
        return super().peek(key)

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        self._meet("write", key)
        super().write(key, data, replaces=replaces, demotes=demotes, durable=durable)
        self.durable.append(durable)
        self.written.append(len(data))

    def delete(self, key: str) -> None:
        self._meet("delete", key)
        super().delete(key)

    def keys(self) -> tuple[str, ...]:
        self._meet("keys", "")
        return super().keys()

    def pulse(self) -> object:
        self._meet("pulse", "")
        return super().pulse()

    def _meet(self, what: str, key: str) -> None:
        self.asked.append(f"{what} {key}")
        error = self.errors.get(what)
        if isinstance(error, list):
            error = error.pop(0) if error else None
        if error is not None:
            raise error


def _parted(asked: str) -> tuple[str, str, str]:
    return asked.partition(" ")


class Options(TypedDict, total=False):
    """What ``Persistor`` takes, for scenes that hand it on."""

    namespace: str
    owner: str | int | None
    budget: int
    poll: float | None
    on_full: OnFull | None
    background: bool


class Process:
    """One process: a store of some parts, and the persistor of it.

    Attributes:
        problems: what was reported, in order.
    """

    def __init__(
        self,
        storage: AnyStorage | None,
        *parts: StorePart,
        clock: ManualClock | None = None,
        store: Store | None = None,
        **options: Unpack[Options],
    ) -> None:
        self.storage: AnyStorage = storage or Memory()
        self.clock: ManualClock = clock or ManualClock()
        self.store: Store = store or Store(*parts)
        self.problems: list[Problem] = []
        told: Options = {"background": False, "poll": None, **options}
        self.persistor: Persistor = Persistor(
            self.store,
            self.storage,
            clock=self.clock,
            on_problem=self.problems.append,
            **told,
        )
        _open.append(self)

    @property
    def codes(self) -> list[str]:
        """The codes of what was reported, in order."""
        return [each.code for each in self.problems]

    @property
    def engine(self) -> Engine:
        """What the persistor knows: for tests that run its flows step by step."""
        return self.persistor._engine  # noqa: SLF001 - the seam of these tests

    def phase(self, key: str = "roles") -> Phase:
        return self.status(key).phase

    def status(self, key: str = "roles") -> SliceStatus:
        return self.persistor.status().slices[key]

    def wait(self, seconds: float) -> None:
        """Let time pass, and do what is due then."""
        self.clock.advance(seconds)
        self.persistor.tick()

    def record(self, item: str = "roles", *, owner: str = "") -> Record:
        """Return what is stored of a slice now."""
        return record_in(self.storage, item, owner=owner)

    def fields(self, item: str = "roles", *, owner: str = "") -> Mapping[str, object]:
        """Return the stored fields of a slice."""
        return cast("Mapping[str, object]", self.record(item, owner=owner).state)


def record_in(storage: AnyStorage, item: str = "roles", *, owner: str = "") -> Record:
    """Return the record of a slice in a storage."""
    scope = f"u.{owner}" if owner else "device"
    key = f"app:p:{scope}:{item}"
    data = cast("Storage", storage).read(key, limit=LIMIT).current
    assert data is not None, f"nothing is stored under {key}"
    return decode_record(data, key=key, limit=LIMIT)


def close_all() -> None:
    """Close what a test left open."""
    while _open:
        with suppress(StateroomError):
            _open.pop().persistor.close()
