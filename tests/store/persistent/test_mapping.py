from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.store.persistent import PersistentMap

LETTERS = PersistentMap({"a": 1, "b": 2, "c": 3})
NAN = float("nan")
SIZES = (0, 1, 2, 63, 64, 65, 4095, 4096, 4097, 8000)
"""Entries below, at and above what one list, and one level, can hold."""

Small = st.dictionaries(st.integers(0, 9), st.integers(), max_size=10)


@pytest.mark.parametrize("size", SIZES)
def test_it_reads_as_the_dict_that_it_was_made_from(size: int) -> None:
    plain = {f"k{number}": number for number in range(size)}
    made = PersistentMap(plain)
    assert (len(made), list(made), dict(made)) == (size, list(plain), plain)
    assert list(made.items()) == list(plain.items())
    assert all(made[key] == plain[key] and key in made for key in plain)
    assert "other" not in made


def test_it_is_made_from_pairs_of_which_the_last_wins() -> None:
    made = PersistentMap([("a", 1), ("b", 2), ("a", 3)])
    assert list(made.items()) == [("a", 3), ("b", 2)]


def test_a_missing_key_is_named_in_the_error() -> None:
    with pytest.raises(KeyError, match="'z'"):
        LETTERS["z"]
    assert LETTERS.get("z") is None
    assert LETTERS.get("z", 9) == 9


def test_set_gives_a_new_map_and_leaves_the_old_one() -> None:
    assert LETTERS.set("b", 9) == {"a": 1, "b": 9, "c": 3}
    assert LETTERS == {"a": 1, "b": 2, "c": 3}


def test_setting_what_is_there_gives_the_same_map() -> None:
    value = object()
    made = PersistentMap({"a": value})
    assert made.set("a", value) is made
    assert made.update({"a": value}) is made
    assert made.update({}) is made
    assert made.remove() is made


def test_a_known_key_keeps_its_place_and_a_new_one_comes_last() -> None:
    assert list(LETTERS.set("a", 9)) == ["a", "b", "c"]
    assert list(LETTERS.set("z", 9)) == ["a", "b", "c", "z"]
    assert list(LETTERS.update({"z": 1, "b": 2, "y": 3})) == ["a", "b", "c", "z", "y"]


def test_a_key_that_was_removed_and_came_back_comes_last() -> None:
    back = LETTERS.remove("a").set("a", 4)
    assert list(back.items()) == [("b", 2), ("c", 3), ("a", 4)]
    assert list(back.remove("a").set("a", 5).items()) == [("b", 2), ("c", 3), ("a", 5)]


def test_removing_takes_several_keys_at_once() -> None:
    assert LETTERS.remove("a", "c") == {"b": 2}
    assert LETTERS.remove("a", "a") == {"b": 2, "c": 3}


def test_removing_a_missing_key_is_refused_and_changes_nothing() -> None:
    with pytest.raises(KeyError, match="'z'"):
        LETTERS.remove("a", "z")
    assert LETTERS == {"a": 1, "b": 2, "c": 3}


def test_keys_are_equal_across_types_as_those_of_a_dict_are() -> None:
    made = PersistentMap[object, str]([(1, "one")])
    assert (made[1.0], made[True], 1 + 0j in made) == ("one", "one", True)
    yes: object = True
    assert list(made.set(yes, "yes").items()) == [(1, "yes")]
    assert repr(made.set(1.0, "yes")) == "PersistentMap({1: 'yes'})"


def test_nan_is_a_key_by_its_identity() -> None:
    made = PersistentMap({NAN: 1}).set(float("nan"), 2)
    assert len(made) == 2
    assert made[NAN] == 1
    assert made.get(float("nan")) is None


def test_a_key_without_hash_is_refused_as_by_a_dict() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        LETTERS.get([])  # type: ignore[call-overload] # that is the mistake
    with pytest.raises(TypeError, match="unhashable"):
        LETTERS.set([], 1)  # type: ignore[arg-type] # that is the mistake


@given(Small, Small)
def test_it_equals_dicts_and_maps_with_the_same_content(
    one: dict[int, int], other: dict[int, int]
) -> None:
    made = PersistentMap(one)
    assert (made == other, other == made) == (one == other, one == other)
    assert (made == PersistentMap(other)) == (one == other)
    assert made == dict(reversed(one.items()))
    assert (made.update(other) == other) == (one | other == other)


