"""What belongs to nobody is refused: it would be everybody's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from stateroom.errors import InvalidValue, UsageError
from stateroom.live import Live
from stateroom.live.kinds import place_of


@dataclass(frozen=True)
class Stats:
    points: int = 0


KINDS: dict[str, Callable[[Live], object]] = {
    "counter": lambda live: live.counter("x"),
    "leaderboard": lambda live: live.leaderboard("x"),
    "membership": lambda live: live.membership("x", str),
    "mutex": lambda live: live.mutex("x"),
    "quota": lambda live: live.quota("x", limit=1, per="day"),
    "recent": lambda live: live.recent("x", str, most=1),
    "record": lambda live: live.record("x", Stats),
}
OWNERS: list[dict[str, object]] = [
    {"user": None},
    {"user": ""},
    {"group": None},
    {"group": ""},
    {"user": None, "group": 2},
    {"user": 1, "group": None},
]


def faces(kind: str) -> tuple[object, object]:
    """Return a kind of live data, awaited and blocking."""
    awaited = KINDS[kind](Live.memory())
    return awaited, getattr(awaited, "blocking")  # noqa: B009 - each kind has it


@pytest.mark.parametrize("owner", OWNERS, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_of_nobody_is_refused(kind: str, owner: dict[str, object]) -> None:
    for each in faces(kind):
        of = getattr(each, "of")  # noqa: B009 - likewise
        with pytest.raises(InvalidValue, match=r"x: (user|group)=(None|'') is nobody"):
            of(**owner)


def test_who_is_not_signed_in_is_told_what_to_do() -> None:
    with pytest.raises(InvalidValue) as caught:
        Live.memory().record("x", Stats).of(user=None)  # type: ignore[arg-type]
    assert caught.value.hint == (
        "who is not signed in has none of their own: let them sign in before, or leave "
        "user= out for what everybody shares"
    )


def test_nobody_is_not_asked_for_among_users() -> None:
    stats = Live.memory().record("x", Stats).blocking
    stats.put(Stats(7))  # what everybody shares
    with pytest.raises(InvalidValue, match="user=None is nobody"):
        stats.get_each(1, None)  # type: ignore[arg-type]
    assert stats.of().get() == Stats(7)


def test_a_login_of_nobody_is_refused() -> None:
    sessions = Live.memory().login_sessions(data=Stats).blocking
    for user in (None, ""):
        with pytest.raises(InvalidValue, match="login: "):
            sessions.start(user, Stats())  # type: ignore[arg-type]


def test_who_is_not_given_is_not_shown_as_text() -> None:
    with pytest.raises(UsageError, match="of the user 1 and of the group 2"):
        place_of("n", "x", user=1, group=2)
    assert place_of("n", "x").scope.kind == "public"
