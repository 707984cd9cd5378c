"""Every option of what is declared is checked where it is declared."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import cast

import pytest

from stateroom.errors import InvalidValue
from stateroom.live import BlockingLive, Live
from stateroom.live.declaring import Declaring
from tests.live.oddities import taken_by


@dataclass(frozen=True)
class Stats:
    points: int = 0


PLAIN: dict[str, dict[str, object]] = {
    "counter": {"name": "x", "window": "day"},
    "leaderboard": {"name": "x", "window": "day"},
    "login_sessions": {"data": Stats},
    "membership": {"name": "x", "members": str},
    "mutex": {"name": "x"},
    "quota": {"name": "x", "limit": 3, "per": "day"},
    "recent": {"name": "x", "kind": str, "most": 3},
    "record": {"name": "x", "kind": Stats},
}
"""What each kind cannot be declared without, and what makes its options matter."""
TAKEN = {
    "counter.name": "text",
    "counter.window": "None",
    "counter.timezone": "",
    "counter.at_least": "None 1 0 -1",
    "counter.at_most": "None 1 0 -1",
    "leaderboard.name": "text",
    "leaderboard.members": "",
    "leaderboard.order": "",
    "leaderboard.ties": "",
    "leaderboard.window": "None",
    "leaderboard.timezone": "",
    "leaderboard.keep_windows": "1 0",
    "leaderboard.most": "None 1",
    "login_sessions.name": "text",
    "login_sessions.data": "None",  # a session that has no data
    "login_sessions.idle": "1 1.5",
    "login_sessions.absolute": "",  # as it is shorter than the idle time
    "login_sessions.most_per_user": "1 0",
    "login_sessions.touch_every": "None 1 1.5",
    "login_sessions.grace": "1 0 1.5",
    "membership.name": "text",
    "membership.members": "None",
    "membership.member_ttl": "None 1 1.5",
    "membership.expires": "None 1 1.5",
    "mutex.name": "text",
    "mutex.lease": "1 1.5",
    "mutex.wait": "1 0 1.5 inf",
    "mutex.renew": "True",
    "mutex.most": "None inf",
    "mutex.label": "None text empty",
    "quota.name": "text",
    "quota.limit": "1",
    "quota.per": "1 1.5",
    "quota.soft": "None 1 0",
    "quota.burst": "None",
    "quota.timezone": "",
    "quota.cost_per_call": "None",
    "quota.currency": "text empty half",
    "quota.on_unavailable": "",
    "recent.name": "text",
    "recent.kind": "None",
    "recent.most": "1",
    "recent.unique": "True",
    "recent.expires": "None 1 1.5",
    "record.name": "text",
    "record.kind": "",
    "record.expires": "None 1 1.5",
}
"""Of each option what it takes of ``ODDITIES``."""


def test_every_option_stands_in_the_table_above() -> None:
    options = [
        f"{kind}.{option}"
        for kind in dir(Declaring)
        if not kind.startswith("_")
        for option in [*inspect.signature(getattr(Declaring, kind)).parameters][1:]
    ]
    assert sorted(TAKEN) == sorted(options)


@pytest.mark.parametrize("option", TAKEN)
def test_what_is_no_value_of_an_option_is_refused_where_it_is_declared(
    option: str,
) -> None:
    kind, name = option.split(".")

    def declare(value: object) -> object:
        return getattr(Live.memory(), kind)(**PLAIN[kind] | {name: value})

    assert taken_by(declare) == TAKEN[option]


@pytest.mark.parametrize(
    ("option", "taken"),
    [
        ("namespace", "text"),
        ("strict", "True"),
        ("clock", "None"),
        ("timeout", "1 1.5"),
    ],
)
def test_what_opens_no_live_data_is_refused(option: str, taken: str) -> None:
    given = {"url": "redis://localhost", "namespace": "app"}
    found = taken_by(lambda value: Live(**given | {option: value}))  # type: ignore[arg-type]
    assert found == taken


def test_what_is_no_clock_of_memory_is_refused() -> None:
    found = taken_by(lambda value: Live.memory(clock=value))  # type: ignore[arg-type]
    assert found == "None"
    assert isinstance(Live.memory().blocking, BlockingLive)


class Nowhere(tzinfo):
    """A zone of which nobody says how far it is from Greenwich."""

    def utcoffset(self, when: datetime | None, /) -> timedelta | None:
        return None

    def dst(self, when: datetime | None, /) -> timedelta | None:
        raise NotImplementedError

    def tzname(self, when: datetime | None, /) -> str | None:
        raise NotImplementedError


class Unfinished(Nowhere):
    """One that cannot be asked."""

    def utcoffset(self, when: datetime | None, /) -> timedelta | None:
        raise NotImplementedError


@pytest.mark.parametrize("zone", ["Europe/Berlin", Nowhere(), Unfinished()])
@pytest.mark.parametrize("kind", ["counter", "leaderboard", "quota"])
def test_a_time_zone_without_an_offset_is_refused_where_it_is_declared(
    kind: str, zone: object
) -> None:
    declare = getattr(Live.memory(), kind)
    with pytest.raises(InvalidValue, match="not a time zone") as caught:
        declare(**PLAIN[kind], timezone=cast("tzinfo", zone))
    assert caught.value.allowed == 'a tzinfo, such as ZoneInfo("UTC")'
