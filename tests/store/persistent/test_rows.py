from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.store.persistent.rows import WIDTH, Rows

EDGES = [
    size + step
    for size in (0, WIDTH, 2 * WIDTH, WIDTH**2, WIDTH**2 + WIDTH)
    for step in (-1, 0, 1)
    if size + step >= 0
]
"""Numbers of rows beside which the tree gains a list, or a level."""


@pytest.mark.parametrize("length", [*EDGES, WIDTH**3 + 1])
def test_rows_are_read_in_order_and_by_number(length: int) -> None:
    rows = Rows[int].of(list(range(length)))
    assert list(rows) == list(range(length))
    assert list(reversed(rows)) == list(range(length))[::-1]
    probes = {0, 1, length // 2, length - 2, length - 1} & set(range(length))
    assert {rows.at(number) for number in probes} == probes


@pytest.mark.parametrize("length", EDGES)
@pytest.mark.parametrize("more", [1, WIDTH - 1, WIDTH, WIDTH + 1, WIDTH**2])
def test_appended_rows_follow_those_that_are_there(length: int, more: int) -> None:
    rows = Rows[int].of(list(range(length)))
    longer = rows.extended(list(range(length, length + more)))
    assert list(longer) == list(range(length + more))
    assert longer.length == length + more
    assert list(rows) == list(range(length))


def test_rows_that_grow_one_by_one_pass_every_edge() -> None:
    rows = Rows[int].of([])
    for number in range(WIDTH**2 + 2 * WIDTH):
        rows = rows.extended([number])
        assert rows.at(number) == number
    assert list(rows) == list(range(WIDTH**2 + 2 * WIDTH))


@pytest.mark.parametrize("length", [size for size in EDGES if size])
def test_a_replaced_row_is_the_only_one_that_differs(length: int) -> None:
    rows = Rows[int].of(list(range(length)))
    for number in {0, length // 2, length - 1}:
        expected = list(range(length))
        expected[number] = -1
        assert list(rows.put(number, -1)) == expected
        assert list(rows.put_many({number: -1})) == expected
    assert list(rows) == list(range(length))


@given(st.integers(1, WIDTH**2 + 70), st.data())
def test_many_rows_are_replaced_at_once(length: int, data: st.DataObject) -> None:
    numbers = data.draw(st.sets(st.integers(0, length - 1)))
    rows = Rows[int].of(list(range(length)))
    new = rows.put_many({number: -number for number in numbers})
    expected = [-each if each in numbers else each for each in range(length)]
    assert list(new) == expected
    assert list(rows) == list(range(length))


def test_no_change_gives_the_same_rows() -> None:
    rows = Rows[int].of([1, 2, 3])
    assert rows.put_many({}) is rows
