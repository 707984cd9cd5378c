"""`stateroom bundle`: one zip that a browser can import, or the reasons why not."""

from __future__ import annotations

import ast
import io
import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

import stateroom
from stateroom.cli import bundling_zip
from stateroom.cli.bundling_files import LEAVES, SAFE, Entry, ours
from stateroom.cli.bundling_judging import module_of
from stateroom.errors import BundleError
from tests.architecture.test_layout import BROWSER_SAFE
from tests.architecture.test_layout import LEAVES as LEAVES_OF_THE_PACKAGE
from tests.cli.running import PATIENCE, process, run

OUT = ("--output", "dist/app.zip")
UNPACKED = """
import importlib, sys
sys.path[:] = [sys.argv[1], *(each for each in sys.path if "site-packages" not in each)]
for name in sys.argv[2:]:
    importlib.import_module(name)
assert sys.modules["stateroom"].__file__.startswith(sys.argv[1])
"""


@pytest.fixture(autouse=True)
def application(folder: Path) -> Path:
    """A module and a package that a browser can run."""
    (folder / "app.py").write_text("import json\nfrom stateroom import store\n")
    (folder / "widgets").mkdir()
    (folder / "widgets" / "__init__.py").write_text("from widgets.button import Button")
    (folder / "widgets" / "button.py").write_text("class Button: ...\n")
    (folder / "widgets" / "labels.json").write_text('{"ok": "OK"}')
    return folder


def names(path: str = "dist/app.zip") -> list[str]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_a_bundle_has_what_is_named_and_stateroom() -> None:
    done = run("bundle", "app.py", "widgets/", *OUT)
    assert (done.status, done.err) == (0, "")
    found = names()
    theirs = [each for each in found if not each.startswith("stateroom/")]
    package = ["widgets/__init__.py", "widgets/button.py", "widgets/labels.json"]
    assert theirs == ["app.py", *package]
    assert {"stateroom/__init__.py", "stateroom/store/__init__.py"} <= set(found)
    assert found == sorted(found)


def test_a_bundle_without_arguments_is_stateroom_alone() -> None:
    assert run("bundle", *OUT).status == 0
    assert {each.partition("/")[0] for each in names()} == {"stateroom"}


