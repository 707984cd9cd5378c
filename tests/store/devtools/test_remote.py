"""A store that tells its monitors what happens, and waits for none of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from stateroom.store import Store
from stateroom.store.devtools import Sanitiser
from stateroom.store.devtools.creating import Creators
from stateroom.store.devtools.encoding import Encoder
from stateroom.store.devtools.instrument import Instrument
from stateroom.store.devtools.messages import Instance
from stateroom.store.devtools.relay import Client
from stateroom.store.devtools.remote import Remote
from tests.store.devtools.living import put, store_of

START = {"type": "START"}


class Line:
    """A connection that has room, or has not."""

    def __init__(self) -> None:
        self.has_room = True
        self.told: list[str] = []

    async def reply(self, text: str) -> None:
        """Send nothing."""

    def offer(self, text: str) -> bool:
        if self.has_room:
            self.told.append(json.loads(text)["data"]["data"]["type"])
        return self.has_room

    def set_limit(self, limit: int) -> None:
        """Accept anything."""

    def abort(self) -> None:
        """Stay."""


class Monitored:
    """A store, and what its monitors are told."""

    def __init__(self, sanitiser: Sanitiser | None = None) -> None:
        self.store: Store = store_of()
        self.instrument = Instrument(self.store, max_age=30, catch_errors=False)
        self.remote = Remote(
            self.instrument,
            instance=Instance("id", name="shop", creators=()),
            encoder=Encoder(sanitiser or Sanitiser(), kind_of=self.instrument.kind_of),
            creators=Creators({}),
        )

    def join(self, name: str) -> tuple[Client, Line]:
        line = Line()
        client = Client(line, name)
        self.remote.receive(START, client)
        return client, line

    def put(self, *items: str) -> None:
        for item in items:
            self.store.dispatch(put(item))


@asynccontextmanager
async def telling(monitored: Monitored) -> AsyncIterator[None]:
    """The devtools' task runs meanwhile."""
    task = asyncio.ensure_future(monitored.remote.tell())
    try:
        yield
    finally:
        task.cancel()


async def settle() -> None:
    """Let the devtools' task do what it can."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_a_monitor_is_told_the_whole_first_and_then_each_step() -> None:
    monitored = Monitored()
    async with telling(monitored):
        _, line = monitored.join("a")
        monitored.put("egg", "ham")
        await settle()
    assert line.told == ["STATE", "ACTION", "ACTION"]


async def test_a_monitor_that_joins_is_told_no_step_before_the_whole() -> None:
    monitored = Monitored()
    async with telling(monitored):
        monitored.join("a")
        monitored.put("egg", "ham")
        _, line = monitored.join("b")
        monitored.put("jam")
        await settle()
    assert line.told == ["STATE", "ACTION"]


async def test_a_monitor_that_missed_a_step_is_told_none_until_it_has_the_whole() -> (
    None
):
    monitored = Monitored()
    async with telling(monitored):
        client, line = monitored.join("a")
        await settle()
        line.has_room = False
        monitored.put("egg")
        await settle()
        line.has_room = True
        monitored.put("ham")
        await settle()
        assert line.told == ["STATE"]
        monitored.remote.drained(client)
        monitored.remote.drained(client)
        monitored.put("jam")
        await settle()
    assert line.told == ["STATE", "STATE", "ACTION"]


async def test_a_monitor_without_room_for_the_whole_is_given_it_when_it_has_read() -> (
    None
):
    monitored = Monitored()
    async with telling(monitored):
        client, line = monitored.join("a")
        line.has_room = False
        await settle()
        assert line.told == []
        line.has_room = True
        monitored.remote.drained(client)
        await settle()
    assert line.told == ["STATE"]


async def test_one_monitor_without_room_takes_nothing_from_another() -> None:
    monitored = Monitored()
    async with telling(monitored):
        _, slow = monitored.join("a")
        _, quick = monitored.join("b")
        await settle()
        slow.has_room = False
        monitored.put("egg", "ham")
        await settle()
    assert (slow.told, quick.told) == (["STATE"], ["STATE", "ACTION", "ACTION"])


async def test_when_the_last_monitor_has_left_a_dispatch_notes_nothing() -> None:
    monitored = Monitored()
    async with telling(monitored):
        client, _ = monitored.join("a")
        assert monitored.instrument.when_changed is not None
        monitored.remote.left(client)
        assert monitored.instrument.when_changed is None


async def test_a_sanitiser_that_fails_is_said_and_the_store_goes_on() -> None:
    def failing(_state: object, _index: int) -> object:
        raise ZeroDivisionError("oh")

    monitored = Monitored(Sanitiser(state=failing))
    async with telling(monitored):
        _, line = monitored.join("a")
        monitored.put("egg")
        await settle()
    assert line.told == ["ERROR", "ERROR"]
    assert len(monitored.instrument.history.tape.staged) == 2
