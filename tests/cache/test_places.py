"""Where entries stand: by the grammar, in one slot, the same in every process."""

from __future__ import annotations

import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.cache.places import Namer, Place, member_tags
from stateroom.catalogue.keys import (
    PUBLIC,
    ImplicitTagKey,
    Key,
    LeaseKey,
    Scope,
    Tag,
    TagKey,
    ValueKey,
    parse_key,
    tracked_prefix,
)
from stateroom.errors import InvalidValue

NAMER = Namer(
    namespace="careers", item="job-search", fingerprint="s1", tags=("Job", "City:Köln")
)
scopes = st.one_of(
    st.just(PUBLIC),
    st.text(min_size=1, max_size=20).map(Scope.user),
    st.integers(0, 10**9).map(Scope.group),
)
packed = st.binary(max_size=60)
fingerprints = st.from_regex(r"[a-z0-9]{1,16}", fullmatch=True)


def keys_of(place: Place) -> tuple[bytes, ...]:
    return (place.value, place.lease, place.fence, *place.tags)


def hash_tag(key: bytes) -> bytes:
    found = re.fullmatch(rb"[^{}]*\{([^{}]+)\}[^{}]*", key)
    assert found is not None
    return found[1]


@given(scopes, packed)
def test_every_key_conforms_to_the_grammar(scope: Scope, arguments: bytes) -> None:
    place = NAMER.place(scope, arguments)
    parsed: list[Key] = [parse_key(each) for each in keys_of(place)]
    assert [str(each).encode() for each in parsed] == list(keys_of(place))
    value, lease, fence, *tags = parsed
    assert isinstance(value, ValueKey)
    assert (value.namespace, value.scope, value.item) == ("careers", scope, NAMER.item)
    assert value.fingerprint == "s1"
    assert lease == value.lease("lease")
    assert fence == value.lease("fence")
    assert tags[:3] == [
        ImplicitTagKey(namespace="careers", of=each)
        for each in (None, "job-search", scope)
    ]
    assert all(isinstance(each, TagKey) for each in tags[3:])


@given(scopes, packed)
def test_value_lease_and_fence_share_one_slot(scope: Scope, arguments: bytes) -> None:
    place = NAMER.place(scope, arguments)
    tags = {hash_tag(each) for each in keys_of(place)[:3]}
    assert len(tags) == 1


@given(scopes, packed, fingerprints)
def test_every_release_finds_the_entries_of_another_one_in_the_same_slot(
    scope: Scope, arguments: bytes, fingerprint: str
) -> None:
    theirs = Namer(namespace="careers", item="job-search", fingerprint=fingerprint)
    mine = NAMER.place(scope, arguments)
    other = theirs.place(scope, arguments)
    assert mine.under(fingerprint) == other.value
    assert (mine.lease, mine.fence) == (other.lease, other.fence)
    assert hash_tag(mine.value) == hash_tag(other.value)


@given(scopes, packed)
def test_only_values_stand_where_changes_are_told(
    scope: Scope, arguments: bytes
) -> None:
    place = NAMER.place(scope, arguments)
    prefix = tracked_prefix("careers").encode()
    tracked = [each.startswith(prefix) for each in keys_of(place)]
    assert tracked == [True] + [False] * (len(tracked) - 1)


@given(st.lists(st.tuples(scopes, packed), min_size=2, max_size=10, unique=True))
def test_other_arguments_and_other_scopes_have_other_places(
    named: list[tuple[Scope, bytes]],
) -> None:
    places = [NAMER.place(*each) for each in named]
    for keys in zip(*(keys_of(each)[:3] for each in places), strict=True):
        assert len(set(keys)) == len(named)


def test_a_place_is_the_same_in_every_process_of_every_day() -> None:
    place = NAMER.place(Scope.user("a:b"), b"\x93arguments")
    digest = "da8459a443cf105e09138f153538d10a"
    assert [each.decode() for each in keys_of(place)[:3]] == [
        f"careers:v:u.a%3Ab:job-search:s1:{{{digest}}}",
        f"careers:l:lease:u.a%3Ab:job-search:{{{digest}}}",
        f"careers:l:fence:u.a%3Ab:job-search:{{{digest}}}",
    ]


def test_what_invalidates_an_entry_stands_in_a_fixed_order() -> None:
    place = NAMER.place(Scope.user(7), b"")
    assert [each.decode() for each in place.tags] == [
        "careers:t:@all",
        "careers:t:@item:job-search",
        "careers:t:@scope:u.7",
        "careers:t:Job",
        "careers:t:City",
        "careers:t:City:K%C3%B6ln",
    ]
    assert place.item_tag == b"careers:t:@item:job-search"
    assert place.seen == place.tags
    assert place.crc == zlib.crc32(place.value)


@pytest.mark.parametrize(
    ("tags", "keys"),
    [
        ([], []),
        (["Job"], ["Job"]),
        (["Job:1"], ["Job", "Job:1"]),
        (["Job:1", "Job:2", "Job"], ["Job", "Job:1", "Job:2"]),
        (["Job:1", "Job:1"], ["Job", "Job:1"]),
        (["B:1", "A:1"], ["B", "B:1", "A", "A:1"]),
        (["Job:a:b"], ["Job", "Job:a%3Ab"]),
    ],
)
def test_a_tag_brings_its_family_along_and_each_once(
    tags: list[str], keys: list[str]
) -> None:
    assert [each.decode() for each in member_tags("t", tags)] == [
        f"t:t:{each}" for each in keys
    ]


@given(st.text(min_size=1, max_size=20), st.text(max_size=20))
def test_any_tag_that_can_be_written_is_read_back(family: str, member: str) -> None:
    text = f"{family}:{member}" if member else family
    try:
        tag = Tag.of(text)
    except InvalidValue:
        return
    *_, key = member_tags("t", [text])
    assert parse_key(key) == TagKey(namespace="t", tag=tag)


def test_a_lease_is_read_back_as_one() -> None:
    place = NAMER.place(PUBLIC, b"")
    roles = [parse_key(each) for each in (place.lease, place.fence)]
    assert [each.role for each in roles if isinstance(each, LeaseKey)] == [
        "lease", "fence",
    ]  # fmt: skip
