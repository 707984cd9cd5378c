"""The storages and their suite cost little to import, and run without extras."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from stateroom.persist import storages
from tests.persist.storages.processes import ENVIRONMENT

HEAVY = (
    "asyncio",
    "fcntl",
    "msgspec",
    "pytest",
    "random",
    "sqlite3",
    "stateroom.persist.storages.files",
    "tempfile",
)

WITHOUT_LOCKS = """
import sys, tempfile
sys.platform = "emscripten"
sys.modules["fcntl"] = sys.modules["msvcrt"] = None
from stateroom.persist.storages import Files
from stateroom.testing.storages import check
def place():
    directory = tempfile.mkdtemp(dir=sys.argv[1])
    return lambda: Files(directory + "/made")
check(place)
print("kept")
"""


def _run(source: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", source, *arguments],
        capture_output=True,
        check=False,
        env=ENVIRONMENT,
        text=True,
    )
    assert done.stderr == ""
    return done.stdout.strip()


def test_naming_the_port_loads_no_storage() -> None:
    source = (
        "import sys, stateroom.persist.storages\n"
        f"print([each for each in {HEAVY!r} if each in sys.modules])"
    )
    assert _run(source) == "[]"


def test_the_suite_needs_the_standard_library_alone() -> None:
    source = (
        "import sys, stateroom.testing.storages\n"
        "print({each.partition('.')[0] for each in sys.modules}"
        " - {*sys.stdlib_module_names, 'stateroom', '__main__', '_distutils_hack'})"
    )
    assert _run(source) == "set()"


def test_files_keep_their_promises_where_no_lock_exists(tmp_path: Path) -> None:
    assert _run(WITHOUT_LOCKS, str(tmp_path)) == "kept"


def test_every_storage_is_named_by_the_face() -> None:
    assert set(dir(storages)) == set(storages.__all__)
    for name in storages.__all__:
        assert getattr(storages, name) is not None


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Cloud'"):
        _ = storages.Cloud
