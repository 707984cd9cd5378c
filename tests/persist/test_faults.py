"""What is wrong is told with what to do, and what is right is not told at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stateroom.persist.faults import faults
from stateroom.persist.quarantine import Aside, aside_key, encode_aside
from stateroom.persist.records import Record, encode_record
from stateroom.persist.sealed import Sealed, pack
from stateroom.persist.storages import Memory, stamp_of
from stateroom.persist.surveying import Generation, Holding, Survey, survey

ROLES = "careers:p:device:roles"
FIRST = Record(key=ROLES, version=1, revision=1, writer="w", at=5, state={"a": 1})
SECOND = replace(FIRST, revision=2, state={"a": 2})
WHOLE = (encode_record(FIRST), encode_record(SECOND))
NEWER = b'{"stateroom":2,"x":1}'
SEALED = pack(Sealed(key_id="k", check="0" * 16, nonce=b"n" * 12, data=b"d" * 32))


def told(*generations: bytes, key: str = ROLES) -> list[tuple[str, str]]:
    storage = Memory()
    for data in generations:
        seen = stamp_of(storage.read(key, limit=1 << 20).current)
        storage.write(key, data, replaces=seen)
    return [(each.text, each.mend) for each in faults(survey(storage))]


def test_nothing_is_told_of_whole_generations() -> None:
    assert told(*WHOLE) == []


def test_nothing_is_told_of_encrypted_ones_which_nobody_can_judge() -> None:
    assert told(SEALED, SEALED) == []


def test_damage_is_told_with_the_revision_that_is_left() -> None:
    ((text, mend),) = told(WHOLE[0], WHOLE[1][:-1])
    assert "its checksum does not fit" in text
    assert "goes on with revision 1" in mend


def test_damage_of_both_is_told_of_each_and_asks_for_a_backup() -> None:
    (current, previous) = told(WHOLE[0][:-1], WHOLE[1][:-1])
    assert "import it from a backup" in current[1]
    assert previous[0].startswith("its previous generation: the record is damaged")
    assert previous[1].startswith("nothing: ")


def test_a_newer_form_asks_for_an_update() -> None:
    ((text, mend),) = told(WHOLE[0], NEWER)
    assert "form 2" in text
    assert mend.startswith("update the application")


def test_a_newest_generation_that_is_gone_is_told() -> None:
    previous = Generation(data=WHOLE[0], record=FIRST)
    lost = Holding(key=ROLES, place=None, previous=previous)
    texts = [each.text for each in faults(Survey(name="x", holdings=(lost,)))]
    assert "its newest generation is missing" in texts


def test_a_key_that_no_slice_reads_is_told() -> None:
    key = "settings"
    ((text, _),) = told(encode_record(replace(FIRST, key=key)), key=key)
    assert text == "this is no key of a record"


@pytest.mark.parametrize(
    ("key", "owner", "said"),
    [
        (ROLES, "7", "that it is the device's, and its record that it is that of '7'"),
        ("careers:p:u.8:roles", "", "that of '8', and its record that it is the dev"),
        ("careers:p:u.8:roles", "7", "that of '8', and its record that it is that of"),
    ],
)
def test_a_record_of_another_owner_than_its_key_says_is_told(
    key: str, owner: str, said: str
) -> None:
    ((text, _),) = told(encode_record(replace(FIRST, key=key, owner=owner)), key=key)
    assert said in text


def test_an_owner_with_an_escaped_id_is_the_one_that_the_key_says() -> None:
    key = "careers:p:u.anna%40home:roles"
    record = replace(FIRST, key=key, owner="anna@home")
    assert told(encode_record(record), key=key) == []


def test_generations_in_the_wrong_order_are_told() -> None:
    ((text, _),) = told(WHOLE[1], WHOLE[0])
    assert text == "its previous generation, revision 2, is newer than revision 1"


def test_what_is_not_handed_out_is_told_and_nothing_else_of_it() -> None:
    unread = Holding(key=ROLES, place=None, unread="input/output error")
    (fault,) = faults(Survey(name="x", holdings=(unread,)))
    assert fault.text == "it cannot be read: input/output error"


def test_bytes_that_were_put_aside_are_told_with_their_reason() -> None:
    storage = Memory()
    key = aside_key(ROLES, 5)
    aside = Aside(ROLES, 5, "it was cut off", b"junk")
    storage.write(key, encode_aside(aside), replaces=None)
    (fault,) = faults(survey(storage))
    assert (fault.key, fault.text) == (
        key,
        "4 damaged bytes were put aside: it was cut off",
    )


def test_put_aside_bytes_that_cannot_be_read_are_told() -> None:
    ((text, _),) = told(b"junk", key=aside_key(ROLES, 5))
    assert "no bytes that were put aside" in text
