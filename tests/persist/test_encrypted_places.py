"""Encrypted files and databases keep their promises, and show nothing on the disk."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from stateroom.persist.storages import Storage, stamp_of
from stateroom.persist.storages.files import Files
from stateroom.persist.storages.sqlite import SQLite
from stateroom.testing.storages import CASES, run_case
from tests.persist.vaults import KEY, MARKER, encrypted, plain_record


@pytest.mark.parametrize("name", CASES)
def test_encrypted_files_keep_the_promise(name: str, tmp_path: Path) -> None:
    run_case(name, lambda: lambda: encrypted(Files(tmp_path)))


@pytest.mark.parametrize("name", CASES)
def test_an_encrypted_database_keeps_the_promise(name: str, tmp_path: Path) -> None:
    run_case(name, lambda: lambda: encrypted(SQLite(tmp_path / "state.db")))


@pytest.mark.parametrize("kind", [Files, SQLite])
def test_no_file_has_a_word_of_what_was_written(
    kind: Callable[[Path], Storage], tmp_path: Path
) -> None:
    beneath = kind(tmp_path / "state")
    storage = encrypted(beneath)
    stamp = None
    for revision in range(1, 4):
        storage.write(KEY, plain_record(revision), replaces=stamp)
        stamp = stamp_of(plain_record(revision))
    storage.close()
    written = b"".join(f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())
    assert b"stateroom-sealed" in written
    words = (MARKER, "Lighthouse", "selected", "a1b2c3d4e5f6")
    in_base64 = (base64.b64encode(word.encode()[:15]).decode() for word in words)
    assert [each for each in (*words, *in_base64) if each.encode() in written] == []
