from __future__ import annotations

import asyncio
import gc
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stateroom.errors import InvalidValue, UsageError
from stateroom.testing import FaultProxy

PATIENCE = 5.0
"""Seconds until a test gives up; all that it waits for takes some milliseconds."""
SILENCE = 0.05
"""Seconds without a byte after which nothing more is expected; 1 ms is usual."""
BIG = bytes(range(256)) * 4096


@dataclass
class Line:
    """A server that the test plays itself, and the proxy in front of it."""

    server: socket.socket
    proxy: FaultProxy
    opened: list[socket.socket] = field(default_factory=list)

    def client(self) -> socket.socket:
        """Connect through the proxy."""
        place = (self.proxy.host, self.proxy.port)
        return self._kept(socket.create_connection(place, timeout=PATIENCE))

    def peer(self) -> socket.socket:
        """Accept what the proxy opens on the server's side."""
        accepted, _ = self.server.accept()
        accepted.settimeout(PATIENCE)
        return self._kept(accepted)

    def pair(self) -> tuple[socket.socket, socket.socket]:
        return self.client(), self.peer()

    def close(self) -> None:
        self.proxy.close()
        for each in (*self.opened, self.server):
            each.close()

    def _kept(self, connection: socket.socket) -> socket.socket:
        self.opened.append(connection)
        return connection


@pytest.fixture
def line() -> Iterator[Line]:
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(PATIENCE)
    made = Line(server, FaultProxy("127.0.0.1", server.getsockname()[1]))
    yield made
    made.close()


def eventually(is_true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.001)


def read(connection: socket.socket, size: int) -> bytes:
    """Read so many bytes, or all until the end."""
    taken = b""
    while len(taken) < size and (chunk := connection.recv(size - len(taken))):
        taken += chunk
    return taken


def thread_names() -> set[str]:
    return {each.name for each in threading.enumerate()}


def is_silent(connection: socket.socket) -> bool:
    """Say whether neither a byte nor an end arrives."""
    connection.settimeout(SILENCE)
    try:
        connection.recv(1, socket.MSG_PEEK)
    except TimeoutError:
        return True
    except OSError:
        return False
    else:
        return False
    finally:
        connection.settimeout(PATIENCE)


def assert_talk(client: socket.socket, peer: socket.socket) -> None:
    client.sendall(b"question")
    assert read(peer, 8) == b"question"
    peer.sendall(b"answer")
    assert read(client, 6) == b"answer"


def test_bytes_pass_both_ways_and_are_counted(line: Line) -> None:
    for _ in range(2):
        assert_talk(*line.pair())
    assert line.proxy.connections == 2
    assert line.proxy.bytes_to_server == 16


def test_a_long_message_passes_whole(line: Line) -> None:
    client, peer = line.pair()
    for one, other in ((client, peer), (peer, client)):
        with ThreadPoolExecutor(1) as thread:
            sending = thread.submit(one.sendall, BIG)
            assert read(other, len(BIG)) == BIG
            sending.result()


def test_the_url_names_the_proxy_and_not_the_server(line: Line) -> None:
    port = line.proxy.port
    assert line.proxy.url() == f"redis://127.0.0.1:{port}/0"
    assert line.proxy.url(3, scheme="rediss") == f"rediss://127.0.0.1:{port}/3"


def test_the_end_of_the_server_reaches_the_client(line: Line) -> None:
    client, peer = line.pair()
    peer.sendall(b"last")
    peer.close()
    assert read(client, 9) == b"last"


def test_a_client_that_has_ended_still_gets_its_answer(line: Line) -> None:
    client, peer = line.pair()
    client.sendall(b"question")
    client.shutdown(socket.SHUT_WR)
    assert read(peer, 9) == b"question"
    peer.sendall(b"answer")
    peer.close()
    assert read(client, 9) == b"answer"


def test_a_client_is_reset_when_its_server_is_away(line: Line) -> None:
    line.server.close()
    with pytest.raises(ConnectionResetError):
        line.client().recv(1)


