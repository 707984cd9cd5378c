"""Translates the client's errors: what is weather, and what is a mistake."""

from __future__ import annotations

import ssl

from redis import exceptions

from stateroom.errors import Refused, TierError, Unavailable

__all__ = ("CLIENT_ERRORS", "is_demoted", "late", "translated")

CLIENT_ERRORS = (exceptions.RedisError, OSError, EOFError)
"""What the client raises when an operation fails; nothing else is translated."""

_WEATHER = (
    exceptions.ConnectionError,  # also: refused, reset, still loading, no connection
    exceptions.TimeoutError,
    exceptions.ReadOnlyError,
    exceptions.ClusterDownError,
    exceptions.AskError,  # a slot is on its way
    exceptions.InvalidResponse,  # half a reply, or a server of another kind
    OSError,
    EOFError,
)
_MISTAKES = (
    exceptions.AuthenticationError,
    exceptions.AuthenticationWrongNumberOfArgsError,
    exceptions.NoPermissionError,
)
_PASSING = (
    "MISCONF", "NOREPLICAS", "LOADING", "BUSY", "MASTERDOWN", "UNKILLABLE", "READONLY",
    "FAILOVER", "UNBLOCKED",
)  # fmt: skip
"""Words that begin a reply of a server that cannot now, and may later."""


def translated(error: BaseException, doing: str) -> TierError:
    """Return what to raise instead of the client's ``error``, ``from`` it.

    Args:
        error: one of ``CLIENT_ERRORS``.
        doing: what was tried, in words, for the message.
    """
    text = f"{doing}: {str(error) or type(error).__name__}"
    if isinstance(error, exceptions.OutOfMemoryError) or _says(error, "OOM"):
        return Unavailable(text, is_full=True)
    hint = _mistake(error)
    if hint:
        return Refused(text, hint=hint)
    if isinstance(error, (exceptions.TimeoutError, TimeoutError)):
        return Unavailable(text, is_slow=True)
    if isinstance(error, exceptions.TryAgainError):
        return Unavailable(text, is_moving=True)
    if isinstance(error, _WEATHER) or _says(error, *_PASSING):
        return Unavailable(text)
    return Refused(text, hint="this is a mistake, not the weather: nothing was cached")


def _mistake(error: BaseException) -> str:
    """Return what to do about an error that looks like weather and is none."""
    # In an event loop, a unix socket's refusal arrives inside of a failed connection.
    is_theirs = isinstance(error, _MISTAKES) or isinstance(error.__cause__, _MISTAKES)
    if is_theirs or _says(error, "NOAUTH", "NOPERM"):
        return "check the user, the password and what it may do"
    if isinstance(error, exceptions.MovedError):
        return "it is one of a cluster: redis+cluster://HOST:PORT"
    if isinstance(error.__context__, ssl.SSLCertVerificationError):
        return "name who signed its certificate: rediss://...?ssl_ca_certs=FILE"
    return ""


def late(doing: str, seconds: float) -> Unavailable:
    """Return what to raise when a deadline has passed."""
    return Unavailable(f"{doing}: no answer within {seconds:g} s", is_slow=True)


def is_demoted(reply: object) -> bool:
    """Say whether a reply is of a server that is not the primary any more."""
    if isinstance(reply, exceptions.ReadOnlyError):
        return True
    return isinstance(reply, exceptions.ResponseError) and _says(reply, "READONLY")


def _says(error: BaseException, *words: str) -> bool:
    """Say whether an error is of one of these kinds.

    Redis 6.2 puts the error of a command inside a script behind words of its own, and
    before it a hyphen.
    """
    text = str(error)
    return any(
        text.startswith((f"{word} ", f"-{word} ")) or f": -{word} " in text
        for word in words
    )
