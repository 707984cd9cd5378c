"""Frozen state says where it stands: the path is searched in the stores that live."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, cast

import pytest

from stateroom.errors import FrozenState
from stateroom.store import FrozenList, Slice, Store, freeze
from stateroom.store.drafts.refusing import MOST_SEARCHED
from stateroom.store.persistent import PersistentMap


class Pair(NamedTuple):
    left: list[int]
    right: list[int]


@dataclass(frozen=True)
class Label:
    text: str = "a"


@dataclass(slots=True)
class Leaf:
    tags: set[object] = field(default_factory=set)
    title: str = "a"


@dataclass
class Tree:
    leaf: Leaf = field(default_factory=Leaf)
    by_key: dict[object, Leaf] = field(default_factory=dict)
    listed: list[list[list[int]]] = field(default_factory=lambda: [[], [[], [1]]])
    pair: Pair = field(default_factory=lambda: Pair([], [1]))
    nested: tuple[tuple[list[int], ...], ...] = field(
        default_factory=lambda: (([],), ([], [1]))
    )


def holding(state: object) -> Store:
    """Return a store of one root reducer, whose whole state this is."""
    return Store(lambda before, _: before, preloaded=state, checks=False)


def path_to(change: Callable[[], object]) -> str:
    """Return the path in the error of a change, which its message begins with."""
    with pytest.raises(FrozenState) as caught:
        change()
    if caught.value.path:
        assert str(caught.value).startswith(f"{caught.value.path} is frozen state: ")
    return caught.value.path


def item(holder: object, key: object) -> Callable[[], None]:
    """Return what assigns an item, whatever the types say."""
    return lambda: cast("dict[object, object]", holder).__setitem__(key, None)


def name(holder: object) -> Callable[[], None]:
    return lambda: setattr(holder, "title", "b")


DEEP: list[tuple[Callable[[Tree], Callable[[], object]], str]] = [
    (lambda tree: name(tree.leaf), "tree.leaf.title"),
    (lambda tree: lambda: delattr(tree.leaf, "title"), "tree.leaf.title"),
    (lambda tree: lambda: tree.leaf.tags.add("x"), "tree.leaf.tags"),
    (lambda tree: name(tree.by_key["key"]), "tree.by_key.key.title"),
    (lambda tree: name(tree.by_key["a key"]), "tree.by_key['a key'].title"),
    (lambda tree: name(tree.by_key["a.b"]), "tree.by_key['a.b'].title"),
    (lambda tree: name(tree.by_key[""]), "tree.by_key[''].title"),
    (lambda tree: name(tree.by_key[5]), "tree.by_key[5].title"),
    (lambda tree: name(tree.by_key[(1, "x")]), "tree.by_key[(1, 'x')].title"),
    (lambda tree: name(tree.by_key[None]), "tree.by_key[None].title"),
    (lambda tree: item(tree.by_key, "new"), "tree.by_key.new"),
    (lambda tree: item(tree.by_key, "a key"), "tree.by_key['a key']"),
    (lambda tree: lambda: tree.listed[1][1].append(2), "tree.listed[1][1]"),
    (lambda tree: item(tree.listed[1][1], 0), "tree.listed[1][1][0]"),
    (lambda tree: tree.pair.right.clear, "tree.pair[1]"),
    (lambda tree: tree.nested[1][1].pop, "tree.nested[1][1]"),
]


@pytest.mark.parametrize(("changing", "path"), DEEP, ids=[path for _, path in DEEP])
def test_the_path_of_frozen_state_leads_through_fields_keys_and_indexes(
    changing: Callable[[Tree], Callable[[], object]], path: str
) -> None:
    keys = ["key", "a key", "a.b", "", 5, (1, "x"), None]
    tree = Slice("tree", lambda: Tree(by_key={key: Leaf() for key in keys}))
    store = Store(tree)
    assert path_to(changing(store[tree])) == path


def test_a_field_is_named_even_where_its_name_is_no_key() -> None:
    store = holding(Leaf())
    assert path_to(name(store.state)) == "title"


def test_the_root_itself_has_an_empty_path_and_a_clear_message() -> None:
    store = holding([1])
    with pytest.raises(FrozenState, match=r"^this FrozenList is frozen state: append"):
        cast("list[int]", store.state).append(2)


def test_a_slice_that_is_assigned_to_the_root_is_named() -> None:
    store = Store(Slice("tree", Tree))
    assert path_to(item(store.state, "tree")) == "tree"


def test_a_depth_of_100_is_found() -> None:
    state: object = [0]
    for _ in range(100):
        state = [state]
    store = holding(state)
    innermost = cast("list[object]", store.state)
    while isinstance(innermost[0], list):
        innermost = innermost[0]
    assert path_to(innermost.clear) == "[0]" * 100


def test_a_member_of_a_set_has_no_path_and_its_set_has_one() -> None:
    store = holding({"labels": {Label()}})
    labels = cast("Mapping[str, set[Label]]", store.state)["labels"]
    (label,) = labels
    assert path_to(labels.clear) == "labels"
    with pytest.raises(FrozenState, match=r"^Label\.text is frozen state") as caught:
        setattr(label, "text", "b")  # noqa: B010 - the type says it is frozen, too
    assert caught.value.path == ""


def test_each_of_two_stores_is_searched() -> None:
    first, second = Slice("first", Tree), Slice("second", Tree)
    stores = Store(first), Store(second)
    assert path_to(stores[0][first].listed.clear) == "first.listed"
    assert path_to(stores[1][second].listed.clear) == "second.listed"


def test_a_store_that_is_gone_is_searched_no_more_and_not_kept_alive() -> None:
    tree = Slice("tree", Tree)
    store = Store(tree)
    listed = store[tree].listed
    del store
    gc.collect()
    with pytest.raises(FrozenState, match=r"^this FrozenList is") as caught:
        listed.clear()
    assert caught.value.path == ""


def test_state_of_before_a_change_is_nowhere_any_more() -> None:
    tree = Slice("tree", Tree)

    @tree.reducer
    def extend(state: Tree) -> None:
        state.listed.append([])

    store = Store(tree)
    before = store[tree]
    store.dispatch(extend())
    assert path_to(before.listed.clear) == ""
    assert path_to(name(before.leaf)) == "tree.leaf.title"


def test_frozen_values_that_are_in_no_store_say_what_they_are() -> None:
    with pytest.raises(FrozenState, match=r"^this FrozenSet is frozen state: add"):
        freeze({1}).add(2)
    with pytest.raises(FrozenState, match=r"^Leaf\.title is frozen state"):
        freeze(Leaf()).title = "b"
    with pytest.raises(FrozenState, match=r"^FrozenDict\['a b'\] is frozen state"):
        freeze({"a b": 1})["a b"] = 2


@pytest.mark.parametrize(
    ("more", "path", "place"),
    [(0, "last[0]", "last[0]"), (1, "", "this FrozenList")],
)
def test_a_state_that_is_too_large_to_search_leaves_the_path_empty(
    more: int, path: str, place: str
) -> None:
    sought = freeze([1])
    # Looked at before it: the two keys and their many elements.
    many = [0] * (MOST_SEARCHED - 3 + more)
    store = holding({"many": many, "last": [sought]})
    with pytest.raises(FrozenState) as caught:
        sought.clear()
    assert str(caught.value) == f"{place} is frozen state: clear is refused"
    assert caught.value.path == path
    assert "thaw" in caught.value.hint
    assert cast("Mapping[str, list[object]]", store.state)["last"][0] is sought


def test_a_subtree_that_is_shared_is_named_by_its_shortest_path() -> None:
    shared = freeze({"n": 1})
    store = holding({"a": {"b": [shared]}, "z": shared, "y": [[shared]]})
    assert path_to(item(shared, "n")) == "z.n"
    assert cast("Mapping[str, object]", store.state)["z"] is shared


def test_an_entry_of_a_persistent_map_is_found() -> None:
    tree = Slice("rows", lambda: PersistentMap({n: Leaf() for n in range(1000)}))
    store = Store(tree)
    assert path_to(name(store[tree][997])) == "rows[997].title"
    assert path_to(store[tree][3].tags.clear) == "rows[3].tags"


def test_the_search_does_not_change_what_it_looks_at() -> None:
    store = holding([{"a": [1]}, (2, [3])])
    before = store.state
    assert path_to(cast("FrozenList", store.state).clear) == ""
    assert store.state is before
    assert store.state == [{"a": [1]}, (2, [3])]
