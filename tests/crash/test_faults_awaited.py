"""What is awaited fails as what blocks does; and it may be cancelled at every step."""

from __future__ import annotations

import asyncio

import pytest

from stateroom.errors import StateroomError
from stateroom.persist import AsyncPersistor, Phase
from tests.crash.turns import BEFORE, TURNS, Turn, everywhere
from tests.crash.verdicts import ERRORS, OUTCOMES, judge, judge_end
from tests.crash.worlds import AsyncWorld, World, filled, stored

CANCELLED = [("cancelled", "not done"), ("cancelled", "done")]


async def calls_of(turn: Turn) -> int:
    """Return how many calls an act makes when nothing fails."""
    world = await turn.async_world()
    before = len(world.storage.calls)
    await turn.act_async(world)
    return len(world.storage.calls) - before


async def acted(turn: Turn, world: AsyncWorld) -> BaseException | None:
    """Do it, and return what it raised."""
    try:
        await turn.act_async(world)
    except (StateroomError, asyncio.CancelledError) as error:
        return error
    return None


async def end(world: AsyncWorld) -> None:
    """Let the fault be gone; then everything is stored without being asked for."""
    world.storage.heal()
    if world.persistor.status().phase is Phase.PENDING:  # reading was cancelled
        await world.persistor.hydrate()
    await world.later()
    await world.later()  # what was read by the first is written


@pytest.mark.parametrize("turn", TURNS.values(), ids=TURNS)
@pytest.mark.parametrize(("name", "outcome"), [*OUTCOMES, *CANCELLED])
async def test_nothing_is_lost_whichever_awaited_call_fails(
    turn: Turn, name: str, outcome: str
) -> None:
    error = ERRORS.get(name) or asyncio.CancelledError()
    for call in range(1, await calls_of(turn) + 1):
        world = await turn.async_world()
        world.storage.fail(None, error, call=call, done=outcome == "done")
        judge(turn, world, await acted(turn, world))
        await end(world)
        judge_end(turn, world)


@pytest.mark.parametrize("turn", TURNS.values(), ids=TURNS)
async def test_nothing_is_lost_at_whichever_call_a_task_is_cancelled(
    turn: Turn,
) -> None:
    for call in range(1, await calls_of(turn) + 1):
        world = await turn.async_world()
        hold = world.storage.hold(call=call)
        task = asyncio.ensure_future(acted(turn, world))
        await hold.reached.wait()
        task.cancel()
        judge(turn, world, await task)
        await end(world)
        judge_end(turn, world)


@pytest.mark.parametrize("turn", TURNS.values(), ids=TURNS)
async def test_nothing_is_lost_when_a_cancelled_call_is_done_nevertheless(
    turn: Turn,
) -> None:
    for call in range(1, await calls_of(turn) + 1):
        world = await turn.async_world()
        hold = world.storage.hold(call=call)
        task = asyncio.ensure_future(acted(turn, world))
        await hold.reached.wait()
        hold.release()
        task.cancel()
        judge(turn, world, await task)
        await end(world)
        judge_end(turn, world)


async def test_a_blocking_write_whose_awaiter_is_cancelled_is_stored_once() -> None:
    world = World(filled())
    awaiting = AsyncPersistor(world.store, world.storage, background=False)
    await awaiting.hydrate()
    world.dispatch("own")
    hold = world.storage.hold("write")
    flushing = asyncio.ensure_future(awaiting.flush())
    await asyncio.to_thread(hold.reached.wait)
    flushing.cancel()
    await asyncio.wait({flushing})
    world.dispatch("own")
    world.storage.heal()
    hold.release()  # nobody awaits it any more, and it is done
    await awaiting.flush()
    await awaiting.aclose()
    assert flushing.cancelled()
    assert world.states == stored(world.memory) == everywhere(BEFORE | {"own": 2})
