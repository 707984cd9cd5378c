"""Stores what is not stored when the process ends, or is told to end.

A signal handler runs between two instructions of the main thread, which may be in the
middle of a dispatch. So nothing is stored in the handler itself: a thread does it while
the main thread goes on, and then sends the signal again, to whoever had it before.
"""

from __future__ import annotations

import atexit
import logging
import signal
import threading
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Final, Protocol, TypeAlias

from stateroom.errors import InvalidPersist, StateroomError

__all__ = ("EXIT_TIMEOUT", "Flushing", "at_exit", "on_signals")

EXIT_TIMEOUT: Final = 5.0
"""Seconds that the end of a process waits for its storages."""
Handler: TypeAlias = "Callable[[int, FrameType | None], object] | int | None"

_log: Final = logging.getLogger("stateroom.persist")


class Flushing(Protocol):
    """What can be told to store everything."""

    def flush(self, timeout: float | None = None) -> None:
        """Store everything, within so many seconds."""
        ...


def at_exit(store_all: Callable[[], object]) -> Callable[[], None]:
    """Store what is not stored when the interpreter ends; return what takes it back."""

    def call() -> None:
        try:
            store_all()
        except StateroomError as error:
            _log.error("%s", error)

    atexit.register(call)
    return lambda: atexit.unregister(call)


def on_signals(persistor: Flushing, numbers: tuple[int, ...]) -> Callable[[], None]:
    """Store what is not stored when a signal comes, and then let it do its work.

    Returns:
        A function that puts back what was installed.

    Raises:
        InvalidPersist: this is not the main thread, or a signal cannot be caught.
    """
    before: dict[int, Handler] = {}
    done = threading.Event()

    def handle(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - given
        restore()
        call = partial(_flush_and_resend, persistor, number)
        try:
            threading.Thread(target=call, daemon=True).start()
        except RuntimeError:  # there are too many, or the interpreter is ending
            call()

    def restore() -> None:
        if not done.is_set():
            done.set()
            for number, handler in before.items():
                signal.signal(number, handler)

    for number in numbers or (signal.SIGTERM,):
        try:
            before[number] = _replaced(number, handle)
        except (ValueError, OSError, TypeError) as error:
            restore()
            raise InvalidPersist(
                f"signal {number!r:.50} cannot be listened to: {error}",
                hint="call on_signals() in the main thread, with signals such as "
                "signal.SIGTERM",
            ) from error
    return restore


def _replaced(number: int, handle: Handler) -> Handler:
    """Install a handler, and return the one before.

    Raises:
        ValueError: that could not be put back.
    """
    if signal.getsignal(number) is None:
        raise ValueError("a library that is not of Python handles it")
    return signal.signal(number, handle)


def _flush_and_resend(persistor: Flushing, number: int) -> None:
    _flush(persistor)
    # To the main thread: a sleep there ends by it, as it would have without us.
    main = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and main is not None:
        signal.pthread_kill(main, number)
    else:
        signal.raise_signal(number)


def _flush(persistor: Flushing) -> None:
    try:
        persistor.flush(EXIT_TIMEOUT)
    except StateroomError as error:
        _log.error("%s", error)
