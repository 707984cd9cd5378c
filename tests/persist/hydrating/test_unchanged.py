"""What is stored already is not stored again, whatever it is."""

from __future__ import annotations

from dataclasses import dataclass, field

from stateroom.persist import Memory, Persistor, persist
from stateroom.store import Slice, Store


@dataclass(slots=True)
class Place:
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Everything:
    sizes: list[int] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=lambda: {"a": 1})
    tags: set[str] = field(default_factory=lambda: {"x"})
    pair: tuple[int, str] = (1, "one")
    place: Place = field(default_factory=Place)


def revision_after_a_start(storage: Memory) -> int:
    store = Store(persist(Slice("everything", Everything)))
    with Persistor(store, storage, background=False) as persistor:
        persistor.hydrate()
    return persistor.status().slices["everything"].revision


def test_a_start_that_changes_nothing_writes_nothing() -> None:
    storage = Memory()
    assert [revision_after_a_start(storage) for _ in range(3)] == [1, 1, 1]


def test_after_such_a_start_nothing_is_dirty() -> None:
    storage = Memory()
    revision_after_a_start(storage)
    store = Store(persist(Slice("everything", Everything)))
    persistor = Persistor(store, storage, background=False)
    assert not persistor.hydrate().is_dirty
