"""Every method refuses what it cannot use, with an error of ours and in time."""

from __future__ import annotations

import inspect
from dataclasses import dataclass

import pytest

from stateroom.errors import InvalidValue
from stateroom.live import Live
from tests.live.oddities import taken_by


@dataclass(frozen=True)
class Stats:
    points: int = 0


def same(value: Stats) -> Stats:
    return value


def faces() -> dict[str, object]:
    """Return one of each kind, blocking, with something in it."""
    live = Live.memory()
    board = live.leaderboard("board", window="day", ties="first").blocking
    board.put("m", 1)
    stats = live.record("stats", Stats).blocking
    stats.put(Stats())
    calls = live.quota("calls", limit=3, per="day", soft=2).blocking
    return {
        "counter": live.counter("views").blocking,
        "leaderboard": board,
        "login_sessions": live.login_sessions(data=Stats).blocking,
        "membership": live.membership("fans", str).blocking,
        "mutex": live.mutex("mutex").blocking,
        "quota": calls,
        "quotas": calls.also(live.quota("rate", limit=3, per=10).blocking),
        "recent": live.recent("seen", str, most=3).blocking,
        "record": stats,
    }


OWNER: dict[str, object] = {"user": 1, "group": 1}
GUARDED: dict[str, object] = {"function": same, "when_soft": "call", "not_called": ()}
PLAIN: dict[str, dict[str, object]] = {
    "counter.add": {"by": 1, "once": None},
    "counter.of": OWNER,
    "leaderboard.add": {"member": "m", "points": 1, "once": None},
    "leaderboard.around": {"member": "m", "before": 1, "after": 1},
    "leaderboard.between": {"low": 0, "high": 1, "n": 1},
    "leaderboard.in_window": {"when": 0},
    "leaderboard.of": OWNER,
    "leaderboard.put": {"member": "m", "score": 1, "if_better": False},
    "leaderboard.rebuild": {"ledger": (), "batch": 10, "lease": 1},
    "leaderboard.remove": {"members": "m"},
    "leaderboard.standing": {"member": "m"},
    "leaderboard.standings": {"members": "m"},
    "leaderboard.top": {"n": 1, "offset": 0},
    "login_sessions.all_of": {"user": 1},
    "login_sessions.end": {"token": ""},
    "login_sessions.end_all": {"user": 1, "keep": None},
    "login_sessions.end_one": {"user": 1, "id": "x"},
    "login_sessions.load": {"token": ""},
    "login_sessions.rotate": {"token": "", "change": None},
    "login_sessions.start": {"user": 1, "data": Stats(), "label": ""},
    "login_sessions.update": {"token": "", "change": same},
    "membership.add": {"values": "a"},
    "membership.has": {"value": "a"},
    "membership.has_each": {"values": "a"},
    "membership.of": OWNER,
    "membership.remove": {"values": "a"},
    "membership.sample": {"most": 1},
    "mutex.acquire": {"wait": 0},
    "mutex.hold": {"wait": 0},
    "mutex.of": OWNER,
    "quota.also": {"others": None},
    "quota.avoided": {"count": 1},
    "quota.give_back": {"grant": None},
    "quota.guarded": GUARDED,
    "quota.of": OWNER,
    "quota.require": {"count": 1},
    "quota.take": {"count": 1},
    "quotas.give_back": {"grants": None},
    "quotas.guarded": GUARDED,
    "quotas.require": {"count": 1},
    "quotas.take": {"count": 1},
    "recent.add": {"values": "a"},
    "recent.newest": {"most": 1, "offset": 0},
    "recent.of": OWNER,
    "recent.remove": {"value": "a"},
    "record.change": {"function": same},
    "record.get_each": {"users": 1},
    "record.increment": {"field": "points", "by": 1, "once": None},
    "record.of": OWNER,
    "record.put": {"value": Stats()},
}
"""Each method that takes anything, and a call of it that is right."""
ANY = "None text empty half bytes 1 0 -1 1.5 nan inf huge True list tuple dict object"
ID, COUNT, TEXT = "text 1 0 -1 huge", "1 0", "text empty"
TAKEN = {
    "*.by": "1 0 -1",
    "*.once": "None text half",
    "*.user": ID,
    "*.users": ID,
    "*.group": ID,
    "*.member": "text",
    "*.members": "text",
    "*.points": "1 0 -1 1.5",
    "*.score": "1 0 -1 1.5",
    "*.low": "None 1 0 -1 1.5",
    "*.high": "None 1 0 -1 1.5",
    "*.n": COUNT,
    "*.offset": COUNT,
    "*.before": COUNT,
    "*.after": COUNT,
    "*.when": "0 -1",
    "*.if_better": "True",
    "*.ledger": "tuple",
    "*.batch": "1",
    "*.lease": "1 1.5",
    "*.token": ANY + " class",  # whatever a browser sends lets nobody in
    "*.keep": "None",
    "*.id": TEXT + " half",
    "login_sessions.rotate.change": "None class",  # not called without a session
    "login_sessions.update.change": "class",
    "*.data": "dict",  # which msgspec reads as a Stats
    "*.label": TEXT + " half",
    "*.value": TEXT,
    "*.values": TEXT,
    "membership.sample.most": COUNT,
    "recent.newest.most": "None 1 0",
    "*.wait": "None 1 0 1.5 inf",
    "quota.avoided.count": COUNT,
    "*.count": "1",
    "*.not_called": "tuple",
    "*.function": "",
    "*.guarded.function": "None class",  # given no function, it takes the next
}
"""Of each argument what it takes of ``ODDITIES``; of others, nothing."""
ARGUMENTS = [f"{call}.{name}" for call, given in PLAIN.items() for name in given]


