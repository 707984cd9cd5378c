"""Random values of every kind that a state can hold."""

from __future__ import annotations

from hypothesis import strategies as st

from stateroom.store import EntityState, PersistentMap
from tests.persist.merging_kinds import Colour, Point, Roles, Struct, Todo

__all__ = ("LEAVES", "TABLES", "VALUES", "alike")

LEAVES: st.SearchStrategy[object] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(0, 2),
    st.sampled_from([0.0, -0.0, 1.0, float("nan"), "a", "b", b"a", *Colour]),
)
"""Few, so that two of them are often the same, or only equal."""

KEYS: st.SearchStrategy[object] = st.sampled_from(["a", "b", 0, 1, True, 1.0])
NAMES = st.sampled_from(["a", "b", "c"])
NUMBERS = st.integers(0, 2)


def _todos() -> st.SearchStrategy[Todo]:
    return st.builds(Todo, id=NUMBERS, title=NAMES, done=st.booleans())


def _table(todos: list[Todo]) -> EntityState[Todo, int]:
    return EntityState([each.id for each in todos], {each.id: each for each in todos})


TABLES = st.lists(_todos(), unique_by=lambda todo: todo.id).map(_table)


def _roles() -> st.SearchStrategy[Roles]:
    return st.builds(
        Roles,
        selected=st.lists(NAMES, max_size=3),
        query=NAMES,
        visits=NUMBERS,
        seen=st.sets(NAMES),
        todos=st.dictionaries(NAMES, _todos(), max_size=2),
    )


def _around(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(KEYS, inner, max_size=4),
        st.dictionaries(NAMES, inner, max_size=3).map(PersistentMap),
        pairs,
        pairs.map(lambda pair: Point(*pair)),  # type: ignore[arg-type] # whatever
    )


VALUES: st.SearchStrategy[object] = st.one_of(
    TABLES,
    st.recursive(
        st.one_of(
            LEAVES,
            st.sets(LEAVES, max_size=3),
            st.frozensets(LEAVES, max_size=3),
            _roles(),
            st.builds(Struct, title=NAMES, tags=st.lists(NAMES, max_size=3)),
        ),
        _around,
        max_leaves=8,
    ),
)


def alike() -> st.SearchStrategy[tuple[object, object, object]]:
    """Three values of one kind: of which more is to be merged than of any three."""
    kinds = st.sampled_from(
        [
            TABLES,
            _roles(),
            st.lists(NAMES, max_size=5),
            st.lists(_todos(), max_size=4),
            st.lists(LEAVES, max_size=4, unique_by=repr),
            st.sets(LEAVES, max_size=5),
            st.dictionaries(KEYS, st.lists(NAMES, max_size=2), max_size=4),
            st.dictionaries(NAMES, _roles(), max_size=2),
            VALUES,
        ]
    )
    return kinds.flatmap(lambda kind: st.tuples(kind, kind, kind))
