"""Damaged bytes are kept once, each set of them under a key of its own."""

from __future__ import annotations

import pytest

from stateroom.errors import WriteConflict
from stateroom.flows import run
from stateroom.persist.performing import Blocking
from stateroom.persist.quarantine import Aside, decode_aside
from stateroom.persist.reading import MOST_ASIDE, set_aside
from tests.persist.scenes import LIMIT, Moody

KEY = "app:p:device:roles"


def put(storage: Moody, data: bytes, *, at: int = 5, key: str = KEY) -> None:
    run(set_aside(storage, Aside(key, at, "why", data)), Blocking())


def held(storage: Moody) -> dict[str, bytes]:
    """Return what is put aside, by key."""
    found = {}
    for key in storage.keys():  # noqa: SIM118 - a port's method, and no dict
        data = storage.read(key, limit=LIMIT).current
        assert data is not None
        found[key] = decode_aside(data).data
    return found


def test_the_same_bytes_are_put_aside_once() -> None:
    storage = Moody()
    put(storage, b"one", at=5)
    put(storage, b"one", at=9)
    assert held(storage) == {f"{KEY}~corrupt.5": b"one"}


def test_other_bytes_of_one_moment_are_kept_as_well() -> None:
    storage = Moody()
    for data in (b"one", b"two", b"", b"three"):
        put(storage, data)
    assert sorted(held(storage).values()) == [b"", b"one", b"three", b"two"]


def test_the_same_bytes_of_another_record_are_kept_as_well() -> None:
    storage = Moody()
    put(storage, b"one")
    put(storage, b"one", key=f"{KEY}2")
    assert held(storage) == {
        f"{KEY}~corrupt.5": b"one",
        f"{KEY}2~corrupt.5": b"one",
    }


def test_what_was_put_aside_before_is_not_touched() -> None:
    storage = Moody()
    put(storage, b"one")
    before = storage.read(f"{KEY}~corrupt.5", limit=LIMIT)
    put(storage, b"two")
    assert storage.read(f"{KEY}~corrupt.5", limit=LIMIT) == before


def test_it_gives_up_when_one_moment_has_no_more_keys() -> None:
    storage = Moody()
    storage.errors["write"] = WriteConflict("taken")
    with pytest.raises(WriteConflict, match="were put aside at one moment"):
        put(storage, b"one")
    assert len(storage.of("write")) == MOST_ASIDE
