"""Structs of unusual make: methods, ``__post_init__``, equality of their own."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import ClassVar

import msgspec
import pytest

from stateroom.errors import FrozenState
from stateroom.store import freeze, produce, thaw
from stateroom.store.patches import apply_patches, produce_with_patches
from tests.store.drafts.kinds import Struct, only, unpickled


class Rows(msgspec.Struct):
    ids: list[int] = msgspec.field(default_factory=list)
    title: str = "a"
    LIMIT: ClassVar[int] = 3

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, number: int) -> bool:
        return number in self.ids

    @property
    def name(self) -> str:
        return self.title

    @name.setter
    def name(self, value: str) -> None:
        self.title = value.upper()

    @classmethod
    def of(cls, number: int) -> Rows:
        return cls([number])

    @staticmethod
    def double(number: int) -> int:
        return number * 2

    def cloned(self) -> Rows:
        return type(self)([*self.ids])


class Counted(msgspec.Struct):
    n: int = 0
    tags: list[str] = msgspec.field(default_factory=list)

    def __post_init__(self) -> None:
        self.n += 1


class ById(msgspec.Struct):
    number: int = 0
    text: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ById) and self.number == other.number

    __hash__ = None  # type: ignore[assignment] # as a class with __eq__ has it


class Single(msgspec.Struct, eq=False):
    number: int = 0


class Key(msgspec.Struct, frozen=True):
    name: str = "a"


class Registry(msgspec.Struct):
    known: ClassVar[list[str]] = []

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        Registry.known.append(cls.__name__)


class Registered(Registry):
    tags: list[str] = msgspec.field(default_factory=list)


def test_special_methods_work_on_a_draft() -> None:
    seen: list[object] = []

    def look(draft: Rows) -> None:
        draft.ids.append(2)
        seen.extend([len(draft), 2 in draft, draft.double(4), draft.of(1), draft.LIMIT])

    produce(freeze(Rows([1])), look)
    assert seen == [2, True, 8, Rows([1]), 3]


def test_a_property_of_a_draft_can_be_set() -> None:
    def rename(draft: Rows) -> None:
        draft.name = "b"

    assert produce(freeze(Rows()), rename) == Rows(title="B")


def test_a_property_of_frozen_state_cannot_be_set() -> None:
    frozen = freeze(Rows())
    with pytest.raises(FrozenState, match="assigning 'name'"):
        frozen.name = "b"


def test_a_method_of_a_draft_can_make_another_instance() -> None:
    def clone(draft: dict[str, Rows]) -> None:
        draft["b"] = draft["a"].cloned()
        draft["a"].ids.append(2)

    after = produce(freeze({"a": Rows([1])}), clone)
    assert after == {"a": Rows([1, 2]), "b": Rows([1])}


def test_a_draft_says_of_what_it_does_not_have() -> None:
    with pytest.raises(AttributeError, match="'Rows' object has no attribute 'title2'"):
        produce(freeze(Rows()), only(lambda draft: getattr(draft, "title2")))  # noqa: B009 - the name is wrong on purpose


@pytest.mark.parametrize("duplicate", [thaw, copy.copy, copy.deepcopy, unpickled])
def test_a_copy_is_made_without_post_init(
    duplicate: Callable[[Counted], Counted],
) -> None:
    after = produce(freeze(Counted()), lambda draft: draft.tags.append("x"))
    plain = duplicate(after)
    assert (type(plain), plain.n, plain.tags) == (Counted, 1, ["x"])


def test_patches_bring_a_struct_along_as_it_is() -> None:
    def add(draft: dict[str, Counted]) -> None:
        draft["b"] = Counted(4)

    base = freeze({"a": Counted()})
    made = produce_with_patches(base, add)
    assert apply_patches(base, made.patches)["b"].n == made.state["b"].n == 5


def test_a_struct_keeps_its_own_equality() -> None:
    frozen = freeze(ById(1, "a"))
    seen: list[bool] = []
    produce(frozen, only(lambda draft: seen.append(draft == ById(1, "c"))))
    assert (frozen == ById(1, "b"), frozen == ById(2, "a"), seen) == (
        True,
        False,
        [True],
    )


def test_a_struct_that_equals_itself_alone_does_so_when_it_is_frozen() -> None:
    frozen = freeze(Single(1))
    assert (frozen == frozen, frozen == Single(1), Single(1) == frozen) == (  # noqa: PLR0124 - itself
        True,
        False,
        False,
    )


def test_a_draft_of_a_hashable_struct_finds_what_stands_under_it() -> None:
    base = freeze({"key": Key(), "held": {Key(): 1}})
    seen: list[object] = []

    def look(draft: dict[str, object]) -> None:
        held = draft["held"]
        assert isinstance(held, dict)
        seen.append(held[draft["key"]])

    produce(base, look)
    assert seen == [1]


def test_a_registry_of_subclasses_is_not_told_of_twins() -> None:
    after = produce(freeze(Registered()), lambda draft: draft.tags.append("x"))
    assert (after.tags, Registry.known) == (["x"], ["Registered"])


def test_a_recipe_on_a_draft_of_a_struct_gives_another_value() -> None:
    def inner(draft: Struct) -> None:
        draft.title = "inner"
        draft.tags.append("x")

    def outer(draft: dict[str, Struct]) -> None:
        draft["b"] = produce(draft["a"], inner)

    after = produce(freeze({"a": Struct()}), outer)
    assert after == {"a": Struct(), "b": Struct("inner", ["x"])}
