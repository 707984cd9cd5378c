"""Stateroom's ``produce`` without a store, beside copies by hand and patchdiff."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.store.models import Board, Counter, board_of
from benchmarks.store.ours import toggle
from benchmarks.store.programs import Program, Programs, counting, toggling
from benchmarks.store.proxies import toggle_in_place
from benchmarks.store.workload import BoardDict, Sizes, plain_board
from stateroom.store import freeze, produce
from stateroom.store.patches import produce_with_patches

__all__ = ("copying", "producing")


def count_up(draft: Counter) -> None:
    draft.count += draft.step


def counted(state: Counter) -> Counter:
    return produce(state, count_up)


def toggled(state: Board, key: str) -> Board:
    return produce(state, lambda draft: toggle(draft, key))


def toggled_dict(state: BoardDict, key: str) -> BoardDict:
    return produce(state, lambda draft: toggle_in_place(draft, key))


def patched_dict(state: BoardDict, key: str) -> BoardDict:
    return produce_with_patches(state, lambda draft: toggle_in_place(draft, key)).state


def producing(sizes: Sizes) -> Programs:
    """Return ``produce`` on a counter, and on boards of slots dataclasses and dicts."""
    board, dicts = freeze(board_of(sizes.items)), freeze(plain_board(sizes.items))
    return {
        "produce_flat": counting(freeze(Counter()), counted, sizes),
        "produce_toggle": toggling(board, toggled, sizes),
        "produce_toggle_dicts": toggling(dicts, toggled_dict, sizes),
        "patches_toggle_dicts": toggling(dicts, patched_dict, sizes),
    }


def copying(sizes: Sizes) -> Programs:
    """Return ``produce`` that sets one value of a list, and one of a dict, by size."""
    found: dict[str, Program] = {}
    for name, size in sizes.copied.items():
        numbers = list(range(size))
        found[f"list_{name}"] = counting(freeze(numbers), set_last, sizes)
        found[f"dict_{name}"] = counting(
            freeze(dict.fromkeys(numbers, 0)), set_0, sizes
        )
    return {
        name: replace(program, count=sizes.toggles) for name, program in found.items()
    }


def set_last(state: list[int]) -> list[int]:
    def add(draft: list[int]) -> None:
        draft[-1] += 1

    return produce(state, add)


def set_0(state: dict[int, int]) -> dict[int, int]:
    def add(draft: dict[int, int]) -> None:
        draft[0] += 1

    return produce(state, add)
