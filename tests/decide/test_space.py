"""Sets of cells as integers say what loops over cells say."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from stateroom.decide.columns import (
    Column,
    numeric_column,
    parse_interval,
    set_column,
)
from stateroom.decide.rulesets import load_ruleset
from stateroom.decide.space import Space, columns_of, refine
from stateroom.decide.table import CellKey
from tests.decide.documents import every_cell

SMALL = parse_interval("size", "<= 1 KiB")
BIG = parse_interval("size", "> 256 KiB")
MIDDLE = parse_interval("size", "(1 KiB, 256 KiB]")
ALL = (
    set_column("audience"),
    set_column("horizon"),
    set_column("coordination"),
    numeric_column("size", [SMALL, BIG]),
)

spaces = st.lists(st.sampled_from(ALL), unique=True, max_size=4).map(Space)


def all_cells(space: Space) -> list[CellKey]:
    return list(itertools.product(*(range(len(c.pieces)) for c in space.columns)))


@given(spaces)
def test_every_cell_has_one_bit_and_comes_back_in_order(space: Space) -> None:
    cells = all_cells(space)
    assert space.count == len(cells)
    assert list(space.cells(space.all)) == cells
    assert [space.bit(cell) for cell in cells] == [1 << i for i in range(space.count)]


@given(space=spaces, data=st.data())
def test_any_set_decodes_to_its_cells_and_a_limit_keeps_the_first(
    space: Space, data: st.DataObject
) -> None:
    mask = data.draw(st.integers(0, space.all))
    expected = [cell for cell in all_cells(space) if mask & space.bit(cell)]
    assert list(space.cells(mask)) == expected
    assert list(space.cells(mask, 2)) == expected[:2]


def test_a_piece_means_the_cells_that_take_it() -> None:
    space = Space(ALL)
    for index, column in enumerate(ALL):
        for piece in range(len(column.pieces)):
            expected = [cell for cell in all_cells(space) if cell[index] == piece]
            assert list(space.cells(space.value_mask(column.name, piece))) == expected


def test_conditions_mean_the_cells_that_meet_all_of_them() -> None:
    space = Space(ALL)
    mask = space.mask(
        {"audience": ("user", "group"), "size": MIDDLE, "home": ("session",)}
    )
    assert list(space.cells(mask)) == [
        cell for cell in all_cells(space) if cell[0] in (1, 2) and cell[3] == 1
    ]
    assert space.mask({}) == space.all


@given(space=spaces.filter(lambda space: bool(space.columns)), data=st.data())
def test_a_shift_changes_one_column_and_nothing_else(
    space: Space, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(space.columns) - 1))
    column = space.columns[index]
    piece = st.integers(0, len(column.pieces) - 1)
    source, target = data.draw(piece), data.draw(piece)
    mask = data.draw(st.integers(0, space.all))
    expected = [
        (*cell[:index], target, *cell[index + 1 :])
        for cell in space.cells(mask)
        if cell[index] == source
    ]
    assert list(space.cells(space.shift(mask, column.name, source, target))) == expected


@given(space=spaces.filter(lambda space: bool(space.columns)), data=st.data())
def test_a_spread_takes_every_piece_of_one_column(
    space: Space, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(space.columns) - 1))
    mask = data.draw(st.integers(0, space.all))
    without = {(*cell[:index], *cell[index + 1 :]) for cell in space.cells(mask)}
    assert list(space.cells(space.spread(mask, space.columns[index].name))) == [
        cell
        for cell in all_cells(space)
        if (*cell[:index], *cell[index + 1 :]) in without
    ]


def pieces(columns: tuple[Column, ...], cell: dict[str, int]) -> CellKey:
    return tuple(cell[column.name] for column in columns)


def test_the_possible_cells_are_those_of_the_plain_reading() -> None:
    for columns in (ALL, ALL[1:], load_ruleset("seed-flowchart").columns):
        space = Space(columns)
        expected = [pieces(columns, cell) for cell in every_cell(columns)]
        assert list(space.cells(space.possible)) == expected


def test_our_whole_space_is_counted() -> None:
    space = Space(load_ruleset().columns)
    assert space.count == len(all_cells(space))
    assert space.possible.bit_count() == sum(1 for _ in every_cell(space.columns))


def test_columns_are_refined_to_the_cuts_of_both() -> None:
    ours = (set_column("audience"), numeric_column("size", [SMALL]))
    theirs = (numeric_column("size", [BIG]), set_column("horizon"))
    joined = refine(ours, theirs)
    assert [column.name for column in joined] == ["audience", "size", "horizon"]
    assert joined[1].pieces == ("<= 1 KiB", "(1 KiB, 256 KiB]", "> 256 KiB")
    assert refine(joined, ours) == joined


def test_columns_of_conditions_are_cut_for_them() -> None:
    found = columns_of([{"size": SMALL}, {"audience": ("tab",), "home": ("cdn",)}])
    assert found == (numeric_column("size", [SMALL]), set_column("audience"))
