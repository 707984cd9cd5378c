"""What an ear is told, and when it may not be trusted: on one server."""

from __future__ import annotations

import logging
import time

import pytest

from stateroom.testing.proxy import FaultProxy
from tests.fixtures_servers import MakesRedis
from tests.link.ears import listening
from tests.servers.processes import RedisProcess, until

DOUBT_S = 0.3
BUSY_S = 1.0
"""What a busy machine may add."""


@pytest.mark.parametrize(
    "change",
    [
        ("SET", "{}:v:a", "2"),
        ("DEL", "{}:v:a"),
        ("PEXPIRE", "{}:v:a", "30"),
        ("RENAME", "{}:v:a", "{}:w:a"),
        ("SETRANGE", "{}:v:a", "0", "2"),
        ("EVAL", "redis.call('DEL', KEYS[1])", "1", "{}:v:a"),
    ],
    ids=lambda change: change[0],
)
def test_each_change_of_a_key_is_told(
    redis_server: RedisProcess, prefix: str, change: tuple[str, ...]
) -> None:
    key = f"{prefix}:v:a"
    redis_server.cli("SET", key, "1")
    with listening(redis_server.url, f"{prefix}:v:".encode()) as ear:
        ear.until_trusted()
        redis_server.cli(*(word.format(prefix) for word in change))
        ear.until_told(key.encode())


@pytest.mark.parametrize("binary", ["6.2", "7"])
def test_the_end_of_a_key_is_told_too(own_redis: MakesRedis, binary: str) -> None:
    server = own_redis(binary)  # among many keys, one that has ended is found late
    with listening(server.url, b"v:") as ear:
        ear.until_trusted()
        server.cli("SET", "v:a", "1", "PX", 30)
        until(lambda: ear.heard.keys == [b"v:a"] * 2, "its end")


@pytest.mark.parametrize("binary", ["6.2", "7"])
def test_what_makes_room_for_others_is_told(own_redis: MakesRedis, binary: str) -> None:
    server = own_redis(
        binary, config=("maxmemory 4mb", "maxmemory-policy allkeys-random")
    )
    for n in range(100):
        server.cli("SET", f"v:{n}", "x")
    with listening(server.url, b"v:") as ear:
        ear.until_trusted()
        for n in range(600):
            server.cli("SET", f"w:{n}", "x" * 10_000)
        names = {f"v:{n}" for n in range(100)}
        gone = names - set(server.cli("KEYS", "v:*").split())
        assert gone
        until(lambda: {key.decode() for key in ear.heard.keys} == gone, "all of them")


@pytest.mark.parametrize("binary", ["6.2", "7"])
@pytest.mark.parametrize("command", ["FLUSHALL", "FLUSHDB"])
def test_a_flush_drops_everything(
    own_redis: MakesRedis, binary: str, command: str
) -> None:
    server = own_redis(binary)
    server.cli("SET", "v:a", "1")
    with listening(server.url, b"v:") as ear:
        ear.until_trusted()
        before = ear.heard.losses
        server.cli(command)
        until(lambda: ear.heard.losses > before, "the flush")
        assert ear.is_trusted  # what is read from now on may be kept


def test_only_keys_below_the_prefixes_are_told(
    redis_server: RedisProcess, prefix: str
) -> None:
    prefixes = (f"{prefix}:v:".encode(), f"{prefix}:t:".encode())
    with listening(redis_server.url, *prefixes) as ear:
        ear.until_trusted()
        for name in ("l:a", "v:a", "w:a", "t:a", "v:b"):
            redis_server.cli("SET", f"{prefix}:{name}", "1", "EX", 60)
        ear.until_told(f"{prefix}:v:b".encode())
        told = [f"{prefix}:{name}".encode() for name in ("v:a", "t:a", "v:b")]
        assert ear.heard.keys == told
        assert ear.heard.modes == [True]


def test_a_key_is_told_after_it_changed_and_never_before(
    redis_7: RedisProcess, prefix: str
) -> None:
    key = f"{prefix}:v:a"
    with listening(redis_7.url, f"{prefix}:v:".encode()) as ear:
        ear.until_trusted()
        for n in range(100):
            ear.heard.keys.clear()
            redis_7.cli("SET", key, str(n), "EX", 60)
            ear.until_told(key.encode())
            assert redis_7.cli("GET", key) == str(n)


# -------------------------------------------------------------- when it may be wrong


