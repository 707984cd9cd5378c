"""Translates the client's errors: what is weather, and what is a mistake."""

from __future__ import annotations

from redis import exceptions

from stateroom.errors import Refused, TierError, Unavailable

__all__ = ("CLIENT_ERRORS", "translated")

CLIENT_ERRORS = (exceptions.RedisError, OSError, EOFError)
"""What the client raises when an operation fails; nothing else is translated."""

_WEATHER = (
    exceptions.ConnectionError,  # also: refused, reset, still loading, no connection
    exceptions.TimeoutError,
    exceptions.ReadOnlyError,
    exceptions.ClusterDownError,
    exceptions.ClusterError,
    exceptions.MasterDownError,
    exceptions.TryAgainError,
    exceptions.SlotNotCoveredError,
    OSError,
    EOFError,
)
_MISTAKES = (
    exceptions.AuthenticationError,
    exceptions.AuthenticationWrongNumberOfArgsError,
    exceptions.NoPermissionError,
)
_PASSING = ("MISCONF", "NOREPLICAS", "LOADING", "BUSY ", "MASTERDOWN", "UNKILLABLE")
"""Words that begin a reply of a server that cannot now, and may later."""


def translated(error: BaseException, doing: str) -> TierError:
    """Return what to raise instead of the client's ``error``, ``from`` it.

    Args:
        error: one of ``CLIENT_ERRORS``.
        doing: what was tried, in words, for the message.
    """
    text = f"{doing}: {str(error) or type(error).__name__}"
    if isinstance(error, exceptions.OutOfMemoryError) or "OOM " in str(error):
        return Unavailable(text, is_full=True)
    if isinstance(error, _MISTAKES) or "NOAUTH" in str(error):
        return Refused(text, hint="check the user, the password and what it may do")
    if isinstance(error, (exceptions.TimeoutError, TimeoutError)):
        return Unavailable(text, is_slow=True)
    if isinstance(error, _WEATHER) or str(error).startswith(_PASSING):
        return Unavailable(text)
    return Refused(text, hint="this is a mistake, not the weather: nothing was cached")
