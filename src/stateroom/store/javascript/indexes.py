"""Keys of an object that JavaScript takes for indexes, and puts before all others.

{"b": 1, "10": 2, "9": 3, "01": 4}      the keys are "9", "10", "b", "01"
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ("indexes_first",)

_LAST: Final = 2**32 - 2
"""The largest key that counts as an index. ECMAScript, "array index"."""
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)


def indexes_first(keys: list[str]) -> list[str]:
    """Return keys in the order in which an object has them.

    Args:
        keys: in the order in which they were set; also returned, when none is an index.

    Source:
        ECMAScript, OrdinaryOwnPropertyKeys.
    """
    indexes = [key for key in keys if _INDEX.fullmatch(key) and int(key) <= _LAST]
    if not indexes:
        return keys
    taken = set(indexes)
    return [*sorted(indexes, key=int), *(key for key in keys if key not in taken)]
