"""Reads of one tick go out together; a lone reader waits for nobody."""

from __future__ import annotations

import asyncio

import pytest

from stateroom.cache.batching import (
    MOST_BYTES,
    MOST_KEYS,
    MOST_WORDS,
    Answer,
    AsyncReader,
)
from stateroom.cache.envelope import section
from stateroom.cache.places import Namer, Place
from stateroom.catalogue.keys import PUBLIC
from stateroom.errors import Refused, Unavailable
from tests.cache.counting import CountingLink

NAMER = Namer(namespace="t", item="x", fingerprint="s1", tags=("Job",))


def places(count: int, start: int = 0) -> list[Place]:
    return [NAMER.place(PUBLIC, b"%d" % n) for n in range(start, start + count)]


def reader_of(link: CountingLink) -> AsyncReader:
    return AsyncReader(link, lambda: 7, lambda: 1_000)


async def as_served(reader: AsyncReader, place: Place) -> Answer:
    """Read as the serving of a hit does."""
    if reader.under_way or reader.queue:
        return await reader.read(place)
    return await reader.read_now(place)


async def turns(count: int = 3) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_lone_read_goes_out_at_once_in_its_callers_own_task() -> None:
    link = CountingLink()
    reader, (place,) = reader_of(link), places(1)
    coroutine = as_served(reader, place)
    with pytest.raises(StopIteration) as end:  # it is answered without a turn
        coroutine.send(None)
    answer = end.value.value
    assert link.asked == [[place.value, *place.tags]]
    assert answer.values == {place.value: b"v" * 8}
    assert answer.versions == {tag: tag for tag in place.tags}
    assert (answer.mark, answer.now_ms, reader.under_way) == (7, 1_000, 0)


async def test_a_hundred_readers_of_one_tick_make_one_batch() -> None:
    link = CountingLink()
    reader, asked = reader_of(link), places(100)
    answers = await asyncio.gather(*(reader.read(each) for each in asked))
    assert link.batches == [100]
    assert all(
        place.value in answer.values
        for place, answer in zip(asked, answers, strict=True)
    )
    assert link.asked[0].count(asked[0].tags[0]) == 1  # tags are shared


async def test_of_a_hundred_that_are_served_the_first_waits_for_nobody() -> None:
    link = CountingLink()
    link.gate.clear()
    reader = reader_of(link)
    tasks = [asyncio.ensure_future(as_served(reader, each)) for each in places(100)]
    await turns()
    link.gate.set()
    await asyncio.gather(*tasks)
    assert link.batches == [1, 99]


async def test_those_who_come_while_a_batch_is_on_its_way_gather() -> None:
    link = CountingLink()
    link.gate.clear()
    reader = reader_of(link)
    first = [asyncio.ensure_future(reader.read(each)) for each in places(10)]
    await turns()
    later = [asyncio.ensure_future(reader.read(each)) for each in places(9, 50)]
    await turns()
    assert link.batches == [10]  # nine wait for the ten
    later.append(asyncio.ensure_future(reader.read(places(1, 90)[0])))
    await turns()
    assert link.batches == [10, 10]  # as many as are on their way: they go too
    link.gate.set()
    await asyncio.gather(*first, *later)
    assert reader.under_way == 0


async def test_those_who_gathered_go_when_the_batch_before_them_returns() -> None:
    link = CountingLink()
    link.gate.clear()
    reader = reader_of(link)
    first = [asyncio.ensure_future(reader.read(each)) for each in places(10)]
    await turns()
    later = [asyncio.ensure_future(reader.read(each)) for each in places(3, 50)]
    await turns()
    link.gate.set()
    await asyncio.gather(*first, *later)
    assert link.batches == [10, 3]


async def test_readers_of_one_place_share_one_read() -> None:
    link = CountingLink()
    reader, (one, other) = reader_of(link), places(2)
    answers = await asyncio.gather(*(reader.read(each) for each in (one, one, other)))
    assert link.batches == [2]
    assert answers[0] is answers[1]


async def test_a_reader_that_comes_after_a_read_went_out_does_not_share_it() -> None:
    link = CountingLink()
    link.gate.clear()
    reader, (place,) = reader_of(link), places(1)
    first = asyncio.ensure_future(reader.read(place))
    await turns()
    second = asyncio.ensure_future(reader.read(place))
    await turns()
    link.gate.set()
    await asyncio.gather(first, second)
    assert link.batches == [1, 1]


@pytest.mark.parametrize("is_on_its_way", [False, True])
async def test_a_cancelled_reader_harms_nobody(*, is_on_its_way: bool) -> None:
    link = CountingLink()
    link.gate.clear()
    reader, asked = reader_of(link), places(3)

    async def reads(place: Place) -> Answer:
        return await reader.read(place)

    tasks = [asyncio.ensure_future(reads(each)) for each in (asked[0], *asked)]
    await turns(5 if is_on_its_way else 1)
    assert bool(link.asked) == is_on_its_way
    tasks[0].cancel()
    tasks[2].cancel()
    await turns(1)
    link.gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    cancelled = [isinstance(each, asyncio.CancelledError) for each in results]
    assert cancelled == [True, False, True, False]
    assert reader.under_way == 0
    await as_served(reader, asked[0])


