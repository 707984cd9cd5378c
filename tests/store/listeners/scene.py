"""A store whose listeners have their errors kept and their time in hand."""

from __future__ import annotations

from stateroom.store.actions import create_action
from stateroom.store.listeners import ListenerMiddleware, create_listeners
from stateroom.testing.timing import ManualClock
from tests.store.recording import Recorded

__all__ = ("Scene", "go", "stop")

go = create_action("go")
stop = create_action("stop")


class Scene:
    """A store whose listeners have their errors kept and their time in hand."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.errors: list[str] = []
        self.seen: list[object] = []
        self.listeners: ListenerMiddleware = create_listeners(
            on_error=lambda error, _: self.errors.append(str(error)), timer=self.clock
        )
        self.store = Recorded(
            lambda state, _: (state if isinstance(state, int) else 0) + 1,
            state=0,
            middleware=[self.listeners.middleware],
        )

    async def pass_time(self, seconds: float) -> None:
        await self.clock.elapse(seconds)