def test_a_bundle_is_imported_where_nothing_else_is_installed(tmp_path: Path) -> None:
    run("bundle", "app.py", "widgets", *OUT)
    with zipfile.ZipFile("dist/app.zip") as archive:
        archive.extractall(tmp_path / "page")
    done = subprocess.run(
        (sys.executable, "-I", "-c", UNPACKED, tmp_path / "page", "app", "widgets"),
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_parts_for_browsers_are_those_of_the_contract() -> None:
    assert SAFE == BROWSER_SAFE
    assert LEAVES == LEAVES_OF_THE_PACKAGE
    parts = {each.name.split("/")[1].removesuffix(".py") for each in ours()}
    assert parts <= {*SAFE, "__init__"}
    assert parts >= {"__init__", "errors", "flows", "signals", "store"}


def test_an_application_that_keeps_its_state_in_a_page_needs_no_allow(
    application: Path,
) -> None:
    lines = "from stateroom.persist import AsyncPersistor, Persistor, persist\n"
    lines += "from stateroom.persist.browser import IndexedDB, LocalStorage\n"
    (application / "app.py").write_text(lines)
    done = run("bundle", "app.py", *OUT)
    assert (done.status, done.err) == (0, "")
    kept = {each for each in names() if each.startswith("stateroom/persist/")}
    here = Path(stateroom.__file__).parents[1]
    files = (here / "stateroom" / "persist").rglob("*.py")
    assert kept == {each.relative_to(here).as_posix() for each in files}


@pytest.mark.parametrize("allow", [(), ("--allow", "msgspec")])
def test_a_leaf_is_bundled_where_what_it_needs_is_allowed(
    allow: tuple[str, ...], application: Path
) -> None:
    line = "import stateroom.store.structs\n"
    (application / "app.py").write_text(line if allow else "")
    done = run("bundle", "app.py", *OUT, *allow)
    is_there = "stateroom/store/structs.py" in names()
    assert (done.status, is_there) == (0, bool(allow))


# ------------------------------------------------------------------ the same bytes


def test_the_same_files_give_the_same_bytes(application: Path) -> None:
    run("bundle", "app.py", "widgets", *OUT)
    first = Path("dist/app.zip").read_bytes()
    past = time.time() - 1000
    for path in (application / "app.py", application / "widgets" / "button.py"):
        os.utime(path, (past, past))
        path.chmod(0o600)
    run("bundle", "widgets", "app.py", *OUT)
    assert Path("dist/app.zip").read_bytes() == first


def test_no_file_of_a_bundle_has_a_time_or_an_owner() -> None:
    run("bundle", "app.py", *OUT)
    with zipfile.ZipFile("dist/app.zip") as archive:
        told = {
            (each.date_time, each.external_attr >> 16, each.extra, each.create_system)
            for each in archive.infolist()
        }
    assert told == {((1980, 1, 1, 0, 0, 0), 0o100644, b"", 3)}


def test_a_name_with_the_hash_changes_with_the_content_only(application: Path) -> None:
    written = []
    for content in ("x = 1\n", "x = 1\n", "x = 2\n"):
        (application / "app.py").write_text(content)
        done = run("bundle", "app.py", *OUT, "--name-with-hash", "--format", "json")
        told = json.loads(done.out)
        written.append(told["written"])
        assert told["written"] == f"dist/app.{told['content'][:12]}.zip"
        assert "app.py" in names(told["written"])
    assert (written[0] == written[1], written[0] == written[2]) == (True, False)


def test_the_hash_tells_a_name_from_a_content() -> None:
    first = Entry("ab", "ab", b"c", "ab")
    second = Entry("a", "a", b"bc", "a")
    assert bundling_zip.digest([first]) != bundling_zip.digest([second])


# --------------------------------------------------------------------- what it tells


def test_a_program_is_told_in_one_document(application: Path) -> None:
    (application / "widgets" / ".env").write_text("PASSWORD=1")
    done = run("bundle", "app.py", "widgets", *OUT, "--format", "json")
    told = json.loads(done.out)
    assert told["schema_version"] == "1.0"
    assert told["zip_bytes"] == Path("dist/app.zip").stat().st_size
    assert told["files"] == len(names())
    assert told["bytes"] == sum(each["bytes"] for each in told["parts"])
    counts = {each["name"]: each["files"] for each in told["parts"]}
    assert (counts["app.py"], counts["widgets"]) == (1, 3)
    assert told["left_out"] == {"widgets/.env": "looks like a secret"}


def test_a_person_is_told_sizes_and_how_to_load_it() -> None:
    done = run("bundle", "app.py", "widgets", *OUT)
    size = Path("dist/app.zip").stat().st_size
    assert f"as a zip {size / 1024:.1f} KiB" in done.out
    assert 'await fetch("app.zip")' in done.out
    assert 'pyodide.unpackArchive(await answer.arrayBuffer(), "zip")' in done.out
    assert 'pyodide.pyimport("app")' in done.out
    assert max(map(len, done.out.splitlines())) <= 80


def test_check_writes_nothing(application: Path) -> None:
    done = run("bundle", "app.py", "widgets", "--check", *OUT)
    assert done.status == 0
    assert done.out.startswith("Nothing is missing: ")
    assert "fetch" not in done.out
    assert not (application / "dist").exists()


def test_it_works_as_a_process() -> None:
    done = process("bundle", "app.py", "widgets", *OUT)
    assert (done.status, done.err) == (0, "")
    assert "app.py" in names()


# ------------------------------------------------------------------------- mistakes

MISTAKES = [
    ((), "STR-100", "--output dist/app.zip"),
    (("--output", "dist"), "STR-100", "such as dist/app.zip"),
    ((*OUT, "--allow", "numpy.linalg"), "STR-100", "without dots: numpy"),
    ((*OUT, "nothing.py"), "STR-813", "nothing.py: there is no such file or folder"),
    ((*OUT, "widgets/labels.json"), "STR-813", "neither a module of Python nor"),
    ((*OUT, "widgets/__init__.py"), "STR-813", "name widgets"),
    ((*OUT, "app.py", "./app.py"), "STR-813", "is there under the same name"),
    (("widgets", "--output", "widgets/a.zip"), "STR-813", "would hold this one"),
]


@pytest.mark.parametrize(("words", "code", "told"), MISTAKES)
def test_a_mistake_is_told_and_nothing_is_written(
    words: tuple[str, ...], code: str, told: str, application: Path
) -> None:
    done = run("bundle", *words)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"error {code}: ")
    assert told in done.err
    assert not list(application.rglob("*.zip"))


def test_a_module_and_a_package_of_one_name_are_refused(application: Path) -> None:
    (application / "widgets.py").write_text("")
    done = run("bundle", "widgets.py", "widgets", *OUT)
    assert "widgets: widgets.py is there under the same name" in done.err


# ------------------------------------------------------------------ never half a file


def test_a_write_that_fails_leaves_the_old_bundle_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run("bundle", "app.py", *OUT)
    before = Path("dist/app.zip").read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    done = run("bundle", "app.py", "widgets", *OUT)
    assert (done.status, done.out) == (2, "")
    assert "dist/app.zip: cannot be written: No space left on device" in done.err
    assert Path("dist/app.zip").read_bytes() == before
    assert [each.name for each in Path("dist").iterdir()] == ["app.zip"]


def test_a_reader_of_the_old_bundle_keeps_it_while_it_is_replaced() -> None:
    run("bundle", "app.py", *OUT)
    with Path("dist/app.zip").open("rb") as old:
        run("bundle", "app.py", "widgets", *OUT)
        with zipfile.ZipFile(io.BytesIO(old.read())) as archive:
            assert "widgets/button.py" not in archive.namelist()
    assert "widgets/button.py" in names()


def test_a_bundle_is_as_readable_as_any_file(application: Path) -> None:
    run("bundle", "app.py", *OUT)
    assert (
        Path("dist/app.zip").stat().st_mode == (application / "app.py").stat().st_mode
    )
    Path("dist/app.zip").chmod(0o600)
    run("bundle", "app.py", *OUT)
    assert Path("dist/app.zip").stat().st_mode & 0o777 == 0o600


def test_what_is_no_regular_file_is_not_written_over(application: Path) -> None:
    os.mkfifo(application / "app.zip")
    with pytest.raises(BundleError, match="is not a regular file"):
        bundling_zip.write(application / "app.zip", b"")


# -------------------------------------------------------- what is ours, as it is here


def test_every_module_of_ours_that_is_bundled_is_python_with_its_own_name() -> None:
    for each in ours():
        ast.parse(each.content)
        assert module_of(each).partition(".")[0] == "stateroom"
