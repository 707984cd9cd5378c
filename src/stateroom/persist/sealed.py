r"""The one form of encrypted bytes: a line of JSON that says what opens it.

    {"stateroom-sealed":1,"nonce":"XIx1ysOgIRyHzvV2","key":"2026-01",
     "check":"9f86d081884c7d65","data":"bWFyay4uLg=="}

There are no spaces and no line breaks, and the parts stand in this order. ``nonce`` is
12 random bytes, so that no two begin alike. ``key`` names the key, and ``check`` tells
it from another key of that name, so that a wrong key is not taken for damage. ``data``
is what AES-256-GCM made of the bytes, with its tag of 16 bytes at the end. It answers
for the form's number, the key's name and the record's key too: none can be exchanged.

It is text because the smallest storages keep nothing else; base64 makes 4 bytes of 3.
Nothing is compressed: how well it packs would tell something about what is inside.

Nothing here decrypts: what is sealed can be recognised, listed and counted without the
key, and with the standard library alone.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from dataclasses import dataclass, field
from typing import Final

__all__ = (
    "FORMAT",
    "KEY_SIZE",
    "NONCE_SIZE",
    "TAG_SIZE",
    "Sealed",
    "associated",
    "check_of",
    "form_of",
    "is_key_id",
    "longest_sealed",
    "pack",
    "unpack",
)

FORMAT: Final = 1
"""The number of the form that is written."""
KEY_SIZE: Final = 32
"""Bytes of a key: the 256 of AES-256 are bits."""
NONCE_SIZE: Final = 12
"""Bytes; the 96 bits for which GCM is defined. Source: NIST SP 800-38D, 5.2.1.1."""
TAG_SIZE: Final = 16
"""Bytes at the end of ``data``; the longest that GCM has."""
LONGEST_KEY_ID: Final = 64
"""Characters."""

_CHECK_SIZE: Final = 8
"""Bytes: two keys of one name have the same check once in 2**64 times."""
_KEY_ID: Final = re.compile(r"[A-Za-z0-9._:~%-]{1,64}")
_FORM: Final = re.compile(rb'\{"stateroom-sealed":([0-9]{1,9}),')
_HEAD: Final = re.compile(
    rb'\{"stateroom-sealed":1,"nonce":"([A-Za-z0-9+/]{16})",'
    rb'"key":"([A-Za-z0-9._:~%-]{1,64})","check":"([0-9a-f]{16})","data":"'
)
_TAIL: Final = b'"}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """Encrypted bytes, and what is to be known to open them.

    Attributes:
        key_id: names the key.
        check: tells the key from others of that name.
        nonce: 12 bytes that were used once.
        data: what was made of the bytes, and the tag.
    """

    key_id: str
    check: str
    nonce: bytes
    data: bytes = field(repr=False)


def pack(sealed: Sealed) -> bytes:
    """Return the bytes to store."""
    return b"".join(
        (
            b'{"stateroom-sealed":1,"nonce":"',
            binascii.b2a_base64(sealed.nonce, newline=False),
            f'","key":"{sealed.key_id}","check":"{sealed.check}","data":"'.encode(),
            binascii.b2a_base64(sealed.data, newline=False),
            _TAIL,
        )
    )


def unpack(data: bytes) -> Sealed | None:
    """Return what was packed; None unless these are exactly the bytes of ``pack``."""
    head = _HEAD.match(data)
    if head is None:
        return None
    try:
        sealed = Sealed(
            key_id=head[2].decode(),
            check=head[3].decode(),
            nonce=binascii.a2b_base64(head[1]),
            data=binascii.a2b_base64(data[head.end() : -len(_TAIL)], strict_mode=True),
        )
    except binascii.Error:
        return None
    # The last digit of base64 has bits that nothing depends on, and nothing may.
    return sealed if pack(sealed) == data else None


def form_of(data: bytes) -> int | None:
    """Return the number of the form of sealed bytes; None when they are not sealed."""
    found = _FORM.match(data)
    return None if found is None else int(found[1])


def longest_sealed(size: int) -> int:
    """Return how many bytes ``size`` bytes are at most, when they are sealed."""
    head = pack(
        Sealed(key_id="k" * LONGEST_KEY_ID, check="0" * 16, nonce=b"", data=b"")
    )
    return len(head) + _in_base64(NONCE_SIZE) + _in_base64(size + TAG_SIZE)


def associated(key: str, *, key_id: str) -> bytes:
    """Return what is authenticated beside the bytes.

    Args:
        key: under which they are stored. Neither it nor ``key_id`` has line breaks.
        key_id: names the key that they are sealed with.
    """
    return f"stateroom-sealed:{FORMAT}\n{key_id}\n{key}".encode()


def check_of(secret: bytes) -> str:
    """Return what tells a key from others; nothing about the key follows from it."""
    return hashlib.blake2b(
        b"stateroom-sealed", key=secret, digest_size=_CHECK_SIZE
    ).hexdigest()


def is_key_id(given: object) -> bool:
    """Say whether this can name a key: 1 to 64 of A-Z a-z 0-9 and ``. _ : ~ % -``."""
    return isinstance(given, str) and _KEY_ID.fullmatch(given) is not None


def _in_base64(size: int) -> int:
    return -(-size // 3) * 4
