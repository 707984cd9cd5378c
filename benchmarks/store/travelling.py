"""Time travel: a history of many actions, whose first one is toggled off and on."""

from __future__ import annotations

from benchmarks.store.models import shown
from benchmarks.store.ours import counting, increment
from benchmarks.store.programs import Program, Programs
from benchmarks.store.workload import Sizes

__all__ = ("travelling",)

FIRST = 1
"""The id of the first action; 0 is the start."""


def travelling(sizes: Sizes) -> Programs:
    """Return toggles of the first action: all that follow are computed again."""
    store = counting()
    tools = store.devtools(max_age=None)
    for _ in range(sizes.actions):
        store.dispatch(increment())

    def run(count: int) -> None:
        for _ in range(count):
            tools.toggle(FIRST)

    return {"devtools_toggle": Program(run, lambda: shown(store.state), 1)}
