"""Bytes that were once written stay readable, and are written alike."""

from __future__ import annotations

import json

import pytest

from stateroom.persist.quarantine import decode_aside, encode_aside
from stateroom.persist.records import decode_record, encode_record
from tests.persist.records.made import ASIDE, ASIDE_FILE, GOLDEN, KEPT, LIMIT, golden

each_form = pytest.mark.parametrize("name", KEPT)


@each_form
def test_a_record_of_an_old_release_is_read(name: str) -> None:
    record = KEPT[name]
    assert decode_record(golden(name), key=record.key, limit=LIMIT) == record


@each_form
def test_a_record_is_written_as_it_always_was(name: str) -> None:
    assert encode_record(KEPT[name]) == golden(name)


@each_form
def test_a_record_is_a_json_text_that_says_what_it_is(name: str) -> None:
    found = json.loads(golden(name).decode())
    assert list(found)[:4] == ["stateroom", "sum", "key", "version"]
    assert found["stateroom"] == 1
    assert list(found)[-1] == "state"


def test_every_file_of_a_record_is_read_by_these_tests() -> None:
    names = {each.name for each in GOLDEN.glob("persist-record-*")}
    assert names == {f"persist-record-v1-{name}.json" for name in KEPT}


def test_bytes_that_were_put_aside_by_an_old_release_are_found() -> None:
    data = (GOLDEN / ASIDE_FILE).read_bytes()
    assert decode_aside(data) == ASIDE
    assert encode_aside(ASIDE) == data


def test_the_first_line_of_what_was_put_aside_is_json_for_people() -> None:
    first = (GOLDEN / ASIDE_FILE).read_bytes().partition(b"\n")[0]
    assert json.loads(first) == {
        "stateroom-quarantine": 1,
        "key": ASIDE.key,
        "at": ASIDE.at,
        "reason": ASIDE.reason,
    }
