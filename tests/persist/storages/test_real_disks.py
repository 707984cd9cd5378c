"""Disks that are really full, or really may not be written."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from stateroom.persist.storages import Files
from tests.persist.storages.processes import said

SPACE = (
    "unshare",
    "--user",
    "--map-root-user",
    "--mount",
    "sh",
    "-c",
    'mount -t tmpfs -o size=128k none "$0" && exec "$@"',
)
"""Runs a command where a directory is a disk of 128 KiB."""

DONE = ["OSError True", "[]", "('key',) b'small'"]


def _can_mount(directory: Path) -> bool:
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run(
        [*SPACE, str(directory), "true"], capture_output=True, check=False
    )
    return tried.returncode == 0


def test_files_on_a_full_disk_keep_what_they_have(tmp_path: Path) -> None:
    if not _can_mount(tmp_path):
        pytest.skip("no small disk can be mounted here; the next test needs none")
    assert said("fill", "files", tmp_path, *SPACE, str(tmp_path)) == DONE


def test_files_that_may_not_grow_keep_what_they_have(tmp_path: Path) -> None:
    assert said("fill_limited", "files", tmp_path) == DONE


def test_a_database_on_a_full_disk_keeps_what_it_has(tmp_path: Path) -> None:
    if not _can_mount(tmp_path):
        pytest.skip("no small disk can be mounted here; see the tests of SQLite")
    lines = said("fill", "sqlite", tmp_path, *SPACE, str(tmp_path))
    assert lines == ["OperationalError True", "[]", "('key',) b'small'"]


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A directory that another user can reach, too."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        yield directory
        directory.chmod(0o700)


def test_a_directory_that_may_not_be_written_is_read(open_directory: Path) -> None:
    storage = Files(open_directory)
    storage.write("key", b"one", replaces=None)
    storage.write("key", b"two", replaces=b"one")
    for each in open_directory.iterdir():
        each.chmod(0o444)
    open_directory.chmod(0o555)
    read, pulse, *hints = said("read_only", "files", open_directory)
    assert read == "(b'two', b'one') ('key',) b'two'"
    assert pulse == "True"
    assert (
        hints
        == ["let the user of this process read and write there, or name another"] * 2
    )
