"""Declares who may: mutexes and login sessions."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from stateroom.catalogue.keys import check_item_name
from stateroom.codec import Codec, codec_for
from stateroom.live.declaring_base import Base, Life
from stateroom.live.kinds import Head
from stateroom.live.login_flows import LoginRule
from stateroom.live.logins import LoginSessions
from stateroom.live.mutex_leases import MutexRule
from stateroom.live.mutexes import Mutex
from stateroom.live.refusals import seconds_of
from stateroom.live.values import life_ms

__all__ = ("DeclaresAccess",)

T = TypeVar("T")
DAY_S = 86_400


class DeclaresAccess(Base):
    """Mutexes and login sessions."""

    def login_sessions(
        self,
        name: str = "login",
        *,
        data: type[T],
        idle: float | timedelta = 1800,
        absolute: float | timedelta = 43200,
        most_per_user: int = 100,
        touch_every: Life = None,
        grace: float = 0,
    ) -> LoginSessions[T]:
        """Return who is logged in.

        Args:
            name: of the item.
            data: the type of what the application keeps with each session.
            idle: seconds without use after which a session ends.
            absolute: seconds after its beginning when it ends in any case.
            most_per_user: sessions that one user may have; with one more, the oldest
                ends. 0 for any number, which makes each login of that user slower.
            touch_every: seconds after which a use is noted anew; so much sooner may an
                idle session end. A minute, or a tenth of ``idle`` if that is less.
            grace: seconds for which a token that was replaced is taken yet, for
                requests that are under way; a day at most.

        Source:
            The times are the decision framework's preset ``login``.
        """
        codec: Codec[T] = codec_for(data, where=name)
        idle_ms = life_ms(idle, "idle")
        rule = LoginRule(
            namespace=self._engine.namespace,
            item=check_item_name(name),
            codec=codec,
            idle_ms=idle_ms,
            absolute_ms=life_ms(absolute, "absolute"),
            most=most_per_user,
            touch_ms=life_ms(touch_every, "touch_every") or min(60_000, idle_ms // 10),
            grace_ms=round(
                seconds_of(grace, f"{name}: grace", least=0, most=DAY_S) * 1000
            ),
        )
        return LoginSessions(self._engine, rule)

    def mutex(
        self,
        name: str,
        *,
        lease: float = 30.0,
        wait: float = 10.0,
        renew: bool = True,
        most: float | None = None,
        label: str | None = None,
    ) -> Mutex:
        """Return a lock between processes, with a number that says who came last.

        Args:
            name: of the item.
            lease: seconds after which it is free, when its holder has died; 0.1 to a
                day.
            wait: seconds that a call waits for it, where the call does not say.
            renew: whether the lease is renewed, a third of it after the last time,
                while who holds it is alive.
            most: seconds after which it is not renewed any more, for work that hangs;
                None for no end.
            label: says to people who holds it; by default machine and process.

        Raises:
            InvalidValue: an argument is out of range.
        """
        rule = MutexRule(lease=lease, wait=wait, renew=renew, most=most, label=label)
        return Mutex(Head(self._engine, self._place(name, "mutex"), rule))
