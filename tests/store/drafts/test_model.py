"""Random recipes, beside the same changes of a deep copy."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from stateroom.store import freeze, is_frozen, produce, thaw
from stateroom.store.patches import apply_patches, produce_with_patches
from tests.store.drafts.kinds import Open, Slots

Node: TypeAlias = object
Step: TypeAlias = tuple[str, int, object]

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.text(max_size=2))
KEYS = st.sampled_from(["a", "b", "c"])


def trees() -> st.SearchStrategy[Node]:
    return st.recursive(
        SCALARS,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(KEYS, inner, max_size=3),
            st.builds(
                Slots, title=st.text(max_size=1), tags=st.lists(inner, max_size=2)
            ),
            st.builds(
                Open, title=st.text(max_size=1), tags=st.lists(inner, max_size=2)
            ),
            st.tuples(inner, inner),
        ),
        max_leaves=12,
    )


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["into", "up", "set", "delete", "add", "pop", "reverse", "alias"]
        ),
        st.integers(0, 5),
        trees(),
    ),
    max_size=12,
)
ROOTS = st.dictionaries(KEYS, trees(), min_size=1, max_size=3)


def run(root: Node, steps: list[Step]) -> None:
    """Walk through a tree and change it; the same steps on equal trees do the same."""
    path: list[Node] = [root]
    for name, number, value in steps:
        here = path[-1]
        if name == "into" and (inner := child(here, number)) is not None:
            path.append(inner)
        elif name == "up" and len(path) > 1:
            path.pop()
        elif name not in {"into", "up"}:
            change(here, name, number, copy.deepcopy(value))


def child(here: Node, number: int) -> Node | None:
    if isinstance(here, dict) and here:
        found = here[sorted(here)[number % len(here)]]
    elif isinstance(here, list | tuple) and here:
        found = here[number % len(here)]
    elif isinstance(here, Slots | Open):
        found = here.tags
    else:
        return None
    return found if isinstance(found, dict | list | tuple | Slots | Open) else None


def change(here: Node, name: str, number: int, value: Node) -> None:
    if isinstance(here, dict):
        change_dict(here, name, "abc"[number % 3], value)
    elif isinstance(here, list):
        change_list(here, name, number, value)
    elif isinstance(here, Slots | Open) and name == "set":
        here.title = str(value)
    elif isinstance(here, Slots | Open) and name == "add":
        here.tags = [str(value)]


def change_dict(here: dict[str, Node], name: str, key: str, value: Node) -> None:
    if name in {"set", "add"}:
        here[key] = value
    elif name == "delete":
        here.pop(key, None)
    elif name == "pop" and here:
        here.popitem()


def change_list(here: list[Node], name: str, number: int, value: Node) -> None:
    actions: dict[str, Callable[[], object]] = {
        "add": lambda: here.append(value),
        "alias": lambda: here.insert(number, value),
        "reverse": here.reverse,
    }
    if name in actions:
        actions[name]()
    elif here and name in {"set", "delete", "pop"}:
        index = number % len(here)
        if name == "set":
            here[index] = value
        else:
            del here[index]


@given(root=ROOTS, steps=STEPS)
def test_a_recipe_gives_what_the_same_changes_of_a_deep_copy_give(
    root: dict[str, Node], steps: list[Step]
) -> None:
    expected = copy.deepcopy(root)
    run(expected, steps)
    base = freeze(root)
    after = produce(base, lambda draft: run(draft, steps))
    assert (after, base) == (expected, root)
    assert is_frozen(after)
    assert thaw(after) == expected


@given(root=ROOTS, steps=STEPS)
def test_patches_lead_there_and_back(root: dict[str, Node], steps: list[Step]) -> None:
    base = freeze(root)
    made = produce_with_patches(base, lambda draft: run(draft, steps))
    assert apply_patches(base, made.patches) == made.state
    assert apply_patches(made.state, made.inverse) == base


@given(root=ROOTS, first=STEPS, second=STEPS)
def test_what_a_second_recipe_leaves_alone_keeps_its_identity(
    root: dict[str, Node], first: list[Step], second: list[Step]
) -> None:
    base = produce(freeze(root), lambda draft: run(draft, first))
    after = produce(base, lambda draft: run(draft, second))
    for key in base.keys() & after.keys():
        if repr(base[key]) == repr(after[key]) and not second:
            assert after[key] is base[key]
    assert produce(after, lambda draft: run(draft, [])) is after
