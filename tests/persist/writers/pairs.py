"""Two processes on one storage, that begin with the same."""

from __future__ import annotations

from typing import Unpack

from stateroom.persist import Memory
from stateroom.testing.timing import ManualClock
from tests.persist.roles import Kept, Settings, kept_roles
from tests.persist.scenes import Moody, Options, Process

__all__ = ("Side", "pair")


class Side:
    """One of several processes.

    Attributes:
        kept: its roles.
        storage: its own instance on the common place.
        process: its store and persistor.
    """

    def __init__(
        self,
        place: Memory,
        clock: ManualClock,
        *,
        options: Options | None = None,
        settings: Settings | None = None,
        is_read: bool = True,
    ) -> None:
        self.kept: Kept = kept_roles(**(settings or {}))
        self.storage: Moody = Moody(shared=place)
        self.process: Process = Process(
            self.storage, self.kept.part, clock=clock, **(options or {})
        )
        if is_read:
            self.process.persistor.hydrate()

    @property
    def selected(self) -> list[str]:
        return self.process.store[self.kept.part].selected

    @property
    def title(self) -> str:
        return self.process.store[self.kept.part].title

    def select(self, role: str) -> None:
        self.process.store.dispatch(self.kept.select(role))

    def name_it(self, title: str) -> None:
        self.process.store.dispatch(self.kept.name_it(title))

    def flush(self) -> None:
        self.process.persistor.flush()

    def refresh(self) -> None:
        self.process.persistor.refresh()


def pair(*roles: str, **settings: Unpack[Settings]) -> tuple[Side, Side]:
    """Return two processes that both have these roles, and nothing to write."""
    place, clock = Memory(), ManualClock()
    one = Side(place, clock, settings=settings)
    for role in roles:
        one.select(role)
    one.flush()
    two = Side(place, clock, settings=settings)
    two.flush()
    return one, two
