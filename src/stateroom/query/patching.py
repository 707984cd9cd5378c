"""How the data of an entry is changed here, and said in patches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stateroom.store.drafts import freeze
from stateroom.store.patches import apply_patches

__all__ = ("patched", "replaced")


def patched(data: object, patches: Sequence[Mapping[str, object]]) -> object:
    """Return data after patches.

    A patch that replaces the whole stands for itself: it is not copied, so that what
    comes back is the very same as before.

    Raises:
        InvalidPatch: a patch leads nowhere.
    """
    if len(patches) == 1 and patches[0]["op"] == "replace" and not patches[0]["path"]:
        return freeze(patches[0]["value"])
    return apply_patches(data, patches)


def replaced(value: object) -> tuple[Mapping[str, object], ...]:
    """Return the patch that puts ``value`` in the place of the whole data."""
    return ({"op": "replace", "path": (), "value": value},)
