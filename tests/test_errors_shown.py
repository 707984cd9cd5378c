"""What a traceback shows of a wrong value: what was found, and what is allowed."""

from __future__ import annotations

import traceback

import pytest

from stateroom.cache import Cache
from stateroom.errors import InvalidValue


def shown(error: BaseException) -> list[str]:
    """Return the lines of a traceback below the stack, without the error's class."""
    text = "".join(traceback.format_exception_only(error))
    return text.removeprefix("stateroom.errors.InvalidValue: ").splitlines()


def test_a_wrong_value_is_shown_with_what_was_found_and_what_is_allowed() -> None:
    error = InvalidValue("no period", found="'months'", allowed="month", hint="try it")
    assert shown(error) == [
        "no period",
        "found: 'months'",
        "allowed: month",
        "hint: try it",
    ]


def test_what_the_message_or_the_hint_says_is_not_said_twice() -> None:
    error = InvalidValue("no rank: 0", found="0", allowed="1", hint="allowed is 1")
    assert shown(error) == ["no rank: 0", "hint: allowed is 1"]


def test_an_error_of_a_message_alone_is_one_line() -> None:
    assert shown(InvalidValue("no")) == ["no"]


def test_a_long_value_is_cut() -> None:
    error = InvalidValue("no", found="x" * 1_000)
    assert shown(error) == ["no", f"found: {'x' * 200}..."]
    assert error.found == "x" * 1_000


def test_a_ttl_in_words_is_told_what_a_ttl_is() -> None:
    cache = Cache.memory()
    with pytest.raises(InvalidValue) as caught:
        cache.blocking.set("a", 1, of=int, ttl="5m")  # type: ignore[arg-type]
    assert shown(caught.value) == [
        "ttl is no time that an entry can have",
        "found: '5m'",
        "allowed: seconds, at least 0.001, or a timedelta",
    ]
