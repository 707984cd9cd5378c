"""What JavaScript does to the parts of a JSON text: numbers, texts, the order of keys.

A key of a query and a document of redux-persist are the same to the byte as there, and
both are put together from these parts. What a whole value becomes, and what is refused,
differs: each says so itself, ``stateroom.query.keys`` and
``stateroom.persist.interchange``.

Pure functions; ``stateroom.store.plain`` is another form, which is Python's own.
"""

from __future__ import annotations

from stateroom.store.javascript.indexes import indexes_first
from stateroom.store.javascript.numbers import (
    EXACT,
    is_exact,
    number_of,
    number_text,
    whole_of,
    whole_text,
)
from stateroom.store.javascript.texts import escaped, quoted, quoted_ascii

__all__ = (
    "EXACT",
    "escaped",
    "indexes_first",
    "is_exact",
    "number_of",
    "number_text",
    "quoted",
    "quoted_ascii",
    "whole_of",
    "whole_text",
)
