"""What the mutexes of one application share in one process."""

from __future__ import annotations

import os
import socket

from stateroom.link.belonging import PerLoop, inherit
from stateroom.live.engine import Engine
from stateroom.live.kinds import Head
from stateroom.live.mutex_flows import Claim
from stateroom.live.mutex_leases import MutexRule, check_wait
from stateroom.live.mutex_renewals import AsyncRenewals, Renewals
from stateroom.live.mutex_turns import AsyncTurns, Turns

__all__ = ("Here", "Mutexes", "claim_of")


class Here:
    """What belongs to one event loop.

    Attributes:
        turns: who asks Redis next.
        renewals: of what its tasks hold.
    """

    def __init__(self, engine: Engine) -> None:
        self.turns: AsyncTurns = AsyncTurns()
        self.renewals: AsyncRenewals = AsyncRenewals(engine)

    async def aclose(self) -> None:
        self.renewals.close()


class Mutexes:
    """The turns and the renewals, of each loop and of the threads.

    Attributes:
        turns: of threads.
        renewals: of what threads hold.
    """

    def __init__(self, engine: Engine) -> None:
        self.turns: Turns = Turns()
        self.renewals: Renewals = Renewals(engine)
        self._loops: PerLoop[Here] = PerLoop(lambda: Here(engine), end=Here.aclose)

    @property
    def here(self) -> Here:
        """What belongs to the running loop."""
        return self._loops.here()

    def close(self) -> None:
        self.renewals.close()
        self._loops.drop_closed()

    async def aclose_here(self) -> None:
        await self._loops.aclose_here()

    def after_fork(self) -> None:
        inherit(*self._loops.forget())
        self.turns = Turns()
        self.renewals.after_fork()


def claim_of(head: Head[MutexRule], wait: float | None) -> Claim:
    """Return what a call wants that waits for so many seconds."""
    rule = head.rule
    return Claim(
        place=head.place,
        rule=rule,
        label=_label() if rule.label is None else rule.label,
        since=head.engine.moment(),
        wait=rule.wait if wait is None else check_wait(wait),
    )


def _label() -> str:
    """Return the name of this process, to be found by people."""
    return f"{socket.gethostname()}:{os.getpid()}"
