"""Changes a field on its way to a document, and back on its way from it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from stateroom.errors import InvalidPersist

__all__ = ("Change", "Transform", "apply_inward", "apply_outward", "create_transform")

Change: TypeAlias = Callable[[object, str, Mapping[str, object]], object]
"""``change(value, field, full)`` returns the value that takes its place.

``full`` holds all fields: inward the state as it is now, outward what is stored, which
in a document are texts. ``UNDEFINED`` as a result leaves the field out.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """What is done with some fields before they are stored, and after they are read.

    Attributes:
        inward: applied to state that is going to be stored; None changes nothing.
        outward: applied to what was read; it undoes ``inward``. None changes nothing.
        only: the fields that it is for; None for all.
        skip: fields that it is not for, also when they stand in ``only``.
    """

    inward: Change | None = None
    outward: Change | None = None
    only: frozenset[str] | None = None
    skip: frozenset[str] = frozenset()

    def takes(self, field: str) -> bool:
        """Say whether it is for this field."""
        return field not in self.skip and (self.only is None or field in self.only)


def create_transform(
    inward: Change | None = None,
    outward: Change | None = None,
    *,
    only: Collection[str] | None = None,
    skip: Collection[str] = (),
) -> Transform:
    """Return a transform of the fields that stand in ``only``, and not in ``skip``.

    Example::

        create_transform(lambda names, *_: sorted(names), only={"selected"})

    Args:
        inward: ``inward(value, field, full)`` on the way to the storage.
        outward: the same on the way back.
        only: names of fields; None for all, and none at all when it is empty.
        skip: names of fields that pass through unchanged.

    Raises:
        InvalidPersist: one text stands where several names are asked for.

    Source:
        redux-persist 6.0.0, createTransform, whitelist and blacklist.
    """
    for names in (only, skip):
        if isinstance(names, str):
            raise InvalidPersist(
                f"the fields of a transform are several names; found {names!r:.80}",
                hint=f"write {{{names!r:.80}}}",
            )
    return Transform(
        inward=inward,
        outward=outward,
        only=None if only is None else frozenset(only),
        skip=frozenset(skip),
    )


def apply_inward(
    transforms: Sequence[Transform],
    field: str,
    value: object,
    full: Mapping[str, object],
) -> object:
    """Return what is stored for a field: the transforms in order, each on the last."""
    for each in transforms:
        if each.inward is not None and each.takes(field):
            value = each.inward(value, field, full)
    return value


def apply_outward(
    transforms: Sequence[Transform],
    field: str,
    value: object,
    full: Mapping[str, object],
) -> object:
    """Return what is read for a field: the transforms in reverse, each on the last."""
    for each in reversed(transforms):
        if each.outward is not None and each.takes(field):
            value = each.outward(value, field, full)
    return value
