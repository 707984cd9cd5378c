"""Every storage keeps every promise of the port."""

from __future__ import annotations

import dbm.dumb
import shelve
from collections.abc import Callable
from pathlib import Path

import pytest

from stateroom.persist.storages import Files, Mapped, Memory, SQLite, Storage
from stateroom.testing.storages import (
    CASES,
    Places,
    check,
    check_async,
    run_case,
    run_case_async,
)
from stateroom.testing.storages_places import Awaited
from tests.persist.storages.disks import LinklessDisk

Making = Callable[[Path], Places]


def _files(directory: Path) -> Places:
    return lambda: lambda: Files(directory / "made" / "later")


def _files_without_links(directory: Path) -> Places:
    return lambda: lambda: Files(directory, disk=LinklessDisk())


def _sqlite(directory: Path) -> Places:
    return lambda: lambda: SQLite(directory / "made" / "later" / "records.db")


def _memory(directory: Path) -> Places:
    def make() -> Callable[[], Storage]:
        first = Memory()
        return lambda: Memory(shared=first)

    return make


def _dict_of_bytes(directory: Path) -> Places:
    def make() -> Callable[[], Storage]:
        mapping: dict[str, bytes] = {}
        return lambda: Mapped(mapping)

    return make


def _dict_of_text(directory: Path) -> Places:
    def make() -> Callable[[], Storage]:
        session: dict[str, object] = {"user": 7, "theme": "dark"}
        return lambda: Mapped(session, text=True)

    return make


def _dbm(directory: Path) -> Places:
    database = dbm.dumb.open(str(directory / "dumb"), "n")  # noqa: SIM115
    return lambda: lambda: Mapped(database)


MAKINGS: tuple[Making, ...] = (
    _files,
    _files_without_links,
    _sqlite,
    _memory,
    _dict_of_bytes,
    _dict_of_text,
    _dbm,
)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("making", MAKINGS, ids=lambda each: each.__name__[1:])
def test_a_storage_keeps_the_promise(making: Making, name: str, tmp_path: Path) -> None:
    run_case(name, making(tmp_path))


def test_a_shelf_keeps_every_promise(tmp_path: Path) -> None:
    with shelve.open(str(tmp_path / "shelf")) as shelf:  # noqa: S301 - a shelf of ours
        check(lambda: lambda: Mapped(shelf))
        assert list(shelf) == []


@pytest.mark.parametrize("name", CASES)
async def test_an_awaited_storage_keeps_the_promise(name: str) -> None:
    first = Memory()
    await run_case_async(name, lambda: lambda: Awaited(Memory(shared=first)))


async def test_all_promises_are_run_on_one_place_in_turn() -> None:
    only = Memory()
    check(lambda: lambda: Memory(shared=only))
    await check_async(lambda: lambda: Awaited(Memory(shared=only)))
    assert only.keys() == ()
