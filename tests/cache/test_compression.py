"""Payloads are compressed when it pays, and unpacked within what was promised."""

from __future__ import annotations

import random
import subprocess
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from stateroom.cache.compression import LEAST_BYTES, MOST_BYTES, squeeze, unsqueeze
from stateroom.codec.codecs import DecodeError

TEXT = b'{"id": 1, "city": "Berlin"}, ' * 1000
NOISE = random.Random(7).randbytes(2 * LEAST_BYTES)
SMALL = zstandard.ZstdCompressor(level=3)

payloads = st.builds(
    lambda part, times, rest: part * (times // len(part)) + rest,
    st.binary(min_size=1, max_size=40),
    st.integers(LEAST_BYTES + 40, 4 * LEAST_BYTES),
    st.binary(max_size=200),
)


def squeezed(payload: bytes) -> bytes:
    found = squeeze(payload)
    assert found is not None
    return found


@given(payloads)
def test_a_compressed_payload_comes_back(payload: bytes) -> None:
    small = squeezed(payload)
    assert len(small) <= 0.9 * len(payload)
    assert unsqueeze(small, size=len(payload)) == payload


@pytest.mark.parametrize(
    ("payload", "is_compressed"),
    [
        (b"", False),
        (b"a" * (LEAST_BYTES - 1), False),
        (b"a" * LEAST_BYTES, True),
        (b"a" * 1_000_000, True),
        (NOISE, False),
        (NOISE + b"a" * (len(NOISE) // 10), False),  # saves 9 %
        (NOISE + b"a" * (len(NOISE) // 8), True),  # saves 11 %
    ],
)
def test_it_is_compressed_when_it_is_long_and_that_saves_a_tenth(
    payload: bytes, *, is_compressed: bool
) -> None:
    assert (squeeze(payload) is not None) == is_compressed


@pytest.mark.parametrize("more", [-len(TEXT), -1, 1, 1000, MOST_BYTES])
def test_another_size_than_promised_is_refused(more: int) -> None:
    with pytest.raises(DecodeError):
        unsqueeze(squeezed(TEXT), size=len(TEXT) + more)


@pytest.mark.parametrize("size", [-1, 0, MOST_BYTES + 1, 2**40])
def test_a_size_that_cannot_be_is_refused(size: int) -> None:
    with pytest.raises(DecodeError, match="cannot be"):
        unsqueeze(squeezed(TEXT), size=size)


def test_a_bomb_is_refused_before_anything_is_allocated() -> None:
    huge = 200 * 1024 * 1024
    writer = SMALL.compressobj(size=huge)
    block = bytes(1024 * 1024)
    bomb = b"".join(writer.compress(block) for _ in range(200)) + writer.flush()
    assert len(bomb) < 100_000
    tracemalloc.start()
    try:
        with pytest.raises(DecodeError):
            unsqueeze(bomb, size=LEAST_BYTES)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"(",
        TEXT,
        zstandard.ZstdCompressor(write_content_size=False).compress(TEXT),
        SMALL.compress(TEXT)[:-1],
        SMALL.compress(TEXT)[:20],
        SMALL.compress(TEXT) + b"x",
        SMALL.compress(TEXT) * 2,
        zstandard.ZstdCompressor(
            dict_data=zstandard.ZstdCompressionDict(TEXT[:2000])
        ).compress(TEXT),
    ],
)
def test_what_is_not_one_whole_frame_is_refused(data: bytes) -> None:
    with pytest.raises(DecodeError):
        unsqueeze(data, size=len(TEXT))


@settings(max_examples=300)
@given(st.integers(0, 10_000), st.integers(0, 100), st.integers(0, 2 * len(TEXT)))
def test_damaged_frames_are_a_payload_of_that_size_or_the_one_error(
    flip: int, keep: int, size: int
) -> None:
    frame = bytearray(squeezed(TEXT))
    frame[flip // 8 % len(frame)] ^= 1 << flip % 8
    for damaged in (frame, frame[: len(frame) * keep // 100]):
        for promised in (size, len(TEXT)):
            try:
                found = unsqueeze(bytes(damaged), size=promised)
            except DecodeError:
                continue
            assert len(found) == promised


@given(st.binary(max_size=200), st.integers(-5, 1_000_000))
def test_any_bytes_are_a_payload_or_the_one_error(data: bytes, size: int) -> None:
    for each in (data, b"\x28\xb5\x2f\xfd" + data):
        try:
            assert len(unsqueeze(each, size=size)) == size
        except DecodeError:
            continue


def test_threads_do_not_disturb_each_other() -> None:
    texts = [TEXT + bytes([n]) * 1000 * n for n in range(64)] * 4

    def there_and_back(payload: bytes) -> bytes:
        return unsqueeze(squeezed(payload), size=len(payload))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(there_and_back, texts)) == texts


def test_without_zstandard_nothing_is_compressed_and_what_was_is_a_miss() -> None:
    program = """
import sys
sys.modules["zstandard"] = None
from stateroom.codec.codecs import DecodeError
from stateroom.cache.compression import squeeze, unsqueeze
assert squeeze(b"a" * 100_000) is None
try:
    unsqueeze(bytes.fromhex(sys.argv[1]), size=int(sys.argv[2]))
except DecodeError as error:
    print(error)
"""
    done = subprocess.run(
        (sys.executable, "-c", program, squeezed(TEXT).hex(), str(len(TEXT))),
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.stderr == ""
    assert "zstandard is not installed" in done.stdout
