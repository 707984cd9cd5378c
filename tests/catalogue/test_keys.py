"""The key grammar: one text per key, one key per text, one slot per entry."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from typing import Literal, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.catalogue.keys import (
    DEVICE,
    PUBLIC,
    DataKey,
    ImplicitTagKey,
    Key,
    LeaseKey,
    RecordKey,
    Role,
    Scope,
    Tag,
    TagKey,
    ValueKey,
    check_item_name,
    check_namespace,
    digest_of,
    family,
    parse_key,
    parse_scope,
    parse_tag,
    tracked_prefix,
)
from stateroom.errors import InvalidValue, KeyFormatError

DIGEST = "0123456789abcdef0123456789abcdef"
USER = Scope.user(42)
SLOTS = 16384
"""Hash slots of a Redis Cluster. Source: the Redis Cluster specification."""

DECLARED: list[tuple[str, Key]] = [
    (
        f"careers:v:u.42:cv-analysis:k3:{{{DIGEST}}}",
        ValueKey(
            namespace="careers",
            scope=USER,
            item="cv-analysis",
            fingerprint="k3",
            digest=DIGEST,
        ),
    ),
    (
        f"careers:l:fence:pub:jobs:{{{DIGEST}}}",
        LeaseKey(
            namespace="careers", role="fence", scope=PUBLIC, item="jobs", digest=DIGEST
        ),
    ),
    (
        f"careers:d:g.a%3Ab:seats:{{{DIGEST}}}",
        DataKey(
            namespace="careers",
            kind="live",
            scope=Scope.group("a:b"),
            item="seats",
            digest=DIGEST,
        ),
    ),
    (
        f"careers:a:pub:login:{{{DIGEST}}}",
        DataKey(
            namespace="careers", kind="auth", scope=PUBLIC, item="login", digest=DIGEST
        ),
    ),
    ("a:p:device:theme", RecordKey(namespace="a", scope=DEVICE, item="theme")),
    ("a:p:u.42:theme", RecordKey(namespace="a", scope=USER, item="theme")),
    ("a:t:Job", TagKey(namespace="a", tag=Tag("Job"))),
    ("a:t:Job:42", TagKey(namespace="a", tag=Tag("Job", "42"))),
    ("a:t:%40all", TagKey(namespace="a", tag=Tag("@all"))),
    ("a:t:@all", ImplicitTagKey(namespace="a")),
    ("a:t:@item:theme", ImplicitTagKey(namespace="a", of="theme")),
    ("a:t:@item:pub", ImplicitTagKey(namespace="a", of="pub")),
    ("a:t:@scope:pub", ImplicitTagKey(namespace="a", of=PUBLIC)),
    ("a:t:@scope:u.42", ImplicitTagKey(namespace="a", of=USER)),
]

ids = st.one_of(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=12),
    st.text("ab:{}%.*?[]\\@2357BDF", min_size=1, max_size=6),
)
families = ids.filter(lambda text: ":" not in text)
namespaces = st.from_regex(r"[a-z0-9][a-z0-9-]{0,31}", fullmatch=True)
items = st.one_of(
    st.sampled_from(["a", "pub", "device", "v", "lease"]),
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True),
)
fingerprints = st.from_regex(r"[a-z0-9]{1,16}", fullmatch=True)
digests = st.binary(min_size=16, max_size=16).map(bytes.hex)
user_scopes = ids.map(Scope.user)
scopes = st.one_of(st.just(PUBLIC), ids.map(Scope.group), user_scopes)
entries = st.tuples(items, scopes, st.binary(max_size=3))
tags = st.builds(Tag, families, st.one_of(st.just(""), ids))
value_keys = st.builds(
    ValueKey,
    namespace=namespaces,
    scope=scopes,
    item=items,
    fingerprint=fingerprints,
    digest=digests,
)
keys: st.SearchStrategy[Key] = st.one_of(
    value_keys,
    st.builds(
        LeaseKey,
        namespace=namespaces,
        role=st.sampled_from(get_args(Role)),
        scope=scopes,
        item=items,
        digest=digests,
    ),
    st.builds(
        DataKey,
        namespace=namespaces,
        kind=st.sampled_from(["live", "auth"]),
        scope=scopes,
        item=items,
        digest=digests,
    ),
    st.builds(
        RecordKey,
        namespace=namespaces,
        scope=st.one_of(st.just(DEVICE), user_scopes),
        item=items,
    ),
    st.builds(TagKey, namespace=namespaces, tag=tags),
    st.builds(
        ImplicitTagKey, namespace=namespaces, of=st.one_of(st.none(), items, scopes)
    ),
)
# Texts close to keys: a few segments each of which is right somewhere, and some wrong.
pieces = st.sampled_from(
    [
        *("a", "v", "l", "d", "p", "t", "pub", "device", "u.4", "u.%3A", "u.%3a", "u."),
        *("u.%41", "g.x", "g.x.y", "lease", "fence", "theme", "k3", "", "@all"),
        *("@item", "@scope", "%40all", "Job", "é", "{}"),
        *(f"{{{DIGEST}}}", f"{{{DIGEST.upper()}}}"),
    ]
)


def with_one_piece_changed(key: Key, place: int, piece: str) -> str:
    segments = str(key).split(":")
    segments[place % len(segments)] = piece
    return ":".join(segments)


near_keys = st.one_of(
    st.builds(with_one_piece_changed, keys, st.integers(0, 5), pieces),
    st.lists(pieces, min_size=1, max_size=7).map(":".join),
)


class Colour(str, enum.Enum):  # noqa: UP042 - the kind that prints as its name
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


def slot_of(key: str) -> int:
    """Return the hash slot of a key, by the Redis Cluster specification."""
    data = key.encode()
    start = data.find(b"{")
    stop = data.find(b"}", start + 1)
    if start >= 0 and stop > start + 1:
        data = data[start + 1 : stop]
    crc = 0
    for byte in data:  # CRC16-CCITT (XMODEM): polynomial 0x1021, start 0
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1) ^ (0x1021 if crc & 0x8000 else 0)
        crc &= 0xFFFF
    return crc % SLOTS


def value_key(**changes: object) -> ValueKey:
    parts: dict[str, object] = {
        "namespace": "careers",
        "scope": USER,
        "item": "cv",
        "fingerprint": "k3",
        "digest": DIGEST,
    }
    return ValueKey(**(parts | changes))  # type: ignore[arg-type] # some are wrong


@pytest.mark.parametrize(("text", "key"), DECLARED)
def test_every_kind_of_key_prints_as_declared(text: str, key: Key) -> None:
    assert str(key) == text


@pytest.mark.parametrize(("text", "key"), DECLARED)
def test_every_kind_of_key_is_read_from_text_and_from_bytes(
    text: str, key: Key
) -> None:
    assert parse_key(text) == key
    assert parse_key(text.encode()) == key


@given(keys)
def test_a_printed_key_is_read_back_as_the_same_key(key: Key) -> None:
    assert parse_key(str(key)) == key


@given(near_keys)
def test_a_text_that_is_accepted_is_printed_back_letter_by_letter(text: str) -> None:
    try:
        key = parse_key(text)
    except KeyFormatError:
        return
    assert str(key) == text


@given(st.one_of(st.text(), st.binary()))
def test_any_text_or_bytes_give_a_key_or_the_one_error(text: str | bytes) -> None:
    try:
        key = parse_key(text)
    except KeyFormatError:
        return
    assert str(key) == (text if isinstance(text, str) else text.decode())


@given(keys, keys)
def test_two_keys_print_the_same_only_if_they_are_the_same(one: Key, two: Key) -> None:
    assert (str(one) == str(two)) == (one == two)


@given(ids, ids)
def test_two_ids_never_share_a_scope(one: str, two: str) -> None:
    assert (str(Scope.user(one)) == str(Scope.user(two))) == (one == two)
    assert str(Scope.user(one)) != str(Scope.group(two))


@given(tags, tags)
def test_two_tags_never_print_the_same(one: Tag, two: Tag) -> None:
    assert (str(one) == str(two)) == (one == two)


@given(scopes, tags)
def test_scopes_and_tags_are_read_back_alone(scope: Scope, tag: Tag) -> None:
    assert parse_scope(str(scope)) == scope
    assert parse_tag(str(tag)) == tag


@given(keys)
def test_no_key_holds_a_glob_a_space_or_a_byte_beyond_ascii(key: Key) -> None:
    assert re.fullmatch(r"[A-Za-z0-9:._~%@{}-]+", str(key))


@given(value_keys, fingerprints, ids)
def test_an_entry_shares_one_slot_with_its_lease_and_fence(
    key: ValueKey, other_fingerprint: str, user: str
) -> None:
    wanted = slot_of(key.digest)
    mates = [str(key), *(str(key.lease(role)) for role in get_args(Role))]
    mates.append(str(value_key(digest=key.digest, fingerprint=other_fingerprint)))
    mates.append(str(value_key(digest=key.digest, scope=Scope.user(user))))
    assert {slot_of(mate) for mate in mates} == {wanted}


@pytest.mark.parametrize("user", ["{x}", "{", "}{", "{}", "a}:{b", ":{0}"])
def test_a_user_id_with_braces_cannot_choose_the_slot(user: str) -> None:
    key = value_key(scope=Scope.user(user))
    assert slot_of(str(key)) == slot_of(DIGEST)
    assert str(key).count("{") == str(key).count("}") == 1


def test_the_slot_function_of_these_tests_agrees_with_redis() -> None:
    # CLUSTER KEYSLOT of a server: 12739 is the specification's own CRC16 check value.
    assert slot_of("123456789") == 0x31C3 % SLOTS == 12739
    assert slot_of("foo{bar}baz") == slot_of("bar")
    assert slot_of("foo{}bar") != slot_of("")


def test_a_lease_belongs_to_all_fingerprints_of_its_entry() -> None:
    old, new = value_key(fingerprint="k3"), value_key(fingerprint="k4")
    assert str(old) != str(new)
    assert old.lease("lease") == new.lease("lease")


@given(keys)
def test_only_values_stand_under_the_tracked_prefix(key: Key) -> None:
    is_tracked = str(key).startswith(tracked_prefix(key.namespace))
    assert is_tracked == isinstance(key, ValueKey)


@given(namespaces, namespaces)
def test_tracked_prefixes_of_two_namespaces_never_overlap(one: str, two: str) -> None:
    overlap = tracked_prefix(one).startswith(tracked_prefix(two))
    assert overlap == (one == two)


@pytest.mark.parametrize(
    ("id_", "printed"),
    [
        ("42", "u.42"),
        (42, "u.42"),  # an int is its decimal text
        (-7, "u.-7"),
        (Level.HIGH, "u.3"),
        (Colour.RED, "u.red"),  # the value, never "Colour.RED"
        ("a.b", "u.a.b"),
        ("A_~.-z", "u.A_~.-z"),
        ("a:b", "u.a%3Ab"),
        ("{x}", "u.%7Bx%7D"),
        ("50%", "u.50%25"),
        ("%3A", "u.%253A"),
        ("*?[]", "u.%2A%3F%5B%5D"),
        ("a@b c", "u.a%40b%20c"),
        ("é", "u.%C3%A9"),
        ("e\u0301", "u.e%CC%81"),  # looks the same, is another id
        ("日", "u.%E6%97%A5"),
        ("\0\n", "u.%00%0A"),
        ("😀", "u.%F0%9F%98%80"),
    ],
)
def test_an_id_has_one_spelling(id_: str | int, printed: str) -> None:
    assert str(Scope.user(id_)) == printed
    assert parse_scope(printed) == Scope.user(id_)


@pytest.mark.parametrize("id_", ["", True, False, None, 4.2, b"42", "\ud800"])
def test_what_is_no_id_is_refused(id_: object) -> None:
    with pytest.raises(InvalidValue, match="not an id"):
        Scope.user(id_)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PUB",
        "pub.",
        "public",
        "device.1",
        "u",
        "u.",
        "x.42",
        "u.a*",
        "u.a b",
        "u.é",
        "u.%3a",  # lowercase hex
        "u.%41",  # an escape of what needs none
        "u.%",
        "u.%2",
        "u.%GG",
        "u.%C3",  # half a letter
        "u.%C0%AF",  # an overlong form
        "u.%ED%A0%80",  # a surrogate
        "u.%EF%BF",
        "u.42\n",
    ],
)
def test_a_scope_that_is_not_canonical_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_scope(text)


def test_the_replacement_character_is_an_id_like_any_other() -> None:
    assert parse_scope("u.%EF%BF%BD") == Scope.user("\ufffd")


@pytest.mark.parametrize(
    ("kind", "id_"), [("public", "1"), ("device", "1"), ("team", "1"), ("user", "")]
)
def test_a_scope_cannot_be_built_wrong(kind: str, id_: str) -> None:
    with pytest.raises(InvalidValue):
        Scope(kind, id_)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "tag", "printed"),
    [
        ("Job", Tag("Job"), "Job"),
        ("Job:42", Tag("Job", "42"), "Job:42"),
        ("Job:a:b", Tag("Job", "a:b"), "Job:a%3Ab"),
        ("Job::", Tag("Job", ":"), "Job:%3A"),
        ("Job:a%3Ab", Tag("Job", "a%3Ab"), "Job:a%253Ab"),
        ("@item:theme", Tag("@item", "theme"), "%40item:theme"),
        ("Stelle für alle", Tag("Stelle für alle"), "Stelle%20f%C3%BCr%20alle"),
    ],
)
def test_a_tag_is_read_as_the_application_writes_it(
    text: str, tag: Tag, printed: str
) -> None:
    assert Tag.of(text) == tag
    assert str(tag) == printed
    assert parse_tag(printed) == tag
    assert family(text) == tag.family


@pytest.mark.parametrize("text", ["", ":", ":42", "Job:", "\ud800", "Job:\ud800"])
def test_a_tag_without_family_or_member_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        Tag.of(text)


def test_a_family_cannot_hold_the_colon_of_a_member() -> None:
    with pytest.raises(InvalidValue, match="family"):
        Tag("Job:42")


@pytest.mark.parametrize(
    ("text", "segment", "found", "allowed"),
    [
        ("", "segment 1 (namespace)", "''", "a-z"),
        ("careers", "segment 2 (kind) is missing", "", "v (value)"),
        ("Careers:p:device:x", "segment 1 (namespace)", "'Careers'", "a-z"),
        ("a:x:pub:x", "segment 2 (kind)", "'x'", "v (value)"),
        ("a:v:pub:x:k3", "segment 6 (hash tag) is missing", "", "{DIGEST}"),
        ("a:v:u.:x:k3:{}", "segment 3 (scope)", "''", "%XX"),
        ("a:v:device:x:k3:{}", "segment 3 (scope)", "device", "pub, g.ID, u.ID"),
        ("a:d:pub:-x:{}", "segment 4 (item)", "'-x'", "1 to 64"),
        ("a:v:pub:x:K3:{}", "segment 5 (fingerprint)", "'K3'", "1 to 16"),
        ("a:v:pub:x:k3:{}", "segment 6 (hash tag)", "''", "32 of"),
        (f"a:a:pub:x:{DIGEST}", "segment 5 (hash tag)", f"'{DIGEST}'", "{DIGEST}"),
        ("a:a:pub:x:{", "segment 5 (hash tag)", "'{'", "{DIGEST}"),
        (f"a:l:lock:pub:x:{{{DIGEST}}}", "segment 3 (role)", "'lock'", "lease, fence"),
        (f"a:a:pub:x:{{{DIGEST}}}:y", "segment 6 is too many", "'y'", "the end"),
        ("a:p:pub:x", "segment 3 (scope)", "pub", "device, u.ID"),
        ("a:p:device:x:y", "segment 5 is too many", "'y'", "the end"),
        ("a:t:", "segment 3 (tag)", "''", "@all"),
        ("a:t:@user", "segment 3 (tag)", "'@user'", "@all"),
        ("a:t:Job:", "segment 4 (member)", "''", "%XX"),
        ("a:t:Job:1:2", "segment 5 is too many", "'2'", "the end"),
        ("a:t:%3A", "segment 3 (tag)", "':'", "@all"),
        ("a:t:@all:x", "segment 4 is too many", "'x'", "the end"),
        ("a:t:@item", "segment 4 (item) is missing", "", "1 to 64"),
        ("a:t:@scope:device", "segment 4 (scope)", "device", "pub, g.ID, u.ID"),
    ],
)
def test_a_refused_key_says_which_segment_what_was_found_and_what_is_allowed(
    text: str, segment: str, found: str, allowed: str
) -> None:
    with pytest.raises(KeyFormatError) as caught:
        parse_key(text)
    before, _, after = str(caught.value).partition("; allowed: ")
    assert segment in before
    assert found in before
    assert allowed in after


def test_bytes_that_are_not_ascii_are_refused_in_their_segment() -> None:
    with pytest.raises(KeyFormatError, match=r"segment 3 \(scope\)"):
        parse_key(b"a:v:u.\xff\xfe:x:k3:{}")


def test_the_message_about_a_huge_key_is_short() -> None:
    with pytest.raises(KeyFormatError) as caught:
        parse_key("x" * 1_000_000)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "changes",
    [
        {"namespace": "Careers"},
        {"scope": DEVICE},
        {"scope": "u.42"},
        {"item": "a:b"},
        {"fingerprint": ""},
        {"digest": DIGEST[:-1]},
        {"digest": DIGEST.upper()},
    ],
)
def test_a_key_cannot_be_built_from_a_wrong_part(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidValue):
        value_key(**changes)


@pytest.mark.parametrize("scope", [PUBLIC, Scope.group("g")])
def test_a_record_is_scoped_by_its_device_or_its_user(scope: Scope) -> None:
    with pytest.raises(InvalidValue, match="scope"):
        RecordKey(namespace="a", scope=scope, item="x")


def test_a_wrong_role_or_kind_or_implicit_tag_cannot_be_built() -> None:
    with pytest.raises(InvalidValue):
        value_key().lease("lock")  # type: ignore[arg-type]
    with pytest.raises(InvalidValue):
        DataKey(
            namespace="a",
            kind="lock",  # type: ignore[arg-type]
            scope=PUBLIC,
            item="x",
            digest=DIGEST,
        )
    with pytest.raises(InvalidValue):
        ImplicitTagKey(namespace="a", of=DEVICE)


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (
            check_namespace,
            ["a", "0", "a-", "my-app", "a" * 32],
            ["", "-a", "A", "a_b", "a.b", "a:b", "é", "a\n", "a" * 33, None, 7, b"a"],
        ),
        (
            check_item_name,
            ["a", "A", "9", "a.b_c-D", "a" * 64],
            [
                *("", "-a", ".a", "_a", "a b", "a:b", "a*", "a%", "{a}", "é", "a\n"),
                *("\u0661", "a" * 65, None, 7, b"a"),
            ],
        ),
    ],
)
def test_names_are_taken_or_refused_at_their_edges(
    check: Callable[[object], str],
    good: list[str],
    bad: list[object],
) -> None:
    assert [check(name) for name in good] == good
    for name in bad:
        with pytest.raises(InvalidValue) as caught:
            check(name)
        assert caught.value.found
        assert caught.value.allowed


def test_a_digest_never_changes_between_releases() -> None:
    assert digest_of("jobs", PUBLIC, b"") == "ec082a44f537daaf5b5c1a083a2839e7"
    assert digest_of("jobs", USER, b"\x00q") == "703627f3d83b6ce7d7b5f8aa2d1e9db1"


@given(entries, entries)
def test_a_digest_tells_item_scope_and_arguments_apart(
    one: tuple[str, Scope, bytes], two: tuple[str, Scope, bytes]
) -> None:
    assert (digest_of(*one) == digest_of(*two)) == (one == two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (("a", PUBLIC, b"x"), ("a", PUBLIC, b"x\0")),
        (("ab", Scope.user("c"), b""), ("a", Scope.user("c"), b"b")),
        (("a", Scope.user("bc"), b"d"), ("a", Scope.user("b"), b"cd")),
        (("apub", PUBLIC, b""), ("a", PUBLIC, b"pub")),
    ],
)
def test_parts_of_a_digest_never_run_into_each_other(
    one: tuple[str, Scope, bytes], two: tuple[str, Scope, bytes]
) -> None:
    assert digest_of(*one) != digest_of(*two)


def test_a_digest_fits_a_key() -> None:
    key = value_key(digest=digest_of("cv", USER, b"args"))
    assert parse_key(str(key)) == key


def test_keys_are_frozen_and_hashable() -> None:
    key = value_key()
    attribute: Literal["item"] = "item"
    with pytest.raises(AttributeError):
        setattr(key, attribute, "other")
    assert len({key, value_key(), key.lease("lease")}) == 2
