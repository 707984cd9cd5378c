"""Whatever is read, and however deep it is, the error is ``NotPlain`` and short."""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.errors import NotPlain
from stateroom.store.plain import from_plain, to_plain
from tests.store.plain.exactly import exact
from tests.store.plain.examples import EXAMPLES, Tree
from tests.store.plain.kinds import Kind, json_values, kinds

DEEP = 100_000


def nested(levels: int) -> object:
    value: object = []
    for _ in range(levels):
        value = [value]
    return value


def attempt(kind: object, plain: object) -> None:
    """Read it; anything but a value or ``NotPlain`` is a defect."""
    try:
        value = from_plain(kind, plain)
    except NotPlain as error:
        message = str(error)
    else:
        again = to_plain(value, kind=kind)
        assert exact(from_plain(kind, again)) == exact(value)
        return
    assert len(message) < 2000


@pytest.mark.slow
@pytest.mark.timeout(120)
@given(kinds(), json_values())
def test_no_plain_data_raises_anything_else(kind: Kind, plain: object) -> None:
    attempt(kind.form, plain)


@given(st.sampled_from(sorted(EXAMPLES)), json_values())
def test_no_plain_data_for_a_class_of_ours_raises_anything_else(
    name: str, plain: object
) -> None:
    attempt(EXAMPLES[name][0], plain)


@pytest.mark.slow
@pytest.mark.timeout(120)
@given(st.data(), kinds())
def test_plain_data_with_one_thing_changed_raises_nothing_else(
    data: st.DataObject, kind: Kind
) -> None:
    plain = to_plain(data.draw(kind.values), kind=kind.form)
    text = json.dumps(plain)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 4)))
    piece = data.draw(st.sampled_from(["", "0", '"', "$", "1e9", "null", "[]", "{}"]))
    try:
        changed = json.loads(text[:start] + piece + text[end:])
    except ValueError:
        return
    attempt(kind.form, changed)


@pytest.mark.parametrize("kind", [object, list, list[object], dict[str, object], Tree])
def test_plain_data_of_many_levels_is_refused(kind: object) -> None:
    with pytest.raises(NotPlain):
        from_plain(kind, nested(DEEP))


def test_a_value_of_many_levels_is_refused() -> None:
    with pytest.raises(NotPlain, match="more than 100 levels of nesting"):
        to_plain(nested(DEEP))


def test_a_chain_of_many_objects_is_refused_in_both_directions() -> None:
    tree, plain = Tree(name="a"), {"name": "a"}
    for _ in range(DEEP):
        tree, plain = Tree(name="a", parent=tree), {"name": "a", "parent": plain}  # type: ignore[dict-item]
    with pytest.raises(NotPlain, match="more than 100 levels of nesting"):
        to_plain(tree)
    with pytest.raises(NotPlain, match="more than 100 levels of nesting"):
        from_plain(Tree, plain)
    take_apart(tree, plain)


def take_apart(tree: Tree | None, plain: object) -> None:
    """Free a chain from its start: freeing it as a whole would go as deep as it is."""
    while tree is not None:
        tree.parent, tree = None, tree.parent
    while isinstance(plain, dict):
        plain = plain.pop("parent", None)


def test_a_hundred_levels_come_back() -> None:
    value = nested(99)
    assert from_plain(object, to_plain(value)) == value


def test_a_hundred_and_one_levels_are_refused_in_both_directions() -> None:
    with pytest.raises(NotPlain):
        to_plain(nested(100))
    with pytest.raises(NotPlain):
        from_plain(object, nested(100))


@pytest.mark.parametrize("mark", ["$tuple", "$set", "$frozenset", "$dict", "$list"])
def test_marks_within_marks_are_refused(mark: str) -> None:
    plain: object = []
    for _ in range(DEEP):
        plain = {mark: [plain]}
    with pytest.raises(NotPlain):
        from_plain(object, plain)


T = TypeVar("T")


def far_down(frames: int, call: Callable[[], T]) -> T:
    """Call it where hardly any of the stack is left."""
    return call() if not frames else far_down(frames - 1, call)


def test_a_stack_that_is_nearly_full_is_no_other_error() -> None:
    frames = sys.getrecursionlimit() - len(inspect.stack()) - 60
    value = nested(99)
    plain = to_plain(value)
    with pytest.raises(NotPlain):
        far_down(frames, lambda: to_plain(value))
    with pytest.raises(NotPlain):
        far_down(frames, lambda: from_plain(object, plain))


Fork: TypeAlias = "list[Fork] | list[Fork2]"
Fork2: TypeAlias = "list[Fork] | list[Fork2] | None"


@dataclass
class Forked:
    fork: Fork


def test_a_circle_is_not_followed_on_every_way_that_a_union_offers() -> None:
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(NotPlain, match="no value inside itself"):
        to_plain(Forked(loop))  # type: ignore[arg-type]


def test_a_path_of_many_steps_is_cut_short() -> None:
    with pytest.raises(NotPlain) as caught:
        to_plain(nested(DEEP))
    assert caught.value.path == "[0]" * 20 + "…"


ODD = (
    *("9" * 100_000, "-" * 100_000, "P" + "9" * 100_000 + "D", "1e" + "9" * 1000),
    *("\ud800", "\0", "٣", " 1", "1 ", "0x", "[", "NaN" + "9" * 100_000),
    *(10**5000, -(10**5000), 1e308, {"$int": "9" * 100_000}, {"$int": "0x" + "f" * 9}),
)


@pytest.mark.parametrize("name", EXAMPLES)
def test_huge_and_odd_scalars_are_read_or_refused(name: str) -> None:
    for plain in ODD:
        attempt(EXAMPLES[name][0], plain)
        attempt(EXAMPLES[name][0], [plain])
        attempt(EXAMPLES[name][0], {"a": plain})


def test_what_is_not_even_json_is_refused() -> None:
    for plain in ({1: 2}, {None: 1}, (1,), {1}, object(), b"a", Tree(name="a")):
        with pytest.raises(NotPlain):
            from_plain(object, plain)


def test_an_error_does_not_repeat_a_long_text() -> None:
    with pytest.raises(NotPlain) as caught:
        from_plain(int, "x" * 100_000)
    assert len(str(caught.value)) < 100


def test_a_key_as_long_as_a_book_is_cut_short_in_the_path() -> None:
    with pytest.raises(NotPlain) as caught:
        from_plain(dict[str, int], {" " * 100_000: "x"})
    assert len(caught.value.path) < 60


def test_a_class_that_recurses_without_end_is_refused() -> None:
    @dataclass
    class Endless:
        value: int

        def __post_init__(self) -> None:
            Endless(self.value)

    with pytest.raises(NotPlain):
        from_plain(Endless, {"value": 1})
