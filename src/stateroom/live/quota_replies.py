"""Reads the replies of the scripts of quotas."""

from __future__ import annotations

from stateroom.errors import Unavailable

__all__ = ("data", "parts")


def parts(reply: object, least: int) -> list[object]:
    """Return the parts of a reply, of which there are at least so many.

    Raises:
        Unavailable: there are fewer: this is no Redis, or half of one.
    """
    if isinstance(reply, list) and len(reply) >= least:
        return reply
    raise Unavailable(f"a reply of another kind: {reply!r:.80}")


def data(part: object) -> bytes:
    """Return a part of a reply that is data.

    Raises:
        Unavailable: it is something else.
    """
    if isinstance(part, bytes):
        return part
    raise Unavailable(f"a reply of another kind: {part!r:.80}")
