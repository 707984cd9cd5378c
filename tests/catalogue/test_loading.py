"""Loading: files, standard input and modules; and each way in which that can fail."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from stateroom import signals
from stateroom.catalogue import Catalogue, Place, load
from stateroom.catalogue.loading import LARGEST_FILE
from stateroom.errors import CatalogueError
from tests.catalogue.refused import file, problem_of, problems_of

NOBODY = 65534
"""The user without rights, on Linux and macOS alike."""
GOOD_TOML = b'[app]\nname = "careers"\n[items.theme]\nlike = "preference"\n'
GOOD_JSON = json.dumps(tomllib.loads(GOOD_TOML.decode())).encode()
WRONG = b'[items.theme]\r\nlike = "x"\r\nsize = "y"\r\n[app]\r\nnam = 1\r\n'


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("stateroom.toml", GOOD_TOML),
        ("facts", GOOD_TOML),
        ("facts.JSON", GOOD_JSON),
        ("bom.toml", b"\xef\xbb\xbf" + GOOD_TOML),
        ("bom.json", b"\xef\xbb\xbf" + GOOD_JSON),
        ("windows.toml", GOOD_TOML.replace(b"\n", b"\r\n")),
        ("a:b", GOOD_TOML),
    ],
)
def test_a_good_file_is_loaded(tmp_path: Path, name: str, data: bytes) -> None:
    found = load(file(tmp_path, data, name))
    assert (found.app.name, list(found.items)) == ("careers", ["theme"])


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"# nothing yet\n"])
def test_a_file_without_items_is_an_empty_catalogue(
    tmp_path: Path, data: bytes
) -> None:
    assert load(file(tmp_path, data)).items == {}


def test_every_problem_is_told_with_its_place_in_the_order_of_the_lines(
    tmp_path: Path,
) -> None:
    path = file(tmp_path, WRONG)
    problems = problems_of(path)
    assert [(each.where, each.line, each.column) for each in problems] == [
        ("items.theme.like", 2, 1),
        ("items.theme.size", 3, 1),
        ("app.nam", 5, 1),
    ]
    assert {each.file for each in problems} == {str(path)}


def test_the_place_of_anything_is_found_on_request(tmp_path: Path) -> None:
    path = file(tmp_path, GOOD_TOML)
    source = load(path).source
    assert source.path == str(path)
    assert source.locate("items.theme.like") == Place(file=str(path), line=4, column=1)
    assert source.locate(("items", "theme", "size")).line == 3


# ---------------------------------------------------------------------- bad files


def test_a_missing_file_says_how_to_write_one(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no such file") as caught:
        load(tmp_path / "stateroom.toml")
    assert "stateroom init" in caught.value.hint


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "is a folder" in problem_of(tmp_path).message


def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    assert "not a regular file" in problem_of(tmp_path / "pipe.toml").message


def test_an_endless_device_is_refused() -> None:
    assert "not a regular file" in problem_of(Path(os.devnull)).message


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="Linux only")
def test_a_file_that_cannot_be_read_says_why() -> None:
    assert "cannot be read: " in problem_of("/proc/self/mem").message


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Give root's rights up for a while: root may read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_forbidden_file_says_so(tmp_path: Path) -> None:
    path = file(tmp_path, GOOD_TOML)
    path.chmod(0)
    with as_nobody():
        assert "Permission denied" in problem_of(path).message


@pytest.mark.parametrize("name", ["nul\0.toml", "x" * 5000])
def test_a_name_that_no_file_can_have_is_refused(name: str) -> None:
    assert "cannot be read: " in problem_of(name).message


def test_a_file_in_a_file_is_refused(tmp_path: Path) -> None:
    path = file(tmp_path, GOOD_TOML) / "stateroom.toml"
    assert "cannot be read: " in problem_of(path).message


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert "cannot be read: " in problem_of(tmp_path / "loop").message


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.toml"
    with path.open("wb") as sparse:
        sparse.truncate(LARGEST_FILE + 1)
    problem = problem_of(path)
    assert "too large" in problem.message
    assert problem.found == f"{LARGEST_FILE + 1:,} bytes"


# ----------------------------------------------------------------- standard input


def from_pipe(data: bytes) -> str:
    """Load standard input in another process; return names of items or the error."""
    code = "import stateroom as s\nprint(*s.load('-').items)"
    result = subprocess.run(
        (sys.executable, "-c", code), input=data, capture_output=True, check=False
    )
    return (result.stdout or result.stderr).decode().strip()


@pytest.mark.parametrize("data", [GOOD_TOML, GOOD_JSON, b"\xef\xbb\xbf \n" + GOOD_JSON])
def test_standard_input_is_read_as_toml_or_json(data: bytes) -> None:
    assert from_pipe(data) == "theme"


def test_a_problem_of_standard_input_names_it() -> None:
    assert "<stdin>:2:1 items.theme.like: not a preset" in from_pipe(WRONG)


# ------------------------------------------------------------------------ modules

MODULE = """
from stateroom import Catalogue, declare
from types import SimpleNamespace
MADE = Catalogue(items={"theme": declare("theme", like="preference")})
MAPPING = {"items": {"theme": {"like": "preference"}}}
WRONG = {"items": {"theme": {"like": "x"}}}
NUMBER = 5
INSIDE = SimpleNamespace(MADE=MADE)
"""


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the path of imports, forgotten after the test."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "modules", sys.modules.copy())
    return tmp_path


@pytest.mark.parametrize("attribute", ["MADE", "MAPPING", "INSIDE.MADE"])
def test_a_catalogue_made_in_python_is_loaded(modules: Path, attribute: str) -> None:
    file(modules, MODULE.encode(), "made_good.py")
    found: Catalogue = load(f"made_good:{attribute}")
    assert list(found.items) == ["theme"]


def test_what_a_module_prints_is_kept_off_standard_output(
    modules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file(modules, b"print('hello')\nMADE = {'items': {}}", "made_chatty.py")
    load("made_chatty:MADE")
    assert capsys.readouterr() == ("", "hello\n")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("made_bad:WRONG", "made_bad:WRONG items.theme.like: not a preset"),
        ("made_bad:NUMBER", "is not a catalogue; found a value of type int"),
        ("made_bad:MISSING", "AttributeError: module 'made_bad' has no attribute"),
        ("no_such_module:X", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("made_bad.sub:X", "ModuleNotFoundError"),
        ("made_syntax:X", "SyntaxError"),
        ("made_exit:X", "SystemExit: 3"),
        ("made_declared:X", "items.x.like: not a preset"),
    ],
)
def test_a_module_that_cannot_be_used_says_what_failed(
    modules: Path, name: str, words: str
) -> None:
    file(modules, MODULE.encode(), "made_bad.py")
    file(modules, b"a =", "made_syntax.py")
    file(modules, b"raise SystemExit(3)", "made_exit.py")
    declared = b"from stateroom import declare\nX = declare('x', like='y')"
    file(modules, declared, "made_declared.py")
    assert words in str(problem_of(name))


@pytest.mark.parametrize("name", ["a/b.py:X", "a b:X", "a:", ":X", "a:b:c", "3:X"])
def test_what_does_not_look_like_a_module_is_a_missing_file(name: str) -> None:
    assert problem_of(name).message == "there is no such file"


# ------------------------------------------------------------------------- events


def test_loading_is_reported(tmp_path: Path) -> None:
    path, events = file(tmp_path, GOOD_TOML), list[signals.Event]()
    with signals.recording(events.append):
        found = load(path)
    expected = signals.CatalogueLoaded(path=str(path), items=1, digest=found.digest)
    assert events == [expected]


def test_a_failure_is_not_reported_as_loaded(tmp_path: Path) -> None:
    events: list[signals.Event] = []
    with signals.recording(events.append):
        problems_of(file(tmp_path, WRONG))
    assert events == []
