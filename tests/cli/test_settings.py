"""Settings: a flag wins over the environment, that over the project, that over none."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from stateroom.cli.settings import SETTINGS
from tests.cli.running import SEED, process, run

PROJECT = """
[tool.stateroom]
rules = "seed-flowchart"
fail-on = "error"
select = ["SEC", "TTL"]
"""


@pytest.fixture
def project(folder: Path) -> Path:
    path = folder / "pyproject.toml"
    path.write_text(PROJECT)
    return path


def shown(**env: str) -> dict[str, dict[str, str]]:
    done = run("config", "--format", "json", env=env)
    settings: dict[str, dict[str, str]] = json.loads(done.out)["settings"]
    return settings


def ruleset(*words: str, **env: str) -> str:
    done = run("decide", SEED, *words, "--format", "json", env=env)
    name: str = json.loads(done.out)["ruleset"]["name"]
    return name


def test_every_setting_has_a_default_and_its_origin_is_told() -> None:
    settings = shown()
    assert set(settings) == set(SETTINGS)
    assert {each["origin"] for name, each in settings.items() if name != "format"} == {
        "default"
    }


@pytest.mark.usefixtures("project")
def test_the_project_wins_over_the_default() -> None:
    rules = shown()["rules"]
    assert rules["value"] == "seed-flowchart"
    assert rules["origin"] == "pyproject.toml [tool.stateroom]"
    assert shown()["select"]["value"] == "SEC,TTL"
    assert ruleset() == "seed-flowchart"


@pytest.mark.usefixtures("project")
def test_the_environment_wins_over_the_project() -> None:
    env = {"STATEROOM_RULES": "stateroom"}
    assert shown(**env)["rules"]["origin"] == "STATEROOM_RULES"
    assert ruleset(**env) == "stateroom"


@pytest.mark.usefixtures("project")
def test_a_flag_wins_over_all() -> None:
    env = {"STATEROOM_RULES": "seed-flowchart"}
    assert ruleset("--rules", "stateroom", **env) == "stateroom"


def test_file_format_and_fail_on_can_be_set() -> None:
    env = {"STATEROOM_FILE": SEED, "STATEROOM_FORMAT": "json"}
    assert json.loads(run("decide", env=env).out)["decisions"]
    assert run("check", SEED, env={"STATEROOM_FAIL_ON": "info"}).status == 1


def test_a_format_meant_for_another_command_is_text_here() -> None:
    done = run("decide", SEED, env={"STATEROOM_FORMAT": "sarif"})
    assert (done.status, done.out.startswith("item ")) == (0, True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[tool.stateroom]\nrule = 'x'\n", "did you mean rules?"),
        ("[tool.stateroom]\nselect = [1]\n", "select must be a list of strings"),
        ("[tool.stateroom]\nrules = 1\n", "rules must be a string"),
        ("[tool.stateroom]\nfail-on = 'never'\n", "'never' is none of"),
        ("[tool\n", "not readable as TOML"),
        ("tool = 1\n", "must be a table"),
        ("[tool]\nstateroom = 1\n", "must be a table"),
    ],
)
def test_a_mistake_in_the_project_is_told(folder: Path, text: str, told: str) -> None:
    (folder / "pyproject.toml").write_text(text)
    done = run("config")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error STR-100: pyproject.toml")
    assert told in done.err


def test_a_pipe_named_as_the_project_is_refused_instead_of_waited_for(
    folder: Path,
) -> None:
    os.mkfifo(folder / "pyproject.toml")
    done = process("config")
    assert (done.status, done.out) == (2, "")
    assert done.err == "error STR-100: pyproject.toml: is not a regular file\n"


def test_a_huge_project_is_refused_before_it_is_read(folder: Path) -> None:
    with (folder / "pyproject.toml").open("wb") as file:
        file.truncate(1 << 40)
    done = run("config")
    assert (done.status, "pyproject.toml: larger than" in done.err) == (2, True)


def test_a_project_without_our_table_is_no_matter(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.other]\nx = 1\n")
    assert shown()["rules"]["origin"] == "default"
