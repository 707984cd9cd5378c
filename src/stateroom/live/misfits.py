"""Tells data of another kind, which somebody else has stored, from other refusals."""

from __future__ import annotations

from collections.abc import Sequence

from stateroom.errors import Refused, Undecodable
from stateroom.link import Call, Command

__all__ = ("misfit_of",)

OTHER_KIND = "WRONGTYPE"
NO_NUMBER = ("hash value is not an integer", "hash value is not a float")
"""What Redis says of a value that it is to add to."""


def misfit_of(error: Refused, calls: Sequence[Call | Command]) -> Undecodable | None:
    """Return what to raise where the data is at fault; None for another refusal.

    Args:
        error: what the server has refused.
        calls: what was asked; the first of them says where.
    """
    text = str(error)
    if OTHER_KIND in text:
        what = "another kind of data stands there"
    elif any(each in text for each in NO_NUMBER):
        what = "what stands there is no number"
    else:
        return None
    first = calls[0]
    key = first.keys[0] if isinstance(first, Call) else first[1]
    shown = key.decode() if isinstance(key, bytes) else str(key)
    return Undecodable(
        f"{shown}: {what}",
        key=shown,
        hint="two kinds of live data have one name, or something else has written "
        "there: give one of them another name, or delete the key",
    )
