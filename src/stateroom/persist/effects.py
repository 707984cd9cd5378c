"""What the flows of the persisted tier ask for: bytes of a storage, in and out."""

from __future__ import annotations

from dataclasses import dataclass

from stateroom.flows import Effect, Flow, ask
from stateroom.persist.storages.port import AnyStorage, Stored

__all__ = (
    "Delete",
    "Keys",
    "Peek",
    "Pulse",
    "Read",
    "Write",
    "delete",
    "keys",
    "peek",
    "pulse",
    "read",
    "write",
)


@dataclass(frozen=True, slots=True)
class Read(Effect[Stored]):
    """Both generations under a key; see the port for all of these."""

    storage: AnyStorage
    key: str
    limit: int


@dataclass(frozen=True, slots=True)
class Peek(Effect["bytes | None"]):
    """The stamp of the current bytes."""

    storage: AnyStorage
    key: str


@dataclass(frozen=True, slots=True)
class Write(Effect[None]):
    """New current bytes, in place of those that were seen."""

    storage: AnyStorage
    key: str
    data: bytes
    replaces: bytes | None
    demotes: bool
    durable: bool


@dataclass(frozen=True, slots=True)
class Delete(Effect[None]):
    """Neither generation any more."""

    storage: AnyStorage
    key: str


@dataclass(frozen=True, slots=True)
class Keys(Effect["tuple[str, ...]"]):
    """All keys."""

    storage: AnyStorage


@dataclass(frozen=True, slots=True)
class Pulse(Effect[object]):
    """What differs after another's write."""

    storage: AnyStorage


def read(storage: AnyStorage, key: str, *, limit: int) -> Flow[Stored]:
    """Ask for both generations under a key."""
    return (yield from ask(Read(storage, key, limit)))


def peek(storage: AnyStorage, key: str) -> Flow[bytes | None]:
    """Ask for the stamp of the current bytes."""
    return (yield from ask(Peek(storage, key)))


def write(
    storage: AnyStorage,
    key: str,
    *,
    data: bytes,
    replaces: bytes | None,
    demotes: bool = True,
    durable: bool = True,
) -> Flow[None]:
    """Ask for bytes to be stored in place of those that were seen."""
    yield from ask(Write(storage, key, data, replaces, demotes, durable))


def delete(storage: AnyStorage, key: str) -> Flow[None]:
    """Ask for both generations to be forgotten."""
    yield from ask(Delete(storage, key))


def keys(storage: AnyStorage) -> Flow[tuple[str, ...]]:
    """Ask for all keys."""
    return (yield from ask(Keys(storage)))


def pulse(storage: AnyStorage) -> Flow[object]:
    """Ask for what differs after another's write."""
    return (yield from ask(Pulse(storage)))
