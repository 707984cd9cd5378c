"""What a persistor is told once, for all slices that it keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from stateroom.persist.budgets import TOTAL_BUDGET
from stateroom.persist.clocks import Clock, SystemClock
from stateroom.persist.status import Problem
from stateroom.persist.storages.port import AnyStorage

__all__ = ("OnFull", "OnProblem", "Options")

OnFull: TypeAlias = Callable[[Problem], object]
"""Called when something has no room; it may dispatch what makes the state smaller."""
OnProblem: TypeAlias = Callable[[Problem], object]
"""Called with everything that went wrong; must be quick, and comes from any thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What holds for all slices. Each is described in ``Persistor``.

    Attributes:
        storage: of slices that name none.
        namespace: of the application, in every key.
        budget: bytes that all records may have together.
        poll: seconds between looks for the writes of others; None for never.
        on_full: called when there is no room, before a write is tried once more.
        on_problem: called with what went wrong.
        clock: where the time is from.
    """

    storage: AnyStorage | None = None
    namespace: str = "app"
    budget: int = TOTAL_BUDGET
    poll: float | None = 1.0
    on_full: OnFull | None = None
    on_problem: OnProblem | None = None
    clock: Clock = field(default_factory=SystemClock)
