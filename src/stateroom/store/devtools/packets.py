"""SocketCluster's packets: text frames to packets, and packets to text frames.

Every packet is JSON: an event with its data, and a call id when an answer is wanted. A
frame may hold a list of packets. Nothing here does I/O.

Source:
    The frames of socketcluster-client 20 (protocol version 2), and of version 1 as far
    as pings go: ``tests/store/devtools`` runs the real client against them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, NamedTuple

from stateroom.store.devtools.frames import Violation

__all__ = (
    "PING",
    "PINGS",
    "PING_V1",
    "PONG_V1",
    "Packet",
    "encode",
    "encode_error",
    "encode_publication",
    "encode_reply",
    "read_json",
    "read_packets",
)

PING: Final[str] = ""
"""Our ping, and the answer to it."""

PING_V1: Final[str] = "#1"
"""The ping of protocol version 1."""

PONG_V1: Final[str] = "#2"
"""The answer to ``PING_V1``."""

PINGS: Final[frozenset[str]] = frozenset({PING, PING_V1, PONG_V1})
"""Frames that are no packets."""

_BATCH_LIMIT: Final = 1000


class Packet(NamedTuple):
    """What a client says.

    Attributes:
        event: its name; those that begin with ``#`` are the protocol's own.
        data: of any JSON type.
        call: answer with this number; None when no answer is wanted.
    """

    event: str
    data: object
    call: int | None


def read_json(text: str) -> object:
    """Read JSON as JavaScript writes it: no NaN, no infinity.

    Raises:
        ValueError: it is not JSON, or is nested too deeply.
    """
    try:
        found: object = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return found


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON")


def read_packets(text: str) -> list[Packet]:
    """Read one frame. Answers to calls that nobody made are left out.

    Raises:
        Violation: the frame holds no packets.
    """
    try:
        found = read_json(text)
    except ValueError:
        raise Violation(1007, "a frame is not JSON") from None
    batch = found if isinstance(found, list) else [found]
    if len(batch) > _BATCH_LIMIT:
        raise Violation(1009, f"a batch has more than {_BATCH_LIMIT} packets")
    packets = (_packet(one) for one in batch)
    return [packet for packet in packets if packet is not None]


def _packet(found: object) -> Packet | None:
    if not isinstance(found, Mapping):
        raise Violation(1008, "a packet is no object")
    event, call = found.get("event"), found.get("cid")
    if event is None and "rid" in found:
        return None
    if not isinstance(event, str):
        raise Violation(1008, "a packet has no event")
    if call is not None and (not isinstance(call, int) or isinstance(call, bool)):
        raise Violation(1008, "a call id must be a whole number")
    return Packet(event, found.get("data"), call)


def encode(value: object) -> str:
    """Encode as JSON in ASCII, so that no text breaks a frame.

    Raises:
        TypeError: something in it is no JSON.
        ValueError: a number is not finite, or the value contains itself.
    """
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def encode_reply(call: int, data: object = None) -> str:
    """Encode the answer to a call."""
    return encode({"rid": call} if data is None else {"rid": call, "data": data})


def encode_error(call: int, message: str, *, name: str) -> str:
    """Encode that a call has failed, in the form that the client raises again."""
    return encode({"rid": call, "error": {"name": name, "message": message}})


def encode_publication(channel: str, data: str) -> str:
    """Encode what is published; ``data`` is JSON already."""
    return (
        f'{{"event":"#publish","data":{{"channel":{encode(channel)},"data":{data}}}}}'
    )
