"""Records are written over what was looked at, and over nothing else."""

from __future__ import annotations

import pytest

from stateroom.cli.persisting_steps import step_for, write
from stateroom.cli.persisting_writing import ATTEMPTS, bury, next_revision, put
from stateroom.errors import CorruptRecord, StorageFull, WriteConflict
from stateroom.persist.records import Record, decode_record, encode_record
from stateroom.persist.storages import Memory, stamp_of
from stateroom.persist.surveying import LARGEST, Condition, Generation, Holding, look
from tests.cli.persisting import DRAFTS, ROLES, record


def revision_in(data: bytes | None) -> int:
    assert data is not None
    return decode_record(data, key=ROLES, limit=LARGEST).revision


class Busy(Memory):
    """A storage in which another process writes first, the first so many times."""

    def __init__(self, *, times: int) -> None:
        super().__init__()
        self.left = times

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        if self.left:
            self.left -= 1
            current = self.read(key, limit=LARGEST).current
            theirs = record(state={"n": self.left}, revision=revision_in(current) + 1)
            super().write(key, encode_record(theirs), replaces=stamp_of(current))
        super().write(key, data, replaces=replaces, demotes=demotes, durable=durable)


def busy(times: int) -> Busy:
    storage = Busy(times=0)
    storage.write(ROLES, encode_record(record()), replaces=None)
    storage.left = times
    return storage


@pytest.mark.parametrize("times", [0, 1, 2, ATTEMPTS - 1])
def test_a_purge_wins_against_a_process_that_writes_meanwhile(times: int) -> None:
    storage = busy(times)
    bury(storage, look(storage, ROLES), writer="w")
    found = look(storage, ROLES)
    generations = [found.current, found.previous]
    assert [each.record.is_purged for each in generations if each and each.record] == [
        True,
        True,
    ]
    assert found.revision > times + 1


def test_a_purge_ends_when_others_write_for_ever() -> None:
    storage = busy(10**6)
    with pytest.raises(WriteConflict, match="other processes went on writing"):
        bury(storage, look(storage, ROLES), writer="w")


def test_what_somebody_wrote_since_it_was_looked_at_stays() -> None:
    storage = busy(0)
    seen = look(storage, ROLES)
    theirs = encode_record(record(state={"theirs": 1}, revision=2))
    storage.write(ROLES, theirs, replaces=storage.peek(ROLES))
    with pytest.raises(WriteConflict):
        put(storage, seen, record(state={"mine": 1}, revision=2))
    assert storage.read(ROLES, limit=LARGEST).current == theirs


def generation(data: bytes, whole: Record | None = None) -> Generation:
    condition: Condition = "whole" if whole else "damaged"
    return Generation(data=data, record=whole, condition=condition)


@pytest.mark.parametrize(
    ("current", "previous", "next_one"),
    [
        (None, None, 1),
        (generation(b"", record(revision=4)), None, 5),
        (generation(encode_record(record(revision=9))[:-1]), None, 10),
        (generation(b"", record(revision=2)), generation(b"", record(revision=7)), 8),
        (generation(b"junk"), generation(b"", record(revision=7)), (1 << 40) + 1),
        (generation(b'"revision":99999999999999999999,'), None, (1 << 40) + 1),
    ],
)
def test_a_new_revision_is_above_all_that_may_have_been(
    current: Generation | None, previous: Generation | None, next_one: int
) -> None:
    found = Holding(key=ROLES, place=None, current=current, previous=previous)
    assert next_revision(found) == next_one


def test_too_many_damaged_bytes_are_not_put_aside_and_not_overwritten() -> None:
    storage = Memory()
    storage.write(ROLES, b"x" * (LARGEST + 2), replaces=None)
    with pytest.raises(CorruptRecord, match="too many to put aside"):
        put(storage, look(storage, ROLES), record())
    assert storage.keys() == (ROLES,)


class Full(Memory):
    """Has room for one key."""

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        if self.keys():
            raise StorageFull("no room")
        super().write(key, data, replaces=replaces, demotes=demotes, durable=durable)


def test_what_was_written_before_a_failure_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    storage = Full()
    steps = [step_for(storage, record(key)) for key in (ROLES, DRAFTS)]
    with pytest.raises(StorageFull):
        write(storage, steps)
    assert capsys.readouterr().err == f"written before that: {ROLES}\n"
