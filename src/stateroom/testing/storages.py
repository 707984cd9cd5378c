"""The promises of a storage, as a suite that any storage can run, in a browser too.

Say how a new, empty place is made, and how a storage is opened on it; the suite opens
several on one place, as several processes and tabs do::

    def place() -> Callable[[], Storage]:
        directory = tempfile.mkdtemp()
        return lambda: Files(directory)

    check(place)                       # or: await check_async(place)

or one promise at a time, with pytest::

    @pytest.mark.parametrize("name", CASES)
    def test_my_storage_keeps_the_promise(name: str) -> None:
        run_case(name, place)

A place that exists once, such as the storage of a browser's page, may be the same for
all: each case empties it. Standard library only, no threads, no pytest.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Final, TypeAlias

from stateroom.persist.storages.port import AsyncStorage, Storage
from stateroom.testing import storages_bytes, storages_keys, storages_writers
from stateroom.testing.storages_places import Awaited, Opening, Place

__all__ = (
    "CASES",
    "AsyncPlaces",
    "Places",
    "check",
    "check_async",
    "run_case",
    "run_case_async",
)

Places: TypeAlias = Callable[[], Callable[[], Storage]]
"""Makes an empty place; what it returns opens one more storage on that place."""

AsyncPlaces: TypeAlias = Callable[[], Callable[[], AsyncStorage]]
"""``Places`` for storages that are awaited; opening itself is not."""

_Case: TypeAlias = Callable[[Place], Coroutine[object, object, None]]

_CASES: Final[dict[str, _Case]] = {
    each.__name__: each
    for each in (*storages_bytes.CASES, *storages_keys.CASES, *storages_writers.CASES)
}

CASES: Final[tuple[str, ...]] = tuple(_CASES)
"""The name of each promise, for ``run_case``."""


def run_case(name: str, make_place: Places) -> None:
    """Run one promise on a new place; AssertionError says how it is broken."""
    _finish(_run(_CASES[name], _awaited(make_place())))


async def run_case_async(name: str, make_place: AsyncPlaces) -> None:
    """Run one promise on a new place; AssertionError says how it is broken."""
    await _run(_CASES[name], make_place())


def check(make_place: Places) -> None:
    """Run every promise, each on a new place.

    Raises:
        ExceptionGroup: promises are broken; each error carries the name of its own.
    """
    broken: list[Exception] = []
    for name in CASES:
        try:
            run_case(name, make_place)
        except Exception as error:
            broken.append(_named(error, name))
    _report(broken)


async def check_async(make_place: AsyncPlaces) -> None:
    """Run every promise, each on a new place, as ``check`` does."""
    broken: list[Exception] = []
    for name in CASES:
        try:
            await run_case_async(name, make_place)
        except Exception as error:
            broken.append(_named(error, name))
    _report(broken)


async def _run(case: _Case, opening: Opening) -> None:
    """Run ``case`` on an empty place, and leave it empty unless the case is broken."""
    place = Place(opening)
    try:
        await place.empty()
        await case(place)
        await place.empty()
    finally:
        await place.leave()


def _awaited(opening: Callable[[], Storage]) -> Opening:
    return lambda: Awaited(opening())


def _finish(steps: Coroutine[object, object, None]) -> None:
    """Run to its end what never waits."""
    try:
        steps.send(None)
    except StopIteration:
        return
    steps.close()
    raise AssertionError("a blocking storage waited for something")


def _named(error: Exception, name: str) -> Exception:
    error.add_note(f"promise: {name}")
    return error


def _report(broken: list[Exception]) -> None:
    if broken:
        raise ExceptionGroup(f"{len(broken)} of {len(CASES)} promises broken", broken)
