"""Durations and sizes: every spelling, every refusal, and back again."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.catalogue.units import (
    LARGEST,
    LONGEST,
    format_duration,
    format_rate,
    format_size,
    parse_duration,
    parse_size,
    spell_size,
)
from stateroom.errors import InvalidValue

BEYOND_PRINT = 16**5000
"""An integer that Python itself refuses to print in decimal."""


@pytest.mark.parametrize(
    ("spelled", "seconds"),
    [
        ("90s", 90),
        ("90 s", 90),
        (" 5m ", 300),
        ("5M", 300),
        ("1h", 3600),
        ("1.5h", 5400),
        ("7d", 604_800),
        ("2w", 1_209_600),
        ("90", 90),
        (90, 90),
        (0.5, 0.5),
        ("0.000001s", 0.000001),
        ("36500d", LONGEST),
    ],
)
def test_a_duration_is_read_in_seconds(spelled: object, seconds: float) -> None:
    assert parse_duration(spelled) == seconds


def test_whole_seconds_are_read_as_an_int() -> None:
    assert type(parse_duration("1.5h")) is int


@pytest.mark.parametrize(
    "wrong",
    [
        "", "s", "5 minutes", "5min", "1h30m", "-5m", "+5m", "1e3", "1.s", ".5h",
        "5m\n",        "\t5m", "\N{ARABIC-INDIC DIGIT FIVE}m",
        "0s", "0", 0, -1, True, None, [], {}, math.nan, math.inf, 1e-7,
        "36501d", LONGEST + 1, "9" * 16, 1e300,
        pytest.param(BEYOND_PRINT, id="beyond"),
        pytest.param(-BEYOND_PRINT, id="below"),
    ],
)  # fmt: skip
def test_what_is_no_duration_is_refused_with_what_is_allowed(wrong: object) -> None:
    with pytest.raises(InvalidValue) as caught:
        parse_duration(wrong)
    assert '"90s"' in caught.value.allowed
    assert caught.value.found


@pytest.mark.parametrize(
    ("spelled", "size"),
    [
        ("500 B", 500),
        ("500", 500),
        (0, 0),
        ("10 KiB", 10_240),
        ("10kib", 10_240),
        ("10 kB", 10_000),
        ("1.5 KiB", 1536),
        ("2 MB", 2_000_000),
        ("1 GiB", 1 << 30),
        (1.0, 1),
        (LARGEST, LARGEST),
    ],
)
def test_a_size_is_read_in_bytes(spelled: object, size: int) -> None:
    assert parse_size(spelled) == size


@pytest.mark.parametrize(
    "wrong",
    ["", "KiB", "1 TB", "1.5 B", 1.5, -1, "-1 B", False, None, [], LARGEST + 1,
     "2000000 GiB", math.nan, math.inf,
     pytest.param(BEYOND_PRINT, id="beyond")],
)  # fmt: skip
def test_what_is_no_size_is_refused_with_what_is_allowed(wrong: object) -> None:
    with pytest.raises(InvalidValue) as caught:
        parse_size(wrong)
    assert '"10 KiB"' in caught.value.allowed


@given(st.integers(1, 1_000_000_000).map(lambda micros: micros / 1_000_000))
def test_a_printed_duration_reads_back(seconds: float) -> None:
    assert parse_duration(format_duration(seconds)) == seconds


@given(st.integers(1, LONGEST))
def test_a_printed_duration_of_whole_seconds_reads_back(seconds: int) -> None:
    assert parse_duration(format_duration(seconds)) == seconds


@given(st.integers(0, LARGEST))
def test_a_spelled_size_reads_back_exactly(size: int) -> None:
    assert parse_size(spell_size(size)) == size


@pytest.mark.parametrize(
    ("seconds", "printed"),
    [(1, "1s"), (60, "1m"), (90, "90s"), (3600, "1h"), (86_400, "1d"), (0.5, "0.5s")],
)
def test_a_duration_is_printed_in_its_largest_whole_unit(
    seconds: float, printed: str
) -> None:
    assert format_duration(seconds) == printed


@pytest.mark.parametrize(
    ("size", "printed"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (1536, "1.5 KiB")],
)
def test_a_size_is_printed_for_people(size: int, printed: str) -> None:
    assert format_size(size) == printed


def test_a_rate_is_printed_without_trailing_zeros() -> None:
    assert [format_rate(0.2), format_rate(60)] == ["0.2/h", "60/h"]
