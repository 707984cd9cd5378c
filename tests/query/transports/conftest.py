"""A server for each test, and a transport that asks it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from stateroom.query import transports
from tests.query.transports.serving import Site


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def transport(site: Site) -> AsyncIterator[transports.HttpxTransport]:
    made = transports.HttpxTransport(site.origin)
    yield made
    await made.aclose()
