"""Keys that entries are signed with."""

from __future__ import annotations

from collections.abc import Iterable

from stateroom.errors import InvalidValue

__all__ = ("checked_keys",)

SIGNING_KEY_LEAST = 16
SIGNING_KEY_MOST = 64
"""Bytes of a key of BLAKE2b."""


def checked_keys(keys: Iterable[bytes]) -> tuple[bytes, ...]:
    """Return signing keys; the first signs, and any of them is accepted.

    Raises:
        InvalidValue: one is too short to protect, or longer than BLAKE2b takes.
    """
    checked = tuple(keys)
    for each in checked:
        if not SIGNING_KEY_LEAST <= len(each) <= SIGNING_KEY_MOST:
            raise InvalidValue(
                "a signing key is too short or too long",
                found=f"{len(each)} bytes",
                allowed=f"{SIGNING_KEY_LEAST} to {SIGNING_KEY_MOST} random bytes",
            )
    return checked
