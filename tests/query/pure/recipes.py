"""Random recipes for updates, and what the plainest way of applying them shows."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TypeAlias

from hypothesis import strategies as st

from stateroom.store import freeze, produce

__all__ = (
    "BASES",
    "RISKY",
    "SURE",
    "Board",
    "Recipe",
    "applied",
    "kept_identities",
    "read",
)

Board: TypeAlias = dict[str, list[object]]
Recipe: TypeAlias = Callable[[Board], Board | None]

KEYS = st.sampled_from(["a", "b", "c"])
VALUES: st.SearchStrategy[object] = st.integers(0, 3) | st.just([1])
BASES = st.dictionaries(KEYS, st.lists(VALUES, max_size=3), max_size=3)


# ---------------------------------------------------------- recipes without fail


def appended(key: str, value: object) -> Recipe:
    def append(draft: Board) -> None:
        draft.setdefault(key, []).append(value)

    return append


def cleared(key: str) -> Recipe:
    def clear(draft: Board) -> None:
        draft.pop(key, None)

    return clear


def set_to(key: str, values: list[object]) -> Recipe:
    def assign(draft: Board) -> None:
        draft[key] = list(values)

    return assign


def doubled(key: str) -> Recipe:
    def double(draft: Board) -> None:
        draft[key] = [*draft.get(key, []), *draft.get(key, [])][:6]

    return double


def replaced(board: Board) -> Recipe:
    return lambda _: {**board}


def nothing(_: Board) -> None:
    return None


def same_again(draft: Board) -> None:
    for key in list(draft):
        draft[key] = [*draft[key]]


SURE: st.SearchStrategy[Recipe] = st.one_of(
    st.builds(appended, KEYS, VALUES),
    st.builds(cleared, KEYS),
    st.builds(set_to, KEYS, st.lists(VALUES, max_size=2)),
    st.builds(doubled, KEYS),
    st.builds(replaced, BASES),
    st.sampled_from([nothing, same_again]),
)


# --------------------------------------------------------- recipes that may fail


def popped(key: str) -> Recipe:
    def pop(draft: Board) -> None:
        draft[key].append("half")
        draft[key].pop()
        draft[key].pop()

    return pop


def moved(key: str, to: str) -> Recipe:
    def move(draft: Board) -> None:
        draft[to] = draft.pop(key)

    return move


RISKY: st.SearchStrategy[Recipe] = st.one_of(
    SURE, st.builds(popped, KEYS), st.builds(moved, KEYS, KEYS)
)


def applied(base: Board, recipes: Sequence[Recipe]) -> Board:
    """What a fold of the recipes over the base shows, without any cleverness."""
    return functools.reduce(produce, recipes, freeze(base))


def read(value: object) -> str:
    """Say all there is to a value, the order of keys aside."""
    if isinstance(value, dict):
        return repr(sorted((key, read(held)) for key, held in value.items()))
    return repr(value)


def kept_identities(before: object, after: object) -> bool:
    """Say whether every part that is equal is the same."""
    if not isinstance(after, dict | list):
        return True
    if read(before) == read(after):
        return before is after
    if isinstance(before, dict) and isinstance(after, dict):
        return all(
            kept_identities(before.get(key), held) for key, held in after.items()
        )
    if isinstance(before, list) and isinstance(after, list):
        return all(map(kept_identities, before, after))
    return True
