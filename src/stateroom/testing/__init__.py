"""What tests of an application that uses Stateroom need: stores, caches, and faults.

Nothing here is imported by the package itself. Fixtures of pytest are in
``stateroom.testing.fixtures``. The promises of a backend, for those who write one, are
in ``stateroom.testing.conformance``, which needs pytest and anyio; those of a storage
in ``stateroom.testing.storages``, which runs in a browser too. So names are loaded on
first use: what a cache needs is not installed there.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stateroom.testing.caching import (
        FakeCache,
        assert_cached,
        assert_invalidated,
        fake_cache,
    )
    from stateroom.testing.faulty import FaultyStorage, Hold
    from stateroom.testing.faulty_async import AsyncHold, FaultyAsyncStorage
    from stateroom.testing.loads import Loads
    from stateroom.testing.proxy import FaultProxy
    from stateroom.testing.recording import ActionRecorder
    from stateroom.testing.snapshots import assert_snapshot
    from stateroom.testing.stores import RecordedStore
    from stateroom.testing.timers import ManualTimers, drained
    from stateroom.testing.timing import ManualClock
    from stateroom.testing.transports import RoutedTransport, in_turn
    from stateroom.testing.waiting import wait_for

__all__ = (
    "ActionRecorder",
    "AsyncHold",
    "FakeCache",
    "FaultProxy",
    "FaultyAsyncStorage",
    "FaultyStorage",
    "Hold",
    "Loads",
    "ManualClock",
    "ManualTimers",
    "RecordedStore",
    "RoutedTransport",
    "assert_cached",
    "assert_invalidated",
    "assert_snapshot",
    "drained",
    "fake_cache",
    "in_turn",
    "wait_for",
)

_HOMES = {
    "ActionRecorder": "recording",
    "AsyncHold": "faulty_async",
    "FakeCache": "caching",
    "FaultProxy": "proxy",
    "FaultyAsyncStorage": "faulty_async",
    "FaultyStorage": "faulty",
    "Hold": "faulty",
    "Loads": "loads",
    "ManualClock": "timing",
    "ManualTimers": "timers",
    "RecordedStore": "stores",
    "RoutedTransport": "transports",
    "assert_cached": "caching",
    "assert_invalidated": "caching",
    "assert_snapshot": "snapshots",
    "drained": "timers",
    "fake_cache": "caching",
    "in_turn": "transports",
    "wait_for": "waiting",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = importlib.import_module(f"{__name__}.{_HOMES[name]}")
    value: object = getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
