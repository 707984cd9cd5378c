"""WebSocket frames, as tables of bytes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.store.devtools.frames import (
    Close,
    Decoder,
    Event,
    Ping,
    Pong,
    Text,
    Violation,
    close_frame,
    pong_frame,
    text_frame,
)
from tests.store.devtools.raw import masked

FINAL_TEXT = 0x81


def events(*chunks: bytes, limit: int = 1000) -> list[Event]:
    decoder = Decoder(limit=limit)
    return [event for chunk in chunks for event in decoder.feed(chunk)]


def violation(*chunks: bytes, limit: int = 1000) -> int:
    with pytest.raises(Violation) as caught:
        events(*chunks, limit=limit)
    return caught.value.code


def test_the_example_of_the_rfc_is_read() -> None:
    hello = bytes.fromhex("818537fa213d7f9f4d5158")  # RFC 6455, 5.7
    assert events(hello) == [Text("Hello")]


@given(
    st.lists(st.text(max_size=300), max_size=5),
    st.lists(st.integers(0, 2000), max_size=7),
)
def test_messages_are_read_however_their_bytes_arrive(
    texts: list[str], cuts: list[int]
) -> None:
    stream = b"".join(masked(FINAL_TEXT, text.encode()) for text in texts)
    edges = [0, *sorted(cuts), len(stream) + 2000]
    chunks = [stream[start:end] for start, end in itertools.pairwise(edges)]
    assert events(*chunks, limit=10_000) == [Text(text) for text in texts]


@given(st.text(max_size=70_000).map(lambda text: text * 3))
def test_a_frame_of_ours_masked_again_is_the_same_message(text: str) -> None:
    frame = text_frame(text)
    payload = text.encode()
    assert frame.endswith(payload)
    again = masked(frame[0], payload)
    assert events(again, limit=10**6) == [Text(text)]


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 100_000])
def test_a_length_is_read_in_each_of_its_three_forms(size: int) -> None:
    read = events(masked(FINAL_TEXT, b"x" * size), limit=size)
    assert read == [Text("x" * size)]


def test_fragments_are_one_message_and_control_frames_may_be_between() -> None:
    stream = (
        masked(0x01, "é".encode()[:1]),
        masked(0x89, b"now"),
        masked(0x00, "é".encode()[1:]),
        masked(0x80, b"!"),
    )
    assert events(*stream) == [Ping(b"now"), Text("é!")]


def test_a_pong_is_read_and_written() -> None:
    assert events(masked(0x8A, b"yes")) == [Pong(b"yes")]
    assert pong_frame(b"yes") == b"\x8a\x03yes"


def test_nothing_is_read_after_a_close() -> None:
    bye = masked(0x88, (1000).to_bytes(2, "big") + b"bye")
    assert events(bye + masked(FINAL_TEXT, b"late")) == [Close(1000, "bye")]
    assert events(masked(0x88, b"")) == [Close(1005, "")]


def test_a_close_reason_that_is_too_long_is_cut_between_letters() -> None:
    frame = close_frame(1002, "é" * 100)
    assert len(frame) <= 2 + 125
    assert frame[4:].decode() == "é" * 61


@pytest.mark.parametrize(
    ("chunk", "code"),
    [
        (text_frame("no mask"), 1002),
        (masked(0xC1, b"x"), 1002),  # a reserved bit
        (masked(0x83, b"x"), 1002),  # an unknown kind
        (masked(0x8B, b"x"), 1002),  # an unknown control kind
        (masked(0x82, b"x"), 1003),  # binary
        (masked(0x80, b"x"), 1002),  # a continuation of nothing
        (masked(0x01, b"x") + masked(FINAL_TEXT, b"y"), 1002),  # text inside of text
        (masked(0x09, b"x"), 1002),  # a ping in fragments
        (masked(0x89, b"x" * 126), 1002),  # a long ping
        (b"\x81\xfe\x00\x05" + bytes(9), 1002),  # 5 in two bytes
        (b"\x81\xff" + (65_535).to_bytes(8, "big"), 1002),  # 65,535 in eight
        (b"\x81\xff" + (1 << 63).to_bytes(8, "big"), 1002),
        (b"\x81\xff" + (1 << 40).to_bytes(8, "big"), 1009),  # nothing of it is kept
        (masked(FINAL_TEXT, b"x" * 1001), 1009),
        (masked(0x01, b"x" * 600) + masked(0x00, b"x" * 600), 1009),
        (masked(FINAL_TEXT, b"\xff"), 1007),
        (masked(FINAL_TEXT, b"\xed\xa0\x80"), 1007),  # half of a pair
        (masked(0x88, b"\x03"), 1002),
        (masked(0x88, (1005).to_bytes(2, "big")), 1002),
        (masked(0x88, (999).to_bytes(2, "big")), 1002),
        (masked(0x88, (1000).to_bytes(2, "big") + b"\xff"), 1007),
    ],
)
def test_what_the_rfc_forbids_is_refused_with_the_code_that_it_gives(
    chunk: bytes, code: int
) -> None:
    assert violation(chunk) == code


def test_what_came_before_a_violation_is_read() -> None:
    decoder = Decoder(limit=9)
    feed = decoder.feed(masked(FINAL_TEXT, b"a") + b"\xff\xff")
    assert next(feed) == Text("a")
    with pytest.raises(Violation):
        next(feed)


@given(st.binary(max_size=400))
def test_no_bytes_make_the_decoder_fail_in_another_way(garbage: bytes) -> None:
    code = 1000
    try:
        events(garbage)
    except Violation as violation:
        code = violation.code
    assert code in {1000, 1002, 1003, 1007, 1009}
