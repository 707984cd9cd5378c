"""A storage in any mapping: a dict, a shelf, a file of ``dbm``, a web session.

Both generations of a key are one entry, so that replacing them is one assignment; what
it looks like is in ``mapped_entries``.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, Protocol, cast, overload

from stateroom.errors import StorageUnavailable, WriteConflict
from stateroom.persist.storages.mapped_entries import (
    as_bytes,
    as_text,
    number_of,
    unpacked,
)
from stateroom.persist.storages.port import Stored, stamp_of
from stateroom.persist.storages.refusals import conflict_text, refusal

__all__ = ("BytesMapping", "Mapped", "TextMapping")


class BytesMapping(Protocol):
    """What is asked of a mapping to bytes; ``dbm`` lists its keys as bytes, too."""

    def __getitem__(self, key: str, /) -> object: ...

    def __setitem__(self, key: str, value: bytes, /) -> None: ...

    def __delitem__(self, key: str, /) -> None: ...

    def keys(self) -> Iterable[str | bytes]: ...


class TextMapping(Protocol):
    """What is asked of a mapping to text, such as a session that is kept as JSON."""

    def __getitem__(self, key: str, /) -> object: ...

    def __setitem__(self, key: str, value: str, /) -> None: ...

    def __delitem__(self, key: str, /) -> None: ...

    def keys(self) -> Iterable[str | bytes]: ...


class Mapped:
    """Keeps each key as one entry of a mapping.

    Writers are kept apart within this instance only. Where several processes share what
    is behind the mapping, or several instances in several threads the mapping itself,
    the last of two writers at the same moment wins: ``Files`` and ``SQLite`` are there
    for that.

    A durable write calls the mapping's ``sync``, if it has one (``shelve``, ``dbm``),
    and is as durable as that.

    Args:
        mapping: where; entries that are not ours are left alone.
        text: whether its values are text; bytes otherwise.
    """

    @overload
    def __init__(
        self, mapping: BytesMapping, *, text: Literal[False] = False
    ) -> None: ...

    @overload
    def __init__(self, mapping: TextMapping, *, text: Literal[True]) -> None: ...

    def __init__(
        self, mapping: BytesMapping | TextMapping, *, text: bool = False
    ) -> None:
        self._mapping = mapping
        self._put = _putter(mapping, is_text=text)
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return f"a mapping of type {type(self._mapping).__name__}"

    @property
    def quota(self) -> int | None:
        return None

    def read(self, key: str, *, limit: int) -> Stored:
        current, previous = self._find(key)
        return Stored(_cut(current, limit=limit), _cut(previous, limit=limit))

    def peek(self, key: str) -> bytes | None:
        return stamp_of(self._find(key).current)

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        with self._lock:
            found = self._find(key)
            if stamp_of(found.current) != replaces:
                is_there = found.current is not None
                text = conflict_text(key, place=self.name, is_there=is_there)
                raise WriteConflict(text, key=key)
            previous = found.current if demotes else found.previous
            with self._refusing("write", key=key), self._restoring(key, found):
                self._put(key, Stored(data, previous))
                self._sync(is_durable=durable)

    def delete(self, key: str) -> None:
        with self._lock:
            found = self._find(key)
            if found.current is None:
                return
            with self._refusing("delete", key=key), self._restoring(key, found):
                del self._mapping[key]
                self._sync(is_durable=True)

    def keys(self) -> tuple[str, ...]:
        return tuple(key for key, _ in self._entries())

    def pulse(self) -> object:
        # Others write to the mapping itself, so that only its entries can tell. They
        # are few, and each has a number that is new with every write.
        return self._entries()

    def close(self) -> None:
        """The mapping is its owner's, who closes it."""

    def _find(self, key: str) -> Stored:
        with self._refusing("read", key=key):
            try:
                entry = self._mapping[key]
            except KeyError:
                return Stored(None)
        if isinstance(entry, bytes | str):
            return unpacked(entry)
        raise StorageUnavailable(
            f"{key!r} in {self.name} is a {type(entry).__name__}",
            key=key,
            hint="bytes or text are kept there: use another namespace, or mapping",
        )

    def _entries(self) -> tuple[tuple[str, str], ...]:
        """Return the key of each entry of ours, and its number, in order."""
        with self._lock, self._refusing("list what is stored"):
            keys = [_as_text(each) for each in tuple(self._mapping.keys())]
            found = [(key, number_of(self._mapping[key])) for key in keys if key]
        return tuple(sorted((key, number) for key, number in found if number))

    @contextlib.contextmanager
    def _restoring(self, key: str, found: Stored) -> Iterator[None]:
        """Put back what was there where storing it fails half-way, or syncing it."""
        try:
            yield
        except BaseException:
            with contextlib.suppress(Exception):
                if found.current is None:
                    del self._mapping[key]
                else:
                    self._put(key, found)
            raise

    def _sync(self, *, is_durable: bool) -> None:
        sync = getattr(self._mapping, "sync", None)
        if is_durable and callable(sync):
            sync()

    @contextlib.contextmanager
    def _refusing(self, doing: str, *, key: str = "") -> Iterator[None]:
        """Raise the errors of the port, whatever the mapping raises."""
        try:
            yield
        except OSError as error:  # those of dbm are of this kind
            raise refusal(error, doing=doing, path=self.name, key=key) from error
        except Exception as error:
            what = f"{doing} {key!r}" if key else doing
            reason = f"{type(error).__name__}: {error}"
            raise StorageUnavailable(
                f"cannot {what} in {self.name}: {reason}",
                key=key,
                hint="the mapping itself refuses: it may be closed, or read only",
            ) from error


def _putter(
    mapping: BytesMapping | TextMapping, *, is_text: bool
) -> Callable[[str, Stored], None]:
    if is_text:
        texts = cast("TextMapping", mapping)
        return lambda key, stored: texts.__setitem__(key, as_text(stored))
    entries = cast("BytesMapping", mapping)
    return lambda key, stored: entries.__setitem__(key, as_bytes(stored))


def _as_text(key: object) -> str:
    """Return a key as text; none of ours is empty, or no text."""
    if isinstance(key, bytes):
        return key.decode("utf-8", "replace")
    return key if isinstance(key, str) else ""


def _cut(data: bytes | None, *, limit: int) -> bytes | None:
    return None if data is None else data[: limit + 1]
