"""The errors of the Redis tier, kinds live and auth."""

from __future__ import annotations

from datetime import datetime

from stateroom.errors.tiers import TierError

__all__ = (
    "Conflict",
    "MayEvict",
    "MutexBusy",
    "MutexLost",
    "QuotaExceeded",
    "Undecodable",
)


class MayEvict(TierError):
    """Data that has no other copy would stand on a server that may evict it (MEM002).

    Attributes:
        policy: what the server does when it is full, e.g. ``"allkeys-lru"``.
    """

    code = "STR-707"

    def __init__(self, message: str, *, policy: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.policy = policy


class QuotaExceeded(TierError):
    """A call would exceed its quota; it was not made.

    Attributes:
        name: of the quota.
        retry_after: seconds until it is worth asking again.
        resets_at: when the window ends, aware.
        is_soft: whether it is the soft limit that is exceeded.
    """

    code = "STR-708"
    retryable = True

    def __init__(
        self,
        message: str,
        *,
        name: str,
        retry_after: float,
        resets_at: datetime,
        is_soft: bool = False,
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.name = name
        self.retry_after = retry_after
        self.resets_at = resets_at
        self.is_soft = is_soft


class MutexBusy(TierError, TimeoutError):
    """Somebody else held a mutex for as long as this call would wait."""

    code = "STR-709"
    retryable = True


class MutexLost(TierError):
    """A mutex that was held is not held any more: its time ended before a renewal.

    Attributes:
        fence: the token that was handed out with it.
    """

    code = "STR-710"

    def __init__(self, message: str, *, fence: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.fence = fence


class Undecodable(TierError):
    """What stands in Redis is not of the declared type; it is left as it is.

    Attributes:
        key: where it stands.
    """

    code = "STR-711"

    def __init__(self, message: str, *, key: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.key = key


class Conflict(TierError):
    """Others changed the same data each time this call tried to."""

    code = "STR-712"
    retryable = True
