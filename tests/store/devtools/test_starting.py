"""How the devtools start, where they run, and how they end."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import threading

import pytest

from stateroom.errors import DevtoolsError, InReducer
from stateroom.store import Slice, Store
from stateroom.store.devtools import Sanitiser, start
from stateroom.store.devtools.listening import open_port
from tests.store.devtools.living import basket, put, store_of
from tests.store.devtools.raw import TEXT, Raw, masked, request

JUMP = {"type": "DISPATCH", "action": {"type": "JUMP_TO_STATE", "index": 0}}


def test_without_a_port_there_is_neither_socket_nor_thread() -> None:
    before = threading.active_count()
    with start(store_of()) as tools:
        assert (tools.port, tools.url) == (None, None)
        assert threading.active_count() == before


def test_a_free_port_is_found_and_said_and_nothing_is_printed(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with start(store_of(), port=0) as tools:
        assert tools.url == f"ws://127.0.0.1:{tools.port}/socketcluster/"
        assert repr(tools) == f"<devtools, step 0 of 0, {tools.url}>"
        with Raw(tools.port) as client:
            assert client.open() == 101
    assert capfd.readouterr() == ("", "")


def test_both_loopback_addresses_are_opened_on_one_port() -> None:
    opened = open_port("localhost", 0)
    names = [one.getsockname()[:2] for one in opened]
    for one in opened:
        one.close()
    assert names[0][0] == "127.0.0.1"
    assert {address for address, _ in names} <= {"127.0.0.1", "::1"}
    assert len({port for _, port in names}) == 1


@pytest.mark.parametrize("host", ["0.0.0.0", "", "::", "example.org", "10.1.2.3"])  # noqa: S104 - refused
def test_another_host_than_this_machine_is_refused(host: str) -> None:
    with pytest.raises(DevtoolsError, match="for this machine only"):
        start(store_of(), port=0, host=host)


def test_a_port_in_use_is_named_and_the_store_is_left_alone() -> None:
    store = store_of()
    with start(store_of(), port=0) as first:
        with pytest.raises(DevtoolsError, match=f"port {first.port} is in use") as got:
            start(store, port=first.port)
        assert "another port" in got.value.hint
    with start(store) as tools:
        assert tools.index == 0


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_port_that_is_none_is_refused(port: int) -> None:
    with pytest.raises(DevtoolsError, match="0 to 65535"):
        start(store_of(), port=port)


def test_in_a_browser_a_port_is_refused_and_the_history_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "emscripten")
    store = store_of()
    with pytest.raises(DevtoolsError, match="a browser opens no port"):
        start(store, port=8000)
    with start(store) as tools:
        store.dispatch(put("egg"))
        assert len(tools.states) == 2


def test_a_store_has_one_devtools_at_a_time() -> None:
    store = store_of()
    with (
        start(store),
        pytest.raises(DevtoolsError, match="has devtools already"),
    ):
        start(store, port=0)
    with start(store) as tools:
        assert tools.index == 0


def test_what_cannot_start_leaves_no_port_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    with pytest.raises(DevtoolsError, match="max_age"):
        start(store_of(), port=port, max_age=1)
    with start(store_of(), port=port) as tools:
        assert tools.port == port


def test_closing_frees_the_port_and_ends_the_thread() -> None:
    tools = start(store_of(), port=0)
    port = tools.port
    tools.close()
    tools.close()
    names = [thread.name for thread in threading.enumerate()]
    assert "stateroom-devtools" not in names
    with start(store_of(), port=port) as again:
        assert again.port == port
    tools.detach()


def test_a_detached_store_keeps_what_it_shows_and_is_recorded_no_more() -> None:
    store = store_of()
    with start(store) as tools:
        store.dispatch(put("egg"))
        store.dispatch(put("ham"))
        tools.jump(1)
    store.dispatch(put("jam"))
    assert store[basket].items == ["egg", "jam"]
    assert len(tools.actions) == 3


def test_nothing_is_encoded_while_nobody_watches() -> None:
    shown: list[int] = []

    def counting(state: object, index: int) -> object:
        shown.append(index)
        return state

    store = store_of()
    with start(store, port=0, sanitise=Sanitiser(state=counting)) as tools:
        store.dispatch(put("egg"))
        assert shown == []
        with Raw(tools.port) as client:
            client.connect().monitor()
            assert client.message()["type"] == "STATE"
            assert len(shown) == 3
            client.send({"event": "respond", "data": {"type": "STOP"}})
            assert client.ask("login", call=7) == {"rid": 7, "data": "log"}
        store.dispatch(put("ham"))
    assert len(shown) == 3


def test_without_a_loop_a_monitor_is_obeyed_in_the_devtools_own_thread() -> None:
    store = store_of("egg")
    names: list[str] = []
    store.subscribe(lambda: names.append(threading.current_thread().name))
    with start(store, port=0) as tools, Raw(tools.port) as client:
        client.connect().monitor()
        client.message()
        client.send({"event": "respond", "data": JUMP})
        assert client.message()["type"] == "LIFTED"
    assert names == ["stateroom-devtools"]


async def test_in_a_loop_a_monitor_is_obeyed_in_that_loop() -> None:
    store = store_of("egg")
    threads: list[int] = []
    before = asyncio.all_tasks()
    store.subscribe(lambda: threads.append(threading.get_ident()))
    async with start(store, port=0) as tools:
        reader, writer = await asyncio.open_connection("127.0.0.1", tools.port)
        writer.write(request(tools.port))
        await reader.readuntil(b"\r\n\r\n")
        for packet in (
            b'{"event":"#handshake"}',
            b'{"event":"#subscribe","data":{"channel":"log"}}',
            b'{"event":"respond","data":{"type":"START"}}',
            json.dumps({"event": "respond", "data": JUMP}).encode(),
        ):
            writer.write(masked(TEXT, packet))
        await reader.readuntil(b"LIFTED")
    assert threads == [threading.get_ident()]
    assert asyncio.all_tasks() == before
    await reader.read()  # to its end: the connection is dropped
    writer.close()


async def test_in_a_loop_closing_at_once_leaves_nothing_open() -> None:
    tools = start(store_of(), port=0)
    tools.detach()
    await asyncio.sleep(0)
    with start(store_of(), port=tools.port, host="127.0.0.1") as again:
        assert again.port == tools.port
    await asyncio.sleep(0)


def test_a_loop_that_ended_without_closing_does_not_disturb_the_store() -> None:
    store = store_of()

    async def serve() -> None:
        start(store, port=0)
        await asyncio.sleep(0)

    asyncio.run(serve())
    store.dispatch(put("egg"))
    assert store[basket].items == ["egg"]


def test_a_reducer_may_not_travel_in_time() -> None:
    wrong = Slice("wrong", dict[str, int])

    @wrong.reducer
    def travel(state: dict[str, int]) -> None:
        state["n"] = 1
        tools.jump(0)

    store = Store(wrong)
    with start(store) as tools:
        with pytest.raises(InReducer, match="the history is edited"):
            store.dispatch(travel())
        assert len(tools.actions) == 1