def taken(argument: str) -> str:
    """Return what an argument takes, as the table above says."""
    kind, method, name = argument.split(".")
    if method == "put" and kind == "record":
        return ""
    for key in (argument, f"*.{method}.{name}", f"*.{name}"):
        if key in TAKEN:
            return TAKEN[key]
    return ""


def test_every_method_that_takes_anything_stands_in_the_table_above() -> None:
    methods = [
        f"{kind}.{name}"
        for kind, face in faces().items()
        for name, method in inspect.getmembers(face, inspect.ismethod)
        if not name.startswith("_") and inspect.signature(method).parameters
    ]
    by_keywords = ["record.update"]  # its names are those of the fields
    assert sorted([*PLAIN, *by_keywords]) == sorted(methods)


@pytest.mark.parametrize("argument", ARGUMENTS)
def test_what_a_method_cannot_use_is_refused(argument: str) -> None:
    kind, method, name = argument.split(".")
    given = PLAIN[f"{kind}.{method}"]

    def call(value: object) -> object:
        bound = getattr(faces()[kind], method)
        parameters = inspect.signature(bound).parameters
        args, options = [], {}
        for each, found in (given | {name: value}).items():
            if method == "of" and each != name:
                continue  # it is of a user or of a group
            if parameters[each].kind is inspect.Parameter.KEYWORD_ONLY:
                options[each] = found
            else:
                args.append(found)
        return bound(*args, **options)

    assert taken_by(call) == taken(argument)


async def test_awaited_methods_refuse_the_same() -> None:
    live = Live.memory()
    with pytest.raises(InvalidValue, match="calls: not a grant: None"):
        await live.quota("calls", limit=3, per="day").give_back(None)  # type: ignore[arg-type]
    with pytest.raises(InvalidValue, match="not the name of a field: 3"):
        await live.record("stats", Stats).increment(3)  # type: ignore[arg-type]
    with pytest.raises(InvalidValue, match="rebuild: not a ledger: 3"):
        await live.leaderboard("board").rebuild(3)  # type: ignore[arg-type]
    with pytest.raises(InvalidValue, match="not a time to wait"):
        live.mutex("mutex").hold(wait="1")  # type: ignore[arg-type]


async def later(value: Stats) -> Stats:
    return value


async def test_a_change_that_is_awaited_is_refused() -> None:
    live = Live.memory()
    changes = (
        live.record("stats", Stats).change(later),  # type: ignore[arg-type]
        live.login_sessions(data=Stats).update("", later),  # type: ignore[arg-type]
    )
    for each in changes:
        with pytest.raises(InvalidValue, match="not a change"):
            await each


def test_a_board_is_not_rebuilt_from_rows_that_arrive_later() -> None:
    async def rows() -> object:
        yield ("m", 1)

    with pytest.raises(InvalidValue, match="rebuild: not a ledger"):
        Live.memory().leaderboard("board").blocking.rebuild(rows())  # type: ignore[arg-type]
