"""Stateroom's selectors, on the state that Reselect's are measured on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, islice
from typing import TypedDict, cast

from benchmarks.store.models import Account, Counter, Look
from benchmarks.store.ours import counting, rename
from benchmarks.store.programs import Program, Programs
from benchmarks.store.workload import Sizes
from stateroom.store import Store
from stateroom.store.selectors import create_selector

__all__ = ("Root", "selecting")

MANY = 100
"""States, more of them than a selector remembers."""


class Root(TypedDict):
    """The state of a store that counts."""

    counter: Counter
    look: Look
    account: Account


def count_of(root: Root) -> int:
    return root["counter"].count


def page_of(root: Root) -> str:
    return root["look"].page


def selecting(sizes: Sizes) -> Programs:
    """Return calls on one state, and on many in turn that differ elsewhere."""
    store = counting()
    states = [_root_after(store, number) for number in range(MANY)]
    return {
        "selector_hit": _calling(states[:1], sizes),
        "selector_inputs": _calling(states, sizes),
    }


def _root_after(store: Store, number: int) -> Root:
    """Return the state after a change that the selector does not look at."""
    store.dispatch(rename(f"name {number}"))
    return cast("Root", store.state)


def _calling(states: Sequence[Root], sizes: Sizes) -> Program:
    pair = create_selector((count_of, page_of), _paired)
    turns = cycle(states)
    last: object = None

    def run(count: int) -> None:
        nonlocal last
        for state in islice(turns, count):
            last = pair(state)

    return Program(run, lambda: last, sizes.reads)


def _paired(count: int, page: str) -> dict[str, object]:
    return {"count": count, "page": page}
