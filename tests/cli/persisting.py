"""Fills directories and SQLite files as an application does, and damages them."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

from stateroom.persist.quarantine import Aside, aside_key, encode_aside
from stateroom.persist.records import Record, decode_record, encode_record
from stateroom.persist.storages import Files, SQLite, Storage, Stored, stamp_of
from tests.cli.running import PATIENCE, Done, command, environment, run

__all__ = (
    "AT",
    "DIRECTORY",
    "DRAFTS",
    "FILE",
    "PLACES",
    "ROLES",
    "SAVED",
    "document",
    "each_place",
    "fill",
    "flat",
    "newest",
    "on_keyboard",
    "opened",
    "persist",
    "put_aside",
    "record",
    "rows",
    "saved",
    "scribble",
    "stored",
)

SAVED = "saved.json"
DIRECTORY, FILE = "data", "careers.db"
PLACES = (DIRECTORY, FILE)
ROLES = "careers:p:device:roles"
DRAFTS = "careers:p:u.7:drafts"
each_place = pytest.mark.parametrize("place", PLACES)
AT = 1_764_123_456_789
"""2025-11-26 02:17:36 UTC."""
_LIMIT = 1 << 24


def record(
    key: str = ROLES,
    state: object = None,
    *,
    revision: int = 1,
    version: int = 1,
    owner: str = "",
    is_whole: bool = False,
    until: int | None = None,
) -> Record:
    return Record(
        key=key,
        version=version,
        revision=revision,
        writer="a1b2c3d4e5f6",
        at=AT,
        state={"selected": ["Cook"]} if state is None else state,
        owner=owner,
        until=until,
        is_whole=is_whole,
    )


@contextmanager
def opened(place: str) -> Iterator[Storage]:
    storage: Storage = Files(place) if place == DIRECTORY else SQLite(place)
    try:
        yield storage
    finally:
        storage.close()


def fill(place: str, *records: Record) -> None:
    """Write records, one after another, each over what is there."""
    scribble(place, *((each.key, encode_record(each)) for each in records))


def scribble(place: str, *writes: tuple[str, bytes]) -> None:
    """Write any bytes, as damage does."""
    with opened(place) as storage:
        for key, data in writes:
            seen = stamp_of(storage.read(key, limit=_LIMIT).current)
            storage.write(key, data, replaces=seen)


def put_aside(place: str, key: str, data: bytes, *, reason: str = "cut off") -> str:
    """Put damaged bytes aside, and return under which key."""
    there = aside_key(key, AT)
    scribble(place, (there, encode_aside(Aside(key, AT, reason, data))))
    return there


def stored(place: str, key: str) -> Stored:
    """Return both generations."""
    with opened(place) as storage:
        return storage.read(key, limit=_LIMIT)


def persist(*words: str, answers: str = "") -> Done:
    """Run a command of ``stateroom persist`` in this process."""
    return run("persist", *words, answers=answers)


def document(*words: str, status: int = 0) -> dict[str, object]:
    """Return what a command tells programs."""
    done = persist(*words, "--format", "json")
    assert (done.status, "Traceback" in done.err) == (status, False)
    return cast("dict[str, object]", json.loads(done.out))


def on_keyboard(answer: str, *words: str) -> Done:
    """Run it where somebody types, and has typed already."""
    ours, theirs = pty.openpty()
    os.write(ours, answer.encode())
    try:
        done = subprocess.run(
            command("persist", *words),
            stdin=theirs,
            capture_output=True,
            env=environment(),
            check=False,
            text=True,
            timeout=PATIENCE,
        )
    finally:
        os.close(ours)
        os.close(theirs)
    return Done(done.returncode, done.stdout, done.stderr)


def flat(text: str) -> str:
    """Return text on one line, its runs of spaces as one."""
    return " ".join(text.split())


def rows(told: dict[str, object], name: str = "records") -> list[dict[str, object]]:
    """Return the parts of what programs are told."""
    found = told[name]
    assert isinstance(found, list)
    return found


def saved(value: object) -> str:
    """Write a document into a file, and return its name."""
    text = value if isinstance(value, str) else json.dumps(value)
    Path(SAVED).write_text(text, "utf-8")
    return SAVED


def newest(place: str, key: str = ROLES) -> Record:
    """Return the newest record."""
    data = stored(place, key).current
    assert data is not None
    return decode_record(data, key=key, limit=1 << 20)
