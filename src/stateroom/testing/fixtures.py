"""Fixtures of pytest, for those who write ``pytest_plugins`` in their conftest.

    pytest_plugins = ("stateroom.testing.fixtures",)

Needs pytest, which Stateroom does not install.
"""

from __future__ import annotations

import re
from typing import Protocol

import pytest

from stateroom.testing.snapshots import FOLDER, assert_snapshot
from stateroom.testing.stores import RecordedStore
from stateroom.testing.timing import ManualClock

__all__ = ("AssertState", "make_store", "manual_clock", "state_snapshot")


class AssertState(Protocol):
    """What ``state_snapshot`` gives to a test."""

    def __call__(self, of: object, name: str = "") -> None:
        """Assert that a state is that of the snapshot; see ``assert_snapshot``.

        Args:
            of: a store, or any other value that has a plain form.
            name: of the snapshot; where it is empty, the test's own name.
        """
        ...


@pytest.fixture
def make_store() -> type[RecordedStore]:
    """Makes stores that record their actions: ``make_store(roles, users)``."""
    return RecordedStore


@pytest.fixture
def manual_clock() -> ManualClock:
    """A clock for listeners and caches that stands still until the test moves it."""
    return ManualClock()


@pytest.fixture
def state_snapshot(request: pytest.FixtureRequest) -> AssertState:
    """Compares states with snapshots of this test, which lie beside its file."""
    folder = request.path.parent / FOLDER / request.path.stem
    own = re.sub(r"[^\w.-]+", "-", str(request.node.name)).strip("-")
    used: set[str] = set()

    def assert_state(of: object, name: str = "") -> None:
        kept = f"{own}-{name}" if name else own
        if kept in used:
            raise AssertionError(
                f"this test has a snapshot {kept!r} already; name each of several"
            )
        used.add(kept)
        assert_snapshot(of, kept, folder=folder)

    return assert_state
