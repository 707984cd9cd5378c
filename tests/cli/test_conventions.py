"""What holds for every command: help, streams, exit statuses, mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stateroom import __version__
from stateroom.cli.commands import COMMANDS, GROUPS, names
from tests.cli.running import SEED, run

ON_A_CATALOGUE = [
    ("decide", "FILE"),
    ("decide", "FILE", "--write"),
    ("decide", "FILE", "--ask"),
    ("explain", "theme", "FILE"),
    ("whatif", "theme", "FILE"),
    ("check", "FILE"),
    ("export", "FILE", "--to", "csv"),
    ("diff", "seed-flowchart", "stateroom", "--file", "FILE"),
]
JSON = [
    ("decide", SEED),
    ("explain", "theme", SEED),
    ("whatif", "theme", SEED),
    ("whatif", "theme", SEED, "--input", "horizon=account"),
    ("check", SEED),
    ("diff", "seed-flowchart", "stateroom", "--file", SEED),
    ("prove",),
    ("rules",),
    ("rules", "T11"),
    ("rules", "SEC001"),
    ("tiers",),
    ("config",),
    ("init",),
]
BROKEN = """
[items.theme]
like = "preferences"

[items.search]
audience = "users"
staleness = "5 parsecs"
"""

each_command = pytest.mark.parametrize("name", names())
each_group = pytest.mark.parametrize("name", GROUPS)


@each_command
def test_help_says_what_it_does_and_gives_an_example(name: str) -> None:
    done = run(*name.split(), "--help")
    assert done.status == 0
    assert f"Usage: stateroom {name} " in done.out
    assert f"  stateroom {name}" in done.out.split("Examples:")[1]
    assert done.err == ""


@each_command
def test_help_fits_80_columns(name: str) -> None:
    assert [
        line for line in run(*name.split(), "--help").out.splitlines() if len(line) > 80
    ] == []


@each_command
def test_every_command_has_the_common_options(name: str) -> None:
    told = run(*name.split(), "--help").out
    assert [
        each for each in ("--quiet", "--verbose", "--no-color") if each in told
    ] == [
        "--quiet",
        "--verbose",
        "--no-color",
    ]


@each_group
def test_a_group_alone_is_its_help_and_lists_its_commands(name: str) -> None:
    done = run(name)
    assert (done.status, done.out) == (0, run(name, "--help").out)
    for member, (_, about) in GROUPS[name].items():
        assert f"\n  {member} " in done.out
        assert about in done.out


@each_group
def test_every_group_is_a_command_itself(name: str) -> None:
    assert name in COMMANDS
    assert [each for each in names() if each.startswith(f"{name} ")] == [
        f"{name} {member}" for member in GROUPS[name]
    ]


def test_help_of_the_program_lists_every_command() -> None:
    done = run("--help")
    assert done.status == 0
    for name, (_, about) in COMMANDS.items():
        assert name in done.out
        assert about.split()[0] in done.out


def test_no_command_is_the_help() -> None:
    assert run().out == run("--help").out


def test_version() -> None:
    assert run("--version").out == f"stateroom {__version__}\n"


@pytest.mark.parametrize("words", JSON, ids=" ".join)
def test_json_is_one_document_with_a_schema_version(words: tuple[str, ...]) -> None:
    done = run(*words, "--format", "json")
    assert done.status in {0, 1}
    assert json.loads(done.out)["schema_version"] == "1.0"


@pytest.mark.parametrize("words", JSON, ids=" ".join)
def test_text_has_no_escape_sequences_off_a_terminal(words: tuple[str, ...]) -> None:
    done = run(*words)
    assert done.status in {0, 1}
    assert "\x1b" not in done.out + done.err


@pytest.mark.parametrize(
    "words", [each for each in JSON if each[0] not in {"check", "rules"}], ids=" ".join
)
def test_text_fits_80_columns(words: tuple[str, ...]) -> None:
    assert [line for line in run(*words).out.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("words", ON_A_CATALOGUE, ids=" ".join)
def test_a_broken_catalogue_ends_with_2_and_every_place(
    words: tuple[str, ...], folder: Path
) -> None:
    (folder / "broken.toml").write_text(BROKEN)
    done = run(*[word.replace("FILE", "broken.toml") for word in words])
    assert (done.status, done.out) == (2, "")
    lines = done.err.splitlines()
    assert lines[0].startswith("error STR-200: ")
    for place in ("broken.toml:3:1 ", "broken.toml:6:1 ", "broken.toml:7:1 "):
        assert sum(line.startswith(place) for line in lines) == 1
    assert "did you mean preference?" in done.err
    assert not list(folder.glob("*.lock"))


@pytest.mark.parametrize("words", ON_A_CATALOGUE, ids=" ".join)
def test_a_missing_catalogue_ends_with_2(words: tuple[str, ...]) -> None:
    done = run(*[word.replace("FILE", "no.toml") for word in words])
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error STR-200: no.toml")


def test_no_catalogue_here_says_how_to_begin() -> None:
    done = run("decide")
    assert done.status == 2
    assert done.err == (
        "error STR-100: there is no stateroom.toml here\n"
        "hint: name a catalogue, or write one to begin with: stateroom init\n"
    )


MISTAKES = [
    (("decied",), "did you mean stateroom decide?"),
    (("cache", "invalidat"), "did you mean stateroom cache invalidate?"),
    (("cache", "help"), "see stateroom cache --help"),
    (("decide", "--frmat", "json"), "did you mean --format?"),
    (("decide", SEED, "--format", "jsn"), "did you mean json?"),
    (("decide", SEED, "--item", "thme"), "did you mean theme?"),
    (("decide", "--input", "stalenes=5m"), "did you mean staleness?"),
    (("decide", "--input", "audience=users"), "did you mean user?"),
    (("decide", "--input", "like=drafts"), "did you mean draft?"),
    (("decide", SEED, "--rules", "seed-flow-chart"), "did you mean 'seed-flowchart'?"),
    (("explain", "lnguage", SEED), "did you mean language?"),
    (("explain", SEED, "theme"), f"stateroom explain theme {SEED}"),
    (("rules", "SEC01"), "did you mean SEC001?"),
    (("check", SEED, "--select", "SEX"), "did you mean SEC?"),
    (("check", SEED, "--fail-on", "warn"), "did you mean warning?"),
    (("export", "--to", "mermiad"), "did you mean mermaid?"),
    (("export", "--what", "rule"), "did you mean rules?"),
    (("decide", SEED, "--input", "size=1"), "name it with --item"),
    (("decide", SEED, "--moved", "plan.toml"), "give both"),
    (("decide", SEED, "--write", "--item", "theme"), "into the catalogue first"),
    (("decide", "--input", "size"), "say KEY=VALUE"),
    (("explain",), "stateroom explain --help"),
]


@pytest.mark.parametrize(("words", "hint"), MISTAKES, ids=lambda each: each[0][:12])
def test_a_mistake_is_told_in_a_line_and_a_hint(
    words: tuple[str, ...], hint: str
) -> None:
    done = run(*words)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(
        ("error STR-100: ", "error STR-101: ", "error STR-300: ")
    )
    assert hint in done.err
    assert len(done.err.splitlines()) <= 2
    assert "Traceback" not in done.err


def test_answers_that_exclude_each_other_say_what_to_mend() -> None:
    done = run("decide", "--input", "audience=tab", "--input", "horizon=account")
    assert done.status == 2
    assert "only one tab" in done.err
    assert 'hint: say audience = "user"' in done.err


def test_quiet_drops_the_notes_and_not_the_answer() -> None:
    loud, quiet = run("decide", SEED), run("decide", SEED, "--quiet")
    assert loud.out == quiet.out
    assert (loud.err != "", quiet.err) == (True, "")
    assert run("--quiet", "decide", SEED).err == ""


def test_quiet_does_not_hide_an_error() -> None:
    assert run("decide", "--quiet").err.startswith("error STR-100")


def test_control_characters_of_a_catalogue_do_not_reach_the_terminal(
    folder: Path,
) -> None:
    (folder / "stateroom.toml").write_text(
        '[items.theme]\nlike = "preference"\n[items.theme.override]\n'
        'tier = "session"\nreason = "red \\u202e alert"\n'
    )
    done = run("explain", "theme")
    assert "red \\u202e alert" in done.out
    assert "\u202e" not in done.out + done.err