def test_a_connection_that_is_cut_ends_trust_at_once_and_comes_back(
    own_redis: MakesRedis,
) -> None:
    server = own_redis()
    with listening(server.url, b"v:", doubt_s=60.0) as ear:
        ear.until_trusted()
        before = ear.heard.losses
        server.cli("CLIENT", "KILL", "TYPE", "pubsub")
        until(lambda: ear.heard.losses > before, "the loss", within=BUSY_S)
        ear.until_trusted()
        server.cli("SET", "v:a", "1")
        ear.until_told(b"v:a")
        # Everything is dropped when it hears again: it was deaf in between.
        assert ear.heard.losses >= before + 2


def test_a_server_that_is_gone_ends_trust_until_it_is_back(
    own_redis: MakesRedis,
) -> None:
    server = own_redis()
    with listening(server.url, b"v:", doubt_s=60.0) as ear:
        ear.until_trusted()
        server.kill()
        ear.until_doubted()
        time.sleep(0.2)
        assert not ear.is_trusted
        server.restart()
        ear.until_trusted()
        server.cli("SET", "v:a", "1")
        ear.until_told(b"v:a")


@pytest.mark.slow
def test_it_may_connect_anew_any_number_of_times(own_redis: MakesRedis) -> None:
    server = own_redis()
    with listening(server.url, b"v:") as ear:
        for _ in range(110):  # a pool of redis-py gives up after a hundred
            before = ear.heard.losses
            server.cli("CLIENT", "KILL", "TYPE", "pubsub")
            until(lambda n=before: ear.heard.losses > n, "the loss")  # type: ignore[misc]  # bound now
            ear.until_trusted()


@pytest.mark.parametrize("silence", ["black hole", "pause"])
def test_silence_ends_trust_within_the_doubt(
    own_redis: MakesRedis, silence: str
) -> None:
    server = own_redis()
    with (
        FaultProxy("127.0.0.1", server.port) as proxy,
        listening(proxy.url(), b"v:", doubt_s=DOUBT_S + 1.0) as ear,
    ):
        ear.until_trusted()
        if silence == "pause":
            server.pause()
        else:
            proxy.black_hole()
        start = time.monotonic()
        ear.until_doubted()
        assert time.monotonic() - start < DOUBT_S + 1.0 + BUSY_S
        if silence == "pause":
            server.resume()
        else:
            proxy.pass_through()
        ear.until_trusted()
        server.cli("SET", "v:a", "1")
        ear.until_told(b"v:a")


def test_trust_never_reaches_further_than_the_doubt(redis_7: RedisProcess) -> None:
    with listening(redis_7.url, b"v:", doubt_s=1.5) as ear:
        ear.until_trusted()
        end = time.monotonic() + 1.2
        while time.monotonic() < end:
            assert ear.ear.trusted_until <= time.monotonic() + 1.5
            assert ear.is_trusted
            time.sleep(0.01)


def test_nothing_is_trusted_after_its_end(redis_7: RedisProcess) -> None:
    with listening(redis_7.url, b"v:") as ear:
        ear.until_trusted()
    assert ear.ear.trusted_until == 0.0


# ------------------------------------------------------------ without being allowed to


@pytest.mark.parametrize(
    "user",
    [
        "user alice on >secret ~* &* +@all -client|tracking",
        "user alice on >secret ~* &changes +@all",
    ],
    ids=["no tracking", "no such channel"],
)
def test_who_may_not_track_hears_what_others_announce(
    own_redis: MakesRedis, user: str
) -> None:
    server = own_redis(config=(user,))
    url = f"redis://alice:secret@{server.address}"
    with listening(url, b"v:", channel=b"changes") as ear:
        ear.until_trusted()
        assert ear.heard.modes == [False]
        assert ear.ear.is_tracking is False
        server.cli("SET", "v:a", "1")
        server.cli("PUBLISH", "changes", "v:b v:c")
        ear.until_told(b"v:c")
        assert ear.heard.keys == [b"v:b", b"v:c"]


def test_who_may_neither_track_nor_listen_is_told_once_and_trusts_nothing(
    own_redis: MakesRedis, caplog: pytest.LogCaptureFixture
) -> None:
    server = own_redis(config=("user alice on >secret ~* resetchannels +@all",))
    url = f"redis://alice:secret@{server.address}"
    with (
        caplog.at_level(logging.WARNING, "stateroom.link"),
        listening(url, b"v:") as ear,
    ):
        until(lambda: bool(caplog.records), "a warning")
        time.sleep(0.3)  # some more attempts
        assert not ear.is_trusted
    assert len(caplog.records) == 1
    assert "local copies are never served" in caplog.text
    assert "secret" not in caplog.text
