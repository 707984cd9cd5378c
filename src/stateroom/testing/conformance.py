"""The promises of a cache, as tests to inherit: for whatever a cache may stand on.

Provide one fixture, ``backend``, that opens caches on an empty table and can tamper
with what they store (see ``Backend``). Every promise is tested on both faces, with a
clock that stands still, so that no test waits for a TTL::

    class TestMyBackend(CacheConformance):
        @pytest.fixture
        def backend(self, clock: ManualClock) -> MyBackend: ...

Each group of promises can be inherited alone too. pytest has to be installed, and
anyio, whose plugin runs the tests that are coroutines.
"""

from __future__ import annotations

import pytest

_PARTS = ("base", "bytes", "flights", "hits", "lives", "races", "servers", "tags")
# Before they are imported: then a failed assertion shows what it compared.
pytest.register_assert_rewrite(
    *(f"stateroom.testing.conformance_{each}" for each in (*_PARTS, "values"))
)

from stateroom.testing.conformance_base import Backend  # noqa: E402 - as said above
from stateroom.testing.conformance_bytes import BytePromises  # noqa: E402
from stateroom.testing.conformance_flights import FlightPromises  # noqa: E402
from stateroom.testing.conformance_hits import HitPromises  # noqa: E402
from stateroom.testing.conformance_lives import LifePromises  # noqa: E402
from stateroom.testing.conformance_races import RacePromises  # noqa: E402
from stateroom.testing.conformance_servers import (  # noqa: E402
    ServerBackend,
    ServerPromises,
)
from stateroom.testing.conformance_tags import TagPromises  # noqa: E402
from stateroom.testing.conformance_values import ValuePromises  # noqa: E402

__all__ = (
    "Backend",
    "BytePromises",
    "CacheConformance",
    "FlightPromises",
    "HitPromises",
    "LifePromises",
    "RacePromises",
    "ServerBackend",
    "ServerConformance",
    "ServerPromises",
    "TagPromises",
    "ValuePromises",
)


class CacheConformance(
    HitPromises,
    LifePromises,
    TagPromises,
    RacePromises,
    BytePromises,
    FlightPromises,
    ValuePromises,
):
    """Every promise that holds wherever entries are stored."""


class ServerConformance(CacheConformance, ServerPromises):
    """The same, and what holds on a server; ``backend`` is a ``ServerBackend``."""
