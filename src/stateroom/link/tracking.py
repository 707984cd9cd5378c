"""Hears of every change below some prefixes, so that a local copy can be dropped.

One connection per server, read by one thread of this process: it serves every event
loop and every thread alike. The connection subscribes to what Redis sends about
invalidated keys and redirects tracking to itself, in broadcast mode: the server keeps
no table of who read what.

What a listener may rely on: a key is told after it changed and never before. Until
``trusted_until`` (monotonic seconds) nothing was missed; after it something may have
been, and a local copy must not be served.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from redis.connection import AbstractConnection
from redis.exceptions import NoPermissionError, RedisError, ResponseError

from stateroom.errors import TierError
from stateroom.link.doors import Door
from stateroom.link.ports import Command

__all__ = ("Listener", "Tracker")

PING_S = 1.0
"""Seconds between two questions whether the connection still hears anything."""
FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 2.0
"""Seconds between two attempts to connect, doubled from the first to the longest."""
_INVALIDATE = b"__redis__:invalidate"

_log = logging.getLogger("stateroom.link")


class Listener(Protocol):
    """Is told what changed. Called in the tracker's thread; must be quick."""

    def changed(self, keys: Sequence[bytes]) -> None:
        """Drop what is known of ``keys``."""
        ...

    def lost(self) -> None:
        """Drop everything: changes may have been missed."""
        ...


class Tracker:
    """Listens to one server until it is stopped, and connects again when it must.

    Attributes:
        trusted_until: monotonic seconds until which no change was missed.
        is_tracking: whether the server tracks; if not, only what other processes of
            ours announce on ``channel`` is heard. None before the first connection.
    """

    def __init__(
        self,
        door: Door,
        listener: Listener,
        *,
        prefixes: Sequence[bytes],
        channel: bytes,
        doubt_s: float,
        on_trust: Callable[[], None] = lambda: None,
        on_mode: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self.trusted_until: float = 0.0
        self.is_tracking: bool | None = None
        self._door = door
        self._listener = listener
        self._prefixes = prefixes
        self._channel = channel
        self._doubt_s = doubt_s
        self._on_trust = on_trust
        self._on_mode = on_mode
        self._is_deaf = False
        self._connection: AbstractConnection | None = None
        self._stopping = threading.Event()
        # A daemon: an application that forgets to close its cache can still end.
        self._thread = threading.Thread(
            target=self._listen, name="stateroom-tracking", daemon=True
        )

    def start(self) -> None:
        """Begin to listen, in a thread of its own."""
        self._thread.start()

    def hang_up(self) -> None:
        """Begin to stop: nothing is trusted from now on, and the thread wakes."""
        self._stopping.set()
        self._trust(0.0)
        sock = getattr(self._connection, "_sock", None)
        if isinstance(sock, socket.socket):
            with contextlib.suppress(OSError):  # it is closed already
                sock.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        """Stop listening, and wait until the thread has ended."""
        self.hang_up()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(PING_S * 3)

    def _listen(self) -> None:
        pause = FIRST_PAUSE_S
        while not self._stopping.is_set():
            was_heard = False
            try:
                with self._connected() as connection:
                    self._subscribe(connection)
                    was_heard = True
                    self._lose()  # what was known before is not covered
                    self._read(connection)
            except NoPermissionError as error:
                self._tell_deaf(error)
            except (RedisError, TierError, OSError, EOFError):
                pass  # connected again below; meanwhile nothing is trusted
            finally:
                self._lose()
            pause = FIRST_PAUSE_S if was_heard else min(pause * 2, LONGEST_PAUSE_S)
            self._stopping.wait(pause)

    @contextlib.contextmanager
    def _connected(self) -> Iterator[AbstractConnection]:
        self._door.doubt()  # asks where the primary is, as the last one was lost
        self._connection = connection = self._door.open()
        try:
            yield connection
        finally:
            self._connection = None
            with contextlib.suppress(RedisError, OSError):
                connection.disconnect()

    def _lose(self) -> None:
        self._trust(0.0)
        self._listener.lost()

    def _trust(self, until: float) -> None:
        self.trusted_until = 0.0 if self._stopping.is_set() else until
        self._on_trust()

    def _tell_deaf(self, error: NoPermissionError) -> None:
        """Say once that nothing can be heard: it will not mend itself."""
        if not self._is_deaf:
            self._is_deaf = True
            shown = self._channel.decode()
            _log.warning(
                "local copies are never served: this user of Redis may subscribe to "
                "neither %s nor %s (%s)", _INVALIDATE.decode(), shown, error,
            )  # fmt: skip

    def _subscribe(self, connection: AbstractConnection) -> None:
        is_tracking = self._asks_to_track(connection)
        if not is_tracking:
            _call(connection, ("SUBSCRIBE", self._channel))
        if is_tracking is not self.is_tracking:
            self.is_tracking = is_tracking
            self._on_mode(is_tracking)

    def _asks_to_track(self, connection: AbstractConnection) -> bool:
        """Say whether the server will push; a proxy or an ACL may not let it."""
        try:
            number = _call(connection, ("CLIENT", "ID"))
            words: list[bytes | str | int] = ["CLIENT", "TRACKING", "ON", "REDIRECT"]
            words += [int(str(number)), "BCAST"]
            for prefix in self._prefixes:
                words += ["PREFIX", prefix]
            _call(connection, tuple(words))
        except ResponseError:
            return False
        try:
            _call(connection, ("SUBSCRIBE", _INVALIDATE))
        except ResponseError:
            _call(connection, ("CLIENT", "TRACKING", "OFF"))
            return False
        return True

    def _read(self, connection: AbstractConnection) -> None:
        asked = time.monotonic()
        connection.send_command("PING", check_health=False)
        is_answered = False
        while not self._stopping.is_set():
            left = asked + (PING_S if is_answered else self._doubt_s) - time.monotonic()
            if left > 0 and connection.can_read(timeout=min(left, 0.25)):
                message = connection.read_response()
                if _is_pong(message):
                    is_answered = True
                    self._trust(asked + self._doubt_s)
                else:
                    self._tell(message)
            elif left <= 0:
                if not is_answered or not self._is_primary(connection):
                    return  # silent for too long: a new connection will know
                asked, is_answered = time.monotonic(), False
                connection.send_command("PING", check_health=False)

    def _is_primary(self, connection: AbstractConnection) -> bool:
        """Say whether this is still the server where changes are made."""
        if self._door.moves:
            self._door.check()
        return self._door.leads_to(connection)

    def _tell(self, message: object) -> None:
        if not isinstance(message, list) or len(message) != 3:  # noqa: PLR2004
            return
        kind, _, data = message
        if kind != b"message":
            return
        if data is None:  # the server was flushed
            self._listener.lost()
        elif isinstance(data, list):
            self._listener.changed(data)
        else:
            self._listener.changed(data.split(b" "))


def _is_pong(message: object) -> bool:
    return isinstance(message, list) and message[:1] == [b"pong"]


def _call(connection: AbstractConnection, command: Command) -> object:
    connection.send_command(*command, check_health=False)
    reply: object = connection.read_response()
    return reply
