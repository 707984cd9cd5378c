"""A disk that is really full keeps what it has; with room again, all is stored."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.births import ROOT, environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

SMALL_DISK = (
    "unshare",
    "--user",
    "--map-root-user",
    "--mount",
    "sh",
    "-c",
    'mount -t tmpfs -o size=256k none "$0" && exec "$@"',
)
"""Runs a command where a directory is a disk of 256 KiB."""


def said(way: str, kind: str, place: Path, *before: str) -> list[str]:
    """Return what ``tests.crash.filling`` says."""
    program = (sys.executable, "-m", "tests.crash.filling", way, kind, str(place))
    ended = subprocess.run(
        [*before, *program],
        capture_output=True,
        check=False,
        text=True,
        env=environment(),
        cwd=ROOT,
        timeout=50,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


def can_mount(place: Path) -> bool:
    if shutil.which("unshare") is None:
        return False
    command = [*SMALL_DISK, str(place), "true"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("kind", ["files", "sqlite"])
def test_a_full_disk_is_told_and_costs_nothing(tmp_path: Path, kind: str) -> None:
    if not can_mount(tmp_path):
        pytest.skip("no small disk can be mounted here; the next test needs none")
    found = said("no_room", kind, tmp_path, *SMALL_DISK, str(tmp_path))
    assert found == ["1 ['notes']", "ready", "True", "True"]


@pytest.mark.parametrize(("kind", "asked"), [("files", 1), ("sqlite", 0)])
def test_files_that_may_not_grow_are_told_and_cost_nothing(
    tmp_path: Path, kind: str, asked: int
) -> None:
    # SQLite calls this a fault of the disk, for which room would be no help.
    found = said("no_growth", kind, tmp_path)
    assert found == [f"{asked} ['notes']", "ready", "True", "True"]
