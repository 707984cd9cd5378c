"""Copies by hand: what a Python reducer does when nobody helps it. There is no store.

Each is written for its class, and calls the constructor by position, as that is the
quickest way: ``dataclasses.replace`` takes a microsecond more.
"""

from __future__ import annotations

from benchmarks.store.models import Board, Counter, Item, board_of
from benchmarks.store.programs import Programs, counting, toggling
from benchmarks.store.workload import (
    BoardDict,
    ItemDict,
    Sizes,
    plain_board,
)

__all__ = ("add_step", "handwritten", "toggle_dict", "toggle_item")


def add_step(state: Counter) -> Counter:
    return Counter(state.count + state.step, state.step, state.label)


def toggle_item(state: Board, key: str) -> Board:
    old = state.items[key]
    new = Item(old.id, old.title, old.company, old.salary, old.note, not old.done)
    return Board(state.shown, {**state.items, key: new})


def toggle_dict(state: BoardDict, key: str) -> BoardDict:
    item = state["items"][key]
    new: ItemDict = {**item, "done": not item["done"]}
    return {**state, "items": {**state["items"], key: new}}


def handwritten(sizes: Sizes) -> Programs:
    """Return copies of slots dataclasses, and of dicts."""
    return {
        "hand_flat": counting(Counter(), add_step, sizes),
        "hand_toggle": toggling(board_of(sizes.items), toggle_item, sizes),
        "hand_toggle_dicts": toggling(plain_board(sizes.items), toggle_dict, sizes),
    }
