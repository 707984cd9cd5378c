"""One Node process with the Redux DevTools' packages for each test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.oracle.node import cache_of, commands
from tests.store.devtools.real import Node, installed


@pytest.fixture(scope="session")
def node(request: pytest.FixtureRequest) -> Iterator[Node]:
    """The DevTools' own packages."""
    found = commands()
    cache = cache_of(request.config) / "devtools"
    cache.mkdir(exist_ok=True)
    with Node(found, installed(found, cache)) as node:
        yield node
