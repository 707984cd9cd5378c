"""The program as a process: how it starts, ends, and leaves its streams."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import PATIENCE, ROOT, SEED, command, environment, process

BARE = """
import sys
{before}
from stateroom.cli import main
sys.argv = ["stateroom", *sys.argv[1:]]
main()
"""


def python(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-c", code, *words),
        env=environment(),
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE,
    )


def test_the_module_runs_as_the_program() -> None:
    done = process("decide", SEED)
    assert (done.status, done.err.startswith("next: ")) == (0, True)
    assert "job-search " in done.out


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("decide", SEED), 0),
        (("decide", "--input", "audience=user"), 1),
        (("decide", "no.toml"), 2),
        (("prove",), 0),
        (("prove", "--rules", "seed-flowchart"), 1),
        (("diff", "stateroom", "stateroom"), 0),
        (("diff", "seed-flowchart", "stateroom"), 1),
        (("no-such-command",), 2),
    ],
    ids=lambda each: " ".join(each)[-24:] if isinstance(each, tuple) else str(each),
)
def test_exit_statuses(words: tuple[str, ...], status: int) -> None:
    done = process(*words)
    assert done.status == status
    assert "Traceback" not in done.err


def test_a_run_off_a_terminal_loads_neither_rich_nor_pydantic() -> None:
    code = BARE.format(before="import atexit") + ""
    code = code.replace(
        "import atexit",
        "import atexit\n"
        "atexit.register(lambda: print([each for each in sys.modules "
        "if each in ('rich', 'pydantic', 'asyncio')], file=sys.stderr))",
    )
    done = python(code, "decide", SEED, "--quiet")
    assert done.stderr == "[]\n"


def test_the_main_job_starts_quickly() -> None:
    """Half a second is promised; time of this process only, as machines are busy."""
    times = []
    for _ in range(3):
        before = os.times()
        process("decide", SEED)
        after = os.times()
        used = after.children_user + after.children_system
        times.append(used - before.children_user - before.children_system)
    assert min(times) < 0.5


@pytest.mark.parametrize("missing", ["msgspec", "typer"])
def test_a_missing_dependency_is_told_in_one_line_and_a_hint(missing: str) -> None:
    done = python(BARE.format(before=f"sys.modules[{missing!r}] = None"), "decide")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"error STR-600: the command line needs {missing}, which is not installed\n"
        "hint: pip install stateroom\n"
    )


@pytest.mark.parametrize("words", [("decide", SEED), ("schema",), ("--help",)])
def test_a_reader_that_has_left_is_no_error(words: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            command(*words),
            env=environment(),
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
            timeout=PATIENCE,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_full_disk_is_an_error() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            command("decide", SEED),
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
            timeout=PATIENCE,
        )
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_interrupted_run_ends_with_one_line() -> None:
    # Raised, not sent: a job in the background may be started with the signal ignored.
    code = BARE.format(
        before="from stateroom.decide import Engine\n"
        "def interrupted(*words):\n    raise KeyboardInterrupt\n"
        "Engine.decide_all = interrupted"
    )
    done = python(code, "decide", SEED)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")


def test_names_outside_ascii_print_where_the_output_is_ascii() -> None:
    Path("stateroom.toml").write_text(
        '[items.theme]\ntitle = "Thème"\nlike = "preference"\n', "utf-8"
    )
    done = process("explain", "theme", PYTHONIOENCODING="ascii")
    assert done.status == 0
    assert "Traceback" not in done.err


def test_a_catalogue_may_come_from_a_pipe() -> None:
    done = process("decide", "-", answers='[items.theme]\nlike = "preference"\n')
    assert (done.status, "theme" in done.out) == (0, True)


def test_completion_names_commands_and_items() -> None:
    def completed(text: str) -> list[str]:
        done = process(
            _STATEROOM_COMPLETE="complete_bash",
            COMP_WORDS=text,
            COMP_CWORD=str(len(text.split(" ")) - 1),
        )
        return done.out.split()

    assert completed("stateroom ex") == ["explain", "export"]
    Path("stateroom.toml").write_text((ROOT / "examples/seed.toml").read_text("utf-8"))
    assert completed("stateroom explain th") == ["theme"]
    assert completed("stateroom decide --item lang") == ["language"]
    assert completed("stateroom prove --rules seed") == ["seed-flowchart"]
