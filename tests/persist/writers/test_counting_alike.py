"""Two writers that count alike have counted twice."""

from __future__ import annotations

import pytest

from stateroom.persist import Memory, add_numbers
from stateroom.persist.merging import three_way
from stateroom.testing.timing import ManualClock
from tests.persist.roles import kept_numbers
from tests.persist.scenes import Moody, Process


def test_two_processes_that_counted_the_same_have_counted_twice() -> None:
    place, clock = Memory(), ManualClock()
    shelves = [
        kept_numbers(initial=lambda: {"visits": 0}, merge={"visits": add_numbers})
        for _ in range(2)
    ]
    sides = [Process(Moody(shared=place), each.part, clock=clock) for each in shelves]
    for side in sides:
        side.persistor.hydrate()
        side.persistor.flush()
    for side, shelf in zip(sides, shelves, strict=True):
        side.store.dispatch(shelf.put("visits", 1))
        side.persistor.flush()
    assert sides[0].fields("numbers") == {"visits": 2}


@pytest.mark.parametrize("wrap", [lambda each: each, lambda each: {"n": each}])
def test_the_same_change_of_a_counter_is_two(wrap: object) -> None:
    assert callable(wrap)
    merges = add_numbers if wrap(1) == 1 else {"n": add_numbers}
    found = three_way(wrap(1), wrap(300), wrap(300), merges=merges)
    assert (found.value, found.conflicts) == (wrap(599), ())
