"""The nursery of the crash tests: one for all tests of a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stateroom.persist import persistor

pytest.register_assert_rewrite("tests.crash.verdicts")

from tests.crash.births import Nursery  # noqa: E402 - as said, before it is imported


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let persistors of the tests' own process be forgotten, as by one that died."""
    monkeypatch.setattr(persistor, "at_exit", lambda _: lambda: None)


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    with Nursery() as found:
        yield found
