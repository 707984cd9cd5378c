"""What the explanation says that drafts do not do; so that it stays true."""

from __future__ import annotations

import functools
import heapq
from collections import Counter, OrderedDict, defaultdict
from dataclasses import dataclass, field

import pytest

from stateroom.store import freeze, produce


@dataclass
class Basket:
    prices: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.created = True

    @functools.cached_property
    def total(self) -> int:
        return sum(self.prices)


@dataclass(eq=False)
class Strict:
    x: int = 0

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.x == getattr(other, "x", None)

    __hash__ = None  # type: ignore[assignment] # as a class with __eq__ has it


def test_an_attribute_that_is_no_field_is_not_kept() -> None:
    assert (Basket().created, hasattr(freeze(Basket()), "created")) == (True, False)


def test_a_cached_property_is_worked_out_anew_after_a_change() -> None:
    seen: list[int] = []

    def buy(draft: Basket) -> None:
        seen.append(draft.total)
        draft.prices.append(2)
        seen.append(draft.total)

    base = freeze(Basket([1]))
    assert (base.total, base.total) == (1, 1)
    assert (produce(base, buy).total, base.total, seen) == (3, 1, [1, 3])


@pytest.mark.parametrize(
    "value", [Counter("aab"), OrderedDict(a=2, b=1), defaultdict(int, a=2, b=1)]
)
def test_a_dict_of_another_class_becomes_a_plain_one(value: dict[str, int]) -> None:
    frozen = freeze(value)
    assert (frozen, type(frozen)) == ({"a": 2, "b": 1}, type(freeze({})))
    with pytest.raises(KeyError):
        frozen["c"]


def test_what_writes_past_the_methods_of_a_draft_is_not_seen() -> None:
    def push(draft: dict[str, list[int]]) -> None:
        heapq.heappush(draft["heap"], 1)

    def push_and_assign(draft: dict[str, list[int]]) -> None:
        heap = list(draft["heap"])
        heapq.heappush(heap, 1)
        draft["heap"] = heap

    base = freeze({"heap": [2]})
    assert produce(base, push) is base
    assert produce(base, push_and_assign) == {"heap": [1, 2]}


def test_an_equality_by_the_exact_class_tells_twins_from_plain_ones() -> None:
    frozen = freeze(Strict(1))
    assert (frozen == Strict(1), frozen == freeze(Strict(1))) == (False, True)
    assert type(frozen) in Strict.__subclasses__()
