"""One Node process with the real RTK Query for each test process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.oracle.real import Real
from tests.tools.npm import cache_of, commands, installed

SOURCES = Path(__file__).resolve().parent / "js"


@pytest.fixture(scope="session")
def real(request: pytest.FixtureRequest) -> Iterator[Real]:
    """The real package, instead of those of the store."""
    found = commands()
    with Real(found, installed(SOURCES, found, cache_of(request.config))) as real:
        yield real
