"""Two drivers, one flow: the same answers, the same errors, at the same steps."""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import dataclass
from typing import TypeVar, cast

import pytest

from stateroom.flows import Effect, Flow, ask, run, run_async

T = TypeVar("T")


@dataclass(frozen=True)
class Add(Effect[int]):
    a: int
    b: int


@dataclass(frozen=True)
class Fail(Effect[None]):
    with_: type[BaseException]


class Adding:
    """Performs both effects, and notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[Effect[object]] = []

    def perform(self, effect: Effect[T]) -> T:
        self.asked.append(cast("Effect[object]", effect))
        asked: object = effect
        if isinstance(asked, Add):
            return cast("T", asked.a + asked.b)
        assert isinstance(asked, Fail)
        raise asked.with_


class AddingAsync(Adding):
    async def perform(self, effect: Effect[T]) -> T:  # type: ignore[override]
        await asyncio.sleep(0)
        return super().perform(effect)


def sums() -> Flow[int]:
    first = yield from ask(Add(1, 2))
    return (yield from ask(Add(first, 10)))


def mends(error: type[BaseException]) -> Flow[str]:
    try:
        yield from ask(Fail(error))
    except error:
        yield from ask(Add(0, 0))
        return "mended"
    return "nothing failed"


def cleans(error: type[BaseException]) -> Flow[str]:
    try:
        yield from ask(Fail(error))
    finally:
        yield from ask(Add(7, 7))
    return "unreachable"


def finish(flow: Flow[T], *, is_async: bool) -> tuple[T, list[Effect[object]]]:
    if is_async:
        performer = AddingAsync()
        return asyncio.run(run_async(flow, performer)), performer.asked
    plain = Adding()
    return run(flow, plain), plain.asked


both = pytest.mark.parametrize("is_async", [False, True], ids=["blocking", "asyncio"])


@both
def test_answers_are_sent_to_where_they_were_asked_for(*, is_async: bool) -> None:
    assert finish(sums(), is_async=is_async) == (13, [Add(1, 2), Add(3, 10)])


@both
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_can_be_mended_where_it_was_asked_for(
    error: type[BaseException], *, is_async: bool
) -> None:
    result, asked = finish(mends(error), is_async=is_async)
    assert (result, asked) == ("mended", [Fail(error), Add(0, 0)])


@both
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_that_is_not_mended_passes_through_the_clean_up(
    error: type[BaseException], *, is_async: bool
) -> None:
    with pytest.raises(error):
        finish(cleans(error), is_async=is_async)


def test_a_cancelled_task_cleans_up_before_it_ends() -> None:
    cleaned: list[str] = []

    class Hanging:
        async def perform(self, effect: Effect[T]) -> T:
            asked: object = effect
            if isinstance(asked, Add):
                cleaned.append("done")
                return cast("T", 0)
            await asyncio.Event().wait()
            raise AssertionError

    async def cancel() -> None:
        task = asyncio.create_task(run_async(cleans(ValueError), Hanging()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert cleaned == ["done"]


def test_the_two_drivers_take_the_same_arguments() -> None:
    assert [*inspect.signature(run).parameters] == [
        *inspect.signature(run_async).parameters
    ]
