"""Tables in little room: words stay whole, and nothing is left out."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest

from stateroom.cli import coloured
from stateroom.cli.blocks import Column, Line, Table
from stateroom.cli.fitting import fitted, stacked
from stateroom.cli.plain import render
from tests.cli.running import SEED, on_terminal, run, uncoloured

LONG = "improvement-suggestions-of-the-cover-letter-for-a-job"
TABLE = Table(
    columns=(Column("item"), Column("home", keeps=True), Column("copies")),
    rows=(("a-long-name", "source", "redis/cache 1h\nsession 5m"), ("b", "none", "")),
)


def test_a_table_that_fits_has_its_natural_widths() -> None:
    assert fitted(TABLE, 80) == [11, 6, 14]


def test_columns_give_way_between_words_only() -> None:
    assert fitted(TABLE, 32) == [11, 6, 11]
    assert fitted(TABLE, 31) is None


def test_rows_are_stacked_with_all_that_they_say() -> None:
    assert render(stacked(TABLE)) == (
        "a-long-name\n  home: source\n  copies: redis/cache 1h, session 5m\n"
        "b\n  home: none\n"
    )


@pytest.mark.parametrize("width", [10, 20, 31])
def test_a_name_is_whole_in_any_width(width: int) -> None:
    assert "a-long-name\n" in render((TABLE,), width)
    assert "a-long-name-that-is-long\n" in render(
        (Line("a-long-name-that-is-long", is_whole=True),), width
    )


def test_a_terminal_and_a_pipe_stack_the_same() -> None:
    stream = StringIO()
    coloured.render(stacked(TABLE), stream, has_colour=False)
    shown = "\n".join(line.rstrip() for line in stream.getvalue().splitlines())
    assert f"{shown}\n" == render(stacked(TABLE))


def test_a_long_name_is_found_in_a_pipe() -> None:
    Path("stateroom.toml").write_text(
        f'[items.{LONG}]\nlike = "reference"\n[items.x]\naudience = "user"\n'
    )
    assert LONG in run("decide").out


@pytest.mark.parametrize("columns", [20, 40])
def test_a_narrow_terminal_shows_home_copies_tiers_and_rule(columns: int) -> None:
    text = uncoloured(on_terminal("decide", SEED, "--quiet", columns=columns).out)
    lines = [line.rstrip() for line in text.splitlines()]
    start = lines.index("improvement-suggestions")
    shown = " ".join(" ".join(lines[start : start + 6]).split())
    assert shown.startswith(
        "improvement-suggestions home: source copies: redis/cache 1d tiers: redis "
        "rule: T11"
    )
