"""Nested values, against a reading of them that knows nothing of merging."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from stateroom.persist.merging import Conflict, three_way
from stateroom.store import freeze

Path: TypeAlias = tuple[str, ...]
Leaves: TypeAlias = dict[Path, object]

TREES = st.dictionaries(
    st.sampled_from("ab"),
    st.recursive(
        st.integers(0, 2),
        lambda inner: st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
        max_leaves=6,
    ),
)


def leaves(tree: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    if isinstance(tree, Mapping):
        yield path, dict
        for key, held in tree.items():
            yield from leaves(held, (*path, key))
    else:
        yield path, tree


def is_reported(path: Path, conflicts: tuple[Conflict, ...]) -> bool:
    """Say whether there is a conflict at a path, or above it."""
    above = {".".join(path[:length]) for length in range(len(path) + 1)}
    return any(each.path in above for each in conflicts)


def unaccounted(base: Leaves, side: Leaves, kept: Leaves) -> Iterator[Path]:
    """Name the places where one side did something that is not in the result."""
    for path in {*base, *side}:
        if base.get(path) != side.get(path) != kept.get(path):
            yield path


@given(TREES, TREES, TREES)
def test_nothing_that_either_side_did_is_lost_without_a_report(
    base: object, stored: object, current: object
) -> None:
    found = three_way(freeze(base), freeze(stored), freeze(current))
    before, kept = dict(leaves(base)), dict(leaves(found.value))
    for side in (stored, current):
        lost = unaccounted(before, dict(leaves(side)), kept)
        assert [path for path in lost if not is_reported(path, found.conflicts)] == []


@given(TREES, TREES, TREES)
def test_nothing_comes_out_of_nowhere(
    base: object, stored: object, current: object
) -> None:
    found = three_way(freeze(base), freeze(stored), freeze(current))
    sides = [dict(leaves(side)) for side in (stored, current)]
    assert [
        (path, leaf)
        for path, leaf in leaves(found.value)
        if all(side.get(path) != leaf for side in sides)
    ] == []
