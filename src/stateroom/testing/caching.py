"""A cache for tests of an application, and assertions that say what they found."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable
from typing import ParamSpec, TypeAlias, TypedDict, TypeVar, Unpack, cast, overload

from stateroom.cache import (
    AsyncBound,
    AsyncCached,
    BlockingBound,
    BlockingCached,
    Cache,
    Entry,
    ManualClock,
)
from stateroom.cache.places import Place
from stateroom.cache.reading import Look
from stateroom.flows.blocking import refuse_in_loop
from stateroom.testing.loads import Loads

__all__ = ("FakeCache", "Loads", "assert_cached", "assert_invalidated", "fake_cache")

P = ParamSpec("P")
R = TypeVar("R")

_Async: TypeAlias = AsyncCached[P, R] | AsyncBound[P, R]
_Blocking: TypeAlias = BlockingCached[P, R] | BlockingBound[P, R]
Answer: TypeAlias = R | Coroutine[object, object, R]
"""Of a coroutine function, something to await."""

_WHY = {
    "cold": "nothing is stored",
    "expired": "what is stored has expired",
    "invalidated": "what is stored has been invalidated",
    "undecodable": "what is stored is no entry of this function",
    "bypass": "the cache does not answer, or is read past",
}


class Options(TypedDict, total=False):
    """What else ``fake_cache`` takes: see ``Cache.memory``."""

    namespace: str
    local: bool
    most_bytes: int
    bulkhead: int
    signing_keys: Iterable[bytes]


class FakeCache(Cache):
    """A cache in memory whose time stands still until a test moves it.

    Attributes:
        clock: ``cache.clock.advance(60)`` lets a minute pass.
    """

    clock: ManualClock


def fake_cache(
    clock: ManualClock | None = None, **options: Unpack[Options]
) -> FakeCache:
    """Return an empty cache in memory; ``with`` and ``async with`` close it.

    Declare with ``jitter=0`` where a test depends on the exact end of a TTL.

    Args:
        clock: one that the test has already; otherwise a new one.
        options: as for ``Cache.memory``.

    Example::

        with fake_cache() as cache:
            jobs = Jobs(cache)
            jobs.title(1)
            cache.clock.advance(300)
    """
    clock = clock or ManualClock()
    cache = cast("FakeCache", FakeCache.memory(clock=clock, **options))
    cache.clock = clock
    return cache


@overload
def assert_cached(
    function: _Async[P, R], *args: P.args, **kwargs: P.kwargs
) -> Coroutine[object, object, Entry[R]]: ...


@overload
def assert_cached(
    function: _Blocking[P, R], *args: P.args, **kwargs: P.kwargs
) -> Entry[R]: ...


def assert_cached(
    function: _Async[P, R] | _Blocking[P, R], *args: P.args, **kwargs: P.kwargs
) -> Answer[Entry[R]]:
    """Assert that a call with these arguments would be served from the cache.

    Nothing is loaded. Of a coroutine function, it has to be awaited.

    Returns:
        What would be served, with its age and tags.

    Raises:
        AssertionError: it would not; the message says why.
    """
    if isinstance(function, AsyncCached | AsyncBound):
        return _cached_async(function, args, kwargs)
    place = _place(function, args, kwargs)
    return _served(function, place, _looked_blocking(function, place))


@overload
def assert_invalidated(
    function: _Async[P, R], *args: P.args, **kwargs: P.kwargs
) -> Coroutine[object, object, None]: ...


@overload
def assert_invalidated(
    function: _Blocking[P, R], *args: P.args, **kwargs: P.kwargs
) -> None: ...


def assert_invalidated(
    function: _Async[P, R] | _Blocking[P, R], *args: P.args, **kwargs: P.kwargs
) -> Answer[None]:
    """Assert that a call with these arguments would load, and not for its age.

    Whether it was ever stored cannot be told: assert that it is cached before. Nothing
    is loaded. Of a coroutine function, it has to be awaited.

    Raises:
        AssertionError: it would be served, or has only expired; the message tells.
    """
    if isinstance(function, AsyncCached | AsyncBound):
        return _invalidated_async(function, args, kwargs)
    place = _place(function, args, kwargs)
    _gone(function, place, _looked_blocking(function, place))
    return None


async def _cached_async(
    function: _Async[P, R], args: tuple[object, ...], kwargs: dict[str, object]
) -> Entry[R]:
    place = _place(function, args, kwargs)
    return _served(function, place, await _looked(function, place))


async def _invalidated_async(
    function: _Async[P, R], args: tuple[object, ...], kwargs: dict[str, object]
) -> None:
    place = _place(function, args, kwargs)
    _gone(function, place, await _looked(function, place))


def _place(
    function: _Async[P, R] | _Blocking[P, R],
    args: tuple[object, ...],
    kwargs: dict[str, object],
) -> Place:
    return function._place(args, kwargs)  # noqa: SLF001 - one of us


async def _looked(function: _Async[P, R], place: Place) -> Look[R]:
    serving = function.serving
    return await serving._peek(serving.engine.here(), place)  # noqa: SLF001 - as above


def _looked_blocking(function: _Blocking[P, R], place: Place) -> Look[R]:
    refuse_in_loop("this assertion")
    return function.serving._peek(place)  # noqa: SLF001 - as above


def _served(
    function: _Async[P, R] | _Blocking[P, R], place: Place, look: Look[R]
) -> Entry[R]:
    if look.is_served and look.outcome is not None:
        return function.serving.entry_of(look.outcome)
    raise AssertionError(f"not cached: {_WHY[look.reason]} under {_shown(place)}")


def _gone(
    function: _Async[P, R] | _Blocking[P, R], place: Place, look: Look[R]
) -> None:
    if look.is_served:
        entry = _served(function, place, look)
        tags = ", ".join(entry.tags) or "none"
        raise AssertionError(
            f"still cached: {entry.value!r} under {_shown(place)}, {entry.age_s:g} s "
            f"old{', stale' if entry.is_stale else ''}; its tags: {tags}"
        )
    if look.reason == "expired":
        raise AssertionError(f"not invalidated, but expired: {_shown(place)}")


def _shown(place: Place) -> str:
    return place.value.decode()
