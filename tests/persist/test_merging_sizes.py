"""How often a merge of large collections compares what is in them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stateroom.persist.merging import three_way
from stateroom.store import freeze

MANY = 2_000


class Counted:
    """A number of a class that state does not know. Comparing it is counted."""

    compared = 0

    def __init__(self, number: int) -> None:
        self.number = number

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return isinstance(other, Counted) and self.number == other.number

    def __hash__(self) -> int:
        return hash(self.number)


class Unhashable(Counted):
    __hash__ = None  # type: ignore[assignment] # the point


def comparisons(base: object, stored: object, current: object) -> int:
    sides = freeze(base), freeze(stored), freeze(current)
    Counted.compared = 0
    three_way(*sides)
    return Counted.compared


@pytest.mark.parametrize("kind", [Counted, Unhashable])
@pytest.mark.parametrize("make", [list, lambda each: dict(enumerate(each))])
def test_each_element_is_compared_a_few_times_whatever_their_number(
    kind: Callable[[int], object], make: Callable[[list[object]], object]
) -> None:
    base, stored, current = (
        make([*(kind(number) for number in range(MANY)), *more])
        for more in ([], [kind(-1)], [kind(-2)])
    )
    assert comparisons(base, stored, current) <= 10 * MANY


def test_a_set_compares_each_member_a_few_times() -> None:
    base, stored, current = (
        {Counted(number) for number in (*range(MANY), *more)}
        for more in ([], [-1], [-2])
    )
    assert comparisons(base, stored, current) <= 10 * MANY


def test_where_only_the_stored_side_changed_the_first_difference_is_enough() -> None:
    base = freeze({number: Counted(number) for number in range(MANY)})
    stored = {number: Counted(number + 1) for number in range(MANY)}
    assert comparisons(base, stored, base) == 1


def test_entries_that_are_shared_with_the_base_are_not_compared() -> None:
    base = {number: Counted(number) for number in range(MANY)}
    stored, current = base | {1: Counted(-1)}, base | {2: Counted(-2)}
    assert comparisons(base, stored, current) <= 10