def test_a_server_is_reached_by_its_unix_socket(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        server.settimeout(PATIENCE)
        with FaultProxy(path) as proxy:
            line = Line(server, proxy)
            assert_talk(*line.pair())
            line.close()


def test_a_server_is_reached_by_a_name_that_a_thread_looks_up_and_ends(
    line: Line,
) -> None:
    names = thread_names()
    with FaultProxy("localhost", line.server.getsockname()[1]) as proxy:
        named = Line(line.server, proxy)
        assert_talk(*named.pair())
        named.close()
    assert thread_names() == names


# ---------------------------------------------------------------------- faults


def test_a_delayed_answer_is_late_and_the_question_is_not(line: Line) -> None:
    client, peer = line.pair()
    line.proxy.delay(1.0)
    start = time.monotonic()
    client.sendall(b"question")
    read(peer, 8)
    assert time.monotonic() - start < 0.9
    peer.sendall(b"answer")
    assert is_silent(client)
    assert read(client, 6) == b"answer"
    assert time.monotonic() - start >= 1.0


def test_delayed_bytes_keep_their_order_and_do_not_wait_for_each_other(
    line: Line,
) -> None:
    client, peer = line.pair()
    line.proxy.delay(0.2)
    start = time.monotonic()
    with ThreadPoolExecutor(1) as thread:
        sending = thread.submit(peer.sendall, BIG)
        assert read(client, len(BIG)) == BIG
        sending.result()
    assert 0.2 <= time.monotonic() - start < 2.5  # 3.2 of one after the other


def test_a_delay_that_ends_frees_what_it_held(line: Line) -> None:
    client, peer = line.pair()
    line.proxy.delay(60)
    peer.sendall(b"answer")
    assert is_silent(client)
    line.proxy.pass_through()
    assert read(client, 6) == b"answer"


@pytest.mark.parametrize("size", [1, 5, 6])
def test_a_cut_connection_gives_so_many_bytes_and_then_ends(
    line: Line, size: int
) -> None:
    client, peer = line.pair()
    assert_talk(client, peer)  # what passed before is not counted
    line.proxy.cut_after(size)
    client.sendall(b"question")
    peer.sendall(b"answer")
    assert read(client, 9) == b"answer"[:size]


def test_each_new_connection_is_cut_anew(line: Line) -> None:
    line.proxy.cut_after(7)
    for _ in range(2):
        client, peer = line.pair()
        assert_talk(client, peer)
        peer.sendall(b"more")
        assert read(client, 9) == b"m"


def test_the_server_sees_a_cut_as_the_end_of_its_client(line: Line) -> None:
    client, peer = line.pair()
    line.proxy.cut_after(0)
    assert is_silent(client)
    peer.sendall(b"answer")
    assert read(client, 1) == b""
    assert read(peer, 1) == b""


def test_a_cut_is_an_end_and_no_reset_though_the_client_said_more_than_was_read(
    line: Line,
) -> None:
    line.server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client, peer = line.pair()
    line.proxy.cut_after(3)
    said = 0
    while line.proxy.bytes_to_server == said:  # until the server takes no more
        client.sendall(BIG[: 64 * 1024])
        said += 64 * 1024
        time.sleep(0.005)
    client.sendall(b"unread")
    peer.sendall(b"answer")
    assert read(client, 9) == b"ans"


def test_what_passed_before_a_cut_ended_is_not_held_against_the_connection(
    line: Line,
) -> None:
    client, peer = line.pair()
    line.proxy.cut_after(7)
    assert_talk(client, peer)
    line.proxy.pass_through()
    assert_talk(client, peer)


def test_a_reset_breaks_both_sides_and_new_connections_work(line: Line) -> None:
    pairs = [line.pair(), line.pair()]
    line.proxy.reset()
    for each in (*pairs[0], *pairs[1]):
        each.settimeout(0)  # it has happened when the method returns
        with pytest.raises(ConnectionResetError):
            each.recv(1)
    assert_talk(*line.pair())


def test_a_reset_strikes_a_connection_that_was_opened_a_moment_ago(line: Line) -> None:
    for _ in range(50):
        client = line.client()
        line.proxy.reset()
        with pytest.raises(ConnectionResetError):
            client.recv(1)


def test_a_refusing_proxy_refuses_and_open_connections_go_on(line: Line) -> None:
    pair = line.pair()
    line.proxy.refuse()
    for _ in range(2):
        with pytest.raises(ConnectionRefusedError):
            line.client()
    assert_talk(*pair)
    assert line.proxy.connections == 1


def test_a_connection_that_was_opened_a_moment_ago_is_not_refused(line: Line) -> None:
    for _ in range(50):
        client = line.client()
        line.proxy.refuse()
        assert_talk(client, line.peer())
        line.proxy.pass_through()


def test_a_proxy_that_refused_listens_again_on_the_same_port(line: Line) -> None:
    port = line.proxy.port
    for _ in range(3):
        line.proxy.refuse()
        line.proxy.refuse()
        line.proxy.pass_through()
        assert_talk(*line.pair())
    assert line.proxy.port == port


def test_nobody_can_take_the_port_of_a_proxy_that_refuses(line: Line) -> None:
    line.proxy.refuse()
    with (
        socket.socket() as other,
        pytest.raises(OSError, match="in use"),
    ):
        other.bind((line.proxy.host, line.proxy.port))


def test_a_proxy_that_refuses_and_resets_looks_dead(line: Line) -> None:
    client, _ = line.pair()
    line.proxy.refuse()
    line.proxy.reset()
    with pytest.raises(ConnectionResetError):
        client.recv(1)
    with pytest.raises(ConnectionRefusedError):
        line.client()


def test_a_black_hole_accepts_and_swallows_both_ways(line: Line) -> None:
    old = line.pair()
    line.proxy.black_hole()
    for client, peer in (old, line.pair()):
        client.sendall(b"question")
        peer.sendall(b"answer")
        assert is_silent(peer)
        assert is_silent(client)
    assert (line.proxy.connections, line.proxy.bytes_to_server) == (2, 0)


def test_a_black_hole_never_makes_a_client_wait_that_sends(line: Line) -> None:
    client = line.client()
    line.proxy.black_hole()
    for _ in range(16):
        client.sendall(BIG)


@pytest.mark.parametrize("fault", ["black_hole", "half_open"])
def test_a_silent_fault_hides_that_the_server_ended(line: Line, fault: str) -> None:
    ended, broken = line.pair(), line.pair()
    getattr(line.proxy, fault)()
    ended[1].close()
    broken[0].sendall(b"unread, so that the close becomes a reset")
    time.sleep(SILENCE)
    broken[1].close()
    assert is_silent(ended[0])
    assert is_silent(broken[0])
    line.proxy.pass_through()
    assert read(ended[0], 1) == b""
    with pytest.raises(ConnectionResetError):
        broken[0].recv(1)


@pytest.mark.parametrize("fault", ["black_hole", "half_open"])
def test_a_silent_fault_hides_that_the_server_is_away(line: Line, fault: str) -> None:
    line.server.close()
    getattr(line.proxy, fault)()
    client = line.client()
    assert is_silent(client)
    line.proxy.pass_through()
    with pytest.raises(ConnectionResetError):
        client.recv(1)


def test_a_connection_that_lost_bytes_is_reset_when_the_black_hole_ends(
    line: Line,
) -> None:
    asked, told, idle = line.pair(), line.pair(), line.pair()
    line.proxy.black_hole()
    asked[0].sendall(b"question")
    told[1].sendall(b"answer")
    time.sleep(SILENCE)
    line.proxy.pass_through()
    for each in (*asked, *told):
        with pytest.raises(ConnectionResetError):
            each.recv(1)
    assert_talk(*idle)


@pytest.mark.parametrize("fault", ["black_hole", "half_open"])
def test_a_client_that_leaves_during_a_silent_fault_is_let_go(
    line: Line, fault: str
) -> None:
    client, peer = line.pair()
    getattr(line.proxy, fault)()
    client.close()
    assert read(peer, 1) == b""
    eventually(lambda: not line.proxy._relays)  # noqa: SLF001 - no public trace of it


def test_a_half_open_line_carries_to_the_server_only(line: Line) -> None:
    client, peer = line.pair()
    line.proxy.half_open()
    client.sendall(b"question")
    assert read(peer, 8) == b"question"
    peer.sendall(b"answer")
    assert is_silent(client)
    assert line.proxy.bytes_to_server == 8


def test_what_a_half_open_line_held_arrives_when_it_ends(line: Line) -> None:
    client, peer = line.pair()
    line.proxy.half_open()
    peer.sendall(b"late ")
    assert is_silent(client)
    peer.sendall(b"answer")
    line.proxy.pass_through()
    assert read(client, 11) == b"late answer"
    assert_talk(client, peer)


def test_a_fault_replaces_the_one_before(line: Line) -> None:
    client, peer = line.pair()
    line.proxy.refuse()
    line.proxy.half_open()
    peer.sendall(b"answer")
    line.client()
    assert is_silent(client)
    line.proxy.cut_after(2)
    assert read(client, 9) == b"an"


# --------------------------------------------------------------------- the whole


@pytest.mark.parametrize(
    "fault", ["pass_through", "refuse", "black_hole", "half_open", "reset"]
)
def test_closing_leaves_no_thread_no_socket_and_a_free_port(
    line: Line, fault: str
) -> None:
    names = thread_names()
    with FaultProxy("127.0.0.1", line.server.getsockname()[1]) as proxy:
        busy = Line(line.server, proxy)
        client, peer = busy.pair()
        getattr(proxy, fault)()
        if fault != "reset":
            client.sendall(b"question")
            peer.sendall(b"answer")
    proxy.close()
    assert thread_names() == names
    with socket.create_server(("127.0.0.1", proxy.port)):
        pass
    for each in busy.opened:
        each.close()
    gc.collect()  # a socket that was left open would warn, and the warning fail


def test_a_closed_proxy_says_so(line: Line) -> None:
    line.proxy.close()
    for change in (line.proxy.pass_through, line.proxy.reset):
        with pytest.raises(UsageError, match="closed"):
            change()


@pytest.mark.parametrize(
    ("target", "port"), [("localhost", None), ("localhost", 0), ("a", 65536), ("", -1)]
)
def test_a_target_that_is_no_place_is_refused(target: str, port: int | None) -> None:
    with pytest.raises(InvalidValue):
        FaultProxy(target, port)


@pytest.mark.parametrize("seconds", [-0.1, float("inf"), float("nan")])
def test_a_delay_that_is_no_time_is_refused(line: Line, seconds: float) -> None:
    with pytest.raises(InvalidValue):
        line.proxy.delay(seconds)


def test_a_negative_cut_is_refused(line: Line) -> None:
    with pytest.raises(InvalidValue):
        line.proxy.cut_after(-1)


async def test_a_coroutine_may_switch_a_proxy_that_its_own_loop_uses(
    line: Line,
) -> None:
    reader, writer = await asyncio.open_connection(line.proxy.host, line.proxy.port)
    peer = line.peer()
    line.proxy.half_open()
    writer.write(b"question")
    assert await asyncio.to_thread(read, peer, 8) == b"question"
    peer.sendall(b"answer")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), SILENCE)
    line.proxy.pass_through()
    assert await reader.readexactly(6) == b"answer"
    writer.close()
    await writer.wait_closed()


