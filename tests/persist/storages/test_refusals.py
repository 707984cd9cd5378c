"""What the operating system answers, in words: the place, the reason, what to do."""

from __future__ import annotations

import errno
import os
import sqlite3

import pytest

from stateroom.errors import PersistError, StorageFull, StorageUnavailable
from stateroom.persist.storages.refusals import refusal
from stateroom.persist.storages.sqlite_refusals import sqlite_refusal

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
OTHERS = (
    errno.EACCES,
    errno.EIO,
    errno.EMFILE,
    errno.ENAMETOOLONG,
    errno.ENOENT,
    errno.ENOLCK,
    errno.ENOTDIR,
    errno.EPERM,
    errno.EROFS,
    errno.ETIMEDOUT,
)


def _refused(code: int) -> PersistError:
    error = OSError(code, os.strerror(code), "/home/ann/careers/roles.json")
    return refusal(error, doing="write", path="/home/ann/careers", key="roles")


@pytest.mark.parametrize("code", FULL, ids=errno.errorcode.get)
def test_no_room_is_told_from_all_else(code: int) -> None:
    assert type(_refused(code)) is StorageFull


@pytest.mark.parametrize("code", [*FULL, *OTHERS], ids=errno.errorcode.get)
def test_a_refusal_names_the_place_the_reason_and_what_to_do(code: int) -> None:
    error = _refused(code)
    assert str(error) == (
        f"cannot write 'roles' in /home/ann/careers/roles.json: {os.strerror(code)}"
    )
    assert error.key == "roles"
    assert error.hint
    assert isinstance(error, StorageFull | StorageUnavailable)


def test_an_error_without_a_place_or_a_reason_is_told_with_what_is_known() -> None:
    error = refusal(OSError(), doing="list what is stored", path="/home/ann/careers")
    assert str(error) == "cannot list what is stored in /home/ann/careers: OSError"
    assert error.hint == "nothing was changed there; try again later"


def test_an_error_of_sqlite_without_a_code_is_told_with_its_text() -> None:
    found = sqlite_refusal(
        sqlite3.ProgrammingError("closed"), doing="read", path="/a.db", key="roles"
    )
    assert type(found) is StorageUnavailable
    assert str(found) == "cannot read 'roles' in /a.db: closed"
    assert found.hint == "nothing was changed in it; try again later"
