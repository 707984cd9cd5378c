"""Mistakes in using a cache are told at once, with what to write instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, cast

import pytest

from stateroom.cache import Cache
from stateroom.catalogue.keys import Scope
from stateroom.errors import UsageError


def told(error: pytest.ExceptionInfo[UsageError]) -> str:
    """Return what a traceback shows."""
    return "\n".join((str(error.value), *error.value.__notes__))


class Cached(Protocol):
    """Takes options that mypy would refuse."""

    def __call__(self, **options: object) -> Callable[[object], object]: ...


def decorate(**options: object) -> None:
    """Cache a function with these options."""
    cached = cast("Cached", Cache.memory().cached)

    @cached(ttl=60, **options)
    async def jobs(query: str) -> list[str]:
        return [query]


def test_a_decorator_without_parentheses_is_told_how_it_is_written() -> None:
    cached = cast("Callable[[object], object]", Cache.memory().cached)
    with pytest.raises(UsageError) as error:

        @cached
        async def jobs(query: str) -> list[str]:
            return [query]

    assert told(error).splitlines() == [
        "cached has no ttl; found jobs",
        "hint: options come first: @cache.cached(ttl=300)",
    ]


def test_a_function_for_tags_that_wants_the_arguments_is_refused() -> None:
    with pytest.raises(UsageError, match="tags is called with the result alone"):
        decorate(tags=lambda jobs, query: [query])


def test_a_function_for_tags_that_takes_more_if_it_gets_it_is_none() -> None:
    decorate(tags=lambda jobs, prefix="Job": [prefix])
    decorate(tags=lambda *results: [])
    decorate(tags=dict)  # it has no signature that could be read


async def test_a_function_for_tags_that_returns_one_text_is_told() -> None:
    cache = Cache.memory()

    @cache.cached(ttl=60, tags=lambda jobs: f"Job:{jobs[0]}")
    async def jobs(query: str) -> list[str]:
        return [query]

    with pytest.raises(UsageError, match="tags returned one text; found 'Job:nurse'"):
        await jobs("nurse")


@pytest.mark.parametrize("scope", [7, ("user_id",), int])
def test_a_scope_that_is_no_text_is_refused(scope: object) -> None:
    with pytest.raises(UsageError, match=r"is not PARAMETER or PARAMETER\."):
        decorate(scope=scope)


@pytest.mark.parametrize("tag", [["Job"], ("Job", 7), None, 7])
async def test_an_invalidation_of_what_is_no_tag_is_refused(tag: object) -> None:
    cache = Cache.memory()
    with pytest.raises(UsageError) as error:
        await cache.invalidate_tags(cast("str", tag))
    assert "invalidate_tags(*tags)" in told(error)


@pytest.mark.parametrize("scope", ["user", "user:7", 7, None])
async def test_a_scope_that_is_none_is_not_taken_for_an_item(scope: object) -> None:
    cache = Cache.memory()
    with pytest.raises(UsageError, match="whose entries"):
        await cache.invalidate_scope(cast("Scope", scope))


@pytest.mark.parametrize("scope", ["user", None])
def test_a_blocking_one_is_neither(scope: object) -> None:
    with pytest.raises(UsageError, match="whose entries"):
        Cache.memory().blocking.invalidate_scope(cast("Scope", scope))
