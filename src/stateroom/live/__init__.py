"""The Redis tier, kinds live and auth: what is not a copy, and must not be evicted."""

from __future__ import annotations

from stateroom.flows.clocks import ManualClock
from stateroom.live.counters import BlockingCounter, Counter
from stateroom.live.health import Health
from stateroom.live.leaderboard_blocking import BlockingLeaderboard
from stateroom.live.leaderboard_faces import Leaderboard
from stateroom.live.leaderboard_rules import Standing
from stateroom.live.live import BlockingLive, Live
from stateroom.live.login_records import Login, LoginInfo
from stateroom.live.logins import BlockingLoginSessions, LoginSessions
from stateroom.live.memberships import BlockingMembership, Membership
from stateroom.live.mutex_holds import BlockingHeld, Held
from stateroom.live.mutex_leases import Holder
from stateroom.live.mutexes import Hold, Mutex
from stateroom.live.mutexes_blocking import BlockingHold, BlockingMutex
from stateroom.live.quota_grants import Grant, Grants, Usage
from stateroom.live.quota_outages import Outage
from stateroom.live.quota_several import BlockingQuotas, Quotas
from stateroom.live.quotas import BlockingQuota, Quota
from stateroom.live.recents import BlockingRecent, Recent
from stateroom.live.record_faces import BlockingRecord, Record

__all__ = (
    "BlockingCounter",
    "BlockingHeld",
    "BlockingHold",
    "BlockingLeaderboard",
    "BlockingLive",
    "BlockingLoginSessions",
    "BlockingMembership",
    "BlockingMutex",
    "BlockingQuota",
    "BlockingQuotas",
    "BlockingRecent",
    "BlockingRecord",
    "Counter",
    "Grant",
    "Grants",
    "Health",
    "Held",
    "Hold",
    "Holder",
    "Leaderboard",
    "Live",
    "Login",
    "LoginInfo",
    "LoginSessions",
    "ManualClock",
    "Membership",
    "Mutex",
    "Outage",
    "Quota",
    "Quotas",
    "Recent",
    "Record",
    "Standing",
    "Usage",
)
