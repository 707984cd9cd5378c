"""Which checks a store has, where they stand, and when they are on."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings

import pytest

from stateroom.errors import InvalidAction, NotSerialisable, StateMutated
from stateroom.store.actions import create_action
from stateroom.store.checks import creator_check, default_checks
from stateroom.store.slices import Slice
from stateroom.store.store import Store
from tests.store.recording import Recorded

saved = create_action("saved")


def test_s7_a_dispatched_creator_is_warned_of_with_its_type() -> None:
    store = Recorded(middleware=[creator_check()])
    with (
        pytest.warns(
            UserWarning, match="the creator of 'saved' was dispatched"
        ) as seen,
        pytest.raises(InvalidAction),
    ):
        store.dispatch(saved)
    assert seen[0].filename == __file__


def test_s7_actions_and_thunks_are_not_warned_of() -> None:
    store = Recorded(middleware=[creator_check()])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        store.dispatch(saved())
        assert store.dispatch(lambda _: 5) == 5


def test_what_a_creator_is_can_be_said_by_the_application() -> None:
    store = Recorded(middleware=[creator_check(is_creator=lambda each: each is saved)])
    with pytest.warns(UserWarning, match="creator"), pytest.raises(InvalidAction):
        store.dispatch(saved)


def test_s7_a_store_with_checks_has_all_of_them_before_the_thunks() -> None:
    state: list[object] = []
    store = Recorded(lambda *_: state, checks=True)
    store.dispatch(saved())
    with pytest.raises(StateMutated, match="inside a dispatch of a thunk"):
        store.dispatch(lambda _: state.append(1))
    with pytest.warns(NotSerialisable):
        store.dispatch(saved(print))
    with pytest.warns(UserWarning, match="creator"), pytest.raises(InvalidAction):
        store.dispatch(saved)


def test_s7_a_store_without_checks_finds_nothing() -> None:
    state: list[object] = []
    store = Recorded(lambda *_: state, checks=False)
    store.dispatch(saved(print))
    state.append(1)
    assert store.dispatch(saved(print))["type"] == "saved"


def test_the_default_checks_are_three_and_new_for_each_store() -> None:
    assert len(default_checks()) == 3
    assert set(default_checks()).isdisjoint(default_checks())


def test_checks_of_one_store_know_nothing_of_another() -> None:
    slices = Slice("names", lambda: {"first": ["nurse"]})
    stores = [Store(slices, checks=True) for _ in range(2)]
    for store in stores:
        store.dispatch(saved())
    assert stores[0].state == stores[1].state


ON = "from stateroom.store.settings import checks_of; print(len(checks_of(None)))"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "variable", "count"),
    [((), "", 0), (("-X", "dev"), "", 3), ((), "1", 3)],
)
def test_s7_checks_are_on_in_development_only(
    options: tuple[str, ...], variable: str, count: int
) -> None:
    done = subprocess.run(
        (sys.executable, *options, "-c", ON),
        capture_output=True,
        check=True,
        text=True,
        env={**os.environ, "PYTHONDEVMODE": "", "STATEROOM_DEV": variable},
    )
    assert done.stdout == f"{count}\n"
