"""Collections of many sizes, of which the entity adapter updates one entity at a time.

The keys that are updated lie all over the collection, so that a large one is as little
in the processor's caches as it is in a program.
"""

from __future__ import annotations

import tracemalloc
from functools import partial
from itertools import cycle, islice

from benchmarks.store.models import Item
from benchmarks.store.ours import account, look
from benchmarks.store.programs import Program, Programs
from benchmarks.store.workload import Sizes, fields_of, key_of
from stateroom.store import Slice, Store, freeze
from stateroom.store.entities import EntityAdapter, EntityState

__all__ = ("adapter", "measure_memory", "updating")

MOST_KEYS = 1000
"""Entities that are updated, over and over."""

People = EntityState[Item, str]
adapter = EntityAdapter[Item, str]()


def raised(state: People, key: str, salary: int) -> None:
    adapter.update_one(state, {"id": key, "changes": {"salary": salary}})


def updating(sizes: Sizes) -> Programs:
    """Return one program for each size of a collection."""
    return {
        f"update_{name}": _updating(size, sizes) for name, size in sizes.crowds.items()
    }


def _updating(size: int, sizes: Sizes) -> Program:
    people = Slice("people", partial(_crowd, size))
    creator = people.reducer(raised)
    store = Store(people, look, account)
    count = min(MOST_KEYS, size)
    keys = [key_of(number * size // count) for number in range(count)]
    turns = cycle(keys)
    salary = 0

    def run(count: int) -> None:
        nonlocal salary
        dispatch = store.dispatch
        for key in islice(turns, count):
            salary += 1
            dispatch(creator(key, salary))

    def show() -> object:
        held = store[people].entities
        return {key: held[key].salary for key in keys}

    return Program(run, show, sizes.toggles)


def _crowd(size: int) -> People:
    items = [Item(*fields_of(number)) for number in range(size)]
    return adapter.get_initial_state(entities=items)


def measure_memory(sizes: Sizes) -> dict[str, float]:
    """Return the bytes that a collection takes for each entity beside the entity."""
    size = sizes.crowds["10k"]
    items = [freeze(Item(*fields_of(number))) for number in range(size)]
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        state = adapter.get_initial_state(entities=items)
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert len(state.ids) == size
    return {"memory_per_entity": taken / size}
