"""What tests of an application that uses Stateroom need: a cache, checks, and faults.

Nothing here is imported by the package itself. The promises of a backend, for those who
write one, are in ``stateroom.testing.conformance``, which needs pytest and anyio.
"""

from __future__ import annotations

from stateroom.testing.caching import (
    FakeCache,
    assert_cached,
    assert_invalidated,
    fake_cache,
)
from stateroom.testing.loads import Loads
from stateroom.testing.proxy import FaultProxy

__all__ = (
    "FakeCache",
    "FaultProxy",
    "Loads",
    "assert_cached",
    "assert_invalidated",
    "fake_cache",
)
