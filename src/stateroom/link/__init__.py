"""Connections to Redis: the only importer of redis-py.

A link sends commands and scripts to one server, one cluster, or the primary that
sentinels name, for asyncio and for blocking code; it translates the client's errors.
"""

from __future__ import annotations

from stateroom.link.ports import AsyncLink, Command, Link
from stateroom.link.scripts import Call, Script, Word
from stateroom.link.targets import Budgets, Target, read_url

__all__ = (
    "AsyncLink",
    "Budgets",
    "Call",
    "Command",
    "Link",
    "Script",
    "Target",
    "Word",
    "read_url",
)
