"""Makes scenes of each way, and ends them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol, Unpack

import pytest

from stateroom.persist import Memory
from stateroom.store.roots import StorePart
from stateroom.testing.timing import ManualClock
from tests.persist.faces.ways import WAYS, Scene
from tests.persist.scenes import Options


class Making(Protocol):
    """Makes a process of the way that a test is run for."""

    def __call__(
        self,
        *parts: StorePart,
        place: Memory | None = None,
        clock: ManualClock | None = None,
        **options: Unpack[Options],
    ) -> Scene: ...


@pytest.fixture(params=WAYS)
async def making(request: pytest.FixtureRequest) -> AsyncIterator[Making]:
    """Make processes of one way, and close them when the test ends."""
    made: list[Scene] = []

    def make(
        *parts: StorePart,
        place: Memory | None = None,
        clock: ManualClock | None = None,
        **options: Unpack[Options],
    ) -> Scene:
        scene = Scene(request.param, *parts, place=place, clock=clock, **options)
        made.append(scene)
        return scene

    yield make
    for each in made:
        await each.end()
