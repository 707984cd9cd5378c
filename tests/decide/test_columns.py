"""Columns are cut so that every piece holds a number, and nothing is cut twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.decide.columns import (
    NUMERIC,
    WHOLE,
    Interval,
    in_words,
    label,
    numeric_column,
    parse_interval,
    set_column,
)
from stateroom.errors import InvalidValue

KIB = 1024


def pieces(name: str, *cells: str) -> tuple[str, ...]:
    return numeric_column(name, [parse_interval(name, cell) for cell in cells]).pieces


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ((), ("any",)),
        (("<= 256 KiB",), ("<= 256 KiB", "> 256 KiB")),
        (("<= 256 KiB", "> 256 KiB"), ("<= 256 KiB", "> 256 KiB")),
        (("< 1 KiB", ">= 1 MB"), ("< 1 KiB", "[1 KiB, 1 MB)", ">= 1 MB")),
        (("[1 KiB, 1 KiB]",), ("< 1 KiB", "[1 KiB, 1 KiB]", "> 1 KiB")),
        ((">= 0 B",), ("any",)),  # no size is below zero
        (("<= 1023 B", ">= 1 KiB"), ("< 1 KiB", ">= 1 KiB")),  # nothing between
    ],
)
def test_a_size_is_cut_where_cells_need_it(
    cells: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert pieces("size", *cells) == expected


def test_a_share_is_not_cut_above_one() -> None:
    assert pieces("hit_ratio", "<= 1", ">= 0.5") == ("< 0.5", ">= 0.5")


def test_between_shares_and_rates_there_is_always_a_number() -> None:
    assert pieces("reads_per_hour", "<= 1", ">= 2") == ("<= 1", "(1, 2)", ">= 2")


@pytest.mark.parametrize(
    ("size", "piece"), [(0, 0), (KIB, 0), (KIB + 1, 1), (256 * KIB, 1), (1 << 40, 2)]
)
def test_a_number_falls_into_the_piece_that_holds_it(size: int, piece: int) -> None:
    cells = [parse_interval("size", text) for text in ("<= 1 KiB", "> 256 KiB")]
    assert numeric_column("size", cells).piece_of(size) == piece


@pytest.mark.parametrize(
    "text",
    [
        "",
        "256 KiB",
        "= 3",
        "<= ",
        "<= two",
        "> -1",
        "> nan",
        "> inf",
        "< 0",
        "(2, 1)",
        "(1, 1)",
        "(1, 2",
        "> 1e300",
    ],
)
@pytest.mark.parametrize("name", sorted(NUMERIC))
def test_what_is_no_interval_is_refused(name: str, text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_interval(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [("hit_ratio", "> 1"), ("hit_ratio", ">= 1.5"), ("size", "(1023 B, 1 KiB)")],
)
def test_an_interval_that_holds_no_number_is_refused(name: str, text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_interval(name, text)


NUMBERS = {
    "bytes": st.integers(0, 1 << 50).map(lambda size: f"{size} B"),
    "ratio": st.floats(0, 1).map(repr),
    "count": st.floats(0, 1e15).map(repr),
}


@given(name=st.sampled_from(sorted(NUMERIC)), data=st.data())
def test_a_printed_interval_reads_back_as_the_same(
    name: str, data: st.DataObject
) -> None:
    number = NUMBERS[NUMERIC[name]]
    one_sided = st.tuples(st.sampled_from(["<", "<=", ">", ">="]), number)
    ends = st.tuples(st.sampled_from("[("), number, number, st.sampled_from("])"))
    text = data.draw(
        one_sided.map(" ".join) | ends.map(lambda e: f"{e[0]}{e[1]}, {e[2]}{e[3]}")
    )
    try:
        cell = parse_interval(name, text)
    except InvalidValue:
        return  # it holds no number
    if label(name, cell) != "any":
        assert parse_interval(name, label(name, cell)) == cell


def in_interval(cell: Interval, number: float) -> bool:
    (low, above), (high, below) = cell.low, cell.high
    is_above = number > low or (number == low and not above)
    return is_above and (number < high or (number == high and bool(below)))


@given(name=st.sampled_from(["size", "reads_per_hour"]), data=st.data())
def test_a_cell_accepts_exactly_the_pieces_of_its_numbers(
    name: str, data: st.DataObject
) -> None:
    number = st.integers(0, 9)
    unit = " B" if name in WHOLE else ""
    texts = st.builds("{0} {1}{2}".format, st.sampled_from(["<", "<=", ">", ">="]),
                      st.integers(1, 8), st.just(unit))  # fmt: skip
    cells = [parse_interval(name, t) for t in data.draw(st.lists(texts, min_size=1))]
    column = numeric_column(name, cells)
    found = data.draw(number)
    for cell in cells:
        accepted = column.piece_of(found) in column.pieces_in(cell)
        assert accepted == in_interval(cell, found)


def test_a_set_column_has_its_values_in_their_order() -> None:
    column = set_column("audience")
    assert column.pieces == ("tab", "user", "group", "public")
    assert column.pieces_in(("public", "tab")) == (3, 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<= 256 KiB", "at most 256 KiB"),
        ("< 1 KiB", "under 1 KiB"),
        ("> 512 MiB", "over 512 MiB"),
        (">= 2 KiB", "at least 2 KiB"),
        ("(1 KiB, 256 KiB]", "over 1 KiB, at most 256 KiB"),
    ],
)
def test_an_interval_is_said_in_words_to_people(text: str, words: str) -> None:
    assert in_words("size", parse_interval("size", text)) == words
