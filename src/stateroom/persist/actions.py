"""The actions by which persistence changes the state.

They carry data alone, so that they can be recorded, sent and replayed like any other:
a jump back in time with the devtools undoes a hydration, too. Their names and keys are
those of redux-persist: a reducer that handles them there handles them here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NotRequired, TypedDict

__all__ = (
    "PURGE",
    "REHYDRATE",
    "PurgeAction",
    "RehydrateAction",
    "RehydrateMeta",
    "purged",
    "rehydrated",
)

REHYDRATE: Final = "persist/REHYDRATE"
"""The type of the action that brings what was stored into the state."""
PURGE: Final = "persist/PURGE"
"""The type of the action after what was stored of a slice was purged."""


class RehydrateMeta(TypedDict, total=False):
    """What a merge needs besides what was stored.

    Attributes:
        base: the state that both sides began with.
        replay: the actions since then, to be reduced again on top of what was stored.
        removed: fields that are stored no more.
    """

    base: object
    replay: Sequence[Mapping[str, object]]
    removed: Sequence[str]


class RehydrateAction(TypedDict):
    """Brings what was stored into the state of one slice.

    Attributes:
        type: ``REHYDRATE``.
        key: under which the slice is kept.
        payload: field -> value, migrated and of its type; None when nothing is stored.
        err: why nothing could be read, as text; absent when it could.
        meta: what a merge needs besides.
    """

    type: str
    key: str
    payload: Mapping[str, object] | None
    err: NotRequired[str]
    meta: NotRequired[RehydrateMeta]


class PurgeAction(TypedDict):
    """Says that what was stored of a slice is purged.

    Attributes:
        type: ``PURGE``.
        key: under which the slice was kept.
        reset: whether its state begins anew.
    """

    type: str
    key: str
    reset: bool


def rehydrated(
    key: str,
    payload: Mapping[str, object] | None,
    *,
    meta: RehydrateMeta | None = None,
    err: str = "",
) -> RehydrateAction:
    """Return the action that brings ``payload`` into a slice."""
    action: RehydrateAction = {"type": REHYDRATE, "key": key, "payload": payload}
    if err:
        action["err"] = err
    if meta:
        action["meta"] = meta
    return action


def purged(key: str, *, reset: bool) -> PurgeAction:
    """Return the action that says that a slice was purged."""
    return {"type": PURGE, "key": key, "reset": reset}
