"""A change copies a few short lists, and how many it is grows with the logarithm."""

from __future__ import annotations

import pytest

from stateroom.store.persistent import PersistentMap
from stateroom.store.persistent.rows import WIDTH, Level, Rows


def trees(made: PersistentMap[int, int]) -> tuple[Rows[int], Rows[int]]:
    """Return the keys and the values: what is shared is not seen from outside."""
    return made._keys, made._values  # type: ignore[return-value] # noqa: SLF001


def lists_in(level: Level, top: int, shift: int) -> set[int]:
    """Return the ids of the lists of a tree."""
    found = {id(level)}
    if top:
        for below in level:
            found |= lists_in(below, top - shift, shift)
    return found


def copied(old: PersistentMap[int, int], new: PersistentMap[int, int]) -> int:
    """Count the lists that the new map does not share with the old one."""
    before, after = trees(old), trees(new)
    return sum(
        len(lists_in(ours.root, ours.top, 6) - lists_in(theirs.root, theirs.top, 6))
        for ours, theirs in zip(after, before, strict=True)
    )


@pytest.fixture(scope="module")
def large() -> PersistentMap[int, int]:
    return PersistentMap(dict.fromkeys(range(100_000), 0))


@pytest.mark.parametrize(
    ("size", "lists"),
    [(WIDTH, 1), (WIDTH + 1, 2), (5_000, 3), (100_000, 3), (262_144, 3), (262_145, 4)],
)
def test_setting_a_known_key_copies_one_list_per_level(size: int, lists: int) -> None:
    made = PersistentMap(dict.fromkeys(range(size), 0))
    assert copied(made, made.set(size // 2, 1)) == lists


def test_setting_a_known_key_shares_the_index(large: PersistentMap[int, int]) -> None:
    changed = large.set(5, 1)
    assert changed._index is large._index  # noqa: SLF001 - as trees
    assert trees(changed)[0] is trees(large)[0]


def test_removing_a_key_copies_one_list_per_level(
    large: PersistentMap[int, int],
) -> None:
    assert copied(large, large.remove(50_000)) == 3


def test_adding_a_key_copies_one_list_per_level_of_both_trees(
    large: PersistentMap[int, int],
) -> None:
    assert copied(large, large.set(-1, 1)) == 6


def test_many_changes_of_neighbours_copy_their_lists_once(
    large: PersistentMap[int, int],
) -> None:
    assert copied(large, large.update(dict.fromkeys(range(WIDTH), 1))) == 3


def test_what_is_removed_does_not_pile_up(large: PersistentMap[int, int]) -> None:
    made = large
    for start in range(0, 90_000, 10_000):
        made = made.remove(*range(start, start + 10_000))
        assert trees(made)[1].length <= 2 * len(made)
    assert list(made) == list(range(90_000, 100_000))


def test_what_comes_and_goes_does_not_pile_up() -> None:
    made = PersistentMap(dict.fromkeys(range(WIDTH), 0))
    for number in range(WIDTH, 40 * WIDTH):
        made = made.set(number, 0).remove(number - WIDTH)
        assert trees(made)[1].length <= 4 * WIDTH
        assert next(iter(made)) == number - WIDTH + 1


def test_keys_that_came_one_by_one_are_found_through_the_index() -> None:
    made = PersistentMap[int, int]()
    for number in range(WIDTH**2):
        made = made.set(number, number)
    assert len(made._index) >= len(made) // 2  # noqa: SLF001 - as trees
    assert made == {number: number for number in range(WIDTH**2)}
