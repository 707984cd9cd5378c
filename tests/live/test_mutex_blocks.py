"""A block that was begun in another way says how a mutex is held."""

from __future__ import annotations

from contextlib import AsyncExitStack, ExitStack

import pytest

from stateroom.errors import UsageError
from stateroom.live import Live, Mutex

AWAITED = "write `async with mutex.hold() as held:`"
BLOCKING = "write `with mutex.hold() as held:`"


@pytest.fixture
def mutex() -> Mutex:
    return Live.memory().mutex("nightly")


def refused_by_with(found: object) -> str:
    """Return what ``with`` is told."""
    with pytest.raises(UsageError, match="is not entered by `with`") as caught:
        ExitStack().enter_context(found)  # type: ignore[arg-type]
    return caught.value.hint


async def refused_by_async_with(found: object) -> str:
    """Return what ``async with`` is told."""
    with pytest.raises(UsageError, match="is not entered by `async with`") as caught:
        await AsyncExitStack().enter_async_context(found)  # type: ignore[arg-type]
    return caught.value.hint


async def test_a_mutex_itself_is_no_block(mutex: Mutex) -> None:
    with pytest.raises(UsageError, match="a Mutex is not entered by `async with`"):
        async with mutex:  # type: ignore[attr-defined]
            pass
    with pytest.raises(UsageError, match="`with`"), mutex:  # type: ignore[attr-defined]
        pass
    assert await mutex.holder() is None


async def test_a_block_of_the_other_face_says_which_one_is_meant(mutex: Mutex) -> None:
    assert await refused_by_async_with(mutex) == AWAITED
    assert refused_by_with(mutex) == "write `with mutex.blocking.hold() as held:`"
    assert refused_by_with(mutex.blocking) == BLOCKING
    assert (
        refused_by_with(mutex.hold()) == "write `with mutex.blocking.hold() as held:`"
    )
    assert await refused_by_async_with(mutex.blocking.hold()) == BLOCKING
    assert "of a Mutex" in await refused_by_async_with(mutex.blocking)


async def test_what_is_held_is_entered_by_its_own_block(mutex: Mutex) -> None:
    held = await mutex.acquire()
    assert refused_by_with(held) == "write `async with held:`"
    async with held:
        assert not held.is_lost


def test_what_a_thread_holds_is_no_async_block(mutex: Mutex) -> None:
    with mutex.blocking.acquire() as held, pytest.raises(UsageError) as caught:
        AsyncExitStack().enter_async_context(held).send(None)  # type: ignore[arg-type]
    assert caught.value.hint == "write `with held:`"
