"""Merging lists: selections, lists of records, and logs."""

from __future__ import annotations

import math

import pytest

from stateroom.persist.merging import three_way
from stateroom.store import freeze, is_frozen
from tests.persist.merging_kinds import Colour, Fussy, Todo, lost, merged

# ------------------------------------------------------------------ selections


@pytest.mark.parametrize(
    ("base", "stored", "current", "expected"),
    [
        ("", "ab", "c", "abc"),
        ("a", "ab", "ac", "abc"),
        ("abc", "bc", "ab", "b"),
        ("abc", "abcd", "ac", "acd"),
        ("abc", "ac", "abcd", "acd"),
        ("z", "sz", "cz", "csz"),
        ("az", "asz", "acz", "ascz"),
        ("az", "azs", "acz", "aczs"),
        ("a", "", "ab", "b"),
        ("ab", "xb", "ay", "xy"),
        ("a", "ab", "ab", "ab"),
        ("a", "abc", "acd", "abcd"),
        ("a", "b", "c", "bc"),
    ],
)
def test_a_list_without_duplicates_keeps_what_either_side_added(
    base: str, stored: str, current: str, expected: str
) -> None:
    value, conflicts = merged(list(base), list(stored), list(current))
    assert "".join(value) == expected
    assert is_frozen(value)
    assert conflicts == []


@pytest.mark.parametrize(
    ("base", "stored", "current", "expected"),
    [
        ("abc", "abcs", "cab", "cabs"),
        ("abc", "cab", "abcx", "cabx"),
        ("abc", "sabc", "cba", "scba"),
        ("abc", "cba", "cba", "cba"),
        ("abc", "cbas", "cbax", "cbasx"),
        ("abc", "bca", "ab", "ba"),
        ("abc", "asbc", "cab", "casb"),
    ],
)
def test_the_side_that_moved_something_gives_the_order(
    base: str, stored: str, current: str, expected: str
) -> None:
    value, conflicts = merged(list(base), list(stored), list(current))
    assert "".join(value) == expected
    assert conflicts == []


@pytest.mark.parametrize(
    ("base", "stored", "current", "expected"),
    [
        ("abc", "bac", "acb", "acb"),
        ("", "ab", "ba", "ba"),
        ("a", "ax", "xa", "xa"),
        ("abc", "cabxy", "abcyx", "abcyx"),
        ("", "abc", "ca", "bca"),
    ],
)
def test_when_both_sides_ordered_the_same_elements_the_current_order_wins(
    base: str, stored: str, current: str, expected: str
) -> None:
    value, conflicts = merged(list(base), list(stored), list(current))
    assert "".join(value) == expected
    assert lost(conflicts) == [("", list(expected), list(stored), "order")]


def test_a_list_that_is_that_of_one_side_is_that_object() -> None:
    base, stored, current = freeze(["x"]), freeze(["a", "b"]), freeze(["a"])
    assert three_way(base, stored, current).value is stored
    assert three_way(base, current, stored).value is stored


def test_a_deletion_on_one_side_is_no_move() -> None:
    value, conflicts = merged(list("abcd"), list("bd"), list("abxcd"))
    assert "".join(value) == "bxd"
    assert conflicts == []


def test_enum_members_numbers_and_pairs_are_elements_like_any_other() -> None:
    base: list[object] = [Colour.RED, 1, ("a", 1)]
    stored = [*base, math.nan, True]
    current = [Colour.RED, ("a", 1), Colour.BLUE]
    value, conflicts = merged(base, stored, current)
    assert repr(value) == repr([Colour.RED, ("a", 1), math.nan, True, Colour.BLUE])
    assert conflicts == []


# ------------------------------------------------------------ lists of records


def test_records_that_each_side_added_removed_or_changed_are_merged() -> None:
    base = [Todo(1), Todo(2), Todo(3)]
    stored = [Todo(1, "s"), Todo(2), Todo(3), Todo(4)]
    current = [Todo(1), Todo(3, "c"), Todo(5)]
    value, conflicts = merged(base, stored, current)
    assert value == [Todo(1, "s"), Todo(3, "c"), Todo(5), Todo(4)]
    assert conflicts == []


