from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from stateroom.testing import FaultProxy
from tests import fixtures_servers
from tests.fixtures_servers import MakesRedis
from tests.servers import binaries, processes
from tests.servers.binaries import MissingServer, find_binary, free_port
from tests.servers.cluster import SLOTS, ClusterOf
from tests.servers.processes import RedisProcess, until
from tests.servers.sentinel import SentinelOf
from tests.servers.talking import ReplyError, printed

ONCE = Retry(NoBackoff(), 0)
SIGN = "p w/1"
ALICE = "secret"
ROOT = Path(__file__).resolve().parents[2]
WATCHED = """
import sys
from tests.servers.processes import RedisProcess

one, two = RedisProcess(), RedisProcess()
two.pause()
print(one.pid, one.home, two.pid, two.home, flush=True)
sys.stdin.read()
"""
"""Starts two servers and says which, then lives until its input ends."""


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# ------------------------------------------------------------------- one server


def test_each_version_starts_and_is_the_one_asked_for(
    redis_server: RedisProcess, request: pytest.FixtureRequest
) -> None:
    version = redis_server.info("redis_version")
    asked = request.node.callspec.params["redis_server"]
    assert version.startswith("6.2.") if asked == "6.2" else version[0] >= "7"
    assert redis_server.info("process_id") == str(redis_server.pid)


def test_a_client_reaches_it_by_both_urls(redis_server: RedisProcess) -> None:
    for url in (redis_server.url, redis_server.unix_url):
        with redis.Redis.from_url(url) as client:
            assert client.ping() is True


def test_cli_gives_every_kind_of_reply_as_text(redis_7: RedisProcess) -> None:
    redis_7.cli("DEL", "cli")
    assert redis_7.cli("RPUSH", "cli", "a", "b c", "") == "3"
    assert redis_7.cli("LRANGE", "cli", 0, -1) == "a\nb c\n"
    assert redis_7.cli("GET", "nothing there") == ""
    assert redis_7.cli("PING") == "PONG"
    assert printed(redis_7.ask("EVAL", "return {1, {2, 'x'}}", 0)) == "1\n2\nx"
    with pytest.raises(ReplyError, match="WRONGTYPE"):
        redis_7.cli("GET", "cli")


def test_a_killed_server_is_gone_and_comes_back_empty_on_its_port(
    own_redis: MakesRedis,
) -> None:
    server = own_redis()
    server.cli("SET", "k", "v")
    port, pid = server.port, server.pid
    server.kill()
    assert not is_there(pid)
    assert not server.is_alive
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    server.restart()
    assert server.port == port
    assert server.pid != pid
    assert server.cli("GET", "k") == ""


def test_a_paused_server_accepts_and_says_nothing_until_it_resumes(
    own_redis: MakesRedis,
) -> None:
    server = own_redis()
    server.pause()
    assert server.is_alive
    assert not server.is_running
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"PING\r\n")
        connection.settimeout(0.05)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        server.resume()
        connection.settimeout(5)
        assert connection.recv(7) == b"+PONG\r\n"
    assert server.is_running


def test_a_paused_server_can_be_killed_and_started_again(own_redis: MakesRedis) -> None:
    server = own_redis()
    server.pause()
    server.restart()
    assert server.is_running
    assert server.cli("PING") == "PONG"


def test_a_stopped_server_leaves_no_process_and_no_directory() -> None:
    with RedisProcess() as server:
        pid = server.pid
    server.stop()
    assert not is_there(pid)
    assert not server.home.exists()


def test_further_lines_of_configuration_hold(own_redis: MakesRedis) -> None:
    server = own_redis(
        config=("maxmemory 8mb", f"user alice on >{ALICE} ~a:* +get"), password=SIGN
    )
    assert server.cli("CONFIG", "GET", "maxmemory") == "maxmemory\n8388608"
    with redis.Redis.from_url(server.url) as client:
        assert client.ping() is True
    with (
        redis.Redis(port=server.port, username="alice", password=ALICE) as alice,
        pytest.raises(redis.exceptions.NoPermissionError),
    ):
        alice.set("a:b", "c")
    with (
        redis.Redis(port=server.port, retry=ONCE) as nobody,
        pytest.raises(redis.exceptions.AuthenticationError),
    ):
        nobody.ping()


def test_a_tls_server_is_trusted_by_its_own_authority_alone(
    own_redis: MakesRedis,
) -> None:
    server = own_redis(tls=True)
    with redis.Redis.from_url(server.url) as client:
        assert client.ping() is True
    own = ssl.create_default_context(cafile=server.authority)
    others = ssl.create_default_context()
    place = ("127.0.0.1", server.port)
    with socket.create_connection(place) as plain:
        named = own.wrap_socket(plain, server_hostname="localhost")
        named.close()
    with (
        socket.create_connection(place) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        others.wrap_socket(plain, server_hostname="localhost")


def test_a_server_that_ends_at_once_is_reported_with_its_log() -> None:
    with pytest.raises(RuntimeError, match="Bad directive"):
        RedisProcess(config=("no-such-directive 1",))


def test_a_taken_port_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, own_redis: MakesRedis
) -> None:
    free = free_port()
    with socket.create_server(("127.0.0.1", free_port())) as other:
        taken: int = other.getsockname()[1]
        ports = iter([taken, taken, free])
        monkeypatch.setattr(processes, "free_port", lambda: next(ports))
        assert own_redis().port == free