async def test_a_lone_reader_that_is_cancelled_holds_up_nobody() -> None:
    link = CountingLink()
    link.gate.clear()
    reader, asked = reader_of(link), places(2)
    lone = asyncio.ensure_future(as_served(reader, asked[0]))
    await turns()
    lone.cancel()
    await turns()
    link.gate.set()
    assert reader.under_way == 0
    await as_served(reader, asked[1])


async def test_more_than_a_batch_holds_goes_in_several() -> None:
    link = CountingLink()
    reader = reader_of(link)
    asked = places(2 * MOST_KEYS + 10)
    answers = await asyncio.gather(*(reader.read(each) for each in asked))
    assert link.batches == [MOST_KEYS, MOST_KEYS, 10]
    assert all(each.value in a.values for each, a in zip(asked, answers, strict=True))


@pytest.mark.parametrize("error", [Unavailable("away"), Refused("no", tier="redis")])
async def test_an_error_reaches_all_of_a_batch_and_nobody_after_it(
    error: Exception,
) -> None:
    link = CountingLink()
    link.error = error
    reader, asked = reader_of(link), places(5)
    results = await asyncio.gather(
        *(reader.read(each) for each in asked), return_exceptions=True
    )
    assert results == [error] * 5
    with pytest.raises(type(error)):
        await as_served(reader, asked[0])
    link.error = None
    assert reader.under_way == 0
    await as_served(reader, asked[0])


async def test_an_error_that_nobody_waits_for_any_more_leaves_no_complaint() -> None:
    link = CountingLink()
    link.gate.clear()
    link.error = Unavailable("away")
    reader, (place,) = reader_of(link), places(1)

    async def reads() -> Answer:
        return await reader.read(place)

    task = asyncio.ensure_future(reads())
    await turns()
    task.cancel()
    link.gate.set()
    await turns(5)
    assert reader.under_way == 0


async def test_large_values_make_small_batches_and_small_ones_large_again() -> None:
    link = CountingLink(size=200_000)
    reader = reader_of(link)
    for _ in range(60):
        await reader.read_now(places(1)[0])
    await asyncio.gather(*(reader.read(each) for each in places(20)))
    batches = link.batches[60:]
    assert sum(batches) == 20
    assert max(batches) <= MOST_BYTES // 150_000
    small = CountingLink()
    reader._link = small  # noqa: SLF001 - the same reader, other values
    for _ in range(100):
        await reader.read_now(places(1)[0])
    await asyncio.gather(*(reader.read(each) for each in places(100)))
    assert small.batches[100:] == [100]


async def test_values_larger_than_a_batch_go_one_by_one() -> None:
    link = CountingLink(size=4 * MOST_BYTES)
    reader = reader_of(link)
    for _ in range(20):
        await reader.read_now(places(1)[0])
    await asyncio.gather(*(reader.read(each) for each in places(3)))
    assert link.batches[20:] == [1, 1, 1]


async def test_tags_beyond_what_one_command_holds_go_in_a_second() -> None:
    link = CountingLink()
    reader, asked = reader_of(link), places(100)
    for n, each in enumerate(asked):
        each.seen = tuple(b"t:t:%d-%d" % (n, tag) for tag in range(64))
    answers = await asyncio.gather(*(reader.read(each) for each in asked))
    assert [len(each) for each in link.asked] == [MOST_WORDS, 100 + 6_400 - MOST_WORDS]
    versions = answers[0].versions
    assert versions == {tag: tag for each in asked for tag in each.seen}


# --------------------------------------------------------------------- answers

A, B = b"a" * 8, b"b" * 8


@pytest.mark.parametrize(
    ("versions", "is_whole"),
    [
        ({b"t:t:A": A, b"t:t:B": B}, True),
        ({b"t:t:A": A, b"t:t:B": B + b",s1,"}, True),
        ({b"t:t:A": A, b"t:t:B": None}, False),
        ({b"t:t:A": A, b"t:t:B": B[:7]}, False),
        ({b"t:t:A": A}, False),  # learnt since the batch was sent
    ],
)
def test_an_answer_tells_how_the_tags_of_a_current_entry_read(
    versions: dict[bytes, bytes | None], *, is_whole: bool
) -> None:
    answer = Answer({}, versions, mark=0, now_ms=0)
    expected = section([(b"A", A), (b"B", B)]) if is_whole else None
    for _ in range(2):  # the second time from memory
        assert answer.expected((b"t:t:A", b"t:t:B"), 4) == expected
    assert answer.expected((b"t:t:A",), 4) == section([(b"A", A)])
