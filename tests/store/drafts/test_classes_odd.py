"""Dataclasses of unusual make: hooks, metaclasses, properties, foreign bases."""

from __future__ import annotations

import copy
import dataclasses
import enum
import pickle
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar

import msgspec
import pytest

from stateroom.errors import DraftMisuse, FrozenState
from stateroom.store import freeze, is_draftable, is_frozen, produce
from tests.store.drafts.kinds import only

T = TypeVar("T")


class Registry:
    """As of plugins: knows each of its subclasses by a tag, which must be given."""

    known: ClassVar[dict[str, type]] = {}

    def __init_subclass__(cls, *, tag: str) -> None:
        Registry.known[tag] = cls


@dataclass
class Registered(Registry, tag="registered"):
    tags: list[str] = field(default_factory=list)


class Hooked:
    __slots__ = ()

    def __init_subclass__(cls) -> None:
        Registry.known[cls.__name__] = cls


@dataclass(slots=True, weakref_slot=True)
class NoFields(Hooked):
    pass


class Counting(type):
    made: ClassVar[list[str]] = []

    def __new__(
        cls, name: str, bases: tuple[type, ...], members: dict[str, object], *, tag: str
    ) -> Counting:
        cls.made.append(f"{name} {tag}")
        return super().__new__(cls, name, bases, members)

    def __init__(cls, *args: object, tag: str) -> None:
        super().__init__(*args)


@dataclass
class Counted(metaclass=Counting, tag="x"):
    tags: list[str] = field(default_factory=list)


class Shape(ABC):
    @abstractmethod
    def area(self) -> int: ...


@dataclass(slots=True)
class Square(Shape):
    side: int = 1

    def area(self) -> int:
        return self.side**2


@dataclass
class Halved:
    x: int = 0

    @property
    def double(self) -> int:
        return self.x * 2

    @double.setter
    def double(self, value: int) -> None:
        self.x = value // 2

    def cloned(self) -> Halved:
        return type(self)(self.x)


@dataclass(slots=True)
class SlotsHalved:
    x: int = 0

    @property
    def double(self) -> int:
        return self.x * 2

    @double.setter
    def double(self, value: int) -> None:
        self.x = value // 2

    def cloned(self) -> SlotsHalved:
        return type(self)(self.x)


@dataclass(slots=True, weakref_slot=True)
class Weak:
    pass


@dataclass(slots=True)
class Empty:
    pass


@dataclass(frozen=True)
class Point:
    x: int = 0


class Corner(Point, enum.Enum):
    HERE = 1


@dataclass
class Failure(Exception):
    code: int = 0


@dataclass
class Named(dict[str, int]):
    name: str = ""


