"""Every page does what it says: its commands, its files and its Python are run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.blocks import Block, agrees, commands, parse, refreshed, with_outputs
from tests.docs.story import ROOT, tell

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
FENCE = "```"

CONSOLE = f"""\
Some text.

{FENCE}console
$ echo one
one
$ echo two \\
  three
two three
{FENCE}
"""


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def console(*lines: str) -> str:
    return "\n".join([f"{FENCE}console", *lines, FENCE, ""])


@pytest.mark.timeout(180)
@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_shows_what_really_happens(page: Path) -> None:
    assert tell(page.read_text("utf-8")).faults == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_of_a_page_is_in_a_block_that_is_run(page: Path) -> None:
    strays = [
        f"line {block.line}: {block.language or 'no language'}"
        for block in parse(page.read_text("utf-8"))
        if block.language != "console" and block.text.startswith("$ ")
    ]
    assert strays == []


def test_blocks_are_found_with_language_title_and_line() -> None:
    page = f'Text.\n\n{FENCE}toml title="a.toml"\n[app]\n{FENCE}\n'
    assert parse(page) == [
        Block(language="toml", title="a.toml", text="[app]\n", line=4)
    ]


def test_a_block_inside_a_list_loses_its_indent() -> None:
    page = f"1. First:\n\n    {FENCE}console\n    $ true\n      x\n    {FENCE}\n"
    assert [(each.text, each.indent) for each in parse(page)] == [("$ true\n  x\n", 4)]


def test_a_longer_fence_holds_a_shorter_one() -> None:
    page = f"````markdown\n{FENCE}toml\n{FENCE}\n````\n"
    assert [each.text for each in parse(page)] == [f"{FENCE}toml\n{FENCE}\n"]


def test_a_fence_that_is_never_closed_is_refused() -> None:
    with pytest.raises(ValueError, match="line 1: this fence is never closed"):
        parse(f"{FENCE}console\n$ true\n")


def test_output_without_a_command_is_refused() -> None:
    with pytest.raises(ValueError, match="line 2: output without a command"):
        commands(parse(console("true"))[0])


def test_commands_may_go_on_after_a_backslash() -> None:
    found = commands(parse(CONSOLE)[0])
    assert [(each.text, each.expected, each.line) for each in found] == [
        ("echo one", ["one"], 4),
        ("echo two \\\n  three", ["two three"], 6),
    ]


@pytest.mark.parametrize(
    ("expected", "printed", "agreeing"),
    [
        ([], [], True),
        (["a"], ["a"], True),
        (["a"], ["a", "b"], False),
        (["a", "..."], ["a"], True),
        (["a", "...", "d"], ["a", "b", "c", "d"], True),
        (["a", "...", "d"], ["a", "b", "c"], False),
        (['hash = "[..]"'], ['hash = "0f"'], True),
        (['hash = "[..]"'], ['hash = "0f"', "b"], False),
        (["a.c"], ["abc"], False),
        (["a"], ["a  "], True),
    ],
)
def test_dots_stand_for_lines_and_brackets_for_text(
    expected: list[str],
    printed: list[str],
    agreeing: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    assert agrees(expected, printed) is agreeing


@pytest.mark.parametrize(
    ("expected", "printed", "told"),
    [
        (["a"], ["b"], ["b"]),
        (["a", "..."], ["a", "b", "c"], ["a", "..."]),
        (["...", "one: 1", "..."], ["x", "one: 2", "y"], ["...", "one: 2", "..."]),
        (["id [..]", "..."], ["id 7", "b"], ["id [..]", "..."]),
        (["a", "c", "..."], ["a", "b", "c", "d"], ["a", "b", "c", "..."]),
        (["a", "...", "z"], ["a", "b", "z", "new"], ["a", "...", "z", "new"]),
        (["gone", "..."], ["a"], ["..."]),
    ],
)
def test_what_a_page_has_shortened_stays_short(
    expected: list[str], printed: list[str], told: list[str]
) -> None:
    assert refreshed(expected, printed) == told
    assert agrees(told, printed)


def test_what_is_really_printed_replaces_what_was_told() -> None:
    page = with_outputs(CONSOLE, {4: ["uno", ""], 6: []})
    assert page == CONSOLE.replace("one\none", "one\nuno\n").replace("two three\n", "")


def test_a_page_that_tells_the_truth_has_no_faults() -> None:
    assert tell(CONSOLE).faults == []


def test_a_wrong_output_is_told_with_its_line() -> None:
    story = tell(console("$ echo 1", "2"))
    assert story.faults == ["line 2: $ echo 1\nreally prints\n1"]
    assert story.outputs == {2: ["1"]}


def test_a_failure_that_the_page_does_not_show_is_a_fault() -> None:
    assert tell(console("$ (exit 3)")).faults == ["line 2: $ (exit 3)\nends with 3"]


def test_the_status_of_a_command_can_be_shown() -> None:
    assert tell(console("$ (exit 1)", "$ echo $?", "1")).faults == []


def test_the_program_runs_without_settings_of_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STATEROOM_FORMAT", "json")
    page = console("$ stateroom --version", "stateroom [..]")
    assert tell(page).faults == []


@pytest.mark.parametrize(
    ("language", "text", "fault"),
    [
        ("toml", "a = ", "TOMLDecodeError"),
        ("toml", "[items.a]\nlike = 'drafts'", "CatalogueError"),
        ("toml", "[[move]]\nitem = 'a'", "UsageError"),
        ("toml", "blocks = 1", "RulesetError"),
        ("toml", "version = 0", "LockError"),
        ("python", "assert not 1", "AssertionError"),
        ("pycon", ">>> 1 + 1\n3", "AssertionError"),
    ],
)
def test_a_block_that_is_wrong_is_a_fault(language: str, text: str, fault: str) -> None:
    found = tell(f"{FENCE}{language}\n{text}\n{FENCE}\n").faults
    assert [each.split(": ")[1] for each in found] == [fault]


def test_a_block_with_a_reason_is_not_run() -> None:
    exempt = "<!-- not run: it needs a machine of its own -->\n"
    assert tell(exempt + console("$ (exit 9)")).faults == []
    assert tell("<!-- not run: -->\n" + console("$ (exit 9)")).faults != []


def test_titled_blocks_are_files_for_the_commands_below() -> None:
    files = f'{FENCE}text title="a/b.txt"\n1\n{FENCE}\n'
    files += f'{FENCE}text title="added to a/b.txt"\n2\n{FENCE}\n'
    assert tell(files + console("$ cat a/b.txt", "1", "2")).faults == []


def test_python_blocks_know_the_names_of_those_before() -> None:
    page = f"{FENCE}python\nx = 2\n{FENCE}\n"
    page += f"{FENCE}pycon\n>>> x\n2\n>>> y = x\n{FENCE}\n"
    page += f"{FENCE}python\nassert y == 2\n{FENCE}\n"
    assert tell(page).faults == []
