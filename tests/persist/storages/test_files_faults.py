"""A disk that fails at any one call, or a process that ends there, loses nothing."""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from stateroom.errors import PersistError, StorageFull, StorageUnavailable
from stateroom.persist.storages import Files, Stored
from tests.persist.storages.disks import DiedError, DyingDisk, FaultyDisk, ShortDisk
from tests.persist.storages.scenes import (
    SCENES,
    Scene,
    expect_writable,
    found_in,
    leftovers,
)

NEEDS_ROOM = frozenset({"open_new", "write", "link", "make_directory"})
EVERYTHING = frozenset(
    {"open_new", "write", "link", "replace", "remove", "sync", "sync_directory"}
)

of_scenes = pytest.mark.parametrize("scene", SCENES, ids=str)
with_or_without_links = pytest.mark.parametrize("links", [True, False])


def _act(scene: Scene, storage: Files) -> PersistError | None:
    try:
        scene.act(storage)
    except PersistError as error:
        return error
    return None


def _failing(
    scene: Scene, directory: Path, disk: FaultyDisk
) -> Iterator[tuple[Path, PersistError | None]]:
    """Make the scene's call fail at its first call to the system, its second ..."""
    for step in itertools.count():
        place = directory / str(step)
        scene.set(place)
        storage = Files(place, disk=disk)
        disk.has_failed = False
        disk.fail_at(step)
        error = _act(scene, storage)
        disk.fails_at = None
        if not disk.has_failed:
            assert error is None
            assert step > 10, "there are more steps than these"
            return
        yield place, error


@of_scenes
@with_or_without_links
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=errno.errorcode.get)
def test_an_error_at_any_step_leaves_all_as_it_was(
    scene: Scene, *, links: bool, code: int, tmp_path: Path
) -> None:
    disk = FaultyDisk(code, has_links=links)
    for place, error in _failing(scene, tmp_path, disk):
        assert found_in(place) in _legal(scene, failed=error is not None)
        assert leftovers(place) == []
        if error is not None:
            expected = StorageFull if code == errno.ENOSPC else StorageUnavailable
            assert type(error) is expected
            assert isinstance(error.__cause__, OSError)
            assert str(place.parent) in str(error)
            assert os.strerror(code) in str(error)
            assert error.hint
        expect_writable(place)


def _legal(scene: Scene, *, failed: bool) -> list[Stored]:
    """Return what may be there after an error, or after none."""
    if not failed:
        return [scene.after]
    if scene.after.current is not None:
        return [scene.before]
    # Both names are gone before the first of the two files is let go of: what comes
    # back then is the newer.
    return [scene.before, Stored(scene.before.current)]


@of_scenes
@with_or_without_links
def test_a_disk_that_stays_full_keeps_what_it_has(
    scene: Scene, *, links: bool, tmp_path: Path
) -> None:
    disk = FaultyDisk(errno.ENOSPC, lasts=NEEDS_ROOM, has_links=links)
    for place, error in _failing(scene, tmp_path, disk):
        assert found_in(place) in _legal(scene, failed=error is not None)
        assert leftovers(place) == []
        expect_writable(place)


@of_scenes
@with_or_without_links
def test_a_disk_that_fails_for_good_leaves_whole_generations(
    scene: Scene, *, links: bool, tmp_path: Path
) -> None:
    disk = FaultyDisk(errno.EIO, lasts=EVERYTHING, has_links=links)
    whole = {*scene.before, *scene.after}
    for place, _ in _failing(scene, tmp_path, disk):
        found = found_in(place)
        assert set(found) <= whole
        assert found.current in (scene.before.current, scene.after.current)
        expect_writable(place)


@of_scenes
@with_or_without_links
def test_a_process_that_ends_at_any_step_leaves_whole_generations(
    scene: Scene, *, links: bool, tmp_path: Path
) -> None:
    for step in itertools.count():
        place = tmp_path / str(step)
        scene.set(place)
        disk = DyingDisk(has_links=links)
        storage = Files(place, disk=disk)
        disk.die_at(step)
        try:
            scene.act(storage)
        except DiedError:
            disk.reap()
            assert found_in(place) in _between(scene)
            assert leftovers(place) == []  # opening it has tidied up
            expect_writable(place)
        else:
            assert step > 10, "there are more steps than these"
            return


def _between(scene: Scene) -> list[Stored]:
    """Return what may be there in the midst of it."""
    old, older = scene.before
    new = scene.after.current
    return [
        scene.before,
        scene.after,
        Stored(old, old) if new else Stored(old, None),
        Stored(new, older) if new else scene.before,
    ]


@of_scenes
def test_a_disk_that_takes_few_bytes_at_a_time_gets_all(
    scene: Scene, tmp_path: Path
) -> None:
    scene.set(tmp_path)
    disk = ShortDisk(has_links=False)
    scene.act(Files(tmp_path, disk=disk))
    assert found_in(tmp_path) == scene.after


def test_a_disk_that_takes_no_bytes_is_given_up(tmp_path: Path) -> None:
    class FullStop(ShortDisk):
        def write(self, descriptor: int, data: memoryview) -> int:
            return 0

    with pytest.raises(StorageUnavailable, match="takes no bytes"):
        Files(tmp_path, disk=FullStop()).write("key", b"data", replaces=None)
    assert found_in(tmp_path) == Stored(None)
    assert leftovers(tmp_path) == []


@of_scenes
def test_an_interrupt_at_any_step_leaves_all_as_it_was(
    scene: Scene, tmp_path: Path
) -> None:
    class Interrupted(FaultyDisk):
        def _step(self, call: str, path: str = "") -> None:
            try:
                super()._step(call, path)
            except OSError:
                raise KeyboardInterrupt from None

    for step in range(60):
        place = tmp_path / str(step)
        scene.set(place)
        disk = Interrupted(errno.EINTR)
        storage = Files(place, disk=disk)
        disk.fail_at(step)
        try:
            scene.act(storage)
        except KeyboardInterrupt:
            assert found_in(place) in (*_legal(scene, failed=True), scene.after)
            assert leftovers(place) == []
            expect_writable(place)
