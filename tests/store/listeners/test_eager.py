"""A task whose first step is made at once is a task like any other."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable

import pytest

from stateroom.store.eager import begin
from tests.store.recording import turns

place: contextvars.ContextVar[str] = contextvars.ContextVar("place", default="outside")


def begun(function: Callable[[], Awaitable[object]]) -> asyncio.Task[object]:
    async def steps() -> object:
        return await function()

    return begin(steps(), asyncio.get_running_loop())


async def test_it_runs_until_it_waits_and_goes_on_later() -> None:
    seen: list[str] = []

    async def work() -> str:
        seen.append("first")
        await asyncio.sleep(0)
        seen.append("second")
        return "result"

    task = begun(work)
    assert seen == ["first"]
    assert await task == "result"
    assert seen == ["first", "second"]


async def test_it_can_end_without_waiting() -> None:
    async def work() -> str:
        return "result"

    assert await begun(work) == "result"


async def test_what_it_raises_is_raised_where_it_is_awaited() -> None:
    async def work() -> None:
        raise LookupError("gone")

    task = begun(work)
    with pytest.raises(LookupError, match="gone"):
        await task


async def test_it_is_the_current_task_from_the_beginning() -> None:
    seen: list[object] = []

    async def work() -> None:
        seen.append(asyncio.current_task())
        await asyncio.sleep(0)
        seen.append(asyncio.current_task())

    outer = asyncio.current_task()
    task = begun(work)
    assert asyncio.current_task() is outer
    await task
    assert seen == [task, task]


async def test_a_timeout_of_its_first_step_ends_it_and_nobody_else() -> None:
    async def work() -> str:
        try:
            async with asyncio.timeout(0):
                await asyncio.Event().wait()
        except TimeoutError:
            return "in time"
        return "never"

    assert await begun(work) == "in time"


async def test_it_can_be_begun_where_no_task_runs() -> None:
    loop, found = asyncio.get_running_loop(), asyncio.Event()
    seen: list[object] = []

    async def work() -> None:
        seen.append(asyncio.current_task() is not None)
        await asyncio.sleep(0)
        found.set()

    loop.call_soon(lambda: seen.append(begun(work)))
    await found.wait()
    assert seen[0] is True


async def test_one_that_is_cancelled_after_its_first_step_can_clean_up() -> None:
    seen: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError as error:
            seen.append(str(error))
            await asyncio.sleep(0)
            seen.append("cleaned up")
            raise

    task = begun(work)
    task.cancel("enough")
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == ["enough", "cleaned up"]


async def test_one_that_is_cancelled_cancels_what_it_waits_for() -> None:
    inner = asyncio.get_running_loop().create_future()

    async def work() -> None:
        await inner

    task = begun(work)
    task.cancel()
    await turns()
    assert (task.cancelled(), inner.cancelled()) == (True, True)


async def test_one_that_has_ended_cannot_be_cancelled_any_more() -> None:
    async def work() -> str:
        return "result"

    task = begun(work)
    task.cancel()
    assert await task == "result"


async def test_its_context_is_its_own() -> None:
    seen: list[str] = []

    async def work() -> None:
        seen.append(place.get())
        place.set("inside")
        await asyncio.sleep(0)
        seen.append(place.get())

    place.set("here")
    await begun(work)
    assert (seen, place.get()) == (["here", "inside"], "here")


async def test_the_end_of_the_interpreter_goes_through() -> None:
    async def work() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        _ = begun(work)
    await turns()
