"""Encoding one state after another: what did not change is not encoded again."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.errors import NotPlain
from stateroom.store.drafts import freeze, produce
from stateroom.store.plain import Encoder, register_plain, to_plain
from tests.store.plain.examples import EXAMPLES, Box, Cat, Tree


class Watched(str):
    """Text that counts how often it is encoded."""

    __slots__ = ()
    times = 0

    def __eq__(self, other: object) -> bool:
        type(self).times += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


@dataclass
class State:
    cats: dict[int, Cat] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def large() -> State:
    return freeze(State({n: Cat(f"cat {n}") for n in range(50)}, ["a"]))


def renamed(state: State) -> None:
    state.cats[7].name += "!"


def test_what_did_not_change_is_not_encoded_again() -> None:
    Watched.times = 0
    encoder = Encoder(kind=list[Box[str]])
    before = freeze([Box[str](Watched("a")), Box("b")])
    encoder.encode(before)
    count = Watched.times

    def recipe(boxes: list[Box[str]]) -> None:
        boxes[1].content = "c"

    after = encoder.encode(produce(before, recipe))
    assert Watched.times == count > 0
    assert after == [{"content": "a", "others": []}, {"content": "c", "others": []}]


def test_the_form_is_that_of_a_whole_encoding() -> None:
    encoder, state = Encoder(), large()
    for _ in range(5):
        state = produce(state, renamed)
        assert encoder.encode(state) == to_plain(state)


@given(st.lists(st.sampled_from(sorted(EXAMPLES)), min_size=1, max_size=6))
def test_the_form_is_that_of_a_whole_encoding_for_every_type(names: list[str]) -> None:
    encoder = Encoder()
    for name in [*names, *names]:
        value = freeze([EXAMPLES[name][1], {"a": EXAMPLES[name][1]}])
        assert encoder.encode(value) == to_plain(value)


def test_values_that_may_change_are_encoded_each_time() -> None:
    encoder, state = Encoder(), State({1: Cat("a")})
    encoder.encode(state)
    state.cats[1].name = "b"
    assert encoder.encode(state) == {"cats": {"1": {"name": "b"}}, "notes": []}


def test_one_value_may_stand_in_places_of_different_types() -> None:
    shared = freeze([date.min])
    encoder = Encoder(kind=tuple[list[date], object, list[date | str]])
    for _ in range(2):
        assert encoder.encode((shared, shared, shared)) == [
            ["0001-01-01"],
            [{"$date": "0001-01-01"}],
            [{"$date": "0001-01-01"}],
        ]


def test_a_value_that_moves_deeper_may_become_too_deep() -> None:
    value: object = []
    for _ in range(98):
        value = [value]
    deep = freeze(value)
    encoder = Encoder()
    assert encoder.encode(deep) == value
    assert encoder.encode([deep]) == [value]
    with pytest.raises(NotPlain):
        encoder.encode([[deep]])


def test_no_more_is_remembered_than_was_said() -> None:
    encoder = Encoder(kind=Cat, bound=10, is_frozen=lambda _: True)
    refs = []

    def encode(cat: Cat) -> None:
        encoder.encode(cat)
        refs.append(weakref.ref(cat))

    for n in range(100):
        encode(Cat(str(n)))
    assert 10 <= sum(ref() is not None for ref in refs) <= 20


def test_what_is_used_stays_remembered() -> None:
    encoder = Encoder(kind=Cat, bound=10, is_frozen=lambda _: True)
    used = Cat("used")
    form = encoder.encode(used)
    for n in range(100):
        encoder.encode(Cat(str(n)))
        assert encoder.encode(used) is form


def test_an_encoder_lets_go_of_everything_if_it_is_told_to() -> None:
    encoder = Encoder(is_frozen=lambda _: True)
    cat = Cat("a")
    ref = weakref.ref(cat)
    encoder.encode(cat)
    del cat
    assert ref() is not None
    encoder.forget()
    assert ref() is None


def test_a_registration_counts_for_an_encoder_that_was_used_before() -> None:
    class Late:
        """Not registered yet."""

    encoder = Encoder()
    state = freeze([Tree(name="a")])
    encoder.encode(state)
    with pytest.raises(NotPlain):
        encoder.encode(Late())
    register_plain(Late, to=lambda _: 1, of=lambda _: Late(), form=int)
    assert encoder.encode(Late()) == 1
    assert encoder.encode(state) == to_plain(state)
