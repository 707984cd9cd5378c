"""The program on a terminal: colours, width, questions, interruption."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import SEED, Done, on_terminal, uncoloured

# Relative to the root: a proposed command is as long as the path of its file, and
# the width must not depend on where the checkout lies.
NEAR = "examples/seed.toml"

SHOWN = [
    ("decide", NEAR),
    ("decide", NEAR, "--item", "job-search"),
    ("explain", "draft-cover-letter", NEAR),
    ("explain", "job-search", NEAR, "--rules", "seed-flowchart"),
    ("whatif", "theme", NEAR),
    ("whatif", "theme", NEAR, "--input", "horizon=account"),
    ("check", NEAR),
    ("diff", "seed-flowchart", "stateroom", "--file", NEAR),
    ("prove",),
    ("rules",),
    ("tiers",),
    ("config",),
]


def lines(done: Done) -> list[str]:
    return uncoloured(done.out).splitlines()


@pytest.mark.parametrize("words", SHOWN, ids=lambda words: " ".join(words)[:24])
def test_no_line_is_wider_than_the_terminal(words: tuple[str, ...]) -> None:
    done = on_terminal(*words, columns=80, in_root=True)
    assert done.status in {0, 1}
    assert [line for line in lines(done) if len(line.rstrip()) > 80] == []


def test_nothing_is_cut_off_on_a_narrow_terminal() -> None:
    done = on_terminal("decide", SEED, "--quiet", columns=40)
    assert [line for line in lines(done) if len(line.rstrip()) > 40] == []
    assert "…" not in done.out
    assert "51 items" in uncoloured(done.out)


def test_a_terminal_gets_colours() -> None:
    assert "\x1b[" in on_terminal("decide", SEED).out


@pytest.mark.parametrize(
    ("words", "env"),
    [((), {"NO_COLOR": "1"}), (("--no-color",), {}), ((), {"TERM": "dumb"})],
    ids=["NO_COLOR", "--no-color", "dumb"],
)
def test_colours_can_be_switched_off(
    words: tuple[str, ...], env: dict[str, str]
) -> None:
    done = on_terminal("decide", SEED, *words, env=env)
    assert "\x1b" not in done.out
    assert "job-search" in done.out


def test_an_error_is_coloured_and_says_the_same() -> None:
    done = on_terminal("decide", "no.toml")
    assert done.status == 2
    assert "\x1b[1;31merror\x1b[0m STR-200" in done.out


def test_a_long_run_tells_how_far_it_is_and_wipes_that_away() -> None:
    items = "".join(f'[items.item-{i}]\nlike = "reference"\n' for i in range(1200))
    Path("stateroom.toml").write_text(items)
    done = on_terminal("decide", "--format", "json")
    assert "deciding 1,000 of 1,200" in done.out
    assert "\r\x1b[K" in done.out


def test_questions_are_asked_until_the_place_is_certain() -> None:
    done = on_terminal(
        "decide", "--ask", answers=("?\n", "1\n", "zzz\n", "2\n", "moment\n", "tab\n")
    )
    text = uncoloured(done.out)
    assert done.status == 0
    assert "What harm is done if a stranger reads it?" in text
    assert "sensitivity: How the value must be protected" in text
    assert 'not one of its values: "zzz"' in text
    assert "home: session" in text
    assert "questions asked: 4" in text
    assert 'audience = "tab"' in text


def test_ctrl_c_ends_the_questions_with_the_decision_so_far() -> None:
    done = on_terminal("decide", "--ask", answers=("4\n", "\x03"))
    text = uncoloured(done.out)
    assert done.status == 1
    assert "Traceback" not in text
    assert "sensitivity = secret (given)" in text
    assert "questions asked: 1" in text


def test_the_end_of_input_ends_the_questions_too() -> None:
    done = on_terminal("decide", "--ask", answers=("4\n", "\x04"))
    assert done.status == 1
    assert "questions asked: 1" in done.out
