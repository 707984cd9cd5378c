"""The store as the DevTools see it: an application that obeys its monitors.

Everything here runs in the devtools' loop, but for ``_changed``, which a dispatch calls
in its own thread. What a monitor asks for is carried out in the loop's thread, under
the store's dispatch lock; what is refused is answered with a message, and nothing that
a monitor sends is ever evaluated.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from stateroom.errors import DevtoolsError
from stateroom.store.devtools.creating import Creators
from stateroom.store.devtools.encoding import Encoder
from stateroom.store.devtools.feed import Feed, Note, Trouble, Whole, snapshot
from stateroom.store.devtools.importing import import_command
from stateroom.store.devtools.instrument import Instrument
from stateroom.store.devtools.lifted import Change
from stateroom.store.devtools.messages import Instance, message
from stateroom.store.devtools.packets import encode_publication
from stateroom.store.devtools.relay import Client

__all__ = ("Remote",)


class Remote:
    """One store, told to any number of monitors."""

    def __init__(
        self,
        instrument: Instrument,
        *,
        instance: Instance,
        encoder: Encoder,
        creators: Creators,
    ) -> None:
        """Begin without a monitor.

        Args:
            instrument: the store's history.
            instance: how the store is called.
            encoder: what is shown, and how.
            creators: the actions that a monitor may have made by name.
        """
        self._instrument = instrument
        self._instance = instance
        self._encoder = encoder
        self._creators = creators
        self._feed = Feed(self._rouse)
        self._monitors: dict[str, Client] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()
        self._is_roused = False

    @property
    def ident(self) -> str:
        """The id that monitors send commands to."""
        return self._instance.ident

    # -- from the store to the monitors

    def _changed(self, change: Change) -> None:
        self._feed.put_change(change, self._instrument.history)

    def _rouse(self) -> None:
        """Wake the loop, from any thread, once for any number of notes."""
        if self._is_roused or self._loop is None:
            return
        self._is_roused = True
        try:
            self._loop.call_soon_threadsafe(self._wake.set)
        except RuntimeError:  # the loop is closed: nobody watches any more
            self._instrument.when_changed = None

    async def tell(self) -> None:
        """Send what there is to tell, for as long as the devtools run."""
        self._loop = asyncio.get_running_loop()
        self._rouse()
        while True:
            await self._wake.wait()
            self._wake.clear()
            self._is_roused = False
            while (note := self._feed.take()) is not None:
                self._deliver(note)
                await asyncio.sleep(0)  # reading and pings have their turn, too

    def _deliver(self, note: Note) -> None:
        targets = self._targets(note)
        if not targets:
            return
        try:
            data = message(note, self._instance, self._encoder)
        except Exception as error:
            # A sanitiser failed, or a mutable state changed while it was encoded.
            trouble = Trouble(f"cannot be shown: {_said(error)}", targets[0])
            data = message(trouble, self._instance, self._encoder)
        text = encode_publication("log", data)
        for client in targets:
            is_sent = client.line.offer(text)
            if isinstance(note, Whole):
                client.is_behind, client.is_due = not is_sent, False
            elif not is_sent and not isinstance(note, Trouble):
                client.is_behind = True

    def _targets(self, note: Note) -> list[Client]:
        """The monitors that a note is for; one that is behind waits for a Whole."""
        if isinstance(note, Whole | Trouble) and note.client is not None:
            return [note.client]
        monitors = list(self._monitors.values())
        if isinstance(note, Whole):
            return monitors
        return [client for client in monitors if not client.is_behind]

    def drained(self, client: Client) -> None:
        """A client has read all that was sent: if it missed something, begin anew."""
        is_waiting = client.is_behind and not client.is_due
        if is_waiting and client.ident in self._monitors:
            self._put_whole(client)

    def left(self, client: Client) -> None:
        """A client is gone, or wants to hear no more."""
        self._monitors.pop(client.ident, None)
        if not self._monitors:
            self._instrument.when_changed = None

    def _put_whole(self, client: Client) -> None:
        client.is_behind = client.is_due = True
        with self._instrument.lock:
            tape = snapshot(self._instrument.history.tape)
            self._feed.put(Whole(tape, client), self._instrument.history)

    # -- from a monitor to the store

    def receive(self, message: Mapping[str, object], client: Client) -> None:
        """Do what a monitor asks for; tell it when that is refused."""
        try:
            self._obey(message, client)
        except Exception as error:
            self._feed.put(Trouble(_said(error), client), self._instrument.history)

    def _obey(self, message: Mapping[str, object], client: Client) -> None:
        orders: Mapping[object, Callable[[], None]] = {
            "ACTION": lambda: self._dispatch(message),
            "DISPATCH": lambda: self._command(message),
            "IMPORT": lambda: self._import(message.get("state")),
            "START": lambda: self._start(client),
            "STOP": lambda: self.left(client),
            "SYNC": lambda: self._sync(message),
            "UPDATE": lambda: self._put_whole(client),
        }
        # Other kinds are for other applications on the same channel.
        orders.get(message.get("type"), _ignore)()

    def _start(self, client: Client) -> None:
        with self._instrument.lock:
            self._monitors[client.ident] = client
            self._put_whole(client)
            self._instrument.when_changed = self._changed

    def _dispatch(self, message: Mapping[str, object]) -> None:
        self._instrument.dispatch(self._creators.make(message.get("action")))

    def _command(self, message: Mapping[str, object]) -> None:
        command = message.get("action")
        if not isinstance(command, Mapping):
            raise DevtoolsError(f"a lifted action is an object, found {command!r:.80}")
        kind = command.get("type")
        if kind == "IMPORT_STATE":
            self._import(command.get("nextLiftedState"))
        elif not str(kind).startswith("@@"):  # else it is for the monitor's own use
            self._instrument.command(command)

    def _sync(self, message: Mapping[str, object]) -> None:
        if message.get("id") != self.ident:
            self._import(message.get("state"))

    def _import(self, data: object) -> None:
        self._instrument.command(import_command(data, self._instrument.reducer))


def _ignore() -> None:
    """Do nothing."""


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