@pytest.mark.parametrize(
    ("stored", "current", "expected", "path"),
    [
        ([Todo(1), Todo(2, "s"), Todo(3)], [Todo(1), Todo(2, "c")], "123", "[1]"),
        ([Todo(1), Todo(2, "s")], [Todo(1), Todo(2, "c"), Todo(3)], "123", "[1]"),
        ([Todo(2, "s")], [Todo(2, "c")], "2", "[0]"),
        ([Todo(1), Todo(2, "s")], [Todo(0), Todo(1), Todo(2, "c")], "012", "[2]"),
    ],
)
def test_of_two_versions_of_one_record_the_current_one_is_kept(
    stored: list[Todo], current: list[Todo], expected: str, path: str
) -> None:
    value, conflicts = merged([Todo(1), Todo(2)], stored, current)
    assert "".join(str(each.id) for each in value) == expected
    assert lost(conflicts) == [(path, Todo(2, "c"), Todo(2, "s"), "changed")]


def test_a_record_at_the_front_is_no_version_of_the_one_that_was_there() -> None:
    base = [Todo(1), Todo(2)]
    value, conflicts = merged(
        base, [Todo(0), Todo(1, "s"), Todo(2)], [Todo(9), Todo(1, "c"), Todo(2)]
    )
    assert [each.id for each in value] == [9, 0, 1, 2]
    assert lost(conflicts) == [("[2]", Todo(1, "c"), Todo(1, "s"), "changed")]


def test_a_record_that_was_changed_is_known_again_where_others_were_moved() -> None:
    base = [Todo(1), Todo(2), Todo(3)]
    value, conflicts = merged(
        base, [Todo(1, "s"), Todo(2), Todo(3)], [Todo(3), Todo(1, "c"), Todo(2)]
    )
    assert value == [Todo(3), Todo(1, "c"), Todo(2)]
    assert lost(conflicts) == [("[1]", Todo(1, "c"), Todo(1, "s"), "changed")]


def test_one_record_in_the_place_of_two_is_there_once() -> None:
    value, conflicts = merged(
        [Todo(1), Todo(2)], [Todo(9), Todo(2)], [Todo(1), Todo(9)]
    )
    assert value == [Todo(9)]
    assert conflicts == []


def test_the_same_new_version_on_both_sides_is_there_once() -> None:
    value, conflicts = merged(
        [Todo(1)], [Todo(1, "b"), Todo(2)], [Todo(1, "b"), Todo(3)]
    )
    assert value == [Todo(1, "b"), Todo(2), Todo(3)]
    assert conflicts == []


# ------------------------------------------------------------------------ logs


@pytest.mark.parametrize(
    ("base", "stored", "current", "expected"),
    [
        ("aa", "aab", "aac", "aabc"),
        ("a", "aab", "aac", "aabac"),
        ("", "aa", "bb", "aabb"),
        ("aa", "saa", "caa", "csaa"),
        ("aba", "abas", "caba", "cabas"),
    ],
)
def test_what_both_sides_put_at_an_end_of_a_log_is_there(
    base: str, stored: str, current: str, expected: str
) -> None:
    value, conflicts = merged(list(base), list(stored), list(current))
    assert "".join(value) == expected
    assert is_frozen(value)
    assert conflicts == []


@pytest.mark.parametrize(
    ("base", "stored", "current"),
    [("aab", "aacb", "aabd"), ("aab", "aabd", "aacb"), ("aa", "aab", "a")],
)
def test_a_log_that_was_changed_elsewhere_is_not_merged(
    base: str, stored: str, current: str
) -> None:
    value, conflicts = merged(list(base), list(stored), list(current))
    assert value == list(current)
    assert lost(conflicts) == [("", list(current), list(stored), "changed")]


def test_a_log_that_only_one_side_filled_is_that_of_this_side() -> None:
    base: list[str] | None = None
    empty: list[str] = freeze([])
    filled = freeze(["a", "a"])
    assert three_way(base, empty, filled).value is filled
    assert three_way(base, filled, empty).value is filled


def test_elements_that_cannot_be_found_are_merged_as_a_log() -> None:
    one, theirs, ours = Fussy(), Fussy(), Fussy()
    value, conflicts = merged([one], [one, theirs], [one, ours])
    assert list(map(id, value)) == list(map(id, [one, theirs, ours]))
    assert conflicts == []
