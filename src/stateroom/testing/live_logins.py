"""The promises of login sessions."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import pytest

from stateroom.errors import InvalidValue, UsageError
from stateroom.live import Live, LoginSessions, ManualClock
from stateroom.testing.live_base import Face, LivePromises

__all__ = ("LoginPromises", "Rights")

IDLE_S, ABSOLUTE_S, TOUCH_S = 1800, 43_200, 60
NO_TOKENS: Final[list[object]] = [
    "",
    "x",
    None,
    7,
    b"x",
    "0" * 32 + "." + "a" * 32,
    "0" * 32 + "." + "a" * 31,
    "0" * 32 + "." + "a" * 33,
    "G" * 32 + "." + "a" * 32,
    "a" * 1_000_000,
    "0" * 32 + "." + "a" * 31 + "\n",
    "0" * 32 + ".{*}" + "a" * 29,
]


@dataclass(frozen=True)
class Rights:
    """What an application keeps with a login session."""

    role: str = "user"
    visits: int = 0


def sessions_of(live: Live, **options: float) -> LoginSessions[Rights]:
    """Return the sessions of these promises."""
    grace, most = options.pop("grace", 0), int(options.pop("most", 0))
    assert not options
    return live.login_sessions(data=Rights, grace=grace, most_per_user=most)


def one_more(found: Rights) -> Rights:
    """Return the data after one more visit."""
    return replace(found, visits=found.visits + 1)


class LoginPromises(LivePromises):
    """Only who has a token that was handed out is in, and not for longer than said."""

    async def test_who_has_the_token_is_in_everywhere(
        self, live: Live, other: Live, face: Face
    ) -> None:
        begun = await face(sessions_of(live)).start(7, Rights("admin"), label="Firefox")
        found = await face(sessions_of(other)).load(begun.token)
        assert found == begun
        assert (found.user, found.data, found.label) == (
            "7",
            Rights("admin"),
            "Firefox",
        )
        assert begun.token not in repr(begun)

    @pytest.mark.parametrize("token", NO_TOKENS, ids=range(len(NO_TOKENS)))
    async def test_what_was_not_handed_out_lets_nobody_in(
        self, live: Live, face: Face, token: object
    ) -> None:
        sessions = face(sessions_of(live))
        await sessions.start(7, Rights())
        told = [await sessions.load(token), await sessions.rotate(token)]
        assert (told, await sessions.end(token)) == ([None, None], False)

    async def test_another_secret_of_the_same_user_lets_nobody_in(
        self, live: Live, face: Face
    ) -> None:
        sessions = face(sessions_of(live))
        token = (await sessions.start(7, Rights())).token
        assert (
            await sessions.load(token[:-1] + ("a" if token[-1] != "a" else "b")) is None
        )

    async def test_an_idle_session_ends(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        sessions = face(sessions_of(live))
        token = (await sessions.start(7, Rights())).token
        clock.advance(IDLE_S - 1)
        assert await sessions.load(token) is not None
        clock.advance(IDLE_S)
        assert await sessions.load(token) is None

    async def test_a_use_is_noted_at_most_so_often(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        sessions = face(sessions_of(live))
        begun = await sessions.start(7, Rights())
        clock.advance(TOUCH_S - 1)
        first = await sessions.load(begun.token)
        clock.advance(1)
        second = await sessions.load(begun.token)
        assert first is not None
        assert second is not None
        assert [first.seen_at, second.seen_at - begun.seen_at] == [
            begun.seen_at,
            timedelta(seconds=TOUCH_S),
        ]

    async def test_a_session_ends_at_its_absolute_end_however_it_is_used(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        sessions = face(sessions_of(live))
        begun = await sessions.start(7, Rights())
        for _ in range(ABSOLUTE_S // 1200 - 1):
            clock.advance(1200)
            assert await sessions.load(begun.token) is not None
        last = await sessions.load(begun.token)
        assert last is not None
        assert last.idle_until == last.until == begun.until
        clock.advance(1200)
        assert await sessions.load(begun.token) is None

    async def test_data_is_changed_and_no_change_is_lost(
        self, live: Live, other: Live
    ) -> None:
        both = [sessions_of(live), sessions_of(other)]
        token = (await both[0].start(7, Rights())).token
        await asyncio.gather(*(both[n % 2].update(token, one_more) for n in range(8)))
        found = await both[0].load(token)
        assert found is not None
        assert found.data == Rights("user", 8)

    async def test_a_change_of_rights_comes_with_another_token(
        self, live: Live, face: Face
    ) -> None:
        sessions = face(sessions_of(live))
        old = await sessions.start(7, Rights(), label="Firefox")
        new = await sessions.rotate(
            old.token, lambda found: replace(found, role="admin")
        )
        assert new is not None
        assert (new.data.role, new.id, new.until) == ("admin", old.id, old.until)
        assert await sessions.load(new.token) == new
        assert await sessions.load(old.token) is None
        assert await sessions.rotate(old.token) is None

    async def test_a_replaced_token_is_taken_for_the_grace_by_loads_alone(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        sessions = face(sessions_of(live, grace=5))
        old = await sessions.start(7, Rights())
        new = await sessions.rotate(old.token)
        assert new is not None
        under_way = await sessions.load(old.token)
        assert under_way is not None
        assert under_way.id == new.id
        assert await sessions.rotate(old.token) is None
        assert await sessions.update(old.token, one_more) is None
        assert not await sessions.end(old.token)
        clock.advance(5)
        assert await sessions.load(old.token) is None
        assert await sessions.load(new.token) is not None

    async def test_of_two_who_rotate_one_wins(self, live: Live, other: Live) -> None:
        both = [sessions_of(live), sessions_of(other)]
        token = (await both[0].start(7, Rights())).token
        told = await asyncio.gather(*(both[n % 2].rotate(token) for n in range(6)))
        (winner,) = [each for each in told if each is not None]
        assert await both[0].load(winner.token) == winner

    async def test_a_session_is_ended(self, live: Live, face: Face) -> None:
        sessions = face(sessions_of(live))
        token = (await sessions.start(7, Rights())).token
        assert [await sessions.end(token), await sessions.end(token)] == [True, False]
        assert await sessions.load(token) is None

    async def test_a_user_sees_their_sessions_and_ends_one(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        sessions = face(sessions_of(live))
        old = await sessions.start(7, Rights(), label="phone")
        clock.advance(1)
        new = await sessions.start(7, Rights(), label="laptop")
        await sessions.start(8, Rights())
        listed = await sessions.all_of("7")
        assert [each.label for each in listed] == ["laptop", "phone"]
        assert await sessions.end_one(7, listed[1].id)
        assert not await sessions.end_one(7, listed[1].id)
        assert not await sessions.end_one(8, listed[0].id)
        assert await sessions.load(old.token) is None
        assert await sessions.load(new.token) is not None

    async def test_a_user_is_logged_out_everywhere_but_here(
        self, live: Live, face: Face
    ) -> None:
        sessions = face(sessions_of(live, grace=60))
        first, here, other = [await sessions.start(u, Rights()) for u in (7, 7, 8)]
        await sessions.rotate(first.token)
        assert await sessions.end_all(7, keep=here.token) == 1
        found = [await sessions.load(each.token) for each in (first, here, other)]
        assert [each is not None for each in found] == [False, True, True]
        assert await sessions.end_all("7") == 1
        assert await sessions.all_of(7) == []

    async def test_the_oldest_ends_where_there_are_more_than_may_be(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        sessions = face(sessions_of(live, most=2))
        begun = []
        for _ in range(3):
            begun.append(await sessions.start(7, Rights()))
            clock.advance(1)
        found = [await sessions.load(each.token) for each in begun]
        assert [each is not None for each in found] == [False, True, True]

    async def test_ended_ones_are_not_counted_and_not_listed(
        self, live: Live, face: Face, clock: ManualClock
    ) -> None:
        sessions = face(sessions_of(live, most=2))
        for _ in range(2):
            await sessions.start(7, Rights())
        clock.advance(IDLE_S)
        assert [await sessions.all_of(7), await sessions.end_all(7)] == [[], 0]

    async def test_data_of_another_release_lets_nobody_in_and_is_left(
        self, live: Live, face: Face, caplog: pytest.LogCaptureFixture
    ) -> None:
        sessions = face(sessions_of(live))
        begun = await sessions.start(7, Rights())
        later = face(live.login_sessions(data=int))
        assert await later.load(begun.token) is None
        assert "a login session is passed over" in caplog.text
        assert await sessions.load(begun.token) == begun

    async def test_what_cannot_be_is_refused(self, live: Live, face: Face) -> None:
        with pytest.raises(InvalidValue, match="idle is longer"):
            live.login_sessions(data=Rights, idle=20, absolute=10)
        with pytest.raises(InvalidValue, match="touch_every"):
            live.login_sessions(data=Rights, idle=60, touch_every=60)
        sessions = face(sessions_of(live))
        with pytest.raises(UsageError, match="login"):
            await sessions.start(7, 3)  # type: ignore[arg-type]
        with pytest.raises(InvalidValue, match="none of this user"):
            await sessions.end_all(7, keep=(await sessions.start(8, Rights())).token)
        with pytest.raises(InvalidValue, match="label"):
            await sessions.start(7, Rights(), label="x" * 201)
