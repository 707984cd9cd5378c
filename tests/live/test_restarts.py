"""What each kind of live data promises to keep: over a restart, and over a failover."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import pytest

from stateroom.errors import Unavailable
from stateroom.live import BlockingHeld, Live
from tests.fixtures_servers import MakesRedis
from tests.live.kept import KINDS, Kept
from tests.servers.sentinel import SentinelOf

APPENDING = ("appendonly yes", "appendfsync everysec")
PATIENCE = 20.0

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def opened(url: str) -> Live:
    return Live(url, namespace="kept", timeout=2.0, connect_timeout=2.0)


def answered(ask: Callable[[], object]) -> object:
    """Return the answer to a question, as soon as there is one."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return ask()
        except Unavailable:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def put_by(kept: Kept) -> dict[str, object]:
    """Put data of every kind, and return what was told of each."""
    return {name: put(kept) for name, (put, _) in KINDS.items()}


def found_by(kept: Kept) -> dict[str, object]:
    """Return what is found of every kind, as soon as there is an answer."""
    return {name: answered(partial(find, kept)) for name, (_, find) in KINDS.items()}


@pytest.mark.parametrize("version", ["6.2", "7"])
def test_all_is_there_after_a_server_that_appends_was_killed(
    own_redis: MakesRedis, version: str
) -> None:
    server = own_redis(version, config=APPENDING)
    with opened(server.url) as live:
        kept = Kept(live)
        put = put_by(kept)
        server.restart()  # by SIGKILL; what it was told, the system has
        found = found_by(kept)
        assert found == put


def test_a_process_that_comes_later_finds_all_of_it(own_redis: MakesRedis) -> None:
    server = own_redis(config=APPENDING)
    with opened(server.url) as live:
        kept = Kept(live)
        put = put_by(kept)
    server.restart()
    with opened(server.url) as live:
        assert found_by(Kept(live, kept.noted)) == put


def test_with_snapshots_alone_all_is_as_of_the_last_one(own_redis: MakesRedis) -> None:
    server = own_redis()
    with opened(server.url) as live:
        kept = Kept(live)
        put = put_by(kept)
        server.cli("SAVE")
        live.counter("views").blocking.add(1)
        live.membership("tags", str).blocking.add("c")
        live.login_sessions(data=str).blocking.end(kept.noted["token"])
        server.restart()
        found = found_by(kept)
        assert found == put


def test_without_either_each_kind_begins_anew_and_a_fence_goes_on(
    own_redis: MakesRedis,
) -> None:
    server = own_redis()
    with opened(server.url) as live:
        kept = Kept(live)
        put = put_by(kept)
        server.restart()
        found = found_by(kept)
        nothing = {name: value for name, value in found.items() if value}
        assert nothing == {}
        again = live.mutex("ledger").blocking.try_acquire()
        assert again is not None
        fence = put["mutex"]
        assert isinstance(fence, int)
        assert again.fence > fence


def test_what_was_replicated_is_there_after_a_failover(
    breakable_sentinels: SentinelOf,
) -> None:
    sentinels = breakable_sentinels
    with opened(sentinels.url) as live:
        kept = Kept(live)
        put = put_by(kept)
        assert int(str(sentinels.primary.cli("WAIT", 2, 2000))) == 2
        sentinels.kill_primary()
        found = found_by(kept)
        assert found == put
        # And it goes on from there.
        assert answered(lambda: live.counter("views").blocking.add(1)) == 6


def test_after_a_failover_two_may_hold_a_mutex_and_the_fence_tells_which(
    breakable_sentinels: SentinelOf,
) -> None:
    sentinels = breakable_sentinels
    with opened(sentinels.url) as live:
        mutex = live.mutex("lost", lease=600, renew=False).blocking
        replicas = sentinels.replicas
        for each in replicas:
            each.pause()
        # Else what it is told now would wait for them in their sockets.
        sentinels.primary.cli("CLIENT", "KILL", "TYPE", "replica")
        first = mutex.try_acquire()
        sentinels.kill_primary()
        for each in replicas:
            each.resume()
        second = answered(mutex.try_acquire)
        assert first is not None
        assert isinstance(second, BlockingHeld)
        assert second.fence > first.fence
