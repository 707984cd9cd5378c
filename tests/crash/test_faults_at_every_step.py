"""Whatever call to a storage fails, and however: nothing is lost, and it is told.

Each test does one thing again and again; each time another of its calls fails.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stateroom.errors import NotDurable, StateroomError
from stateroom.persist.quarantine import is_aside
from stateroom.testing import FaultyStorage
from tests.crash.turns import BEFORE, TURNS, Turn, everywhere
from tests.crash.verdicts import ERRORS, OUTCOMES, judge, judge_end
from tests.crash.worlds import NAMES, World, damaged, filled, stored


def calls_of(turn: Turn, method: str = "") -> int:
    """Return how many calls an act makes when nothing fails, of one method or all."""
    world = turn.world()
    before = len(world.storage.calls)
    turn.act(world)
    calls = world.storage.calls[before:]
    return len([call for call in calls if method in {"", call.method}])


def acted(turn: Turn, world: World) -> StateroomError | None:
    """Do it, and return what it raised."""
    try:
        turn.act(world)
    except StateroomError as error:
        return error
    return None


def end(world: World) -> None:
    """Let the fault be gone; then everything is stored without being asked for."""
    world.storage.heal()
    world.later()
    world.later()  # what was read by the first is written


@pytest.mark.parametrize("turn", TURNS.values(), ids=TURNS)
@pytest.mark.parametrize(("name", "outcome"), OUTCOMES)
def test_nothing_is_lost_whichever_call_fails(
    turn: Turn, name: str, outcome: str
) -> None:
    done = outcome == "done"
    for call in range(1, calls_of(turn) + 1):
        world = turn.world()
        world.storage.fail(None, ERRORS[name], call=call, done=done)
        judge(turn, world, acted(turn, world))
        end(world)
        judge_end(turn, world)
        world.persistor.flush()
        judge_end(turn, world)


@pytest.mark.parametrize("turn", TURNS.values(), ids=TURNS)
@pytest.mark.parametrize(("name", "outcome"), OUTCOMES)
def test_nothing_is_lost_when_all_calls_from_one_on_fail(
    turn: Turn, name: str, outcome: str
) -> None:
    done = outcome == "done"
    for call in range(1, calls_of(turn) + 1):
        world = turn.world()
        world.storage.fail(None, ERRORS[name], call=call, times=None, done=done)
        judge(turn, world, acted(turn, world))
        world.dispatch("late")
        with pytest.raises(NotDurable):
            world.persistor.flush()
        world.later()
        end(world)
        judge_end(turn, world, {"late": 1})


SPOILS: dict[str, Callable[[FaultyStorage, int], None]] = {
    "cut in its head": lambda storage, call: storage.cut(30, call=call),
    "cut in its state": lambda storage, call: storage.cut(-3, call=call),
    "a bit in its head": lambda storage, call: storage.flip(300, call=call),
    "a bit in its state": lambda storage, call: storage.flip(-20, call=call),
}


@pytest.mark.parametrize("turn", TURNS.values(), ids=TURNS)
@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS)
def test_a_record_that_is_read_badly_once_is_not_taken_for_damaged(
    turn: Turn, spoil: Callable[[FaultyStorage, int], None]
) -> None:
    for call in range(1, calls_of(turn, "read") + 1):
        world = turn.world()
        spoil(world.storage, call)
        judge(turn, world, acted(turn, world))
        end(world)
        judge_end(turn, world)
        world.persistor.flush()
        judge_end(turn, world)
        asides = [key for key in world.memory.keys() if is_aside(key)]  # noqa: SIM118
        assert len(asides) == (len(NAMES) if turn.fill is damaged else 0)


def test_a_write_that_a_storage_loses_is_made_good_by_the_next() -> None:
    world = World(filled())
    world.persistor.hydrate()
    world.dispatch("own")
    world.storage.lose("write", times=len(NAMES))
    world.persistor.flush()
    assert stored(world.memory) == everywhere(BEFORE)
    world.dispatch("own")
    world.persistor.flush()
    found = stored(world.memory)
    assert [found[name] for name in ("plain", "relaxed")] == [BEFORE | {"own": 2}] * 2
    # Actions that were stored are not kept, to be reduced again.
    assert found["replayed"] == BEFORE | {"own": 1}
