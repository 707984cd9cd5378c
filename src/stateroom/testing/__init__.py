"""What tests of an application that uses Stateroom need: stores, caches, and faults.

Nothing here is imported by the package itself. Fixtures of pytest are in
``stateroom.testing.fixtures``. The promises of a backend, for those who write one, are
in ``stateroom.testing.conformance``, which needs pytest and anyio.
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
from stateroom.testing.recording import ActionRecorder
from stateroom.testing.snapshots import assert_snapshot
from stateroom.testing.stores import RecordedStore
from stateroom.testing.timing import ManualClock
from stateroom.testing.waiting import wait_for

__all__ = (
    "ActionRecorder",
    "FakeCache",
    "FaultProxy",
    "Loads",
    "ManualClock",
    "RecordedStore",
    "assert_cached",
    "assert_invalidated",
    "assert_snapshot",
    "fake_cache",
    "wait_for",
)