def test_a_free_port_leaves_room_for_the_bus_of_a_cluster() -> None:
    for _ in range(100):
        assert 10_000 <= free_port() < 22_000


def test_servers_and_their_directories_end_when_the_test_run_is_killed() -> None:
    run = subprocess.Popen(
        (sys.executable, "-c", WATCHED),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with run:
        assert run.stdout is not None
        one, first, two, second = run.stdout.readline().split()
        assert is_there(int(one))
        run.kill()
    until(lambda: not is_there(int(one)) and not is_there(int(two)), "their end")
    until(
        lambda: not Path(first).exists() and not Path(second).exists(), "a clean place"
    )


# ------------------------------------------------------- when one is not installed


def test_a_missing_server_is_named_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    find_binary.cache_clear()
    with pytest.raises(MissingServer, match="apt install redis-server"):
        find_binary("7")
    find_binary.cache_clear()


def test_an_older_server_that_is_first_on_path_is_not_taken_for_redis_7(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    older, newer = find_binary("6.2").parent, find_binary("7")
    monkeypatch.setenv("PATH", f"{older}{os.pathsep}{newer.parent}")
    find_binary.cache_clear()
    assert find_binary("7") == newer
    find_binary.cache_clear()


@pytest.mark.parametrize(
    ("ci", "outcome"), [("1", pytest.fail.Exception), ("", pytest.skip.Exception)]
)
def test_a_missing_server_skips_here_and_fails_in_ci(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    def missing() -> None:
        raise MissingServer(binaries.NEEDED["7"])

    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="apt install redis-server"):
        fixtures_servers.installed(missing)


# ------------------------------------------------------- a server behind the proxy


def test_a_client_behind_the_proxy_meets_each_fault_as_it_would_in_earnest(
    redis_server: RedisProcess,
) -> None:
    with (
        FaultProxy("127.0.0.1", redis_server.port) as proxy,
        redis.Redis.from_url(
            proxy.url(), socket_timeout=0.1, retry=ONCE, single_connection_client=True
        ) as client,
    ):
        assert client.set("proxied", "x" * 1000) is True
        proxy.black_hole()
        with pytest.raises(redis.TimeoutError):
            client.get("proxied")
        proxy.cut_after(500)
        with pytest.raises(redis.ConnectionError):
            client.get("proxied")
        proxy.refuse()
        with pytest.raises(redis.ConnectionError, match="refused"):
            client.get("proxied")
        proxy.pass_through()
        assert client.get("proxied") == b"x" * 1000
        proxy.reset()
        with pytest.raises(redis.ConnectionError):
            client.get("proxied")
        assert client.get("proxied") == b"x" * 1000


def test_a_command_on_a_half_open_line_is_done_though_its_client_gave_up(
    redis_server: RedisProcess,
) -> None:
    redis_server.cli("DEL", "done")
    with (
        FaultProxy(redis_server.socket) as proxy,
        redis.Redis.from_url(proxy.url(), socket_timeout=0.1, retry=ONCE) as client,
    ):
        assert client.ping() is True
        proxy.half_open()
        with pytest.raises(redis.TimeoutError):
            client.incr("done")
    assert redis_server.cli("GET", "done") == "1"


# ---------------------------------------------------------------------- a cluster


def test_a_cluster_serves_all_slots_and_each_primary_has_a_replica(
    cluster: ClusterOf,
) -> None:
    assert (len(cluster.primaries), len(cluster.replicas)) == (3, 3)
    followed = {each.info("master_port") for each in cluster.replicas}
    assert followed == {str(each.port) for each in cluster.primaries}
    owners = {cluster.primary_of(slot).port for slot in (0, SLOTS // 2, SLOTS - 1)}
    assert owners == {each.port for each in cluster.primaries}


def test_a_cluster_client_reads_what_it_wrote_on_every_node(cluster: ClusterOf) -> None:
    host, _, port = (
        cluster.url.removeprefix("redis+cluster://").partition(",")[0].rpartition(":")
    )
    with redis.RedisCluster(host, int(port)) as client:
        for number in range(30):
            client.set(f"spread:{number}", number)
            assert client.get(f"spread:{number}") == str(number).encode()
    assert all(int(each.cli("DBSIZE")) > 0 for each in cluster.primaries)


def test_a_slot_moves_with_its_keys_and_its_old_owner_says_where(
    cluster: ClusterOf,
) -> None:
    slot = cluster.slot_of("{moving}")
    owner = cluster.primary_of(slot)
    target = next(each for each in cluster.primaries if each is not owner)
    owner.cli("SET", "{moving}:a", "1")
    cluster.begin_move(slot, target)
    assert owner.cli("GET", "{moving}:a") == "1"
    with pytest.raises(ReplyError, match=f"ASK {slot} {target.address}"):
        owner.cli("GET", "{moving}:b")
    cluster.finish_move(slot, target)
    assert target.cli("GET", "{moving}:a") == "1"
    with pytest.raises(ReplyError, match=f"MOVED {slot} {target.address}"):
        owner.cli("GET", "{moving}:a")
    cluster.move_slot(slot, owner)
    assert cluster.primary_of(slot) is owner


@pytest.mark.slow
@pytest.mark.parametrize("how", ["kill", "pause"])
def test_a_replica_takes_the_place_of_a_primary_that_is_gone(
    breakable_cluster: ClusterOf, how: str
) -> None:
    gone = breakable_cluster.primaries[1]
    if how == "kill":
        assert breakable_cluster.kill_primary(1) is gone
    else:
        gone.pause()
    breakable_cluster.wait_until_ok()
    assert len(breakable_cluster.primaries) == 3
    assert gone not in breakable_cluster.primaries
    breakable_cluster.heal()
    assert gone in breakable_cluster.replicas


# --------------------------------------------------------------------- sentinels


def test_all_sentinels_name_the_primary_and_what_it_is_told_reaches_its_replicas(
    sentinels: SentinelOf,
) -> None:
    for each in sentinels.sentinels:
        named = each.cli("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster")
        assert named == f"127.0.0.1\n{sentinels.primary.port}"
    assert sentinels.primary.cli("SET", "watched", "1") == "OK"
    assert sentinels.primary.cli("WAIT", 2, 5000) == "2"
    assert [each.cli("GET", "watched") for each in sentinels.replicas] == ["1", "1"]


def test_the_url_of_sentinels_names_all_of_them(sentinels: SentinelOf) -> None:
    places = ",".join(f"127.0.0.1:{each.port}" for each in sentinels.sentinels)
    assert sentinels.url == f"redis+sentinel://{places}/mymaster/0"


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_cluster_heals_whatever_was_done_to_it(
    breakable_cluster: ClusterOf,
) -> None:
    primary, *others = breakable_cluster.primaries
    replica = next(
        each
        for each in breakable_cluster.replicas
        if each.info("master_port") == str(primary.port)
    )
    for node, sign in (
        (primary, signal.SIGKILL),
        (replica, signal.SIGKILL),
        (others[0], signal.SIGSTOP),
    ):
        os.kill(node.pid, sign)  # as somebody else might
    until(lambda: not primary.is_alive and not replica.is_alive, "both to end")
    breakable_cluster.heal()
    assert len(breakable_cluster.primaries) == len(breakable_cluster.replicas) == 3
    assert others[1].cli("CLUSTER", "INFO").startswith("cluster_state:ok")


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_sentinels_heal_whatever_was_done_to_them(
    breakable_sentinels: SentinelOf,
) -> None:
    killed = (breakable_sentinels.primary, breakable_sentinels.sentinels[0])
    for each in killed:
        os.kill(each.pid, signal.SIGKILL)
    until(lambda: not any(each.is_alive for each in killed), "both to end")
    breakable_sentinels.heal()
    assert len(breakable_sentinels.replicas) == 2
    for each in breakable_sentinels.sentinels:
        named = each.cli("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster")
        assert named == f"127.0.0.1\n{breakable_sentinels.primary.port}"


@pytest.mark.slow
@pytest.mark.parametrize("how", ["kill", "pause"])
def test_sentinels_appoint_a_replica_when_the_primary_is_gone(
    breakable_sentinels: SentinelOf, how: str
) -> None:
    gone = breakable_sentinels.primary
    if how == "kill":
        assert breakable_sentinels.kill_primary() is gone
    else:
        gone.pause()
    breakable_sentinels.wait_until_ok()
    assert breakable_sentinels.primary is not gone
    assert breakable_sentinels.primary.info("role") == "master"
    breakable_sentinels.heal()
    assert gone in breakable_sentinels.replicas
    assert gone.info("role") == "slave"


@pytest.mark.parametrize("kind", [ClusterOf, SentinelOf])
def test_a_set_of_servers_ends_as_a_whole(
    kind: Callable[[], ClusterOf | SentinelOf],
) -> None:
    with kind() as made:
        servers = (
            made.nodes if isinstance(made, ClusterOf) else made.servers + made.sentinels
        )
        pids = [each.pid for each in servers]
        assert len(pids) == 6
        assert all(map(is_there, pids))
    assert not any(map(is_there, pids))
    assert not any(each.home.exists() for each in servers)
