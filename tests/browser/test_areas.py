"""``LocalStorage`` upon any storage area, without a browser: what it does there."""

from __future__ import annotations

import pytest

from stateroom.errors import StorageFull, WriteConflict
from stateroom.persist.browser import LocalStorage
from stateroom.persist.browser.texts import bytes_of, stamp_in, text_of
from stateroom.persist.storages.port import Stored, stamp_of
from stateroom.testing.storages import CASES, run_case
from tests.browser.areas import FakeArea

LIMIT = 100_000
ODD = [
    b"\x00",
    b"\x00text",
    b"\xff",
    b"\xed\xa0\x80",
    bytes(range(256)),
    "naïve ☃ \U0001f600".encode(),
]


@pytest.mark.parametrize("name", CASES)
def test_it_keeps_the_promise(name: str) -> None:
    area = FakeArea()
    run_case(name, lambda: lambda: LocalStorage("app:", area=area))


def test_a_record_is_kept_as_its_own_text_under_its_own_name() -> None:
    area = FakeArea()
    storage = LocalStorage("app:", area=area)
    storage.write("roles", '{"title":"Köchin"}'.encode(), replaces=None)
    storage.write("roles", b"{}", replaces='{"title":"Köchin"}'.encode())
    texts = {name: text for name, text in area.texts.items() if "pulse" not in name}
    expected = {"app:roles": "{}", "app:roles/previous": '{"title":"Köchin"}'}
    assert texts == expected


def test_what_others_keep_beside_it_is_neither_listed_nor_changed() -> None:
    area = FakeArea()
    theirs = {"other:roles": "1", "app:what/ever": "2", "app:": "3", "app:a b": "4"}
    area.texts = dict(theirs)
    storage = LocalStorage("app:", area=area)
    storage.write("roles", b"ours", replaces=None)
    assert storage.keys() == ("roles",)
    storage.delete("roles")
    assert {name: area.texts.get(name) for name in theirs} == theirs


def test_what_another_program_keeps_as_text_can_be_read() -> None:
    area = FakeArea()
    area.texts = {"persist:root": '{"a":"1"}', "half": "\ud800", "odd": "\x00\u2603"}
    storage = LocalStorage(area=area)
    keys = storage.keys()
    assert keys == ("half", "odd", "persist:root")
    assert [storage.read(key, limit=LIMIT).current for key in keys] == [
        b"\xed\xa0\x80",
        b"\x00\xe2\x98\x83",
        b'{"a":"1"}',
    ]


@pytest.mark.parametrize("data", [*ODD, b"x" * 200, "☃".encode() * 200, b"\xff" * 200])
def test_any_bytes_come_back_and_no_byte_takes_more_than_a_unit(data: bytes) -> None:
    text = text_of(data)
    assert (bytes_of(text), stamp_in(text)) == (data, stamp_of(data))
    assert len(text) <= len(data) + 1


@pytest.mark.parametrize("pulse", ["", "x" * 5_000, "9" * 5_000, "\u0664" * 30, "1."])
def test_a_pulse_that_is_no_pulse_does_no_harm(pulse: str) -> None:
    area = FakeArea()
    area.texts = {"/pulse": pulse}
    storage = LocalStorage(area=area)
    storage.write("roles", b"one", replaces=None)
    assert storage.pulse() != pulse
    assert storage.read("roles", limit=LIMIT) == Stored(b"one", None)


@pytest.mark.parametrize("call", [0, 1], ids=["previous", "current"])
@pytest.mark.parametrize("generations", [1, 2])
def test_wherever_there_is_no_room_nothing_was_written(
    call: int, generations: int
) -> None:
    area = FakeArea()
    storage = LocalStorage(area=area)
    storage.write("roles", b"one", replaces=None)
    storage.write("roles", b"two", replaces=b"one", demotes=generations > 1)
    before = dict(area.texts)
    area.refuse(call)
    with pytest.raises(StorageFull, match="exceeded the quota") as told:
        storage.write("roles", b"three", replaces=b"two")
    assert (told.value.key, area.texts) == ("roles", before)


def test_a_first_write_without_room_for_its_pulse_leaves_nothing() -> None:
    area = FakeArea()
    area.refuse(0)
    storage = LocalStorage(area=area)
    with pytest.raises(StorageFull):
        storage.write("roles", b"one", replaces=None)
    assert area.texts == {}


def test_no_quota_lets_a_write_be_partial() -> None:
    old, oldest, new = b"old " * 10, b"oldest", b"new" * 20
    for quota in range(1, 250):
        area = FakeArea()
        storage = LocalStorage("app:", area=area)
        storage.write("roles", oldest, replaces=None)
        storage.write("roles", old, replaces=oldest)
        area.quota, before = quota, dict(area.texts)
        try:
            storage.write("roles", new, replaces=old)
        except StorageFull:
            assert area.texts == before
        else:
            assert storage.read("roles", limit=LIMIT) == Stored(new, old)


def test_no_quota_lets_a_first_write_be_partial() -> None:
    for quota in range(1, 100):
        area = FakeArea(quota)
        storage = LocalStorage("app:", area=area)
        try:
            storage.write("roles", b"new" * 10, replaces=None)
        except StorageFull:
            assert (storage.keys(), set(area.texts) - {"app:/pulse"}) == ((), set())
        else:
            assert storage.read("roles", limit=LIMIT) == Stored(b"new" * 10)


def test_a_conflict_is_told_before_anything_is_written() -> None:
    area = FakeArea()
    storage = LocalStorage(area=area)
    storage.write("roles", b"one", replaces=None)
    before = dict(area.texts)
    with pytest.raises(
        WriteConflict, match="other bytes than what the writer has seen"
    ):
        storage.write("roles", b"two", replaces=None)
    assert area.texts == before
