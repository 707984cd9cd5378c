"""Two words that Python's None cannot say: no state yet, and "the new value is None".

JavaScript has ``undefined`` beside ``null``, and Redux uses both. Here None is a
value like any other; ``UNDEFINED`` is the absence of one.
"""

from __future__ import annotations

import enum
from typing import Final, Literal, TypeAlias

__all__ = ("NOTHING", "UNDEFINED", "Nothing", "Undefined")


class _Word(enum.Enum):
    UNDEFINED = "UNDEFINED"
    NOTHING = "NOTHING"

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return self.value

    __str__ = __repr__

    def __reduce__(self) -> tuple[type[_Word], tuple[str]]:
        return (_Word, (self.value,))


Undefined: TypeAlias = Literal[_Word.UNDEFINED]
"""The type of ``UNDEFINED``; a reducer's first argument is ``State | Undefined``."""

Nothing: TypeAlias = Literal[_Word.NOTHING]
"""The type of ``NOTHING``."""

UNDEFINED: Final = _Word.UNDEFINED
"""There is no value. A reducer is given it when its slice has no state yet."""

NOTHING: Final = _Word.NOTHING
"""Returned by a recipe or reducer to make the value None.

Returning None means "I have changed the draft, or nothing", as in any function that
ends without ``return``.
"""
