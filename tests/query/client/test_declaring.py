"""Declaring an api: what is refused, and in which words."""

from __future__ import annotations

import math
from collections.abc import Callable, Coroutine
from typing import Literal, cast

import pytest

from stateroom.errors import InvalidQuery, InvalidSlice
from stateroom.query import QueryApi, QueryCall, Tag
from stateroom.store import Slice, Store
from tests.query.client.backend import world

Function = Callable[[QueryCall], Coroutine[object, object, object]]


async def users(call: QueryCall) -> list[str]:
    """Everybody."""
    return ["Ada"]


def plain(call: QueryCall) -> list[str]:
    return ["Ada"]


def test_an_api_is_a_part_of_a_store() -> None:
    api = QueryApi("server", keep_unused=5)
    store = Store(api, Slice("ui", dict))
    assert store[api].queries == {}
    assert store[api].config.keep_unused == 5
    assert store.state == {"server": store[api], "ui": {}}


def test_an_endpoint_is_named_as_its_function() -> None:
    api = QueryApi("api")
    endpoint = api.query(users)
    assert (endpoint.name, endpoint.api) == ("users", "api")
    assert endpoint.__doc__ == "Everybody."
    assert repr(endpoint) == "<query endpoint api/users>"
    assert endpoint().key == "users(undefined)"


def test_an_endpoint_may_have_another_name() -> None:
    api = QueryApi("api")
    assert api.query(name="people")(users)().key == "people(undefined)"
    assert list(api.definitions) == ["people"]


def test_two_endpoints_of_one_name_are_refused() -> None:
    api = QueryApi("api")
    api.query(users)
    with pytest.raises(InvalidQuery, match="two endpoints are named 'users'"):
        api.mutation(users)


@pytest.mark.parametrize(
    ("option", "value", "hint"),
    [
        ("keep_unsed", 5, "did you mean 'keep_unused'?"),
        ("providesTags", [], "it is called 'provides' here"),
        ("invalidates", ["Job"], "an option of the other kind"),
        ("nonsense", 1, "known: force_refetch"),
    ],
)
def test_an_option_that_is_none_is_refused(
    option: str, value: object, hint: str
) -> None:
    api = QueryApi("api", tags=("Job",))
    with pytest.raises(InvalidQuery, match=f"has no option '{option}'") as caught:
        api.query(**{option: value})(users)  # type: ignore[call-overload] # on purpose
    assert hint in caught.value.hint
    assert api.definitions == {}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("retry", 3),
        ("keep_unused", "5"),
        ("keep_unused", True),
        ("structural_sharing", None),
        ("mirror", "no"),
        ("name", 7),
    ],
)
def test_an_option_that_is_another_thing_is_refused(option: str, value: object) -> None:
    with pytest.raises(InvalidQuery, match=option):
        QueryApi("api").query(**{option: value})(users)  # type: ignore[call-overload] # on purpose


def test_what_is_no_coroutine_function_is_refused() -> None:
    api = QueryApi("api")
    with pytest.raises(InvalidQuery, match="expected a coroutine function"):
        api.query(cast("Function", plain))
    assert api.definitions == {}


def test_a_kind_of_tags_that_is_not_declared_is_refused_at_once() -> None:
    api = QueryApi("api", tags=("Job",))
    with pytest.raises(InvalidQuery, match="found the tag 'User'"):
        api.query(provides=[Tag("User", 1)])(users)
    with pytest.raises(InvalidQuery, match="found the tag 'User'"):
        api.mutation(invalidates="User")(users)


def test_a_function_that_names_what_is_not_there_is_refused() -> None:
    api = QueryApi("api", tags=("Job",))
    with pytest.raises(InvalidQuery, match="city"):
        api.query(provides=lambda result, city: [])(users)
    with pytest.raises(InvalidQuery, match=r"merge of 'users'.*page"):
        api.query(merge=lambda old, new, page: None)(users)


def test_an_option_that_is_no_function_is_refused() -> None:
    api = QueryApi("api")
    with pytest.raises(InvalidQuery, match=r"force_refetch.*expected a function"):
        api.query(force_refetch=True)(users)  # type: ignore[call-overload] # on purpose


@pytest.mark.parametrize("tags", ["Job", (1,), ("",)])
def test_what_are_no_kinds_of_tags_are_refused(tags: tuple[str, ...]) -> None:
    with pytest.raises(InvalidQuery, match="tags"):
        QueryApi("api", tags=tags)


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(InvalidQuery, match="keep_unused"):
        QueryApi("api", keep_unused=float("nan"))
    with pytest.raises(InvalidQuery, match="keep_unused of 'users'"):
        QueryApi("api").query(keep_unused=float("nan"))(users)


def test_a_name_with_a_slash_is_refused() -> None:
    with pytest.raises(InvalidSlice, match="slash"):
        QueryApi("api/v1")


async def test_keys_may_be_made_in_another_way() -> None:
    api = QueryApi("api", serialize=lambda endpoint, arg: f"{endpoint}-{arg}")

    @api.query
    async def one(call: QueryCall, number: int) -> int:
        return number

    @api.query(serialize=lambda number: {"even": number % 2 == 0})
    async def parity(call: QueryCall, number: int) -> int:
        return number

    async with world(api) as here:
        await here.client.fetch(one(1))
        await here.client.fetch(parity(2))
        assert await here.client.fetch(parity(4)) == 2
        assert list(here.state.queries) == ["one-1", 'parity({"even":true})']


async def test_results_and_errors_may_be_changed_on_their_way() -> None:
    api = QueryApi("api")

    async def upper(found: list[str]) -> list[str]:
        return [each.upper() for each in found]

    api.query(transform=upper)(users)

    @api.query(transform=lambda found, extra=1: found + extra)
    async def number(call: QueryCall) -> int:
        return 1

    async with world(api) as here:
        assert await here.client.fetch(api.endpoints["users"]()) == ["ADA"]
        assert await here.client.fetch(number()) == 2


async def test_endpoints_may_be_declared_while_a_store_runs() -> None:
    api = QueryApi("api")
    async with world(api) as here:
        late = api.query(users)
        assert await here.client.fetch(late()) == ["Ada"]


async def test_two_apis_live_in_one_store() -> None:
    first, second = QueryApi("first"), QueryApi("second")
    store = Store(first, second)
    assert list(store.state) == ["first", "second"]  # type: ignore[call-overload] # a mapping
    async with world(first) as here:
        endpoint = first.query(users)
        await here.client.fetch(endpoint())
    assert store[second].queries == {}


@pytest.mark.parametrize("seconds", [-1, math.nan, "60", None, True])
def test_an_api_keeps_for_a_time(seconds: object) -> None:
    with pytest.raises(InvalidQuery, match="keep_unused of the api 'api'") as caught:
        QueryApi("api", keep_unused=cast("float", seconds))
    assert caught.value.hint == "math.inf keeps for ever"


def test_an_api_invalidates_in_one_of_two_ways() -> None:
    with pytest.raises(InvalidQuery, match="expected 'delayed' or 'immediately'"):
        QueryApi("api", invalidation=cast("Literal['delayed']", "immediate"))
