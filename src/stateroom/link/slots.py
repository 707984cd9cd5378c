"""Which node of a cluster serves a key: the map of its slots, and a command's key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot

from stateroom.errors import Unavailable
from stateroom.link.ports import Command
from stateroom.link.targets import Place

__all__ = ("Slots", "key_of", "named", "node_name", "read_slots", "slot_of")

_KEYLESS = frozenset((
    "ACL", "CLIENT", "CLUSTER", "COMMAND", "CONFIG", "DBSIZE", "ECHO", "FLUSHALL",
    "FLUSHDB", "FUNCTION", "HELLO", "INFO", "KEYS", "LATENCY", "PING", "PUBLISH",
    "RANDOMKEY", "ROLE", "SCAN", "SCRIPT", "SLOWLOG", "TIME", "WAIT",
))  # fmt: skip
_SCRIPTS = frozenset(("EVAL", "EVALSHA", "EVALSHA_RO", "EVAL_RO", "FCALL", "FCALL_RO"))
_SECOND = frozenset(("BITOP", "MEMORY", "OBJECT", "XGROUP", "XINFO"))


class Slots:
    """The map of a cluster, as one of its nodes has told it.

    Attributes:
        places: all nodes, primaries first.
        is_stale: whether it is to be read anew: something has shown that it is out of
            date, or a slot has no node.
    """

    def __init__(self, owners: list[Place | None], places: tuple[Place, ...]) -> None:
        self._owners = owners
        self.places = places
        self.is_stale: bool = None in owners

    @property
    def primaries(self) -> tuple[Place, ...]:
        """The nodes that serve slots, by their first."""
        return tuple(dict.fromkeys(each for each in self._owners if each is not None))

    def owner(self, slot: int) -> Place | None:
        """Return who serves a slot; None when nobody does."""
        return self._owners[slot]

    def moved(self, slot: int, to: Place) -> None:
        """Note what a node has answered."""
        self._owners[slot] = to


@dataclass(frozen=True, slots=True)
class _Row:
    """A range of slots: the first, the last, and its nodes, the primary first."""

    first: int
    last: int
    places: tuple[Place, ...]


def read_slots(reply: object, asked: Place) -> Slots:
    """Return what CLUSTER SLOTS says.

    Args:
        reply: as the server sent it.
        asked: where it was sent from; a node that does not know its own address, or
            may not tell it, is at the same one.
    """
    rows = [_row(each, asked) for each in reply] if isinstance(reply, list) else []
    owners: list[Place | None] = [None] * REDIS_CLUSTER_HASH_SLOTS
    for row in rows:
        owners[row.first : row.last + 1] = [row.places[0]] * (row.last + 1 - row.first)
    primaries = [row.places[0] for row in rows]
    replicas = [place for row in rows for place in row.places[1:]]
    return Slots(owners, tuple(dict.fromkeys((*primaries, *replicas))))


def _row(row: Sequence[object], asked: Place) -> _Row:
    first, last, *nodes = row
    places = []
    for each in nodes:
        host, port = cast("list[bytes | int | None]", each)[:2]
        name = host.decode() if isinstance(host, bytes) else ""
        places.append((name or asked[0], int(str(port))))
    return _Row(int(str(first)), int(str(last)), tuple(places))


def slot_of(key: bytes | str | int) -> int:
    """Return the slot of a key."""
    return key_slot(key if isinstance(key, bytes) else str(key).encode())


def key_of(command: Command) -> bytes | str | int | None:
    """Return the first key of a command; None when any node may answer it.

    All keys of a command must share a slot: the server refuses those that do not.
    """
    name = str(command[0]).upper()
    if name in _KEYLESS:
        return None
    if name in _SCRIPTS:
        return command[3] if int(command[2]) else None
    if name in _SECOND:
        return command[2]
    if name in {"XREAD", "XREADGROUP"}:
        return command[[str(each).upper() for each in command].index("STREAMS") + 1]
    return command[1] if len(command) > 1 else None


def node_name(place: Place) -> str:
    """Return the name of a node: what ``nodes`` of a link tells of it."""
    host, port = place
    return f"{host}:{port}"


def named(name: str, places: Sequence[Place]) -> Place:
    """Return the node of a name.

    Raises:
        Unavailable: it is no primary any more.
    """
    for each in places:
        if node_name(each) == name:
            return each
    raise Unavailable(f"the node {name} is no primary of the cluster any more")
