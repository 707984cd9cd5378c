"""What each error of live data carries, caught from the mistake that it is about."""

from __future__ import annotations

from datetime import UTC, datetime

from stateroom.errors import StateroomError
from tests.live.mistakes import examples

ABOUT = ("policy", "name", "retry_after", "resets_at", "is_soft", "fence", "key")


def told(error: StateroomError) -> dict[str, object]:
    """Return what an error carries beside its message, its hint and its tier."""
    return {each: vars(error)[each] for each in ABOUT if each in vars(error)}


def test_an_error_says_what_it_is_about() -> None:
    assert {type(each).__name__: told(each) for each in examples()} == {
        "MayEvict": {"policy": "allkeys-lru"},
        "QuotaExceeded": {
            "name": "job-api",
            "retry_after": 1_440_000.0,
            "resets_at": datetime(2027, 2, 1, tzinfo=UTC),
            "is_soft": False,
        },
        "MutexBusy": {},
        "MutexLost": {"fence": 1_800_000_000_000_000},
        "Undecodable": {
            "key": "careers:d:pub:stats:{ddb1962047e3671d2dbbd0815f4cee7f}"
        },
        "Conflict": {},
    }
