"""Each key has a file name of its own, on every file system, that tells the key."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.errors import InvalidPersist
from stateroom.persist.storages.files_names import (
    LOCK_NAME,
    file_names,
    is_temporary,
    key_of,
    temporary_name,
)

KEYS = st.text(
    string.ascii_letters + string.digits + ":._~%-", min_size=1, max_size=200
)
ON_EVERY_SYSTEM = set(string.ascii_lowercase + string.digits + "+,._~%-=")
DEVICES = ("con", "prn", "aux", "nul", "com1", "COM9", "lpt1", "Nul", "nul.txt")


def test_a_plain_key_is_read_off_its_files() -> None:
    assert file_names("careers:p:device:roles") == (
        "careers+p+device+roles.json",
        "careers+p+device+roles.previous.json",
    )
    assert file_names("Roles") == ("roles=b.json", "roles=b.previous.json")
    assert file_names("a.b") == ("a,b.json", "a,b.previous.json")


@given(key=KEYS)
def test_a_name_tells_its_key(key: str) -> None:
    for name in file_names(key):
        assert key_of(name) == key
        assert len(name.encode()) <= 255
        assert set(name) <= ON_EVERY_SYSTEM
        assert not name.startswith(".")
        assert not is_temporary(name)


@given(one=KEYS, other=KEYS)
def test_two_keys_never_share_a_name_whatever_a_system_makes_of_case(
    one: str, other: str
) -> None:
    names = {*map(str.lower, file_names(one)), *map(str.lower, file_names(other))}
    assert len(names) == (2 if one == other else 4)


@given(key=st.text("ab", min_size=1, max_size=6), flips=st.integers(1, 63))
def test_keys_that_differ_in_case_have_names_that_differ_in_more(
    key: str, flips: int
) -> None:
    other = "".join(
        letter.upper() if flips >> at & 1 else letter for at, letter in enumerate(key)
    )
    if other != key:
        assert file_names(key)[0].lower() != file_names(other)[0].lower()


@pytest.mark.parametrize("key", DEVICES)
def test_no_name_is_that_of_a_device_of_windows(key: str) -> None:
    stem = file_names(key)[0].split(".")[0]
    assert stem not in {each.lower() for each in DEVICES}


@pytest.mark.parametrize(
    "name",
    [
        LOCK_NAME,
        temporary_name("0123456789abcdef"),
        "notes.txt",
        ".json",
        "=.json",
        "roles",
        "roles.json.bak",
        "Roles.json",
        "roles=.json",
        "roles=aa.json",
        "roles=ba.json",
        "roles=q.json",
        "1=b.json",
        "roles=é.json",
        "a:b.json",
        "naïve.json",
        "x" * 201 + ".json",
        "roles\n.json",
    ],
)
def test_a_file_of_another_name_has_no_key(name: str) -> None:
    found = key_of(name)
    assert found is None or name in file_names(found)
    assert found in {None, "roleS"}


@pytest.mark.parametrize(
    "key",
    [
        "",
        "a/b",
        "../a",
        "a\\b",
        "a b",
        "a\0b",
        "naïve",
        "a+b",
        "a\n",
        "x" * 201,
        "\u017f",
    ],
)
def test_what_is_no_key_of_the_port_has_no_file(key: str) -> None:
    with pytest.raises(InvalidPersist, match="is no key of a storage") as caught:
        file_names(key)
    assert caught.value.hint
