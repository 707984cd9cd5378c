"""A draft of a map and a draft of a dict take the same steps, and end up the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from stateroom.store.drafts import freeze, is_frozen
from stateroom.store.patches import apply_patches, produce_with_patches
from stateroom.store.persistent import PersistentMap

Value = dict[str, int]
Table = dict[object, Value]
Step = tuple[str, int, int]

VERBS: dict[str, Callable[[Table, object, int], object]] = {
    "read": lambda table, key, _: table.get(key),
    "set": lambda table, key, value: table.__setitem__(key, {"n": value}),
    "change": lambda table, key, value: table[key].__setitem__("n", value),
    "same": lambda table, key, _: table.__setitem__(key, table[key]),
    "delete": lambda table, key, _: table.__delitem__(key),
    "pop": lambda table, key, _: table.pop(key, None),
    "popitem": lambda table, *_: [table.popitem()[0]],
    "move": lambda table, key, _: table.__setitem__(key, table.pop(key)),
    "default": lambda table, key, value: table.setdefault(key, {"n": value}),
    "update": lambda table, key, value: table.update({key: {"n": value}, -1: {"n": 0}}),
    "clear": lambda table, *_: table.clear(),
    "look": lambda table, *_: [
        (key, dict(value)) for key, value in table.items() if value
    ],
}
KEYS = (0, 1, True, 1.0, 2, "a", -1, 70, 64)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(list(VERBS)), st.integers(0, len(KEYS) - 1), st.integers(0, 3)
    ),
    max_size=25,
)


@given(st.sampled_from([0, 1, 3, 70]), STEPS)
def test_a_map_drafts_as_a_dict_does(size: int, steps: list[Step]) -> None:
    plain: Table = {number: {"n": number % 4} for number in range(size)}
    frozen = freeze(plain)
    made = cast("Table", freeze(PersistentMap(plain)))
    log: list[object] = []
    seen: list[object] = []
    expected, patches, back = produce_with_patches(frozen, taking(steps, log))
    found, ours, ours_back = produce_with_patches(made, taking(steps, seen))
    assert seen == log
    assert list(found.items()) == list(expected.items())
    assert (found is made) == (expected is frozen)
    assert is_frozen(found)
    assert (list(ours), list(ours_back)) == (list(patches), list(back))
    assert apply_patches(made, ours) == expected
    assert apply_patches(found, ours_back) == plain
    assert made == plain


def taking(steps: list[Step], log: list[object]) -> Callable[[Table], None]:
    def recipe(table: Table) -> None:
        for verb, key, value in steps:
            try:
                got = VERBS[verb](table, KEYS[key], value)
            except KeyError as error:
                got = ["missing", *error.args]
            log.append((verb, got if isinstance(got, list) else None))
            log.append((len(table), list(table), KEYS[key] in table))

    return recipe