def test_threads_may_switch_while_others_talk(line: Line) -> None:
    proxy = line.proxy
    faults = (proxy.reset, proxy.refuse, proxy.black_hole, proxy.half_open)

    def chat() -> None:
        for _ in range(20):
            try:
                with socket.create_connection((proxy.host, proxy.port), 0.05) as one:
                    one.sendall(BIG)
            except OSError:
                pass  # which fault strikes is not this test's business

    with ThreadPoolExecutor() as threads:
        talks = [threads.submit(chat) for _ in range(4)]
        while not all(each.done() for each in talks):
            for fault in faults:
                fault()
                proxy.pass_through()
        for each in talks:
            each.result()
    line.server.settimeout(0)
    while True:  # the connections that those chats have left in the server's queue
        try:
            line.peer().close()
        except BlockingIOError:
            break
    line.server.settimeout(PATIENCE)
    assert_talk(*line.pair())


def test_bytes_of_one_connection_never_reach_another(line: Line) -> None:
    pairs = [line.pair() for _ in range(20)]
    for index, (client, _) in enumerate(pairs):
        client.sendall(b"%02d" % index)
    for index, (_, peer) in enumerate(pairs):
        assert read(peer, 2) == b"%02d" % index
        peer.sendall(b"<%02d>" % index)
    for index, (client, _) in enumerate(pairs):
        assert read(client, 4) == b"<%02d>" % index


def test_connections_that_ended_are_forgotten(line: Line) -> None:
    for _ in range(3):
        client, peer = line.pair()
        client.close()
        peer.close()
    eventually(lambda: not line.proxy._relays)  # noqa: SLF001 - no public trace of it
