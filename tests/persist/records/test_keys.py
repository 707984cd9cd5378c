"""The keys of records are those of the catalogue, one for each owner and slice."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.catalogue.keys import DEVICE, RecordKey, Scope, parse_key
from stateroom.errors import InvalidPersist
from stateroom.persist.keys import (
    LONGEST_OWNER,
    Place,
    check_item,
    check_namespace,
    place_of,
    record_key,
)
from stateroom.persist.quarantine import aside_key, is_aside, record_of

namespaces = st.from_regex(r"[a-z0-9][a-z0-9-]{0,31}", fullmatch=True)
items = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True)
owners = st.text(min_size=1, max_size=8) | st.sampled_from(
    ["7", "ann@example.org", "a:b", "a%20b", "~corrupt.1", "a~corrupt.9:b", "%", "Zoë"]
)
STORABLE = re.compile(r"[A-Za-z0-9:._~%-]{1,200}")
"""What a storage takes as a key. Source: its port."""


@given(namespaces, items, owners)
def test_a_record_is_named_as_the_catalogue_names_it(
    namespace: str, item: str, owner: str
) -> None:
    device = RecordKey(namespace=namespace, scope=DEVICE, item=item)
    assert record_key(namespace, item) == str(device)
    user = RecordKey(namespace=namespace, scope=Scope.user(owner), item=item)
    assert record_key(namespace, item, owner=owner) == str(user)
    assert parse_key(record_key(namespace, item, owner=owner)) == user


@given(namespaces, items, st.just("") | owners)
def test_a_key_says_whose_record_it_is(namespace: str, item: str, owner: str) -> None:
    key = record_key(namespace, item, owner=owner)
    assert place_of(key) == Place(namespace, owner, item)
    assert STORABLE.fullmatch(key) is not None


@given(namespaces, items, st.just("") | owners, st.integers(0, 10**15))
def test_what_was_put_aside_names_its_record_whatever_the_owner_is_called(
    namespace: str, item: str, owner: str, at: int
) -> None:
    key = record_key(namespace, item, owner=owner)
    assert not is_aside(key)
    assert record_of(key) == key
    aside = aside_key(key, at)
    assert is_aside(aside)
    assert record_of(aside) == key
    assert place_of(aside) is None


@given(owners, owners, items, items)
def test_two_records_have_two_keys(one: str, two: str, first: str, second: str) -> None:
    if (one, first) != (two, second):
        assert record_key("a", first, owner=one) != record_key("a", second, owner=two)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "roles",
        "careers:v:device:roles",
        "careers:p:device:",
        "careers:p::roles",
        "careers:p:u.:roles",
        "careers:p:u.a b:roles",
        "careers:p:u.%2g:roles",
        "careers:p:pub:roles",
        "careers:p:device:roles:more",
        "Careers:p:device:roles",
        "careers:p:device:roles\n",
        "careers:p:device:" + "r" * 65,
    ],
)
def test_what_is_no_key_of_a_record_is_told_from_one(key: str) -> None:
    assert place_of(key) is None


def test_an_owner_that_makes_a_key_too_long_is_refused() -> None:
    longest = "é" * (LONGEST_OWNER // 6)
    assert len(record_key("n" * 32, "i" * 64, owner=longest)) <= 200
    with pytest.raises(InvalidPersist, match="an owner of 102 characters is too long"):
        record_key("a", "b", owner=longest + "é")


def test_an_owner_with_half_a_character_is_refused() -> None:
    with pytest.raises(InvalidPersist, match="text that UTF-8 can hold; found"):
        record_key("a", "b", owner="ann\ud800")


@pytest.mark.parametrize("given_", ["", "A", "-a", "a_b", "a" * 33, None, 7])
def test_a_namespace_that_cannot_stand_in_a_key_is_refused(given_: object) -> None:
    with pytest.raises(InvalidPersist, match="cannot stand in the key") as caught:
        check_namespace(given_)
    assert caught.value.hint == "1 to 32 of a-z, 0-9 and -, not starting with -"


@pytest.mark.parametrize("given_", ["", "a b", ".a", "a/b", "a" * 65, None, "é"])
def test_a_slice_s_key_that_cannot_stand_in_a_key_is_refused(given_: object) -> None:
    with pytest.raises(InvalidPersist, match="cannot be the key under") as caught:
        check_item(given_)
    assert "persist(..., key=...)" in caught.value.hint
