"""Which slot a command belongs to, and which node serves it."""

from __future__ import annotations

import pytest

from stateroom.errors import Unavailable
from stateroom.link.ports import Command
from stateroom.link.slots import key_of, named, node_name, read_slots

ONE, TWO, THREE = ("one", 1), ("two", 2), ("three", 3)


@pytest.mark.parametrize(
    ("command", "key"),
    [
        (("GET", b"a"), b"a"),
        (("get", "a"), "a"),
        (("MGET", "a", "b"), "a"),
        (("DEL", "a"), "a"),
        (("EVALSHA", "0" * 40, 2, b"a", b"b", "c"), b"a"),
        (("EVAL", "return 1", 0, "a"), None),
        (("EVAL", "return 1", "1", "a"), "a"),
        (("XADD", "a", "*", "b", "c"), "a"),
        (("XREAD", "COUNT", 1, "STREAMS", "a", "0"), "a"),
        (("XREADGROUP", "GROUP", "g", "c", "streams", "a", ">"), "a"),
        (("XGROUP", "CREATE", "a", "g", "$"), "a"),
        (("OBJECT", "ENCODING", "a"), "a"),
        (("MEMORY", "USAGE", "a"), "a"),
        (("PUBLISH", "a", "b"), None),
        (("SCRIPT", "FLUSH"), None),
        (("INFO",), None),
        (("UNHEARD-OF",), None),
    ],
)
def test_the_key_of_a_command_tells_its_slot(
    command: Command, key: bytes | str | None
) -> None:
    assert key_of(command) == key


def test_a_map_is_read_as_a_node_tells_it() -> None:
    reply = [
        [0, 8191, [b"10.0.0.1", 7000, b"id1"], [b"10.0.0.2", 7001, b"id2", []]],
        [8192, 16382, [b"", 7002, b"id3"], [None, 7003, b"id4"]],
    ]
    slots = read_slots(reply, ("asked", 1))
    assert slots.primaries == (("10.0.0.1", 7000), ("asked", 7002))
    assert slots.places == (*slots.primaries, ("10.0.0.2", 7001), ("asked", 7003))
    assert slots.owner(8191) == ("10.0.0.1", 7000)
    assert slots.owner(8192) == ("asked", 7002)
    assert slots.owner(16383) is None
    assert slots.is_stale  # as a slot has no node: it is read anew before the next use


def test_a_node_is_found_by_its_name() -> None:
    assert named(node_name(TWO), [ONE, TWO]) == TWO
    with pytest.raises(Unavailable, match="three:3"):
        named(node_name(THREE), [ONE, TWO])