class Typed(Generic[T]):
    """A descriptor that keeps the value of its field under another name."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = f"_{name}"

    def __get__(self, instance: object, owner: type) -> object:
        return 7 if instance is None else getattr(instance, self.name)

    def __set__(self, instance: object, value: object) -> None:
        setattr(instance, self.name, value)


@dataclass
class Described:
    x: object = Typed[int]()


def tag(draft: Registered | Counted) -> None:
    draft.tags.append("x")


def test_a_registry_of_subclasses_is_not_told_of_twins() -> None:
    after = produce(freeze(Registered()), tag)
    assert after == Registered(["x"])
    assert Registry.known["registered"] is Registered


def test_a_class_with_a_hook_and_without_a_slot_is_frozen() -> None:
    frozen = freeze({"a": NoFields()})
    assert (frozen, is_frozen(frozen["a"])) == ({"a": NoFields()}, True)


def test_a_metaclass_is_not_asked_to_make_twins() -> None:
    after = produce(freeze(Counted()), tag)
    assert after == Counted(["x"])
    assert Counting.made.count("Counted x") == 1


def test_an_abstract_base_still_counts() -> None:
    def grow(draft: Square) -> None:
        draft.side = draft.area() + 1

    after = produce(freeze(Square(2)), grow)
    assert (after.area(), isinstance(after, Shape)) == (25, True)


@pytest.mark.parametrize("kind", [Halved, SlotsHalved])
def test_a_property_of_a_draft_can_be_set(kind: type[Halved]) -> None:
    def set_double(draft: Halved) -> None:
        draft.double = 10

    assert produce(freeze(kind()), set_double).x == 5


@pytest.mark.parametrize("kind", [Halved, SlotsHalved])
def test_a_property_of_frozen_state_cannot_be_set(kind: type[Halved]) -> None:
    frozen = freeze(kind())
    with pytest.raises(FrozenState, match="assigning 'double'"):
        frozen.double = 10
    assert frozen.x == 0


@pytest.mark.parametrize("kind", [Halved, SlotsHalved])
def test_a_method_of_frozen_state_can_make_another_instance(
    kind: type[Halved],
) -> None:
    mine = freeze(kind(3)).cloned()
    mine.x = 4
    assert (type(mine), mine.x) == (kind, 4)


@pytest.mark.parametrize("kind", [Halved, SlotsHalved])
def test_a_method_of_a_draft_can_make_another_instance(kind: type[Halved]) -> None:
    def clone(draft: dict[str, Halved]) -> None:
        draft["b"] = draft["a"].cloned()
        draft["a"].x = 5

    after = produce(freeze({"a": kind(3)}), clone)
    assert after == {"a": kind(5), "b": kind(3)}


@pytest.mark.parametrize("kind", [Weak, Empty, NoFields])
def test_a_class_without_fields_has_copies(kind: type[object]) -> None:
    frozen = freeze(kind())
    assert type(copy.deepcopy(frozen)) is kind
    assert type(pickle.loads(pickle.dumps(frozen))) is kind  # noqa: S301 - our own bytes
    assert produce(frozen, only(repr)) is frozen


@pytest.mark.parametrize("value", [Failure(3), Named("x"), Corner.HERE])
def test_what_holds_more_than_its_fields_is_handed_on_as_it_is(value: object) -> None:
    held = freeze({"held": value})["held"]
    assert (held is value, is_draftable(value)) == (True, False)


def test_a_field_that_is_a_descriptor_is_refused_by_name() -> None:
    with pytest.raises(DraftMisuse, match=r"Described\.x is a field and a property"):
        freeze(Described())


def test_a_local_class_with_a_hook_of_its_own_is_left_alone() -> None:
    told: list[type] = []

    @dataclasses.dataclass
    class Base:
        x: int = 0

        def __init_subclass__(cls) -> None:
            told.append(cls)

    change: Callable[[Base], None] = only(lambda draft: setattr(draft, "x", 1))
    assert (produce(freeze(Base()), change), told) == (Base(1), [])


@dataclass
class Guarded:
    x: int = 0

    def __setattr__(self, name: str, value: object) -> None:
        if isinstance(value, int) and value < 0:
            raise ValueError(name)
        object.__setattr__(self, name, value)


@dataclass
class SlotsGuarded:
    __slots__ = ("x",)
    x: int

    def __setattr__(self, name: str, value: object) -> None:
        if isinstance(value, int) and value < 0:
            raise ValueError(name)
        object.__setattr__(self, name, value)


class StructGuarded(msgspec.Struct):
    x: int = 0

    def __setattr__(self, name: str, value: object) -> None:
        raise ValueError(name)


@pytest.mark.parametrize("kind", [Guarded, SlotsGuarded, StructGuarded])
def test_a_draft_does_not_ask_the_classes_own_way_to_set(kind: type[Guarded]) -> None:
    def set_x(draft: Guarded) -> None:
        draft.x = -1

    after = produce(freeze(kind(1)), set_x)
    assert after.x == -1
    with pytest.raises(FrozenState, match="assigning 'x'"):
        after.x = 1
