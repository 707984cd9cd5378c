"""What a merge reports: its value, and everything that did not get into it."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeAlias, TypeVar

__all__ = (
    "ABSENT",
    "Absent",
    "Conflict",
    "ConflictKind",
    "Merge",
    "Merged",
    "counting",
    "is_counting",
    "joined",
)

T_co = TypeVar("T_co", covariant=True)


class _Word(enum.Enum):
    ABSENT = "ABSENT"

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return self.value

    __str__ = __repr__


Absent: TypeAlias = Literal[_Word.ABSENT]
"""The type of ``ABSENT``."""

ABSENT: Final = _Word.ABSENT
"""There is no value: a key that a mapping does not have."""

ConflictKind: TypeAlias = Literal["changed", "deleted", "class", "order", "chosen"]
"""Why something was lost:

* ``changed``: both sides changed it, to different values;
* ``deleted``: one side deleted what the other changed; the change is kept;
* ``class``: the two sides hold values of different classes, not both scalars;
* ``order``: both sides ordered the same elements, differently;
* ``chosen``: a merge that was asked for takes one side, or undoes a removal.
"""

_REASONS: dict[ConflictKind, str] = {
    "changed": "both sides changed it",
    "deleted": "one side deleted what the other changed",
    "class": "the sides hold values of different classes",
    "order": "both sides ordered it",
    "chosen": "the merge of this field chose",
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something that one side did and that is not in the merged value.

    Attributes:
        path: where, e.g. ``"selected[2]"`` or ``"entities['7'].title"``; empty for the
            whole value. An index is that in the merged value.
        kept: what stands there now; ``ABSENT`` for nothing.
        lost: what the other side had there; ``ABSENT`` when it had deleted it.
        kind: why; see ``ConflictKind``.
    """

    path: str
    kept: object
    lost: object
    kind: ConflictKind = "changed"

    @property
    def reason(self) -> str:
        """The kind, in words."""
        return _REASONS[self.kind]

    def __str__(self) -> str:
        place = self.path or "the whole value"
        return f"{place}: kept {self.kept!r:.80}, lost {self.lost!r:.80}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Merged(Generic[T_co]):
    """What became of three values.

    Attributes:
        value: the merged value, frozen as state is.
        conflicts: what of either side is not in it, in the order of the walk.
    """

    value: T_co
    conflicts: tuple[Conflict, ...] = ()


Merge: TypeAlias = Callable[[object, object, object], object]
"""``merge(base, stored, current)`` gives the merged value of one field.

It is called when both sides changed the field, and not to the same value; that of a
counter also when it is the same, as each side counted. Each of the three may be
``ABSENT`` where fields are keys of a mapping; so may be the result. One that drops
something reports it: it returns a ``Merged`` whose paths begin at the field.
"""

_COUNTING: Final[set[Merge]] = set()


def counting(merge: Merge) -> Merge:
    """Ask a merge also where both sides made the same of a field: both made it."""
    _COUNTING.add(merge)
    return merge


def is_counting(merge: Merge) -> bool:
    """Say whether a merge is asked where both sides are the same."""
    return merge in _COUNTING


def joined(place: str, path: str) -> str:
    """Return the path of what is at ``path`` below ``place``."""
    if not place or not path or path.startswith("["):
        return place + path
    return f"{place}.{path}"
