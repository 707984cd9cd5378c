"""What reading costs: frozen values beside plain ones, and drafts.

A loop reads six times in each turn. Every kind of value has a copy of the loop of its
own, as the interpreter specialises a loop for the types that it has seen there.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import TypeVar, cast

from benchmarks.store.models import Board, Item, board_of
from benchmarks.store.programs import Program, Programs
from benchmarks.store.workload import Sizes, fields_of, key_of
from stateroom.store import create_draft, freeze

__all__ = ("reading",)

T = TypeVar("T")
Loop = Callable[[T, int], object]
Salaries = tuple[dict[str, int], list[str]]
"""By key, and the keys."""


def read_attributes(item: Item, count: int) -> object:
    value: object = None
    for _ in range(count):
        value = item.id
        value = item.title
        value = item.company
        value = item.salary
        value = item.done
        value = item.note
    return value


def read_keys(salaries: Salaries, count: int) -> object:
    held, keys = salaries
    value: object = None
    for _ in range(count):
        for key in keys:
            value = held[key]
            value = held[key]
            value = held[key]
            value = held[key]
            value = held[key]
            value = held[key]
    return value


def count_done(board: Board, count: int) -> object:
    done = 0
    for _ in range(count):
        done = 0
        for item in board.items.values():
            done += item.done
    return done


def reading(sizes: Sizes) -> Programs:
    """Return loops over plain, frozen and drafted values.

    They read the fields of an item; a dict, by many keys, as hashes that collide make
    some slower; and one field of every item.
    """
    plain = Item(*fields_of(0))
    salaries = {key_of(number): fields_of(number)[3] for number in range(sizes.items)}
    keys = list(salaries)
    board = board_of(sizes.items)
    frozen_board = freeze(board_of(sizes.items))
    return {
        "read_plain_attr": _reading(read_attributes, plain, sizes.reads),
        "read_frozen_attr": _reading(read_attributes, freeze(plain), sizes.reads),
        "read_draft_attr": _reading(
            read_attributes, create_draft(freeze(plain)), sizes.reads
        ),
        "read_plain_dict": _reading(read_keys, (salaries, keys), 1),
        "read_frozen_dict": _reading(read_keys, (freeze(salaries), keys), 1),
        "read_draft_dict": _reading(
            read_keys, (create_draft(freeze(salaries)), keys), 1
        ),
        "iterate_plain": _reading(count_done, board, 1),
        "iterate_frozen": _reading(count_done, frozen_board, 1),
        "iterate_draft": _drafting(frozen_board),
    }


def _reading(loop: Loop[T], value: T, count: int) -> Program:
    own = _copied(loop)
    last: object = None

    def run(count: int) -> None:
        nonlocal last
        last = own(value, count)

    return Program(run, lambda: last, count)


def _drafting(board: Board) -> Program:
    """Return the loop over all items of a new draft, as a reducer would have it."""
    own = _copied(count_done)
    last: object = None

    def run(count: int) -> None:
        nonlocal last
        for _ in range(count):
            last = own(create_draft(board), 1)

    return Program(run, lambda: last, 1)


def _copied(loop: Loop[T]) -> Loop[T]:
    """Return a function whose code is a copy, with nothing specialised as yet."""
    assert isinstance(loop, FunctionType)
    own = FunctionType(loop.__code__.replace(), loop.__globals__, loop.__name__)
    return cast("Loop[T]", own)
