"""Long payloads are stored compressed, and never unpacked beyond what was promised.

One object per thread: zstandard's are not safe to share between threads, because they
work with the GIL released. For 10 KiB, an object that is kept takes 14 us to compress
and 5 to unpack, a new one for each call 25 and 13; at 1 MB there is no difference.
"""

from __future__ import annotations

import threading

from stateroom.codec.codecs import DecodeError

__all__ = ("LEAST_BYTES", "MOST_BYTES", "squeeze", "unsqueeze")

LEAST_BYTES = 10_240
"""10 KiB: below, compressing costs more than the network saves."""
LEAST_SAVED = 0.1
"""Of the payload; less is not worth unpacking it on every read."""
LEVEL = 3
MOST_BYTES = 512 * 1024 * 1024
"""Redis holds no longer value. Source: its ``proto-max-bulk-len``."""


class _Tools(threading.local):
    """This thread's compressor and decompressor."""

    def __init__(self) -> None:
        import zstandard  # noqa: PLC0415 - it comes with an extra, and may be missing

        self.compress = zstandard.ZstdCompressor(level=LEVEL).compress
        self.decompress = zstandard.ZstdDecompressor().decompress
        self.size_of = zstandard.frame_content_size
        self.failures = (zstandard.ZstdError, MemoryError)


def _tools_at_hand() -> _Tools | None:
    try:
        return _Tools()
    except ImportError:
        return None


_TOOLS = _tools_at_hand()


def squeeze(payload: bytes) -> bytes | None:
    """Return a payload compressed, or None when it is to be stored as it is."""
    if _TOOLS is None or not LEAST_BYTES <= len(payload) <= MOST_BYTES:
        return None
    smaller = _TOOLS.compress(payload)
    if len(smaller) > len(payload) * (1 - LEAST_SAVED):
        return None
    return smaller


def unsqueeze(data: bytes, *, size: int) -> bytes:
    """Return what ``squeeze`` was given.

    Args:
        data: what it returned.
        size: bytes of the payload, as the envelope says: no more is ever allocated.

    Raises:
        DecodeError: it is damaged, of another size, longer than ``MOST_BYTES``, or
            zstandard is not installed.
    """
    if _TOOLS is None:
        raise DecodeError("compressed, and zstandard is not installed")
    if not 0 < size <= MOST_BYTES:
        raise DecodeError(f"a payload of {size} bytes cannot be")
    try:
        found = _TOOLS.size_of(data)
        if found != size:
            raise DecodeError(f"{found} bytes compressed, {size} were promised")
        payload = _TOOLS.decompress(data, allow_extra_data=False)
    except _TOOLS.failures as error:
        raise DecodeError("the compressed payload is damaged") from error
    if len(payload) != size:
        raise DecodeError(f"{len(payload)} bytes unpacked, {size} were promised")
    return payload
