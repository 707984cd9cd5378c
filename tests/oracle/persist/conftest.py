"""One Node process with the real redux-persist for each test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.oracle.persist.families import SOURCES
from tests.oracle.real import Real
from tests.persist.scenes import close_all
from tests.tools.npm import cache_of, commands, installed


@pytest.fixture(scope="session")
def real(request: pytest.FixtureRequest) -> Iterator[Real]:
    """The real packages, instead of those of the store."""
    found = commands()
    with Real(found, installed(SOURCES, found, cache_of(request.config))) as real:
        yield real


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """Close the processes that a test left open, so that none writes at the exit."""
    yield
    close_all()
