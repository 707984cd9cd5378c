"""A program that changes what is kept, and ends in one of many ways.

``python -m tests.crash.endings WAY PLACE``. It says ``ready`` when it waits for its
end, ``did N`` for what it dispatches while it waits, and what its handlers say.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from stateroom.persist import Files, Persistor, exiting
from stateroom.store import Store
from stateroom.testing import FaultyStorage
from tests.crash.sharing import mark, marks

__all__ = ("WAYS",)

NEVER_MS = 3_600_000.0


class Application:
    """A store with one slice, which is written by nobody before the end."""

    def __init__(self, place: str, *, max_delay: float = NEVER_MS) -> None:
        self.storage = FaultyStorage(Files(Path(place)))
        self.store = Store(marks(max_delay=max_delay))
        self.persistor = Persistor(self.store, self.storage, poll=None)
        self.persistor.hydrate()
        self.persistor.flush()
        self.count = 0

    def dispatch(self) -> None:
        self.store.dispatch(mark("main"))
        self.count += 1


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def wait() -> None:
    """Wait for a signal, also for one that comes just before the system is asked."""
    while True:
        threading.Event().wait(0.005)


def returning(place: str) -> None:
    Application(place).dispatch()


def exiting_with_3(place: str) -> None:
    Application(place).dispatch()
    sys.exit(3)


def raising(place: str) -> None:
    Application(place).dispatch()
    raise LookupError("nobody catches it")


def raising_inside(place: str) -> None:
    application = Application(place)
    with application.persistor:
        application.dispatch()
        raise LookupError("nobody catches it")


def interrupted(place: str) -> None:
    Application(place).dispatch()
    say("ready")
    wait()


def interrupted_in_flush(place: str) -> None:
    """Wait in a flush that the storage holds up, until Ctrl-C comes."""
    application = Application(place)
    application.dispatch()
    hold = application.storage.hold("write")
    threading.Thread(target=_say_when_held, args=(hold.reached,)).start()
    try:
        application.persistor.flush()
    finally:
        hold.release()


def _say_when_held(reached: threading.Event) -> None:
    reached.wait()
    say("ready")


def by_a_thread(place: str) -> None:
    """End the main thread; another one goes on, and dispatches."""
    application = Application(place)
    main = threading.main_thread()

    def late() -> None:
        main.join()
        application.dispatch()

    threading.Thread(target=late).start()


def at_once(place: str) -> None:
    """End without a word to anybody; one change was flushed, one was not."""
    application = Application(place)
    application.dispatch()
    application.persistor.flush()
    application.dispatch()
    os._exit(0)


def at_once_when_written(place: str) -> None:
    """End without a word when what was due has been written."""
    application = Application(place, max_delay=1)
    application.dispatch()
    while application.persistor.status().is_dirty:
        threading.Event().wait(0.001)
    os._exit(0)


def told(place: str) -> None:
    """Dispatch on and on until SIGTERM."""
    application = Application(place)
    application.persistor.on_signals()
    _go_on(application)


def told_with_a_handler(place: str) -> None:
    """As before; somebody else handles the signal, too."""

    def bye(number: int, frame: FrameType | None) -> None:
        say("bye", number)
        os._exit(7)

    signal.signal(signal.SIGTERM, bye)
    told(place)


def told_with_an_exit(place: str) -> None:
    """As before; the handler ends the program as ``sys.exit`` does."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(5))
    told(place)


def told_without_threads(place: str) -> None:
    """Wait for SIGTERM where no more threads can be started."""
    application = Application(place)
    application.persistor.on_signals()
    application.dispatch()
    setattr(threading.Thread, "start", refuse)  # noqa: B010 - as the system does
    say("ready")
    wait()


def refuse(thread: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def told_and_deaf(place: str) -> None:
    """The signal was ignored before; so it is, and what was changed is stored."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    application = Application(place)
    application.persistor.on_signals()
    application.dispatch()
    say("ready")
    while application.persistor.status().is_dirty:
        threading.Event().wait(0.001)
    say("stored")
    os._exit(9)


def told_in_a_listener(place: str) -> None:
    """Wait for the signal inside of a dispatch, which never ends."""
    application = Application(place)
    application.persistor.on_signals()

    def listener() -> None:
        say("ready")
        wait()

    application.store.subscribe(listener)
    application.dispatch()


def told_while_flushing(place: str) -> None:
    """The signal comes while the main thread waits for the storage."""
    application = Application(place)
    application.persistor.on_signals()
    application.dispatch()
    hold = application.storage.hold("write")
    threading.Thread(target=_signal_when_held, args=(hold.reached,)).start()
    threading.Timer(0.1, hold.release).start()
    application.persistor.flush()
    wait()


def _signal_when_held(reached: threading.Event) -> None:
    reached.wait()
    os.kill(os.getpid(), signal.SIGTERM)


def told_and_stuck(place: str) -> None:
    """The storage does not answer when the signal comes."""
    application = Application(place)
    application.persistor.on_signals()
    application.dispatch()
    hold = application.storage.hold("write")
    threading.Thread(target=_say_when_held, args=(hold.reached,), daemon=True).start()
    say("waiting")
    wait()


def told_and_stuck_for_long(place: str) -> None:
    """As before; the patience with the storage ends soon."""
    exiting.EXIT_TIMEOUT = 0.1  # type: ignore[misc] # a shorter test
    told_and_stuck(place)


def _go_on(application: Application) -> None:
    while True:
        application.dispatch()
        say("did", application.count)


WAYS: dict[str, Callable[[str], None]] = {
    each.__name__: each
    for each in (
        returning,
        exiting_with_3,
        raising,
        raising_inside,
        interrupted,
        interrupted_in_flush,
        by_a_thread,
        at_once,
        at_once_when_written,
        told,
        told_with_a_handler,
        told_with_an_exit,
        told_without_threads,
        told_and_deaf,
        told_in_a_listener,
        told_while_flushing,
        told_and_stuck,
        told_and_stuck_for_long,
    )
}

if __name__ == "__main__":
    WAYS[sys.argv[1]](sys.argv[2])
