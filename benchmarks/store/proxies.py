"""Peers whose proxies watch what is changed: patchdiff and observ. They have no store.

patchdiff changes a deep copy and tells the patches. observ changes the state itself, so
that there is no state before it to compare with.
"""

from __future__ import annotations

from itertools import islice

from observ.proxy import reactive, to_raw
from observ.watcher import watch
from patchdiff.produce import produce

from benchmarks.store.programs import Program, Programs, counting, toggling
from benchmarks.store.workload import (
    BoardDict,
    CounterDict,
    Sizes,
    keys_of,
    plain_board,
    plain_counter,
)

__all__ = ("observing", "patching", "toggle_in_place")


def count_in_place(draft: CounterDict) -> None:
    draft["count"] += draft["step"]


def toggle_in_place(draft: BoardDict, key: str) -> None:
    item = draft["items"][key]
    item["done"] = not item["done"]


def patching(sizes: Sizes) -> Programs:
    """Return patchdiff's ``produce``, which copies all, on states of dicts."""

    def count_up(state: CounterDict) -> CounterDict:
        after: CounterDict = produce(state, count_in_place)[0]
        return after

    def toggle(state: BoardDict, key: str) -> BoardDict:
        after: BoardDict = produce(state, lambda draft: toggle_in_place(draft, key))[0]
        return after

    return {
        "patchdiff_flat": counting(plain_counter(), count_up, sizes),
        "patchdiff_toggle": toggling(plain_board(sizes.items), toggle, sizes),
    }


def observing(sizes: Sizes) -> Programs:
    """Return observ's proxies, alone and with a watcher of the whole state."""
    return {
        "observ_toggle": _observed(sizes, is_watched=False),
        "observ_toggle_watched": _observed(sizes, is_watched=True),
    }


def _observed(sizes: Sizes, *, is_watched: bool) -> Program:
    board = reactive(plain_board(sizes.items))
    keys = keys_of(sizes.items)
    calls = 0

    def changed() -> None:
        nonlocal calls
        calls += 1

    # It lives as long as somebody holds it.
    watchers: list[object] = [watch(board, changed, sync=True)] if is_watched else []

    def run(count: int) -> None:
        before = calls
        for key in islice(keys, count):
            toggle_in_place(board, key)
        assert calls - before == count * len(watchers)

    return Program(run, lambda: to_raw(board), sizes.toggles)