def test_it_equals_no_other_thing() -> None:
    assert LETTERS != [("a", 1), ("b", 2), ("c", 3)]
    assert PersistentMap[str, int]() != 0


def test_a_value_that_is_not_equal_to_itself_is_equal_by_identity() -> None:
    assert PersistentMap({"a": NAN}) == PersistentMap({"a": NAN})
    assert PersistentMap({"a": NAN}) == {"a": NAN}
    assert PersistentMap({"a": NAN}) != {"a": float("nan")}


def test_versions_of_one_map_are_compared_by_value() -> None:
    assert LETTERS.set("a", 9).set("a", 1) == LETTERS
    assert LETTERS.set("a", 9) != LETTERS
    assert LETTERS.set("x", 1).set("y", 2) == LETTERS.set("y", 2).set("x", 1)
    assert LETTERS.set("x", 1) != LETTERS.set("y", 1)


def test_it_has_no_hash() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(LETTERS)


def test_it_cannot_be_changed_in_place() -> None:
    with pytest.raises(TypeError, match="item assignment"):
        LETTERS["a"] = 1  # type: ignore[index] # that is the mistake
    with pytest.raises(TypeError, match="item deletion"):
        del LETTERS["a"]  # type: ignore[attr-defined] # that is the mistake


def test_the_union_has_the_order_and_values_of_dicts() -> None:
    assert list((LETTERS | {"b": 9, "x": 8}).items()) == [
        ("a", 1), ("b", 9), ("c", 3), ("x", 8),
    ]  # fmt: skip
    joined = {"x": 8, "b": 9} | LETTERS
    assert list(joined.items()) == [("x", 8), ("b", 2), ("a", 1), ("c", 3)]
    assert type(joined) is PersistentMap
    with pytest.raises(TypeError, match="unsupported operand"):
        LETTERS | [("a", 1)]
    with pytest.raises(TypeError, match="unsupported operand"):
        [("a", 1)] | LETTERS


def test_views_are_those_of_a_dict() -> None:
    plain = dict(LETTERS)
    assert LETTERS.keys() == plain.keys()
    assert LETTERS.items() == plain.items()
    assert list(LETTERS.values()) == [1, 2, 3]
    assert LETTERS.keys() & {"a", "z"} == {"a"}
    assert (2 in LETTERS.values(), ("a", 1) in LETTERS.items()) == (True, True)
    assert len(LETTERS.values()) == 3


@pytest.mark.parametrize("made", [LETTERS, LETTERS.set("d", 4).remove("b")])
def test_everything_goes_backwards_too(made: PersistentMap[str, int]) -> None:
    plain = dict(made)
    assert list(reversed(made)) == list(reversed(plain))
    assert list(reversed(made.keys())) == list(reversed(plain.keys()))  # type: ignore[call-overload] # the ABC does not promise it
    assert list(reversed(made.values())) == list(reversed(plain.values()))  # type: ignore[call-overload] # as above
    assert list(reversed(made.items())) == list(reversed(plain.items()))  # type: ignore[call-overload] # as above


def test_it_prints_as_it_would_be_written() -> None:
    assert eval(repr(LETTERS)) == LETTERS  # noqa: S307 - our own text


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda made: pickle.loads(pickle.dumps(made))],  # noqa: S301 - our own bytes
)
def test_a_copy_is_a_plain_dict(copied: object) -> None:
    assert callable(copied)
    again = copied(LETTERS)
    assert (type(again), again) == (dict, {"a": 1, "b": 2, "c": 3})


def test_a_deep_copy_shares_nothing() -> None:
    inner: list[int] = []
    deep = copy.deepcopy(PersistentMap({"a": inner, "b": inner}))
    assert deep["a"] is not inner
    assert deep["a"] is deep["b"]


def test_a_pattern_matches_its_items() -> None:
    match LETTERS:
        case {"a": found, **rest}:
            assert (found, rest) == (1, {"b": 2, "c": 3})
        case _:
            pytest.fail("no mapping")


def test_as_a_dict_it_can_be_unpacked_and_written_as_json() -> None:
    assert {**LETTERS} == {"a": 1, "b": 2, "c": 3}
    assert json.dumps(dict(LETTERS)) == '{"a": 1, "b": 2, "c": 3}'
    assert isinstance(LETTERS, Mapping)
