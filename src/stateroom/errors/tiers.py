"""The errors of tiers that could not do their work, and those of the Redis tier."""

from __future__ import annotations

from typing import ClassVar

from stateroom.errors.base import StateroomError

__all__ = (
    "LoadFailed",
    "LoadTimeout",
    "NotInvalidated",
    "Overloaded",
    "Refused",
    "TierError",
    "Unavailable",
)


class TierError(StateroomError):
    """A tier could not do its work. Subclasses say whether trying again can help.

    Attributes:
        tier: ``"redis"``, ``"persist"`` or ``"session"``.
        retryable: whether the same call may succeed later, with nothing mended.
    """

    code = "STR-700"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, tier: str = "redis", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.tier = tier


class Unavailable(TierError):
    """No answer in time, or one that says: not now. Nobody's mistake.

    Attributes:
        is_full: whether the server has no memory left for a write.
        is_slow: whether what was waited for never came: an answer, or a connection.
        is_moving: whether the keys are being moved from one server to another.
    """

    code = "STR-701"
    retryable = True

    def __init__(
        self,
        message: str,
        *,
        tier: str = "redis",
        hint: str = "",
        is_full: bool = False,
        is_slow: bool = False,
        is_moving: bool = False,
    ) -> None:
        super().__init__(message, tier=tier, hint=hint)
        self.is_full = is_full
        self.is_slow = is_slow
        self.is_moving = is_moving


class Refused(TierError):
    """The server refuses what was asked: a mistake in code or in configuration."""

    code = "STR-702"


class NotInvalidated(TierError):
    """An invalidation did not arrive; other processes may serve the old value.

    It is queued in this process, which asks again until it arrives, and reads past the
    cache meanwhile. The queue is lost with the process.

    Attributes:
        keys: what could not be deleted.
    """

    code = "STR-703"
    retryable = True

    def __init__(self, message: str, *, keys: tuple[str, ...], hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.keys = keys


class LoadTimeout(TierError, TimeoutError):
    """A load took longer than its ``load_timeout``."""

    code = "STR-704"
    retryable = True


class LoadFailed(TierError):
    """The load that this call waited for, in another process, has failed.

    Who waited shares the outcome, as it would have shared the value; the next call
    loads anew. The message tells the type and the text of the original error.
    """

    code = "STR-705"
    retryable = True


class Overloaded(TierError):
    """The cache is away, and as many loads run as the source is to bear."""

    code = "STR-706"
    retryable = True
