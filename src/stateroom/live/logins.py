"""Login sessions as they are used: awaited, and blocking."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Generic, TypeVar

from stateroom.flows import Flow
from stateroom.live import login_flows
from stateroom.live.engine import Engine
from stateroom.live.login_flows import LoginRule
from stateroom.live.login_records import Login, LoginInfo

__all__ = ("BlockingLoginSessions", "LoginSessions")

R = TypeVar("R")
T = TypeVar("T")


class LoginSessions(Generic[T]):
    """Who is logged in, awaited; see ``Live.login_sessions``.

    All sessions of a user stand under one key, so that each method is one step for
    whoever else is at work: after ``end_all`` has returned, no token of before lets
    anybody in. When Redis restarts, sessions are there as far as its disk has them:
    with AOF all but those begun in the last second, whose users log in again. After a
    failover a session that was just ended may be back: end it once more where that
    matters, and keep ``absolute`` short.
    """

    def __init__(self, engine: Engine, rule: LoginRule[T]) -> None:
        self._engine = engine
        self._rule = rule

    @property
    def blocking(self) -> BlockingLoginSessions[T]:
        """The same for blocking code."""
        return BlockingLoginSessions(self._engine, self._rule)

    async def start(self, user: str | int, data: T, *, label: str = "") -> Login[T]:
        """Begin a session of a user who has proved who they are.

        Always a new one: what the browser had before is not adopted, so that nobody
        can hand out a token in advance.

        Args:
            user: whose it is; 7 and ``"7"`` are the same.
            data: what the application keeps with it; no password, no secret.
            label: for the user to recognise it by, such as the browser.

        Raises:
            Unavailable: no answer. A session may have begun; nobody has its token.
        """
        flow = login_flows.start(self._rule, user, data=data, label=label)
        return await self._call(flow, "login_sessions.start")

    async def load(self, token: object) -> Login[T] | None:
        """Return the session of a token; None for any other text, or an ended one.

        Its last use is noted, at most once in each ``touch_every``. Data that is not
        of the declared type lets nobody in, and is told in the log.

        Raises:
            Unavailable: no answer: nobody is known to be logged in.
        """
        return await self._call(
            login_flows.load(self._rule, token), "login_sessions.load"
        )

    async def update(self, token: object, change: Callable[[T], T]) -> Login[T] | None:
        """Replace the data of a session by a function of it; None without a session.

        The function is called again when somebody else changed the data meanwhile.

        Raises:
            Conflict: others changed it each time.
            Undecodable: what is there is not of the declared type; it stays.
            Unavailable: no answer; it may be changed. Called again, it may be changed
                a second time: load first.
        """
        flow = login_flows.rotate(self._rule, token, change=change, is_new_secret=False)
        return await self._call(flow, "login_sessions.update")

    async def rotate(
        self, token: object, change: Callable[[T], T] | None = None
    ) -> Login[T] | None:
        """Give a session another token, and other data with it; None without one.

        After each change of what somebody may do: a login, a second factor, a switch
        of role. The old token is dead at once; with ``grace``, requests that are under
        way may still load by it. Of two at once, one wins, and the other gets None.

        Raises:
            Conflict: others changed the data each time that it was to be changed.
            Undecodable: there is a change, and what is there is not of the declared
                type; it stays.
            Unavailable: no answer. The old token may be dead: log in again.
        """
        flow = login_flows.rotate(self._rule, token, change=change, is_new_secret=True)
        return await self._call(flow, "login_sessions.rotate")

    async def end(self, token: object) -> bool:
        """End the session of a token, and return whether there was one.

        False may also mean that it has ended, and the call was sent again as a
        connection broke.

        Raises:
            Unavailable: no answer: it may not have ended. Call again.
        """
        return await self._call(
            login_flows.end(self._rule, token), "login_sessions.end"
        )

    async def all_of(self, user: str | int) -> list[LoginInfo]:
        """Return the sessions of a user, the newest first; nothing to log in by."""
        flow = login_flows.infos(self._rule, user)
        return await self._call(flow, "login_sessions.all_of")

    async def end_one(self, user: str | int, id: str) -> bool:  # noqa: A002 - its name
        """End the session of a user that has an id, and return whether it was there."""
        flow = login_flows.end_one(self._rule, user, id)
        return await self._call(flow, "login_sessions.end_one")

    async def end_all(self, user: str | int, *, keep: str | None = None) -> int:
        """End all sessions of a user, and return how many there were.

        Args:
            user: who is logged out everywhere.
            keep: the token of the only session that goes on.

        Raises:
            InvalidValue: that token is none of this user.
            Unavailable: no answer: they may not have ended. Call again.
        """
        flow = login_flows.end_all(self._rule, user, keep)
        return await self._call(flow, "login_sessions.end_all")

    def _call(self, flow: Flow[R], what: str) -> Coroutine[object, object, R]:
        return self._engine.call_async(flow, what, item=self._rule.item)


class BlockingLoginSessions(Generic[T]):
    """``LoginSessions`` for blocking code."""

    def __init__(self, engine: Engine, rule: LoginRule[T]) -> None:
        self._engine = engine
        self._rule = rule

    def start(self, user: str | int, data: T, *, label: str = "") -> Login[T]:
        """Begin a session of a user who has proved who they are."""
        flow = login_flows.start(self._rule, user, data=data, label=label)
        return self._call(flow, "login_sessions.start")

    def load(self, token: object) -> Login[T] | None:
        """Return the session of a token; None for any other text, or an ended one."""
        flow = login_flows.load(self._rule, token)
        return self._call(flow, "login_sessions.load")

    def update(self, token: object, change: Callable[[T], T]) -> Login[T] | None:
        """Replace the data of a session by a function of it; None without a session."""
        flow = login_flows.rotate(self._rule, token, change=change, is_new_secret=False)
        return self._call(flow, "login_sessions.update")

    def rotate(
        self, token: object, change: Callable[[T], T] | None = None
    ) -> Login[T] | None:
        """Give a session another token, and other data with it; None without one."""
        flow = login_flows.rotate(self._rule, token, change=change, is_new_secret=True)
        return self._call(flow, "login_sessions.rotate")

    def end(self, token: object) -> bool:
        """End the session of a token, and return whether there was one."""
        flow = login_flows.end(self._rule, token)
        return self._call(flow, "login_sessions.end")

    def all_of(self, user: str | int) -> list[LoginInfo]:
        """Return the sessions of a user, the newest first; nothing to log in by."""
        flow = login_flows.infos(self._rule, user)
        return self._call(flow, "login_sessions.all_of")

    def end_one(self, user: str | int, id: str) -> bool:  # noqa: A002 - its name
        """End the session of a user that has an id, and return whether it was there."""
        flow = login_flows.end_one(self._rule, user, id)
        return self._call(flow, "login_sessions.end_one")

    def end_all(self, user: str | int, *, keep: str | None = None) -> int:
        """End all sessions of a user, and return how many there were."""
        flow = login_flows.end_all(self._rule, user, keep)
        return self._call(flow, "login_sessions.end_all")

    def _call(self, flow: Flow[R], what: str) -> R:
        return self._engine.call(flow, what, item=self._rule.item)
