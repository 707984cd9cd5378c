"""A slice may say itself what of its state is kept, and make a state of it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar, cast

import pytest

from stateroom.persist import REHYDRATE, Memory, Persistor, persist
from stateroom.persist.storages.port import Stored
from stateroom.store import Slice, Store, freeze
from stateroom.store.cases import Case

State = dict[str, int]
T = TypeVar("T")


class Even:
    """Keeps even numbers alone, of a state or of what is stored."""

    names: frozenset[str] | None = None
    is_whole = False

    def read(self, state: object) -> dict[str, object]:
        numbers = cast("Mapping[str, int]", state)
        return {name: each for name, each in numbers.items() if each % 2 == 0}

    def write(self, state: object, fields: Mapping[str, object]) -> object:
        return freeze({**self.read(state), **fields})

    def without(self, state: object, names: frozenset[str]) -> object:
        kept = self.read(state)
        return freeze({name: kept[name] for name in kept if name not in names})

    def form(self, name: str) -> object:
        return int


class Numbers(Slice[State]):
    """Takes what is stored of it back by itself."""

    def __init__(self) -> None:
        super().__init__("numbers", dict)
        self.shape: Even = Even()
        self.put = self.reducer(_put)

    def for_type(self, kind: str) -> Case | None:
        return cast("Case", _taken) if kind == REHYDRATE else super().for_type(kind)


def _put(state: State, name: str, number: int) -> None:
    state[name] = number


def _taken(state: State, action: Mapping[str, object]) -> State:
    payload = cast("State | None", action["payload"])
    return freeze({**(payload or {}), **state})


def _as_reduced(_: Mapping[str, object], __: object, reduced: T) -> T:
    return reduced


@pytest.fixture
def storage() -> Memory:
    return Memory()


def begun(storage: Memory) -> tuple[Numbers, Store, Persistor]:
    numbers = Numbers()
    store = Store(persist(numbers, reconcile=_as_reduced))
    persistor = Persistor(store, storage, background=False)
    persistor.hydrate()
    return numbers, store, persistor


def stored(storage: Memory) -> Stored:
    return storage.read("app:p:device:numbers", limit=10_000)


def test_what_its_shape_gives_is_stored_and_comes_back(storage: Memory) -> None:
    numbers, store, persistor = begun(storage)
    for name, number in (("a", 1), ("b", 2), ("c", 4)):
        store.dispatch(numbers.put(name, number))
    persistor.close()
    assert b'"state":{"b":2,"c":4}' in (stored(storage).current or b"")
    numbers, store, persistor = begun(storage)
    assert store[numbers] == {"b": 2, "c": 4}
    persistor.close()


def test_what_its_shape_leaves_out_is_no_change(storage: Memory) -> None:
    numbers, store, persistor = begun(storage)
    store.dispatch(numbers.put("b", 2))
    persistor.flush()
    before = stored(storage)
    store.dispatch(numbers.put("a", 1))
    persistor.flush()
    assert stored(storage) == before
    persistor.close()


def test_what_others_store_arrives_beside_what_is_here(storage: Memory) -> None:
    numbers, store, persistor = begun(storage)
    others, other_store, other = begun(storage)
    store.dispatch(numbers.put("a", 1))
    other_store.dispatch(others.put("b", 2))
    other.flush()
    persistor.refresh()
    assert store[numbers] == {"a": 1, "b": 2}
    assert persistor.status().slices["numbers"].conflicts == ()
    persistor.close()
    other.close()
