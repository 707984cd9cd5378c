"""Names the kind of an error as ``errorKind`` of ``js/terms.mjs`` does."""

from __future__ import annotations

from stateroom import errors
from tests.oracle.recipes import Boom

__all__ = ("EXPECTED", "kind_of_error")

MISUSES = (
    ("after its recipe had ended", "revoked"),
    ("as well", "both"),
    ("is a coroutine", "coroutine"),
    ("cannot be drafted", "undraftable"),
    ("is no draft", "not a draft"),
    ("takes what create_draft", "not a draft"),
    ("returned nothing for", "undefined state"),
)
KINDS: tuple[tuple[type[Exception], str], ...] = (
    (Boom, "thrown"),
    (errors.FrozenState, "frozen"),
    (errors.InvalidPatch, "patch"),
    (errors.InReducer, "busy"),
    (errors.InvalidAction, "action"),
    (errors.InvalidReducer, "undefined state"),
    (errors.InvalidSlice, "declaration"),
    (RecursionError, "endless"),
)
EXPECTED = (errors.StoreError, Boom, RecursionError)
"""What a program may raise; anything else is a fault of ours, and shows as such."""


def kind_of_error(error: Exception) -> str:
    """The kind of an error that a program raised."""
    if isinstance(error, errors.DraftMisuse):
        text = str(error)
        known = (kind for words, kind in MISUSES if words in text)
        return next(known, f"other: {text}")
    return next(
        (kind for known, kind in KINDS if isinstance(error, known)), f"other: {error!r}"
    )
