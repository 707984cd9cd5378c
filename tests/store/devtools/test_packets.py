"""SocketCluster's packets."""

from __future__ import annotations

import pytest

from stateroom.store.devtools.frames import Violation
from stateroom.store.devtools.packets import (
    Packet,
    encode,
    encode_error,
    encode_publication,
    encode_reply,
    read_packets,
)


def test_a_packet_is_read_with_and_without_a_call_id() -> None:
    assert read_packets('{"event":"login","data":"master","cid":2}') == [
        Packet("login", "master", 2)
    ]
    assert read_packets('{"event":"log"}') == [Packet("log", None, None)]


def test_a_batch_is_several_packets_and_answers_are_left_out() -> None:
    batch = '[{"event":"a"},{"rid":1,"data":2},{"event":"b","cid":0}]'
    assert read_packets(batch) == [Packet("a", None, None), Packet("b", None, 0)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no json", 1007),
        ("NaN", 1007),
        ("[" * 100_000, 1007),
        ("9" * 10_000, 1007),
        ("1", 1008),
        ("{}", 1008),
        ('{"event":1}', 1008),
        ('{"event":"a","cid":"1"}', 1008),
        ('{"event":"a","cid":true}', 1008),
        ("[" + ",".join(['{"event":"a"}'] * 1001) + "]", 1009),
    ],
)
def test_what_is_no_packet_is_refused(text: str, code: int) -> None:
    with pytest.raises(Violation) as caught:
        read_packets(text)
    assert caught.value.code == code


def test_packets_are_written_as_the_client_expects_them() -> None:
    assert encode_reply(3) == '{"rid":3}'
    assert encode_reply(3, "log") == '{"rid":3,"data":"log"}'
    assert encode_error(3, "no", name="Oh") == (
        '{"rid":3,"error":{"name":"Oh","message":"no"}}'
    )
    assert encode_publication("log", '{"a":1}') == (
        '{"event":"#publish","data":{"channel":"log","data":{"a":1}}}'
    )


def test_no_text_can_break_a_frame() -> None:
    assert encode("\ud800\u2028é") == r'"\ud800\u2028\u00e9"'
    with pytest.raises(ValueError, match="JSON"):
        encode(float("nan"))
