"""Choices that make a program, drawn by Hypothesis so that a finding shrinks.

The first of several possibilities is always the simplest one: that is what Hypothesis
shrinks towards.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.oracle.real import Json

__all__ = ("Choice", "programs")

T = TypeVar("T")


@functools.cache
def _below(count: int) -> SearchStrategy[int]:
    return st.integers(0, count - 1)


class Choice:
    """Makes choices. Everything random in a program comes from here."""

    def __init__(self, draw: DrawFn) -> None:
        self._draw = draw

    def below(self, count: int) -> int:
        """A number from 0 to ``count - 1``."""
        return self._draw(_below(count)) if count > 1 else 0

    def one_of(self, several: Sequence[T]) -> T:
        """One of several."""
        return several[self.below(len(several))]

    def happens(self, percent: int) -> bool:
        """Whether something happens, that usually does not."""
        return self.below(100) >= 100 - percent

    def some(self, several: Sequence[T], most: int) -> list[T]:
        """Up to ``most`` of several, each once, in their order."""
        wanted = self.below(min(most, len(several)) + 1)
        rest = list(several)
        taken = [rest.pop(self.below(len(rest))) for _ in range(wanted)]
        return [each for each in several if each in taken]

    def times(self, least: int, most: int) -> range:
        """A range of a random length."""
        return range(least + self.below(most - least + 1))


def programs(
    make: Callable[[Choice], dict[str, Json]],
) -> SearchStrategy[dict[str, Json]]:
    """The strategy of the programs that ``make`` makes."""

    @st.composite
    def drawn(draw: DrawFn) -> dict[str, Json]:
        return make(Choice(draw))

    return drawn()
