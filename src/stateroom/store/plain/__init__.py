"""The one form of state and actions that leaves the process: plain data for JSON.

Devtools, persistence, sync and moves all use it. Annotations direct it, so that a
state of dataclasses becomes what one would write by hand::

    {"title": "cook", "since": "2026-07-25T10:00:00+00:00", "tags": ["a", "b"]}

and comes back with the right classes. Where no annotation tells what a value is, or a
union leaves it open, the value says it under a key that begins with ``$``::

    {"$datetime": "2026-07-25T10:00:00+00:00"}
    {"$type": "Cat", "name": "Tom"}
    {"$type": "shop.colours:Colour", "$value": "red"}

Keys of a mapping that begin with ``$`` get a second one. The form is a promise: what
was once written stays readable.
"""

from __future__ import annotations

from stateroom.store.plain.codecs import Plain
from stateroom.store.plain.coding import VALUE_TYPE, from_plain, to_plain
from stateroom.store.plain.memo import Encoder
from stateroom.store.plain.registry import (
    Field,
    Record,
    register_plain,
    register_records,
)

__all__ = (
    "VALUE_TYPE",
    "Encoder",
    "Field",
    "Plain",
    "Record",
    "from_plain",
    "register_plain",
    "register_records",
    "to_plain",
)
