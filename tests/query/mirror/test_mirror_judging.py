"""What was stored is judged entry by entry: what does not fit is left out alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import cast

import pytest

from stateroom.persist import Memory
from stateroom.query import QueryApi, QueryCall, Tag
from tests.query.mirror.lives import KEY, LIMIT, START, entries, life, rewrite
from tests.query.mirror.shops import Job, Shop, open_shop

JOBS = 'jobs({"city":"Bonn","page":1})'
COUNT = "count(undefined)"

Table = dict[str, object]


@pytest.fixture
def shop() -> Shop:
    return open_shop()


@pytest.fixture
async def storage(shop: Shop) -> AsyncIterator[Memory]:
    """A storage in which an application has left some jobs and a number."""
    made = Memory()
    async with life(shop.api, made) as one:
        await one.client.fetch(shop.jobs("Bonn", 1))
        await one.client.fetch(shop.count())
    shop.server.asked.clear()
    yield made
    made.close()


def change_entry(storage: Memory, change: Callable[[Table], object]) -> None:
    """Change the entry of the jobs where it is stored."""

    def changed(state: Table) -> None:
        entry = state[JOBS]
        assert isinstance(entry, dict)
        change(entry)

    rewrite(storage, changed)


DAMAGE: dict[str, Callable[[Table], object]] = {
    "nothing is left": lambda entry: entry.clear(),
    "a status that is none": lambda entry: entry.update(status="done"),
    "a request that runs": lambda entry: entry.update(status="pending"),
    "a status of no text": lambda entry: entry.update(status=["fulfilled"]),
    "no time": lambda entry: entry.pop("fulfilled_at"),
    "a time that is none": lambda entry: entry.update(fulfilled_at="today"),
    "a time before all": lambda entry: entry.update(fulfilled_at=-1),
    "no data": lambda entry: entry.pop("data"),
    "data that is none": lambda entry: entry.update(data={"$$odd": 1}),
    "data of another class": lambda entry: entry.update(data=[1, 2]),
    "data without a field": lambda entry: entry.update(data=[{"title": "Cook"}]),
    "data with another field": lambda entry: entry.update(data=[{"id": 1, "pay": 1}]),
    "no endpoint": lambda entry: entry.pop("endpoint"),
    "an unknown endpoint": lambda entry: entry.update(endpoint="gone"),
    "an endpoint of no text": lambda entry: entry.update(endpoint={}),
    "another endpoint": lambda entry: entry.update(endpoint="count"),
    "a secret endpoint": lambda entry: entry.update(endpoint="secret"),
    "another argument": lambda entry: entry.update(arg={"city": "Köln", "page": 1}),
    "an argument that is none": lambda entry: entry.update(arg={"$$odd": 1}),
    "an error that is none": lambda entry: entry.update(error="down"),
    "an error of no failure": lambda entry: entry.update(error={"name": "X"}),
    "a failure of no error": lambda entry: entry.update(status="rejected"),
    "tags that are none": lambda entry: entry.update(tags=None),
    "a tag that is none": lambda entry: entry.update(tags=[["Job", 1], "Job"]),
    "a tag of an odd id": lambda entry: entry.update(tags=[["Job", 1.5]]),
    "a tag of no kind": lambda entry: entry.update(tags=[[]]),
}


@pytest.mark.parametrize("damage", DAMAGE)
async def test_an_entry_that_does_not_fit_is_left_out_alone(
    shop: Shop, storage: Memory, damage: str
) -> None:
    change_entry(storage, DAMAGE[damage])
    async with life(shop.api, storage) as one:
        assert one.problems == []
        assert [*one.queries] == [COUNT]
        assert await one.client.fetch(shop.jobs("Bonn", 1)) == [Job(1), Job(2)]
    assert shop.server.asked == ["jobs Bonn 1"]
    assert {*entries(storage)} == {JOBS, COUNT}


async def test_what_a_newer_release_says_besides_is_ignored(
    shop: Shop, storage: Memory
) -> None:
    change_entry(storage, lambda entry: entry.update(request_id="r1", mood="good"))
    async with life(shop.api, storage) as one:
        assert one.queries[JOBS].data == [Job(1), Job(2)]
        assert one.queries[JOBS].request_id == ""


@pytest.mark.parametrize("odd", [None, 1, "x", [], {}, [{}], {"endpoint": None}])
async def test_what_is_no_entry_at_all_is_left_out_alone(
    shop: Shop, storage: Memory, odd: object
) -> None:
    rewrite(storage, lambda state: state.update({JOBS: odd, "other": odd}))
    async with life(shop.api, storage) as one:
        assert ([*one.queries], one.problems) == ([COUNT], [])


async def test_what_was_left_out_is_not_stored_again(
    shop: Shop, storage: Memory
) -> None:
    rewrite(storage, lambda state: state.update({"other": 1}))
    async with life(shop.api, storage) as one:
        await one.client.fetch(shop.job(1))
    assert {*entries(storage)} == {JOBS, COUNT, shop.job(1).key}


async def test_a_tag_of_a_kind_that_is_gone_is_left_out_alone(
    shop: Shop, storage: Memory
) -> None:
    tags = [["Gone", 1], ["Job", 2], ["Job"]]
    change_entry(storage, lambda entry: entry.update(tags=tags))
    async with life(shop.api, storage) as one:
        assert one.state.provided.keys[JOBS] == (Tag("Job", 2), Tag("Job"))
        assert one.client.entries_of(Tag("Job", 2)) == (shop.jobs("Bonn", 1),)


async def test_an_answer_that_is_too_old_is_left_out_alone(
    shop: Shop, storage: Memory
) -> None:
    change_entry(storage, lambda entry: entry.update(fulfilled_at=START - 60_001))
    async with life(shop.api, storage, max_age=60) as one:
        assert [*one.queries] == [COUNT]
    async with life(shop.api, storage, max_age=60) as one:
        assert one.problems == []


async def test_an_answer_is_used_up_to_its_age(shop: Shop, storage: Memory) -> None:
    for later, count in ((60_000, 2), (60_001, 0)):
        async with life(shop.api, storage, now_ms=START + later, max_age=60) as one:
            assert len(one.queries) == count


async def test_what_another_release_stored_is_not_used(
    shop: Shop, storage: Memory
) -> None:
    async with life(shop.api, storage, buster="2") as one:
        assert one.queries == {}
        await one.client.fetch(shop.count())
    async with life(shop.api, storage, buster="2") as one:
        assert [*one.queries] == [COUNT]


async def test_a_damaged_record_costs_the_answers_and_nothing_else(
    shop: Shop, storage: Memory
) -> None:
    found = storage.read(KEY, limit=LIMIT)
    assert found.current is not None
    storage.delete(KEY)
    storage.write(KEY, found.current[:-20] + b"x" * 20, replaces=None)
    async with life(shop.api, storage) as one:
        assert one.queries == {}
        assert await one.client.fetch(shop.count()) == 4
    async with life(shop.api, storage) as one:
        assert [*one.queries] == [COUNT]


async def test_an_endpoint_whose_data_or_argument_changed_takes_nothing_of_before(
    storage: Memory,
) -> None:
    api = QueryApi("api", tags=("Job",), serialize=lambda name, arg: f"{name}!{arg}")

    @api.query
    async def jobs(call: QueryCall, city: str, page: int) -> list[Job]:
        return []

    @api.query(serialize=lambda: COUNT)
    async def count(call: QueryCall) -> str:
        return "none"

    async with life(api, storage) as one:
        assert (one.queries, one.problems) == ({}, [])


async def test_data_is_taken_where_annotations_have_no_meaning(
    storage: Memory,
) -> None:
    api = QueryApi("api")

    async def count(call: QueryCall) -> int:
        return 1

    count.__annotations__["return"] = "OnlyForCheckers"
    api.query(count)
    async with life(api, storage) as one:
        assert one.queries[COUNT].data == 4


async def test_data_that_was_changed_on_its_way_is_of_the_type_of_the_change(
    storage: Memory,
) -> None:
    api = QueryApi("api")

    def stars(number: int) -> str:
        return "*" * number

    @api.query(transform=stars)
    async def count(call: QueryCall) -> int:
        return 3

    async with life(api, storage) as one:
        assert one.queries == {}
        await one.client.fetch(count())
    assert entries(storage)[COUNT]["data"] == "***"
    async with life(api, storage) as one:
        assert one.queries[COUNT].data == "***"


async def test_data_that_is_not_what_its_endpoint_says_is_told_of_once_and_not_stored(
    caplog: pytest.LogCaptureFixture,
) -> None:
    api, storage = QueryApi("api"), Memory()

    @api.query
    async def liar(call: QueryCall, number: int) -> list[Job]:
        return [cast("Job", {"secret": number})]

    async with life(api, storage) as one:
        for number in (1, 2):
            await one.client.fetch(liar(number))
        one.persistor.flush()
        assert one.problems == []
    assert entries(storage) == {}
    (told,) = caplog.messages
    assert told.startswith("api/liar: its data is not mirrored")
    assert "secret" not in told
