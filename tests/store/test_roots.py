"""What can be no part of a store, or no state with a draft, is told what can."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pytest

from stateroom.errors import InvalidReducer, InvalidSlice
from stateroom.store import Slice, Store


@dataclass
class Roles:
    selected: str = ""
    shown: str = ""


def test_the_class_of_a_state_is_not_taken_for_a_reducer() -> None:
    with pytest.raises(InvalidSlice) as caught:
        Store(cast("Slice[Roles]", Roles))
    assert (str(caught.value), caught.value.hint) == (
        "a store is made of slices; found the class Roles",
        "name its slice: Slice('roles', Roles)",
    )


class Money:
    """No dataclass, so it has no draft."""

    cents = 0


def way_out(initial: type[object]) -> str:
    """Return what a reducer is told that changes such a state, and returns nothing."""
    purse = Slice("purse", initial)

    @purse.reducer
    def pay(state: object) -> None:
        """Change what has no draft, and return nothing."""

    with pytest.raises(InvalidReducer) as caught:
        Store(purse).dispatch(pay())
    return caught.value.hint


def test_a_class_without_drafts_is_told_to_be_a_dataclass() -> None:
    assert way_out(Money) == "make Money a dataclass; or return the next state"


def test_a_number_is_told_to_be_returned() -> None:
    told = "return the next state; return NOTHING to make it None"
    assert way_out(int) == told
