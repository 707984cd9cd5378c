"""What is erased while calls fail is there or gone, and gone when that was said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stateroom.errors import PersistError
from stateroom.persist import Persistor, persist
from stateroom.persist.storages import Memory, Storage
from stateroom.store import Slice, Store
from tests.crash.turns import BEFORE, everywhere
from tests.crash.verdicts import ERRORS, OUTCOMES
from tests.crash.worlds import LIMIT, NAMES, States, World, damaged, filled, stored

NOTHING: States = {name: {} for name in NAMES}
OWN = {"own": 1}


def prepared(memory: Memory) -> World:
    """Return a world that has read what there is, and has a change of its own."""
    world = World(memory)
    world.persistor.hydrate()
    world.dispatch("own")
    return world


def calls_of(fill: Memory) -> int:
    """Return how many calls a purge makes when nothing fails."""
    world = prepared(fill)
    before = len(world.storage.calls)
    world.persistor.purge()
    return len(world.storage.calls) - before


def is_purged(world: World) -> bool:
    """Purge, and say whether that was said to be done."""
    try:
        world.persistor.purge()
    except PersistError:
        return False
    return True


def is_left(memory: Storage, name: str = "") -> bool:
    """Say whether anything of what was stored is left, in whatever generation.

    Args:
        memory: where to look.
        name: of the slice whose record is looked at; those of all if not given.
    """
    keys = [key for key in memory.keys() if name in key]  # noqa: SIM118 - no dict
    generations = [memory.read(key, limit=LIMIT) for key in keys]
    return any(b"before" in (data or b"") for each in generations for data in each)


@pytest.mark.parametrize("fill", [filled, damaged], ids=["whole", "damaged"])
@pytest.mark.parametrize(("name", "outcome"), OUTCOMES)
def test_a_purge_that_fails_can_be_done_again_and_leaves_nothing(
    fill: Callable[[], Memory], name: str, outcome: str
) -> None:
    for call in range(1, calls_of(fill()) + 1):
        world = prepared(fill())
        world.storage.fail(None, ERRORS[name], call=call, done=outcome == "done")
        is_said = is_purged(world)
        assert not (is_said and is_left(world.memory))
        world.storage.heal()
        world.persistor.purge()
        assert (world.states, stored(world.memory)) == (NOTHING, {})
        assert not is_left(world.memory)
        world.dispatch("late")
        world.persistor.flush()
        assert stored(world.memory) == everywhere({"late": 1})
        assert not is_left(world.memory)


@pytest.mark.parametrize(("name", "outcome"), OUTCOMES)
def test_a_slice_whose_purge_failed_is_there_as_a_whole_or_gone(
    name: str, outcome: str
) -> None:
    for call in range(1, calls_of(filled()) + 1):
        world = prepared(filled())
        world.storage.fail(None, ERRORS[name], call=call, done=outcome == "done")
        is_said = is_purged(world)
        world.storage.heal()
        world.later()
        world.persistor.flush()
        found = stored(world.memory)
        assert {each: found.get(each, {}) for each in NAMES} == world.states
        allowed = [{}] if is_said else [{}, BEFORE | OWN]
        assert [each for each in world.states.values() if each not in allowed] == []


@pytest.mark.parametrize(("name", "outcome"), OUTCOMES)
def test_a_write_under_way_never_brings_back_what_another_erased(
    name: str, outcome: str
) -> None:
    for call in range(1, 20):
        world = prepared(filled())
        World(world.memory).persistor.purge()
        world.storage.fail(None, ERRORS[name], call=call, done=outcome == "done")
        world.later()
        world.storage.heal()
        world.later()
        world.persistor.flush()
        assert world.states == NOTHING
        assert not is_left(world.memory)
        assert [each for each in stored(world.memory).values() if each] == []


def test_what_a_crash_left_of_an_erased_record_is_erased_by_the_next_start() -> None:
    memory = filled()
    world = prepared(memory)
    # As if the process was killed between the two tombstones of the first record.
    world.storage.fail("write", ERRORS["unavailable"], call=2)
    assert not is_purged(world)
    assert is_left(memory, "plain")
    # A start of an application that does not have the slice.
    other = Slice("other", dict[str, int])
    Persistor(Store(persist(other)), memory, background=False).hydrate()
    assert [is_left(memory, name) for name in NAMES] == [False, True, True]
