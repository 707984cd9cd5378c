"""What is known of a key in a database, without its bytes, and where these lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol, Self, cast

from stateroom.persist.browser.crossing import plain_object, to_javascript
from stateroom.persist.browser.javascript import Uint8Array
from stateroom.persist.storages.port import LONGEST_STAMP

__all__ = ("SLOTS", "Head", "bytes_in", "place")

SLOTS: Final = (0, 1)
"""Where bytes lie: the newest in one of them, those before them in the other."""


class _Kept(Protocol):
    """A head, as it is in the database."""

    stamp: Uint8Array
    slot: int
    has_previous: bool


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a key.

    Attributes:
        stamp: of the current bytes.
        slot: where these lie.
        has_previous: whether there are bytes in the other slot that count.
    """

    stamp: bytes
    slot: int
    has_previous: bool

    @classmethod
    def of(cls, value: object) -> Self | None:
        """Read what a database gives; None where it gives nothing.

        Raises:
            AttributeError: another program has put something else there.
        """
        if value is None:
            return None
        kept = cast("_Kept", value)
        stamp = bytes_in(kept.stamp, limit=LONGEST_STAMP - 1) or b""
        return cls(stamp, int(kept.slot == SLOTS[1]), bool(kept.has_previous))

    def as_object(self) -> object:
        """Return what a database takes."""
        return plain_object(
            stamp=self.stamp, slot=self.slot, has_previous=self.has_previous
        )


def place(key: str, slot: int) -> object:
    """Return the key of the bytes of a key."""
    return to_javascript((key, slot))


def bytes_in(value: object, *, limit: int) -> bytes | None:
    """Return what was stored, cut off after ``limit`` + 1 bytes; None for nothing."""
    if value is None:
        return None
    return cast("Uint8Array", value).subarray(0, limit + 1).to_bytes()
