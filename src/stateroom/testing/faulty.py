"""A storage that fails when it is told to: for tests of what an application does then.

Example::

    storage = FaultyStorage(Memory())
    persistor = Persistor(store, storage, background=False)
    persistor.hydrate()
    storage.fail("write", StorageFull("no room"))
    store.dispatch(select("Cook"))
    with pytest.raises(NotDurable):
        persistor.flush()
    persistor.flush()  # the fault is gone
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from stateroom.persist.storages.port import Storage, Stored
from stateroom.testing.faults import Faults, Method, Verdict, spoilt

__all__ = ("FaultyStorage", "Hold")

T = TypeVar("T")


class Hold:
    """A call that waits.

    Attributes:
        reached: set when the call has come.
    """

    def __init__(self) -> None:
        self.reached: threading.Event = threading.Event()
        self._released = threading.Event()

    def release(self) -> None:
        """Let the call, and those that follow, go on."""
        self._released.set()

    def wait(self) -> None:
        """Wait until it is released."""
        self.reached.set()
        self._released.wait()


class FaultyStorage(Faults[Hold]):
    """Passes every call on to a storage, but for those that are to fail.

    Args:
        storage: the real one.
    """

    def __init__(self, storage: Storage) -> None:
        super().__init__()
        self._storage = storage

    def hold(self, method: Method | None = None, *, call: int = 1) -> Hold:
        """Let a call wait, with all that come after it; return what releases them."""
        held = Hold()
        self._plan(method, Verdict(hold=held), call=call, times=None)
        return held

    # -- what a storage does

    @property
    def name(self) -> str:
        return self._storage.name

    @property
    def quota(self) -> int | None:
        return self._storage.quota

    def read(self, key: str, *, limit: int) -> Stored:
        verdict = self._meet("read", key)
        stored = _judged(verdict, lambda: self._storage.read(key, limit=limit))
        return spoilt(stored, verdict.spoil)

    def peek(self, key: str) -> bytes | None:
        verdict = self._meet("peek", key)
        return _judged(verdict, lambda: self._storage.peek(key))

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        def call() -> None:
            self._storage.write(
                key, data, replaces=replaces, demotes=demotes, durable=durable
            )

        self._change("write", key, call)

    def delete(self, key: str) -> None:
        self._change("delete", key, lambda: self._storage.delete(key))

    def keys(self) -> tuple[str, ...]:
        return _judged(self._meet("keys"), self._storage.keys)

    def pulse(self) -> object:
        return _judged(self._meet("pulse"), self._storage.pulse)

    def close(self) -> None:
        _judged(self._meet("close"), self._storage.close)

    def _change(self, method: Method, key: str, call: Callable[[], None]) -> None:
        verdict = self._meet(method, key)
        _judged(verdict, (lambda: None) if verdict.is_lost else call)


def _judged(verdict: Verdict[Hold], call: Callable[[], T]) -> T:
    if verdict.hold is not None:
        verdict.hold.wait()
    if verdict.error is not None and not verdict.is_done:
        raise verdict.error
    result = call()
    if verdict.error is not None:
        raise verdict.error
    return result
