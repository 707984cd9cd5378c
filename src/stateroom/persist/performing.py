"""Does what flows ask for: blocking in this thread, or awaited in an event loop.

Whatever a storage raises beyond the errors of its port becomes ``StorageUnavailable``
here: a flow has one kind of trouble to think of, and nothing of it is lost.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar, assert_never, cast

from stateroom.errors import PersistError, StorageUnavailable
from stateroom.flows import Effect
from stateroom.persist.effects import Delete, Keys, Peek, Pulse, Read, Write
from stateroom.persist.storages.port import AnyStorage, Blockable, Storage, Stored

__all__ = ("Awaiting", "Blocking", "blocking_of", "can_thread", "is_async")

T = TypeVar("T")


def is_async(storage: AnyStorage) -> bool:
    """Say whether the methods of a storage are awaited."""
    return inspect.iscoroutinefunction(storage.read)


def can_thread() -> bool:
    """Say whether threads can be started here; in a browser they cannot."""
    return sys.platform != "emscripten"


def blocking_of(storage: AnyStorage) -> Storage | None:
    """Return what can be called without awaiting it: itself, or its other face."""
    if not is_async(storage):
        return cast("Storage", storage)
    return storage.blocking if isinstance(storage, Blockable) else None


class Blocking:
    """Performs in the calling thread."""

    def perform(self, effect: Effect[T]) -> T:
        return cast("T", _guarded(effect, lambda: _asked(_blocked(effect))))


def _blocked(effect: object) -> object:
    """Return an effect on a storage that is not awaited, where there is one."""
    asked = cast("Peek", effect)  # or any of them: all have a storage
    storage = blocking_of(asked.storage)
    if storage is None or storage is asked.storage:
        return effect
    return replace(asked, storage=storage)


class Awaiting:
    """Performs in the running loop; blocking storages in a thread, one call at a time.

    Where no thread can be started they are called in the loop.
    """

    def __init__(self) -> None:
        self._thread: Executor | None = None

    async def perform(self, effect: Effect[T]) -> T:
        storage: AnyStorage = getattr(effect, "storage")  # noqa: B009 - all have one
        try:
            if is_async(storage):
                awaited = await cast("Awaitable[object]", _called(effect))
                return cast("T", _checked(effect, awaited))
            if not can_thread():
                return cast("T", _asked(effect))
            return cast("T", await self._threaded(lambda: _asked(effect)))
        except PersistError:
            raise
        except Exception as error:
            raise _unavailable(effect, error) from error

    async def _threaded(self, call: Callable[[], object]) -> object:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "stateroom-persist")
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    def close(self) -> None:
        """End the thread, if there is one."""
        if self._thread is not None:
            self._thread.shutdown(wait=True)
            self._thread = None


def _guarded(effect: object, call: Callable[[], T]) -> T:
    try:
        return call()
    except PersistError:
        raise
    except Exception as error:
        raise _unavailable(effect, error) from error


def _unavailable(effect: object, error: Exception) -> StorageUnavailable:
    storage: AnyStorage = getattr(effect, "storage")  # noqa: B009 - all have one
    key = str(getattr(effect, "key", ""))
    return StorageUnavailable(
        f"{storage.name}: {type(effect).__name__.lower()} {key} failed: {error!r:.300}",
        key=key,
    )


def _asked(effect: object) -> object:
    return _checked(effect, _called(effect))


def _checked(effect: object, answer: object) -> object:
    """Return what a storage answered, if that is an answer.

    Raises:
        TypeError: it is none; whoever relied on it would fail, or take it for data.
    """
    match effect:
        case Read():
            is_right = isinstance(answer, Stored) and all(map(_is_data, answer))
            expected = "Stored(...) of bytes or None"
        case Peek():
            is_right, expected = _is_data(answer), "bytes or None"
        case Keys():
            is_right = isinstance(answer, tuple | list) and all(
                isinstance(each, str) for each in answer
            )
            expected = "a tuple of text"
        case _:
            return answer
    if not is_right:
        # The kind alone: what it is may be personal, and logs are told this.
        raise TypeError(f"it answered a {_kind_of(answer)}, expected {expected}")
    return answer


def _kind_of(answer: object) -> str:
    name = type(answer).__name__
    if not isinstance(answer, tuple | list):
        return name
    inner = dict.fromkeys(type(each).__name__ for each in answer)
    return f"{name} of {', '.join(inner) or 'nothing'}"


def _is_data(answer: object) -> bool:
    return answer is None or isinstance(answer, bytes)


def _called(effect: object) -> object:
    """Call the method that an effect names; what an async storage gives is awaited."""
    asked = cast("Read | Peek | Write | Delete | Keys | Pulse", effect)
    storage = asked.storage
    match asked:
        case Read(_, key, limit):
            return storage.read(key, limit=limit)
        case Peek(_, key):
            return storage.peek(key)
        case Write(_, key, data, replaces, demotes, durable):
            return storage.write(
                key, data, replaces=replaces, demotes=demotes, durable=durable
            )
        case Delete(_, key):
            return storage.delete(key)
        case Keys():
            return storage.keys()
        case Pulse():
            return storage.pulse()
    assert_never(asked)
