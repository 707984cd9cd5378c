from __future__ import annotations

import sys

from hypothesis import given
from hypothesis import strategies as st

from stateroom.store.persistent.buckets import MOST, find, inserted

NAN = float("nan")


class Alike:
    """A key whose hash is that of every other one."""

    def __init__(self, name: int) -> None:
        self.name = name

    def __hash__(self) -> int:
        return 7

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Alike) and other.name == self.name


def test_a_key_that_was_never_put_has_no_number() -> None:
    buckets = inserted(None, {"a": 1})
    assert find(buckets, "b") is None


@given(st.lists(st.dictionaries(st.integers(), st.integers(), max_size=200)))
def test_keys_keep_the_number_that_they_got_last(parts: list[dict[int, int]]) -> None:
    expected: dict[int, int] = {}
    buckets = inserted(None, expected)
    for part in parts:
        buckets = inserted(buckets, dict(part))
        expected = expected | part
    assert {key: find(buckets, key) for key in expected} == expected


def test_what_was_handed_out_never_changes() -> None:
    one = inserted(None, {key: key for key in range(10 * MOST)})
    before = {key: find(one, key) for key in range(20 * MOST)}
    inserted(one, dict.fromkeys(range(20 * MOST), -1))
    assert {key: find(one, key) for key in range(20 * MOST)} == before


def test_keys_with_one_hash_are_told_apart() -> None:
    keys = {Alike(name): name for name in range(3 * MOST)}
    buckets = inserted(None, dict(keys))
    assert {key: find(buckets, key) for key in keys} == keys
    assert find(buckets, Alike(-1)) is None


def test_hashes_that_agree_in_their_low_bits_are_told_apart() -> None:
    keys = {key << 44: key for key in range(4 * MOST)}
    buckets = inserted(None, dict(keys))
    assert {key: find(buckets, key) for key in keys} == keys
    assert find(buckets, 1 << 43) is None


def test_negative_hashes_find_their_way() -> None:
    keys = {-key: key for key in range(4 * MOST)} | {-(sys.hash_info.modulus - 1): 0}
    buckets = inserted(None, dict(keys))
    assert {key: find(buckets, key) for key in keys} == keys


def test_nan_is_found_by_identity_only() -> None:
    buckets = inserted(None, {NAN: 1})
    assert find(buckets, NAN) == 1
    assert find(buckets, float("nan")) is None
