"""Reading many objects holds the garbage collector back, and leaves it as it was."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from stateroom.persist.freezing import loads_frozen, uncollected


@pytest.fixture
def thawed() -> Iterator[None]:
    """Let a test freeze all objects there are."""
    yield
    gc.unfreeze()


def test_the_collector_is_held_back_and_goes_on_afterwards() -> None:
    with uncollected():
        held = gc.isenabled()
    assert (held, gc.isenabled()) == (False, True)


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_was_made_meanwhile_counts_as_old() -> None:
    gc.unfreeze()  # what other tests of this process may have frozen
    with uncollected():
        made = [{"number": number} for number in range(3_000)]
    young = {id(each) for each in gc.get_objects(generation=0)}
    assert young.isdisjoint(id(each) for each in made)


def test_what_an_application_froze_stays_frozen(thawed: None) -> None:
    gc.freeze()
    frozen = gc.get_freeze_count()
    with uncollected():
        pass
    # Some of them were freed since; none was thawed, which would leave 0.
    assert frozen / 2 < gc.get_freeze_count() <= frozen


@pytest.mark.parametrize("text", ["[1,[2,[3]]]", "[]", "[[]]", '[{"a":[[1],2]}]'])
def test_arrays_within_objects_are_frozen_at_every_depth(text: str) -> None:
    loaded = loads_frozen(b'{"it":' + text.encode() + b"}")
    assert _kinds(loaded) <= {"FrozenDict", "FrozenList", "int"}


def _kinds(value: object) -> set[str]:
    kinds = {type(value).__name__}
    if isinstance(value, dict):
        return kinds.union(*map(_kinds, value.values()))
    if isinstance(value, list):
        return kinds.union(*map(_kinds, value))
    return kinds
