"""What somebody asks a client for that cannot be meant, and what a reset forgets."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import cast

import pytest

from stateroom.errors import InvalidQuery, QueryFailed
from stateroom.query import QueryApi, QueryCall, QueryClient, mirror_of
from stateroom.store import Store
from tests.query.client.backend import world

api = QueryApi("api", tags=("Job",))


@api.query(provides=["Job"])
async def job(call: QueryCall, number: int) -> list[int]:
    return [number]


async def told(result: object) -> None:
    """What nobody would await."""


@pytest.mark.parametrize("force", ["60", timedelta(seconds=60), float("nan"), [1]])
async def test_an_age_is_a_number_of_seconds(force: object) -> None:
    given = cast("float", force)
    async with world(api) as here:
        with pytest.raises(InvalidQuery, match=r"force is .*, expected True, False or"):
            await here.client.fetch(job(1), force=given)
        with pytest.raises(InvalidQuery, match="force is"):
            _ = here.client.subscribe(job(1), force=given)
        with pytest.raises(InvalidQuery, match="refetch_on_mount is"):
            _ = here.client.subscribe(job(1), refetch_on_mount=given)
        with pytest.raises(InvalidQuery, match="if_older_than is"):
            here.client.prefetch(job(1), if_older_than=given)
        assert here.client.store[api].queries == {}


@pytest.mark.parametrize("call", [told, functools.partial(told), 3, "print"])
async def test_who_is_to_be_told_can_be_called(call: object) -> None:
    async with world(api) as here:
        with pytest.raises(InvalidQuery, match="on_change is"):
            _ = here.client.subscribe(
                job(1), on_change=cast("Callable[[object], object]", call)
            )
        assert here.client.store[api].queries == {}


@pytest.mark.parametrize("recipe", [3, None, [1]])
async def test_a_recipe_is_a_function(recipe: object) -> None:
    async with world(api) as here:
        with pytest.raises(InvalidQuery, match="a recipe is a function"):
            here.client.update(job(1), cast("Callable[[object], None]", recipe))


@pytest.mark.parametrize("seconds", ["1d", timedelta(days=1), 0, float("nan"), True])
def test_the_age_of_a_mirror_is_a_number_of_seconds(seconds: object) -> None:
    with pytest.raises(InvalidQuery, match="max_age is seconds above 0"):
        mirror_of(api, max_age=cast("float", seconds))


def test_a_client_is_given_the_api_and_not_its_mirror() -> None:
    with pytest.raises(InvalidQuery, match="a client runs an api; found Mirror"):
        QueryClient(Store(api), cast("QueryApi", mirror_of(api)))


# -- a reset


async def test_what_was_told_before_a_reset_is_not_told_after_it() -> None:
    async with world(api) as here:
        watching = here.client.subscribe(job(1))
        assert await watching == [1]
        here.client.reset()
        assert not watching.result.has_data
        with pytest.raises(QueryFailed, match="no data, and no request for it"):
            await watching


async def test_an_ended_subscription_keeps_what_its_request_brought() -> None:
    async with world(api) as here:
        with here.client.subscribe(job(1)) as watching:
            pass
        assert await watching == [1]
        here.client.reset()
        assert await watching == [1]
