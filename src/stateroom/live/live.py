"""Opens what Redis holds that is not a copy: live and auth data of one application."""

from __future__ import annotations

import asyncio
import importlib
from typing import Self

from stateroom.catalogue.keys import check_namespace
from stateroom.errors import MissingExtra
from stateroom.flows.blocking import refuse_in_loop
from stateroom.flows.clocks import Clock, SystemClock, SystemDice
from stateroom.link import Budgets
from stateroom.live.declaring import Declaring
from stateroom.live.engine import INSTEAD, Engine, Server
from stateroom.live.health import Health
from stateroom.live.memory import MemoryServer
from stateroom.live.refusals import check_flag, refused, seconds_of

__all__ = ("BlockingLive", "Live")

CLOCK = ("now_ms", "monotonic")
LEAST_S, MOST_S = 0.001, 3_600.0
"""How long an exchange may take, and opening a connection."""


class Live(Declaring):
    """Live and auth data on Redis, or in memory, for asyncio and for blocking code.

    Safe to share between threads, event loops and forked processes. What it holds has
    no other copy: the server it stands on must not evict (MEM002), and should append
    each write to its disk.

    Args:
        url: of the Redis: ``redis://``, ``rediss://``, ``unix://``,
            ``redis+cluster://``, ``redis+sentinel://`` or ``embedded://DIR``.
        namespace: keeps this application's keys apart; 1 to 32 of a-z, 0-9 and -.
        strict: refuse a server that may evict; otherwise it is logged, and told by
            ``health``.
        connect_timeout: seconds to open a connection.
        timeout: seconds for one exchange with Redis.
        clock: where the time is from; for tests.

    Raises:
        InvalidValue: an argument is none.
        MissingExtra: the extra ``redis`` is not installed.

    Example::

        live = Live("redis://localhost:6379/1", namespace="careers")
        calls = live.quota("job-api", limit=1000, per="month", soft=800)
        grant = await calls.take()
    """

    def __init__(
        self,
        url: str,
        *,
        namespace: str,
        strict: bool = False,
        connect_timeout: float = 0.25,
        timeout: float = 0.25,
        clock: Clock | None = None,
    ) -> None:
        check_namespace(namespace)
        _check_url(url)
        check_flag(strict, "Live: not whether it is strict")
        clock = SystemClock() if clock is None else clock
        _check_clock(clock)
        budgets = Budgets(
            connect_s=_seconds(connect_timeout, "connect_timeout"),
            operation_s=_seconds(timeout, "timeout"),
        )
        try:
            servers = importlib.import_module("stateroom.link.servers")
        except ModuleNotFoundError as error:
            if error.name not in {"redis", "hiredis"}:
                raise
            raise MissingExtra("live data on Redis", extra="redis") from error
        server: Server = servers.RedisServer(url, budgets=budgets, keeps=True)
        self._open(server, namespace, is_strict=strict, clock=clock)

    @classmethod
    def memory(cls, *, namespace: str = "memory", clock: Clock | None = None) -> Live:
        """Return live data in this process, without a server: for tests, first steps.

        It keeps the same promises, as far as one process can tell. A ``ManualClock``
        makes tests of windows and timeouts exact.
        """
        check_namespace(namespace)
        live = cls.__new__(cls)
        clock = SystemClock() if clock is None else clock
        _check_clock(clock)
        live._open(  # noqa: SLF001 - one of us
            MemoryServer(clock), namespace, is_strict=False, clock=clock
        )
        return live

    def _open(
        self, server: Server, namespace: str, *, is_strict: bool, clock: Clock
    ) -> None:
        self._engine = Engine(
            server,
            namespace=namespace,
            clock=clock,
            dice=SystemDice(),
            is_strict=is_strict,
        )

    @property
    def namespace(self) -> str:
        """What its keys begin with."""
        return self._engine.namespace

    @property
    def engine(self) -> Engine:
        """The machinery, for what observes it."""
        return self._engine

    @property
    def blocking(self) -> BlockingLive:
        """The same for blocking code."""
        return BlockingLive(self._engine)

    async def health(self) -> Health:
        """Ask the server now whether it keeps what it is given."""
        return await self._engine.check_async()

    async def aclose(self) -> None:
        """Close the connections of this event loop, and the blocking ones."""
        await self._engine.aclose_here()
        await asyncio.to_thread(self._engine.close)

    def close(self) -> None:
        """Close blocking connections; see ``aclose`` for an event loop."""
        self._engine.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _check_url(url: object) -> None:
    if not isinstance(url, str):  # its type alone is shown: it may hold a password
        allowed = 'text, such as "redis://localhost:6379/1"'
        raise refused("Live: not the URL of a Redis", type(url), allowed)


def _check_clock(clock: object) -> None:
    if not all(callable(getattr(clock, each, None)) for each in CLOCK):
        allowed = "a clock, such as ManualClock(): " + " and ".join(CLOCK)
        raise refused("Live: not a clock", clock, allowed)


def _seconds(found: float, what: str) -> float:
    return seconds_of(found, f"Live: {what}", least=LEAST_S, most=MOST_S)


class BlockingLive:
    """What of a ``Live`` itself is asked blocking; each kind has its own face."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def health(self) -> Health:
        """Ask the server now whether it keeps what it is given.

        Raises:
            BlockingCall: an event loop runs in this thread.
        """
        refuse_in_loop("live.health", hint=INSTEAD)
        return self._engine.check()
