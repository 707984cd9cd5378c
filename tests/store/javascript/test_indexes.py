"""Keys that are indexes come before all others, as in an object of JavaScript."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.store.javascript import indexes_first

KEYS = st.lists(st.integers(0, 2**33).map(str) | st.text(max_size=3), unique=True)


def test_indexes_are_first_in_their_order_and_others_stay_in_theirs() -> None:
    keys = ["b", "10", "9", "a", "0", "4294967294"]
    assert indexes_first(keys) == ["0", "9", "10", "4294967294", "b", "a"]


NONE = ("", "01", "00", "-1", "+1", "1.0", "1 ", "1\n", "1e3", "\u0661", "\u00b2")
LARGE = ("4294967295", "42949672940")


@pytest.mark.parametrize("key", [*NONE, *LARGE])
def test_what_looks_like_an_index_and_is_none_stays_behind(key: str) -> None:
    assert indexes_first([key, "7"]) == ["7", key]


def test_digits_without_end_are_no_index() -> None:
    # Python refuses to read so many as a number.
    assert indexes_first(["9" * 5000, "7"]) == ["7", "9" * 5000]


def test_keys_without_an_index_are_returned_as_they_are() -> None:
    keys = ["b", "a"]
    assert indexes_first(keys) is keys
    assert keys == ["b", "a"]


@given(KEYS)
def test_no_key_is_lost_and_a_second_time_changes_nothing(keys: list[str]) -> None:
    given_keys = [*keys]
    ordered = indexes_first(keys)
    assert sorted(ordered) == sorted(keys)
    assert indexes_first(ordered) == ordered
    assert keys == given_keys
