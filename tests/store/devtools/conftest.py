"""One Node process with the Redux DevTools' packages for each test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.store.devtools.real import OPTIONS, TOOL, Node
from tests.tools.npm import cache_of, commands, installed


@pytest.fixture(scope="session")
def node(request: pytest.FixtureRequest) -> Iterator[Node]:
    """The DevTools' own packages."""
    found = commands()
    folder = installed(TOOL, found, cache_of(request.config), options=OPTIONS)
    with Node(found, folder) as node:
        yield node
