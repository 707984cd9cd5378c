"""Streams that are closed, full, narrow in encoding, or shared with others."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import PATIENCE, SEED, Done, command, environment, process

HERE = '[items.theme]\nlike = "preference"\n'
WITHOUT = """
import sys
sys.modules[{missing!r}] = None
sys.stdout.isatty = lambda: True
from stateroom.cli import main
sys.argv = ["stateroom", *sys.argv[1:]]
main()
"""


def through_shell(redirection: str, *words: str, **env: str) -> Done:
    """Run the program with streams as a shell redirects them."""
    done = subprocess.run(
        ("/bin/sh", "-c", f'exec "$@" {redirection}', "sh", *command(*words)),
        env=environment(**env),
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    return Done(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode())


def on_full_disk(*words: str) -> Done:
    """Run the program where no file can grow over a few bytes."""
    done = subprocess.run(
        command(*words),
        env=environment(PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE,
        preexec_fn=_fill_disk,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def _fill_disk() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))


def test_a_closed_standard_output_is_told_in_one_line() -> None:
    done = through_shell(">&-", "decide", SEED)
    assert (done.status, done.err) == (2, "error STR-100: standard output is closed\n")


def test_both_outputs_closed_are_status_2() -> None:
    assert through_shell(">&- 2>&-", "decide", SEED).status == 2


def test_a_closed_standard_error_does_not_keep_the_answer_back() -> None:
    done = through_shell("2>&-", "decide", SEED)
    assert (done.status, done.out.startswith("item ")) == (0, True)


def test_a_closed_standard_input_ends_the_questions() -> None:
    done = through_shell("<&-", "decide", "--ask")
    assert done.status == 1
    assert "questions asked: 0" in done.err


def test_a_full_disk_leaves_the_baseline_that_was_there() -> None:
    Path("base.json").write_text("before")
    done = on_full_disk("check", SEED, "--write-baseline", "base.json")
    assert (done.status, "cannot be written" in done.err) == (2, True)
    assert Path("base.json").read_text() == "before"
    assert [each.name for each in Path().iterdir()] == ["base.json"]


def test_a_full_disk_leaves_the_catalogue_that_was_there() -> None:
    Path("stateroom.toml").write_text(HERE)
    assert on_full_disk("init", "--force").status == 2
    assert Path("stateroom.toml").read_text() == HERE
    assert [each.name for each in Path().iterdir()] == ["stateroom.toml"]


def test_init_never_replaces_what_is_no_file() -> None:
    os.mkfifo("data.toml")
    done = process("init", "data.toml", "--force")
    assert (done.status, "is not a regular file" in done.err) == (2, True)
    assert Path("data.toml").is_fifo()


def test_a_full_disk_leaves_no_part_of_a_new_catalogue() -> None:
    assert on_full_disk("init").status == 2
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
@pytest.mark.parametrize(
    "words",
    [
        ("export", "stateroom.toml", "--to", "csv"),
        ("decide", "--format", "json"),
    ],
    ids=["csv", "json"],
)
def test_documents_are_utf8_whatever_a_terminal_here_would_have(
    words: tuple[str, ...], encoding: str
) -> None:
    Path("stateroom.toml").write_text(f'{HERE}title = "Thème"\n', "utf-8")
    done = through_shell("", *words, PYTHONIOENCODING=encoding)
    assert (done.status, "Thème" in done.out) == (0, True)


@pytest.mark.parametrize("missing", ["rich", "shellingham"])
def test_a_package_missing_on_a_terminal_is_told_in_one_line(missing: str) -> None:
    done = subprocess.run(
        (sys.executable, "-c", WITHOUT.format(missing=missing), "decide", SEED, "-q"),
        env=environment(),
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stdout) == (2, "")
    told = f"error STR-600: the command line needs {missing}"
    assert done.stderr.startswith(told)
    assert done.stderr.endswith("not installed\nhint: pip install stateroom\n")


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "markdown"])
def test_a_name_that_is_no_text_is_shown_with_marks(form: str) -> None:
    name = b"c\xff.toml".decode("utf-8", "surrogateescape")
    Path(name).write_text('[items.x]\naudience = "user"\n')
    done = process("check", name, "--format", form)
    assert (done.status, "Traceback" in done.err) == (1, False)
    assert "unexpected" not in done.err


def test_decisions_and_locks_of_a_name_that_is_no_text_are_documents() -> None:
    folder = Path(b"f\xff".decode("utf-8", "surrogateescape"))
    folder.mkdir()
    (folder / "stateroom.toml").write_text(HERE)
    name = str(folder / "stateroom.toml")
    done = process("decide", name, "--write", "--format", "json")
    assert (done.status, "f\ufffd/stateroom.lock" in done.out) == (0, True)


def test_completion_names_formats_and_levels() -> None:
    def completed(text: str) -> list[str]:
        done = process(
            _STATEROOM_COMPLETE="complete_bash",
            COMP_WORDS=text,
            COMP_CWORD=str(len(text.split(" ")) - 1),
        )
        return done.out.split()

    assert completed("stateroom decide --format js") == ["json"]
    assert completed("stateroom check --format sa") == ["sarif"]
    assert completed("stateroom check --fail-on w") == ["warning"]
    assert completed("stateroom export --to me") == ["mermaid"]
    assert completed("stateroom check --rules seed") == ["seed-flowchart"]
