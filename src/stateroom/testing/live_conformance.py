"""The promises of live data, as tests to inherit: for whatever it may stand on.

Provide one fixture, ``backend``, that opens ``Live`` objects on one server (see
``LiveBackend``). Every promise is tested on both faces, with a clock that stands
still. pytest has to be installed, and anyio, whose plugin runs the coroutines.
"""

from __future__ import annotations

import pytest

_PARTS = (
    "base",
    "counters",
    "guards",
    "leaderboard_rebuilds",
    "leaderboards",
    "logins",
    "mutexes",
    "quotas",
    "rates",
    "records",
    "sets",
)
# Before they are imported: then a failed assertion shows what it compared.
pytest.register_assert_rewrite(*(f"stateroom.testing.live_{each}" for each in _PARTS))

from stateroom.testing.live_base import (  # noqa: E402 - as said above
    LiveBackend,
    LivePromises,
)
from stateroom.testing.live_counters import CounterPromises  # noqa: E402
from stateroom.testing.live_guards import GuardPromises  # noqa: E402
from stateroom.testing.live_leaderboard_rebuilds import (  # noqa: E402
    LeaderboardRebuildPromises,
)
from stateroom.testing.live_leaderboards import LeaderboardPromises  # noqa: E402
from stateroom.testing.live_logins import LoginPromises  # noqa: E402
from stateroom.testing.live_mutexes import MutexPromises  # noqa: E402
from stateroom.testing.live_quotas import QuotaPromises  # noqa: E402
from stateroom.testing.live_rates import RatePromises  # noqa: E402
from stateroom.testing.live_records import RecordPromises  # noqa: E402
from stateroom.testing.live_sets import (  # noqa: E402
    MembershipPromises,
    RecentPromises,
)

__all__ = (
    "CounterPromises",
    "GuardPromises",
    "LeaderboardPromises",
    "LeaderboardRebuildPromises",
    "LiveBackend",
    "LiveConformance",
    "LivePromises",
    "LoginPromises",
    "MembershipPromises",
    "MutexPromises",
    "QuotaPromises",
    "RatePromises",
    "RecentPromises",
    "RecordPromises",
)


class LiveConformance(
    CounterPromises,
    GuardPromises,
    LeaderboardPromises,
    LeaderboardRebuildPromises,
    LoginPromises,
    MembershipPromises,
    MutexPromises,
    QuotaPromises,
    RatePromises,
    RecentPromises,
    RecordPromises,
):
    """Every promise of every kind."""
