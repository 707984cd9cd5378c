"""The cache: opens it, decorates functions, invalidates, and closes it."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable, Collection, Iterable
from typing import Self, cast

from stateroom.cache.bulkhead import LOADS, Bulkhead
from stateroom.cache.declaring import Declaration, Tags, Time, is_async, recipe_of
from stateroom.cache.decorating import Decorator
from stateroom.cache.engine import Engine, Server
from stateroom.cache.functions import Head
from stateroom.cache.functions_async import AsyncCached
from stateroom.cache.functions_blocking import BlockingCached
from stateroom.cache.local import Local
from stateroom.cache.locating import locator
from stateroom.cache.memory import MOST_BYTES, MemoryServer
from stateroom.cache.serving_async import AsyncServing
from stateroom.cache.serving_blocking import BlockingServing
from stateroom.cache.signing import checked_keys
from stateroom.cache.tally import Tally
from stateroom.cache.values import ITEM, Values
from stateroom.cache.values_async import AsyncValues
from stateroom.cache.voiding import Voiding
from stateroom.cache.voids import AsyncVoids, Blocking
from stateroom.catalogue.keys import check_namespace
from stateroom.codec.codecs import MISSING
from stateroom.errors import MissingExtra, UsageError
from stateroom.flows.clocks import Clock, SystemClock, SystemDice
from stateroom.link import Budgets

__all__ = ("Blocking", "Cache")

LOCAL_BYTES = 64 * 1024 * 1024
LOCAL_AGE_S = 60.0
DOUBT_S = 2.0


class Cache(AsyncValues, AsyncVoids):
    """A cache on Redis, or in memory, for asyncio and for blocking code.

    Safe to share between threads, event loops and forked processes.

    Args:
        url: of the Redis: ``redis://``, ``rediss://``, ``unix://``,
            ``redis+cluster://``, ``redis+sentinel://`` or ``embedded://DIR``.
        namespace: keeps this application's keys apart; 1 to 32 of a-z, 0-9 and -.
        local: whether each process keeps copies of what it reads (L1), coherent with
            Redis.
        local_bytes: how much they may take together.
        local_age: seconds for which a copy is served at most.
        local_doubt: seconds of silence of the server after which no copy is served.
        connect_timeout: seconds to open a connection.
        timeout: seconds for one exchange with Redis; then the cache is passed by.
        bulkhead: loads at once while Redis is away.
        signing_keys: sign entries with the first, and accept those signed with any;
            with none, entries have a checksum only.
        clock: where the time is from; for tests.

    Example::

        cache = Cache("redis://localhost:6379/0", namespace="careers")

        @cache.cached(ttl=3600, tags=["Job"])
        async def search_jobs(query: str) -> list[Job]: ...
    """

    def __init__(
        self,
        url: str,
        *,
        namespace: str,
        local: bool = False,
        local_bytes: int = LOCAL_BYTES,
        local_age: float = LOCAL_AGE_S,
        local_doubt: float = DOUBT_S,
        connect_timeout: float = 0.25,
        timeout: float = 0.25,
        bulkhead: int = LOADS,
        signing_keys: Iterable[bytes] = (),
        clock: Clock | None = None,
    ) -> None:
        budgets = Budgets(connect_s=connect_timeout, operation_s=timeout)
        check_namespace(namespace)
        try:
            servers = importlib.import_module("stateroom.cache.servers")
        except ModuleNotFoundError as error:
            if error.name not in {"redis", "hiredis"}:
                raise
            raise MissingExtra("the cache on Redis", extra="redis") from error
        server: Server = servers.CacheServer(
            url, namespace, budgets=budgets, doubt_s=local_doubt
        )
        copies = Local(most_bytes=local_bytes, most_age_s=local_age) if local else None
        self._open(
            server, namespace, local=copies, bulkhead=bulkhead,
            signing_keys=signing_keys, clock=clock,
        )  # fmt: skip

    @classmethod
    def memory(
        cls,
        *,
        namespace: str = "memory",
        local: bool = False,
        most_bytes: int = MOST_BYTES,
        bulkhead: int = LOADS,
        signing_keys: Iterable[bytes] = (),
        clock: Clock | None = None,
    ) -> Cache:
        """Return a cache in this process, without a server: for tests and first steps.

        It keeps the same promises, as far as one process can tell. A ``ManualClock``
        makes tests of lives and leases exact.
        """
        check_namespace(namespace)
        clock = clock or SystemClock()
        cache = cls.__new__(cls)
        server = MemoryServer(clock, most_bytes=most_bytes)
        copies = Local(most_bytes=most_bytes, most_age_s=LOCAL_AGE_S) if local else None
        cache._open(  # noqa: SLF001 - one of us
            server, namespace, local=copies, bulkhead=bulkhead,
            signing_keys=signing_keys, clock=clock,
        )  # fmt: skip
        return cache

    def cached(
        self,
        ttl: Time,
        *,
        tags: Tags = (),
        version: str | int | None = None,
        stale_for: Time = 0,
        stale_if_error: Time = 0,
        negative_ttl: Time | None = None,
        keep: Callable[..., bool] | None = None,
        scope: str | None = None,
        ignore: Collection[str] = (),
        name: str | None = None,
        returns: object = MISSING,
        early: float = 1.0,
        jitter: float = 0.1,
        load_timeout: Time = 0,
        soft_timeout: Time = 0,
        wait: Time = 30,
    ) -> Decorator:
        """Serve a function, or a method, from this cache.

        Times are seconds or ``timedelta``.

        Args:
            ttl: how old a result may be and still count as fresh.
            tags: what invalidates the results: texts such as ``"Job"`` or ``"Job:42"``,
                or a function from the result to them. ``"Job"`` means the whole family.
            version: of the result's meaning; otherwise its type tells.
            stale_for: after the TTL, serve for so long while it is refreshed.
            stale_if_error: after the TTL, serve for so long if a load fails.
            negative_ttl: the TTL of what ``keep`` refuses; 0 stores no such result.
            keep: says of a result whether the full TTL holds. Where only a
                ``negative_ttl`` is given, it refuses None.
            scope: the parameter that names whose entry it is: ``"user_id"``,
                ``"user.id"``, ``"group:team_id"``.
            ignore: parameters that the result does not depend on.
            name: of the entries; the function's own name otherwise.
            returns: the type of the result, where it is not annotated.
            early: weight of refreshing before the end; 0 never does.
            jitter: part of the TTL that is taken off at random.
            load_timeout: give a load up after so long; for ``async`` functions.
            soft_timeout: after so long serve what was there, as far as
                ``stale_if_error`` allows; the load goes on.
            wait: the longest wait for a load of another process.

        Raises:
            UsageError: the declaration contradicts itself or the function.
        """
        declaration = Declaration(
            ttl=ttl, tags=tags, version=version, stale_for=stale_for,
            stale_if_error=stale_if_error, negative_ttl=negative_ttl, keep=keep,
            scope=scope, ignore=ignore, name=name, returns=returns, early=early,
            jitter=jitter, load_timeout=load_timeout, soft_timeout=soft_timeout,
            wait=wait,
        )  # fmt: skip

        def decorate(function: Callable[..., object]) -> object:
            return self._cached(function, declaration)

        return cast("Decorator", decorate)

    @property
    def namespace(self) -> str:
        """What this cache's keys begin with."""
        return self._voiding.namespace

    @property
    def engine(self) -> Engine:
        """The machinery, for what observes it."""
        return self._engine

    def tallies(self) -> dict[str, Tally]:
        """Return what the entries of each item did in this process, by its name."""
        return self._tallies | {ITEM: self._values.tally}

    @property
    def blocking(self) -> Blocking:
        """The same for blocking code: ``cache.blocking.invalidate_tags("Job")``."""
        return self._blocking

    async def aclose(self) -> None:
        """End what belongs to this event loop, then threads and connections."""
        await self._engine.aclose_here()
        # It waits for threads to end, and the loop has other work meanwhile.
        await asyncio.to_thread(self._engine.close)

    def close(self) -> None:
        """End threads and blocking connections; see ``aclose`` for an event loop."""
        self._engine.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(
        self,
        server: Server,
        namespace: str,
        *,
        local: Local | None,
        bulkhead: int,
        signing_keys: Iterable[bytes],
        clock: Clock | None,
    ) -> None:
        self._signing_keys = checked_keys(signing_keys)
        self._engine = Engine(
            server,
            local=local,
            clock=clock or SystemClock(),
            dice=SystemDice(),
            breaker=None,
            bulkhead=Bulkhead(loads=bulkhead),
        )
        self._engine.namespace = namespace
        self._voiding = Voiding(self._engine, namespace)
        self._values = Values(self._engine, self._voiding, self._signing_keys)
        self._items: dict[str, tuple[str, str]] = {}
        self._tallies: dict[str, Tally] = {}
        self._blocking = Blocking(self._engine, self._voiding, self._values)
        if local is not None:
            self._engine.hearing.start()

    def _cached(
        self, function: Callable[..., object], declaration: Declaration
    ) -> object:
        recipe = recipe_of(
            function,
            declaration,
            namespace=self.namespace,
            signing_keys=self._signing_keys,
            is_split=self._engine.server.is_cluster,
        )
        item = recipe.namer.item
        self._claim(item, function)
        tally = self._tallies.setdefault(item, Tally())
        locate = locator(
            function,
            ignore=declaration.ignore,
            scope=declaration.scope,
            make=recipe.namer.place,
        )
        head: Head[object] = Head(function, locate, item=item, voiding=self._voiding)
        if is_async(function):
            serving = AsyncServing(self._engine, recipe, tally)
            return AsyncCached(head, serving)
        if declaration.load_timeout:
            raise UsageError(
                f"{item}: a blocking load cannot be ended from outside",
                hint="give what it calls a timeout, or make the function async",
            )
        plain = BlockingServing(self._engine, recipe, tally)
        return BlockingCached(head, plain)

    def _claim(self, item: str, function: Callable[..., object]) -> None:
        """Let no two functions write entries under one name."""
        mine = (function.__module__, function.__qualname__)
        holder = self._items.setdefault(item, mine)
        if holder != mine:
            raise UsageError(
                f"the item {item!r} belongs to {'.'.join(holder)}",
                hint=f"give {'.'.join(mine)} another name=",
            )
