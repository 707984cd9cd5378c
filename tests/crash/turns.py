"""What a persistor is at when something fails, and what must be there in the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from stateroom.persist.storages import Storage
from tests.crash.worlds import (
    NAMES,
    AsyncWorld,
    Marks,
    Release,
    States,
    World,
    damaged,
    filled,
    write_beside,
)

__all__ = ("BEFORE", "TURNS", "Turn", "everywhere")

_FIRST = Release()


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One thing that is done, and may fail.

    Attributes:
        fill: makes what is stored when it begins.
        release: of the application.
        before: what of it was acknowledged, and must stay.
        is_read: whether the slices were read before, without a fault.
        is_beside: whether somebody else wrote meanwhile.
        act: what is done.
        act_async: the same, awaited.
        acknowledges: whether all is stored when it raises nothing.
        own: what was counted here before.
        end: what is to be there in the end, in memory and in the storage.
    """

    act: Callable[[World], object]
    act_async: Callable[[AsyncWorld], Awaitable[object]]
    acknowledges: bool = False
    fill: Callable[[], Storage] = filled
    release: Release = _FIRST
    before: Marks = field(default_factory=lambda: BEFORE)
    is_read: bool = True
    is_beside: bool = False
    own: Marks
    end: Marks

    def world(self) -> World:
        """Return a world at the point where the act begins."""
        world = World(self.fill(), self.release)
        if self.is_read:
            world.persistor.hydrate()
        self._go_on(world)
        return world

    async def async_world(self) -> AsyncWorld:
        """Return one to await in."""
        world = AsyncWorld(self.fill(), self.release)
        if self.is_read:
            await world.persistor.hydrate()
        self._go_on(world)
        return world

    def _go_on(self, world: World | AsyncWorld) -> None:
        if self.is_beside:
            write_beside(world.memory, "beside")
        for who, times in self.own.items():
            for _ in range(times):
                world.dispatch(who)


def everywhere(marks: Marks) -> States:
    return {name: dict(marks) for name in NAMES}


BEFORE: Marks = {"before": 2}
"""What was stored, and acknowledged, before anything failed."""

_OWN: Marks = {"own": 3}


async def _tick_async(world: AsyncWorld) -> None:
    world.clock.advance(1)
    await world.persistor.tick()


def _tick(world: World) -> None:
    world.clock.advance(1)
    world.persistor.tick()


def _hydrating(
    end: Marks,
    *,
    fill: Callable[[], Storage] = filled,
    release: Release = _FIRST,
    before: Marks | None = None,
) -> Turn:
    return Turn(
        fill=fill,
        release=release,
        before=BEFORE if before is None else before,
        is_read=False,
        act=lambda world: world.persistor.hydrate(),
        act_async=lambda world: world.persistor.hydrate(),
        own=_OWN,
        end=end | _OWN,
    )


_KEPT_FOR_A_SECOND = Release(retention=1)

TURNS: dict[str, Turn] = {
    "hydrate": _hydrating(BEFORE),
    "hydrate and migrate": _hydrating(
        BEFORE | {"moved": 1}, release=Release(version=2)
    ),
    "hydrate and mend": _hydrating({"before": 1}, fill=damaged, before={"before": 1}),
    "hydrate and erase": _hydrating(
        {},
        fill=lambda: filled(_KEPT_FOR_A_SECOND),
        before={},
        release=Release(retention=1, seconds=10),
    ),
    "flush": Turn(
        acknowledges=True,
        act=lambda world: world.persistor.flush(),
        act_async=lambda world: world.persistor.flush(),
        own=_OWN,
        end=BEFORE | _OWN,
    ),
    "flush beside": Turn(
        is_beside=True,
        acknowledges=True,
        act=lambda world: world.persistor.flush(),
        act_async=lambda world: world.persistor.flush(),
        own=_OWN,
        end=BEFORE | _OWN | {"beside": 1},
    ),
    "refresh beside": Turn(
        is_beside=True,
        act=lambda world: world.persistor.refresh(),
        act_async=lambda world: world.persistor.refresh(),
        own=_OWN,
        end=BEFORE | _OWN | {"beside": 1},
    ),
    "tick beside": Turn(
        is_beside=True,
        act=_tick,
        act_async=_tick_async,
        own=_OWN,
        end=BEFORE | _OWN | {"beside": 1},
    ),
}
