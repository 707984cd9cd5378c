"""Where live data stands: keys of the grammar, one for each name, owner and part."""

from __future__ import annotations

import pytest

from stateroom.catalogue.keys import DataKey, parse_key
from stateroom.errors import InvalidValue, UsageError
from stateroom.live.kinds import place_of


def test_a_place_has_a_key_of_the_grammar() -> None:
    key = parse_key(place_of("careers", "views", user=7).key)
    assert isinstance(key, DataKey)
    assert (key.namespace, key.kind, str(key.scope), key.item) == (
        "careers",
        "live",
        "u.7",
        "views",
    )


def test_what_lets_somebody_in_stands_apart() -> None:
    key = parse_key(place_of("careers", "login", kind="auth").key)
    assert isinstance(key, DataKey)
    assert key.kind == "auth"


def test_a_number_and_its_text_are_one_part() -> None:
    assert place_of("a", "x", parts=(7,)) == place_of("a", "x", parts=("7",))


def test_no_two_splits_of_parts_share_a_key() -> None:
    parts = [(), ("ab",), ("a", "b"), ("a", "b", "c"), ("ab", "c"), ("a", "bc")]
    keys = {place_of("n", "x", parts=each).key for each in parts}
    owned = {place_of("n", "x", parts=each, user=1).key for each in parts}
    assert len(keys | owned) == 2 * len(parts)


def test_what_belongs_to_data_shares_its_slot() -> None:
    place = place_of("n", "x")
    beside = place.beside("fence")
    assert beside.startswith(place.key)
    assert beside.count(b"{") == 1


def test_data_of_a_user_and_a_group_is_refused() -> None:
    with pytest.raises(UsageError, match="of the user 1 and of the group 2"):
        place_of("n", "x", user=1, group=2)


@pytest.mark.parametrize("part", ["", True, 1.5, None, b"x", "\ud800"])
def test_what_is_no_part_is_refused(part: object) -> None:
    with pytest.raises(InvalidValue, match="not a part of a key"):
        place_of("n", "x", parts=(part,))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["", "a b", "a:b", "x" * 65])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidValue, match="name"):
        place_of("n", name)
