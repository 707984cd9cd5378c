"""What is used of a page's JavaScript, as types."""
# ruff: noqa: N802, N815 - JavaScript has chosen these names

from __future__ import annotations

from collections.abc import Awaitable
from typing import Protocol

__all__ = (
    "Area",
    "Channel",
    "Database",
    "Event",
    "Factory",
    "Function",
    "Locks",
    "Page",
    "Request",
    "Table",
    "Target",
    "Transaction",
    "Uint8Array",
)


class Function(Protocol):
    """A function of Python that JavaScript may call until it is destroyed."""

    def destroy(self) -> None: ...


class Event(Protocol):
    """What a listener is called with; only the type is of every event."""

    type: str
    persisted: bool
    key: object
    newValue: object
    storageArea: object


class Target(Protocol):
    """What events happen to."""

    def addEventListener(self, name: str, listener: Function, /) -> None: ...

    def removeEventListener(self, name: str, listener: Function, /) -> None: ...


class Area(Protocol):
    """``localStorage``, or what has the same methods. What is absent is no text."""

    @property
    def length(self) -> int: ...

    def key(self, index: int, /) -> object: ...

    def getItem(self, name: str, /) -> object: ...

    def setItem(self, name: str, text: str, /) -> None: ...

    def removeItem(self, name: str, /) -> None: ...


class Uint8Array(Protocol):
    """Bytes."""

    def subarray(self, start: int, end: int, /) -> Uint8Array: ...

    def to_bytes(self) -> bytes: ...


class Request(Target, Protocol):
    """What is asked of a database, and its answer."""

    @property
    def result(self) -> object: ...

    @property
    def error(self) -> object: ...


class Table(Protocol):
    """An object store, within a transaction."""

    def get(self, key: object, /) -> Request: ...

    def getAllKeys(self) -> Request: ...

    def put(self, value: object, key: object, /) -> Request: ...

    def delete(self, key: object, /) -> Request: ...


class Transaction(Target, Protocol):
    """A transaction, until it is complete or aborted."""

    @property
    def error(self) -> object: ...

    def objectStore(self, name: str, /) -> Table: ...

    def abort(self) -> None: ...


class Names(Protocol):
    """A list of texts."""

    def contains(self, name: str, /) -> bool: ...


class Database(Target, Protocol):
    """An open connection to a database."""

    version: int
    objectStoreNames: Names

    def createObjectStore(self, name: str, /) -> object: ...

    def transaction(
        self, tables: object, mode: str, options: object, /
    ) -> Transaction: ...

    def close(self) -> None: ...


class Factory(Protocol):
    """``indexedDB``."""

    def open(self, name: str, version: int = ..., /) -> Request: ...


class Channel(Target, Protocol):
    """A ``BroadcastChannel``: its messages come to every other one of its name."""

    def postMessage(self, message: object, /) -> None: ...

    def close(self) -> None: ...


class Channels(Protocol):
    """What makes channels."""

    def new(self, name: str, /) -> Channel: ...


class Abort(Protocol):
    """An ``AbortController``."""

    signal: object

    def abort(self) -> None: ...


class Aborts(Protocol):
    """What makes them."""

    def new(self) -> Abort: ...


class Locks(Protocol):
    """``navigator.locks``."""

    def request(
        self, name: str, options: object, granted: Function, /
    ) -> Awaitable[object]: ...


class Navigator(Protocol):
    """What the browser says of itself."""

    locks: Locks


class Promises(Protocol):
    """What makes promises."""

    def new(self, executor: Function, /) -> object: ...


class Document(Target, Protocol):
    """What a page shows."""

    visibilityState: str


class Location(Protocol):
    """Where a page is from."""

    origin: str


class Objects(Protocol):
    """What makes objects."""

    fromEntries: object


class Page(Target, Protocol):
    """The global object of a page, or of a worker; neither has everything."""

    AbortController: Aborts
    BroadcastChannel: Channels
    Object: Objects
    Promise: Promises
    document: Document
    indexedDB: Factory
    localStorage: Area
    location: Location
    navigator: Navigator
