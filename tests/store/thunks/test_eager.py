"""What is begun at once leaves nothing behind that would keep its caller alive."""

from __future__ import annotations

import asyncio
import gc
import weakref

from stateroom.store.eager import begin


class Held:
    """Something that the caller has."""


def begun(coroutine_loop: asyncio.AbstractEventLoop) -> weakref.ref[Held]:
    """Begin a coroutine that ends at once, from a frame that holds something."""

    async def work() -> int:
        return 1

    held = Held()
    begin(work(), coroutine_loop).add_done_callback(lambda task: task.result())
    return weakref.ref(held)


async def test_the_frames_of_who_began_it_are_freed() -> None:
    gc.disable()
    try:
        reference = begun(asyncio.get_running_loop())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert reference() is None
    finally:
        gc.enable()
