"""A program of one side: what is done over and over, and the state that it has made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice, repeat
from typing import TypeAlias, TypeVar

from benchmarks.figures import Measures
from benchmarks.store.timing import Run, seconds_of
from benchmarks.store.workload import Sizes, keys_of

__all__ = ("Program", "Programs", "counting", "measure", "toggling")

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Program:
    """Operations on a state that stays between rounds.

    Attributes:
        run: does so many of them, one after another.
        show: returns the plain state that all of them so far have made.
        count: how many are timed together.
    """

    run: Run
    show: Callable[[], object]
    count: int


Programs: TypeAlias = Mapping[str, Program]
"""By the name of their measure."""


def measure(programs: Programs, sizes: Sizes) -> Measures:
    """Return what one operation of each program takes, in seconds."""
    return {
        name: seconds_of(program.run, program.count, span=sizes.span)
        for name, program in programs.items()
    }


def counting(state: S, reduce: Callable[[S], S], sizes: Sizes) -> Program:
    """Return a program without a store: each state is made of the one before.

    Args:
        state: the first one.
        reduce: makes the next one.
        sizes: say how often.
    """

    def run(count: int) -> None:
        nonlocal state
        for _ in repeat(None, count):
            state = reduce(state)

    return Program(run, lambda: state, sizes.flat)


def toggling(state: S, reduce: Callable[[S, str], S], sizes: Sizes) -> Program:
    """Return the same of a board: ``reduce`` toggles the item under a key."""
    keys = keys_of(sizes.items)

    def run(count: int) -> None:
        nonlocal state
        for key in islice(keys, count):
            state = reduce(state, key)

    return Program(run, lambda: state, sizes.toggles)
