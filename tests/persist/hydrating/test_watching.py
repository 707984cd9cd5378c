"""A hydration wakes those whose part of the state it changed, and each of them once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

import pytest

from stateroom.persist import Memory, Phase, persist
from stateroom.persist.actions import rehydrated
from stateroom.persist.persisted import Persisted
from stateroom.store import Slice, StoreApi
from stateroom.store.listeners import create_listeners
from stateroom.store.store import Store
from tests.persist.roles import Kept, Roles, kept_roles
from tests.persist.scenes import Process

Root = Mapping[str, Roles]
NAMES = [f"roles{number}" for number in range(10)]


def kept_ten() -> list[Kept]:
    return [kept_roles(name) for name in NAMES]


def chosen_first(root: Root) -> list[str]:
    return root[NAMES[0]].selected


def stored(*roles: str) -> Memory:
    """Return a storage with ten slices of roles in it."""
    storage, ten = Memory(), kept_ten()
    process = Process(storage, *(each.part for each in ten))
    process.persistor.hydrate()
    for each in ten:
        for role in roles:
            process.store.dispatch(each.select(role))
    process.persistor.close()
    return storage


@pytest.mark.parametrize("reconcile", ["three_way", "replay"])
def test_a_hydration_that_changes_nothing_keeps_the_very_state(reconcile: str) -> None:
    storage = stored()
    kept = kept_roles(NAMES[0], reconcile=reconcile)  # type: ignore[arg-type]
    process = Process(storage, kept.part)
    before, told = process.store[kept.part], list[object]()
    root = process.store.state
    process.store.watch(lambda state: state, told.append)
    process.persistor.hydrate()
    assert process.phase(NAMES[0]) is Phase.READY
    assert process.status(NAMES[0]).revision == 1
    assert process.store[kept.part] is before
    assert process.store.state is root
    assert told == []


def test_what_is_the_same_in_a_state_that_changes_is_the_very_same() -> None:
    storage = stored("Cook")
    kept = kept_roles(NAMES[0])
    process = Process(storage, kept.part)
    process.store.dispatch(kept.select("Cook"))
    chosen, told = process.store[kept.part].selected, list[object]()
    process.store.watch(chosen_first, told.append)
    process.persistor.hydrate()
    assert process.store[kept.part].selected == ["Cook"]
    assert process.store[kept.part].selected is chosen
    assert told == []


def test_of_a_part_that_changed_what_did_not_is_the_very_same() -> None:
    def shelves() -> Persisted[dict[str, dict[str, list[int]]]]:
        made: Slice[dict[str, dict[str, list[int]]]] = Slice(
            "shelves", lambda: {"all": {"left": [1], "right": [2]}}
        )
        return persist(made)

    storage, first = Memory(), shelves()
    before = Process(storage, first)
    before.persistor.hydrate()
    before.store.dispatch(
        rehydrated("shelves", {"all": {"left": [1], "right": [2, 3]}})
    )
    before.persistor.close()
    part = shelves()
    process = Process(storage, part)
    left = process.store[part]["all"]["left"]
    process.persistor.hydrate()
    assert process.store[part] == {"all": {"left": [1], "right": [2, 3]}}
    assert process.store[part]["all"]["left"] is left


def test_listeners_are_told_once_of_the_hydration_of_ten_slices() -> None:
    ten = kept_ten()
    process = Process(stored("Cook"), *(each.part for each in ten))
    told: list[list[list[str]]] = []
    process.store.subscribe(
        lambda: told.append([process.store[each.part].selected for each in ten])
    )
    process.persistor.hydrate()
    assert told == [[["Cook"]] * 10]


def test_a_watcher_of_each_of_ten_slices_is_called_once() -> None:
    ten = kept_ten()
    process = Process(stored("Cook"), *(each.part for each in ten))
    told: list[str] = []

    def watching(kept: Kept) -> Callable[[Roles], None]:
        return lambda roles: told.append(f"{kept.part.name} {roles.selected}")

    for each in ten:
        process.store.watch(each.part.slice.select_slice, watching(each))
    process.persistor.hydrate()
    process.persistor.hydrate()
    process.wait(10)
    assert sorted(told) == [f"{name} ['Cook']" for name in NAMES]


def test_an_effect_that_starts_work_starts_it_once() -> None:
    """The endless loop: an effect sets ``loading``, which starts the effect again."""
    ten = kept_ten()
    process = Process(stored("Cook"), *(each.part for each in ten))
    started: list[str] = []

    def start(api: StoreApi) -> None:
        started.append(api[ten[0].part].selected[-1])
        api.dispatch(ten[0].load())

    process.store.watch(chosen_first, lambda _: process.store.dispatch(start))
    process.persistor.hydrate()
    process.wait(10)
    assert started == ["Cook"]
    assert process.store[ten[0].part].loading


def test_a_listener_that_starts_a_thunk_starts_it_once() -> None:
    ten, started = kept_ten(), list[str]()
    listeners = create_listeners()
    store = Store(*(each.part for each in ten), middleware=(listeners.middleware,))

    def is_chosen(action: object, now: object, before: object) -> bool:
        then, after = cast("Root", before), cast("Root", now)
        return chosen_first(after) is not chosen_first(then)

    def go(action: object, api: object) -> None:
        started.append("go")
        store.dispatch(ten[0].load())

    listeners.start(go, predicate=is_chosen)
    process = Process(stored("Cook"), store=store)
    process.persistor.hydrate()
    process.wait(10)
    assert started == ["go"]
