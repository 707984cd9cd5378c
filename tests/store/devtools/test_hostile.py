"""Clients that do what they should not, and a store that does not care."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from stateroom.store import Store
from stateroom.store.devtools import Devtools, Limits, start
from tests.store.devtools.living import basket, put, store_of
from tests.store.devtools.raw import TEXT, Raw, masked, request

SOON = Limits(opening_s=0.05, ping_s=0.02, silence_s=0.2)
QUIET = Limits(ping_s=0.02, silence_s=0.2)
PATIENT = Limits(ping_s=0.02, silence_s=10)


@contextmanager
def serving(limits: Limits | None = None) -> Iterator[tuple[Store, Devtools]]:
    """A store with a port that must still work at the end."""
    store = store_of()
    with start(store, port=0, limits=limits) as tools:
        yield store, tools
        if limits not in {SOON, QUIET}:
            assert first_message(tools) == "STATE"
        store.dispatch(put("egg"))
        assert store[basket].items[-1:] == ["egg"]
        assert not tools.is_time_travelling


def first_message(tools: Devtools) -> object:
    """What a well-behaved client is told, as soon as there is room for it."""
    while True:
        with Raw(tools.port) as client:
            if client.open() == 101:
                return client.monitor().message()["type"]


def send_for_ever(client: Raw, data: bytes) -> None:
    while True:
        client.socket.sendall(data)


def refused(tools: Devtools, data: bytes) -> int:
    """The close code after a client has greeted and sent ``data``."""
    with Raw(tools.port) as client:
        client.connect().greet()
        client.socket.sendall(data)
        return client.frame().code


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Origin: https://evil.example", 403),
        ("Origin: null", 403),
        ("Host: evil.example", 400),
        (f"X-Long: {'x' * 9000}", 431),
        (f"X-Longer: {'x' * 200_000}", 431),
        ("Origin: http://localhost:3000", 101),
    ],
)
def test_a_request_is_judged_before_anything_else(header: str, status: int) -> None:
    with serving() as (_, tools), Raw(tools.port) as client:
        assert client.open(header) == status


def test_a_page_that_rebinds_a_name_to_this_machine_is_refused() -> None:
    with serving() as (_, tools), Raw(tools.port) as client:
        good = request(tools.port, "Origin: http://evil.example")
        client.socket.sendall(good.replace(b"Host: localhost", b"Host: evil.example"))
        assert client.status() == 403


def test_a_request_that_is_no_http_is_answered_and_the_connection_closed() -> None:
    with serving() as (_, tools), Raw(tools.port) as client:
        client.socket.sendall(b"\x16\x03\x01\x02\x00\x01" + b"\xff" * 50 + b"\r\n\r\n")
        assert client.status() == 400
        assert client.rest() == b"this is not HTTP/1.1\n"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x81\x02hi", 1002),  # not masked
        (b"\xff" * 64, 1002),
        (b"\x81\xff" + (1 << 40).to_bytes(8, "big"), 1009),
        (masked(0x82, b"x"), 1003),
        (masked(TEXT, b"\xc3\x28"), 1007),
        (masked(TEXT, b"{"), 1007),
        (masked(TEXT, b"[" * 50_000), 1007),
        (masked(TEXT, b"7"), 1008),
        (masked(0x88, b"\x03\xe8"), 1000),
    ],
)
def test_what_breaks_the_protocol_ends_that_connection_with_the_reason(
    data: bytes, code: int
) -> None:
    with serving() as (_, tools):
        assert refused(tools, data) == code


def test_a_message_of_too_many_bytes_is_refused_before_it_is_read() -> None:
    with serving(Limits(message_bytes=2000)) as (_, tools):
        fits = json.dumps({"event": "x", "data": "y" * 1000}).encode()
        assert refused(tools, masked(TEXT, fits) + masked(0x88, b"")) == 1000
        assert refused(tools, masked(0x01, fits) + masked(0x00, fits * 2)) == 1009


def test_before_the_greeting_nothing_large_and_nothing_else_is_accepted() -> None:
    with serving() as (_, tools):
        with Raw(tools.port) as client:
            assert client.open() == 101
            client.send({"event": "login", "data": "x", "cid": 1})
            assert client.frame().code == 4009
        with Raw(tools.port) as client:
            assert client.open() == 101
            client.socket.sendall(masked(TEXT, b" " * 20_000))
            assert client.frame().code == 1009


def test_a_connection_that_says_nothing_is_dropped_in_time() -> None:
    with serving(SOON) as (_, tools):
        with Raw(tools.port) as silent:
            assert silent.status() == 0
        with Raw(tools.port) as half:
            half.socket.sendall(b"GET /socketcluster/ HTTP/1.1\r\nHost: loc")
            assert half.status() == 0
        with Raw(tools.port) as ungreeted:
            assert ungreeted.open() == 101
            assert ungreeted.frame().code == 4005


def test_a_client_that_answers_no_ping_is_dropped() -> None:
    with serving(QUIET) as (_, tools), Raw(tools.port) as client:
        client.connect().greet()
        frames = iter(client.frame, None)
        last = next(frame for frame in frames if frame.payload not in {b"", b"#1"})
        assert last.code == 4001


def test_a_client_that_answers_pings_stays_and_one_of_version_1_is_understood() -> None:
    with serving(PATIENT) as (_, tools), Raw(tools.port) as client:
        client.connect().greet()
        client.socket.sendall(masked(TEXT, b"#1"))
        assert client.frame().payload == b"#2"
        assert client.frame().payload == b""  # which version 1 does not answer
        for _ in range(5):
            assert client.frame().payload == b"#1"
            client.socket.sendall(masked(TEXT, b"#2"))
        for _ in range(5):
            client.socket.sendall(masked(TEXT, b""))
            assert client.frame().payload in {b"", b"#1"}


def test_a_ping_of_websocket_is_answered() -> None:
    with serving() as (_, tools), Raw(tools.port) as client:
        client.connect().greet()
        client.socket.sendall(masked(0x89, b"are you there"))
        assert client.frame() == (0x8A, b"are you there")


def test_a_flood_is_answered_in_order_and_holds_up_nobody() -> None:
    with serving() as (_, tools), Raw(tools.port) as flood:
        flood.connect().greet()
        packets = [{"event": "login", "cid": i} for i in range(2000)]
        frames = (masked(TEXT, json.dumps(packet).encode()) for packet in packets)
        flood.socket.sendall(b"".join(frames))
        with Raw(tools.port) as other:
            assert other.connect().greet().ask("login") == {"rid": 5, "data": "log"}
        calls = [json.loads(flood.frame().payload)["rid"] for _ in packets]
        assert calls == list(range(2000))


def test_a_client_that_asks_without_reading_is_not_read_from_any_more() -> None:
    with serving() as (_, tools), Raw(tools.port) as client:
        client.connect().greet()
        asked = masked(TEXT, json.dumps([{"event": "login", "cid": 1}] * 500).encode())
        client.socket.settimeout(0.5)
        with pytest.raises(TimeoutError):
            send_for_ever(client, asked)


def test_a_window_that_reads_nothing_misses_steps_and_is_then_given_everything() -> (
    None
):
    with serving() as (store, tools), Raw(tools.port) as client:
        client.connect().monitor()
        assert client.message()["type"] == "STATE"
        for index in range(3000):
            store.dispatch({"type": "note", "payload": f"{index}:{'x' * 10_000}"})
        kinds = [message["type"] for message in until_action(client, 3000)]
        assert len(kinds) < 3000
        assert "STATE" in kinds


def until_action(client: Raw, last: int) -> Iterator[dict[str, object]]:
    """The messages up to that which tells of the action ``last``."""
    while True:
        message = client.message()
        yield message
        body = {**message, **json.loads(str(message.get("payload", "{}")))}
        if body.get("nextActionId") == last + 1:
            return


def test_a_hundred_connections_leave_room_for_none_and_harm_nothing() -> None:
    with serving() as (store, tools), ExitStack() as opened:
        clients = [opened.enter_context(Raw(tools.port)) for _ in range(100)]
        answers = [client.open() for client in clients]
        assert (answers.count(101), set(answers) - {101, 503, 0}) == (32, set())
        store.dispatch(put("ham"))
        opened.close()


@pytest.mark.parametrize(
    "message",
    [
        {"type": "DISPATCH"},
        {"type": "DISPATCH", "action": {"type": []}},
        {"type": "DISPATCH", "action": {"type": "TOGGLE_ACTION", "id": 10**30}},
        {"type": "DISPATCH", "action": {"type": "JUMP_TO_STATE", "index": "0"}},
        {"type": "DISPATCH", "action": {"type": "IMPORT_STATE"}},
        {"type": "IMPORT", "state": "[" * 10_000},
        {"type": "IMPORT", "state": {"actionsById": {"0": None}}},
        {"type": "IMPORT", "state": '{"payload": 5}'},
        {"type": "SYNC", "id": "x", "state": "{}"},
        {"type": "ACTION"},
        {"type": "ACTION", "action": {"selected": None}},
        {"type": {}},
    ],
)
def test_a_message_that_makes_no_sense_is_answered_with_an_error(
    message: object,
) -> None:
    with serving() as (store, tools), Raw(tools.port) as client:
        client.connect().monitor()
        assert client.message()["type"] == "STATE"
        client.send({"event": "respond", "data": message})
        assert client.message()["type"] == "ERROR"
        assert store[basket].items == []


@pytest.mark.parametrize(
    "message",
    [
        {"type": "DISPATCH", "action": {"type": "@@redux-devtools-log/SCROLL"}},
        {"type": "SOMETHING"},
        {},
        "text",
        None,
    ],
)
def test_a_message_that_is_not_for_us_is_ignored(message: object) -> None:
    with serving() as (_, tools), Raw(tools.port) as client:
        client.connect().monitor()
        assert client.message()["type"] == "STATE"
        client.send({"event": "respond", "data": message})
        assert client.ask("login", call=9) == {"rid": 9, "data": "log"}


def test_a_client_has_a_bounded_number_of_channels_with_names_of_bounded_length() -> (
    None
):
    with serving() as (_, tools), Raw(tools.port) as client:
        client.connect().greet()
        for name in ("other", "", f"sc-{'x' * 200}"):
            assert "error" in str(client.ask("#subscribe", {"channel": name}))
        answers = [
            str(client.ask("#subscribe", f"sc-{index}", call=index))
            for index in range(33)
        ]
        assert [index for index, one in enumerate(answers) if "error" in one] == [32]
