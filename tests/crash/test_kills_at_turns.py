"""A process that is killed while it migrates, erases or mends leaves one or the other.

Half a migration, half of what was erased, or a record that is back again: never.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from random import Random

import pytest

from stateroom.persist.quarantine import MARK
from stateroom.persist.storages import Storage
from tests.crash.births import Child, Nursery
from tests.crash.lives import storage_in
from tests.crash.seeds import seed
from tests.crash.tallies import MOVED, NAMES

KILLS = max(5, int(os.environ.get("STATEROOM_KILLS", "200")) // 20)
"""Of each test, for each kind of storage."""
COUNT = 300
KINDS = ("files", "sqlite")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="session", params=KINDS)
def seeded(
    request: pytest.FixtureRequest,
    nursery: Nursery,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[str, Path]:
    """A kind of storage, and a directory in which every slice has counted."""
    kind = str(request.param)
    place = tmp_path_factory.mktemp(kind)
    child = nursery.bear("seeding", kind, place, COUNT)
    child.until("seeded")
    child.end(None)
    return kind, place


def counts(lines: list[list[str]]) -> dict[str, int]:
    """Return what a child found; all of it is whole, and nothing stands badly."""
    found = [line[1:] for line in lines if line[0] == "found"]
    assert {tuple(line[4:]) for line in found} == {("ready", "whole")}
    return {line[0]: int(line[1]) for line in found}


def looked(nursery: Nursery, kind: str, place: Path) -> dict[str, int]:
    child = nursery.bear("looking", kind, place)
    found = counts(child.until("ready"))
    child.end()
    return found


def killed(child: Child, dice: Random, *, after: str = "") -> list[list[str]]:
    """Kill a child at a moment; return what it said."""
    said = child.until(after) if after else []
    child.listen(dice.random() * 0.008)
    child.end()
    return [*said, *child.taken()]


def test_a_migration_is_made_once_whenever_its_process_is_killed(
    nursery: Nursery, seeded: tuple[str, Path], tmp_path: Path
) -> None:
    kind, origin = seeded
    dice = Random(seed())
    for number in range(KILLS):
        place = shutil.copytree(origin, tmp_path / str(number))
        for after in ("", "ready", "ready"):
            killed(nursery.bear("moving", kind, place), dice, after=after)
        child = nursery.bear("moving", kind, place)
        found = counts(child.until("ready")), counts(child.until("stored"))
        child.end()
        assert found == (dict.fromkeys(NAMES, COUNT + MOVED),) * 2


def test_what_was_erased_stays_erased_whenever_its_process_is_killed(
    nursery: Nursery, seeded: tuple[str, Path], tmp_path: Path
) -> None:
    kind, origin = seeded
    dice = Random(seed())
    ends = set()
    for number in range(KILLS):
        place = shutil.copytree(origin, tmp_path / str(number))
        after = ("ready", "gone")[number % 2]
        said = killed(nursery.bear("purging", kind, place), dice, after=after)
        is_gone = ["gone"] in said
        found = looked(nursery, kind, place)
        assert set(found.values()) <= ({0} if is_gone else {0, COUNT})
        assert looked(nursery, kind, place) == found
        ends.add(is_gone)
    assert ends == {True, False}


def test_what_one_process_erased_no_other_brings_back(
    nursery: Nursery, seeded: tuple[str, Path], tmp_path: Path
) -> None:
    kind, origin = seeded
    dice = Random(seed())
    for number in range(KILLS):
        place = shutil.copytree(origin, tmp_path / str(number))
        writer = nursery.bear("counting", kind, place, number)
        writer.until("acked")
        eraser = nursery.bear("purging", kind, place)
        eraser.until("gone")
        eraser.end()
        killed(writer, dice, after="acked")
        found = looked(nursery, kind, place)
        assert [n for n in found.values() if n >= COUNT] == []


def damage(storage: Storage) -> None:
    """Change one byte of each record's newest generation."""
    for key in storage.keys():  # noqa: SIM118 - no dict
        data = storage.read(key, limit=1 << 20).current
        assert data is not None
        spoilt = data[:-10] + bytes([data[-10] ^ 1]) + data[-9:]
        storage.write(key, spoilt, replaces=data[:128], demotes=False)


def test_damaged_records_are_mended_whenever_their_process_is_killed(
    nursery: Nursery, seeded: tuple[str, Path], tmp_path: Path
) -> None:
    kind, origin = seeded
    dice = Random(seed())
    for number in range(KILLS):
        place = shutil.copytree(origin, tmp_path / str(number))
        storage = storage_in(kind, str(place))
        damage(storage)
        for _ in range(3):
            killed(nursery.bear("looking", kind, place), dice)
        child = nursery.bear("looking", kind, place)
        found = [line[1:3] for line in child.until("ready") if line[0] == "found"]
        child.end()
        keys = storage.keys()
        asides = [key for key in keys if MARK in key]
        storage.close()
        assert found == [[name, "1"] for name in NAMES]  # the generation before
        assert len(asides) == len(NAMES)
