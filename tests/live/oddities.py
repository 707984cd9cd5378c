"""What is passed by mistake, for tests that nothing of it is taken by accident."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from stateroom.errors import UsageError

__all__ = ("ODDITIES", "taken_by")


class Empty:
    """A class of which nothing can be stored."""

    def __init__(self, *_: object) -> None:
        pass


ODDITIES: Final[dict[str, object]] = {
    "None": None,
    "text": "x",
    "empty": "",
    "half": "\ud800",
    "bytes": b"x",
    "1": 1,
    "0": 0,
    "-1": -1,
    "1.5": 1.5,
    "nan": math.nan,
    "inf": math.inf,
    "huge": 10**400,
    "True": True,
    "list": [1],
    "tuple": (),
    "dict": {},
    "object": object(),
    "class": Empty,
}


def taken_by(call: Callable[[object], object]) -> str:
    """Return the names of what a call takes; all the rest it has refused.

    An error that is not of ours is no refusal: it comes out of here.
    """
    return " ".join(name for name, each in ODDITIES.items() if _is_taken(call, each))


def _is_taken(call: Callable[[object], object], value: object) -> bool:
    try:
        call(value)
    except UsageError:
        return False
    return True
