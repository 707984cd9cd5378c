"""Promises of a storage about bytes: what was written is what is read, twice over."""

from __future__ import annotations

from typing import Final

from stateroom.persist.storages.port import LONGEST_STAMP, Stored, stamp_of
from stateroom.testing.storages_places import LIMIT, Place, expect

__all__ = ("CASES",)

EVERY_BYTE: Final = bytes(range(256))


async def a_key_that_nobody_wrote_holds_nothing(place: Place) -> None:
    storage = place.open()
    expect(await storage.read("absent", limit=LIMIT), equals=Stored(None, None))
    expect(await storage.peek("absent"), equals=None)
    expect(await storage.keys(), equals=())


async def bytes_of_every_size_come_back_as_they_were(place: Place) -> None:
    storage = place.open()
    for size in (1, 2, 127, 128, 129, 255, 256, 4095, 4096, 4097, 65_537, 300 * 1024):
        data = (EVERY_BYTE * (size // 256 + 1))[:size]
        key = f"size:{size}"
        await storage.write(key, data, replaces=None, durable=False)
        found = await storage.read(key, limit=LIMIT)
        expect(found, equals=Stored(data, None))
        expect(type(found.current), equals=bytes)


async def bytes_that_are_no_text_come_back_as_they_were(place: Place) -> None:
    storage = place.open()
    odd = (
        b"\x00",
        b"\x00\x00tail",
        b"\xff\xfe\x00",
        b"\xed\xa0\x80",  # half of a pair of surrogates
        b"\xef\xbb\xbf{}",  # a byte order mark
        b" \t\r\n{}\r\n ",
        b"=+/Zm9v",  # looks like base64
        "naïve ☃ \U0001f600".encode(),
        bytes(reversed(EVERY_BYTE)) * 3,
    )
    for index, data in enumerate(odd):
        await storage.write(f"odd:{index}", data, replaces=None, durable=False)
    for index, data in enumerate(odd):
        found = await storage.read(f"odd:{index}", limit=LIMIT)
        expect(found, equals=Stored(data, None))


async def the_bytes_replaced_are_the_previous_generation(place: Place) -> None:
    storage = place.open()
    await storage.write("key", b"one", replaces=None)
    expect(await storage.read("key", limit=LIMIT), equals=Stored(b"one", None))
    await storage.write("key", b"two", replaces=b"one")
    expect(await storage.read("key", limit=LIMIT), equals=Stored(b"two", b"one"))
    await storage.write("key", b"three", replaces=b"two")
    expect(await storage.read("key", limit=LIMIT), equals=Stored(b"three", b"two"))


async def a_write_that_does_not_demote_leaves_the_previous_generation(
    place: Place,
) -> None:
    storage = place.open()
    await storage.write("key", b"one", replaces=None)
    await storage.write("key", b"two", replaces=b"one", demotes=False)
    expect(await storage.read("key", limit=LIMIT), equals=Stored(b"two", None))
    await storage.write("key", b"three", replaces=b"two")
    await storage.write("key", b"four", replaces=b"three", demotes=False)
    expect(await storage.read("key", limit=LIMIT), equals=Stored(b"four", b"two"))


async def a_relaxed_write_is_read_like_a_durable_one(place: Place) -> None:
    storage = place.open()
    await storage.write("key", b"one", replaces=None, durable=False)
    await storage.write("key", b"two", replaces=b"one", durable=True)
    await storage.write("key", b"three", replaces=b"two", durable=False)
    expect(await storage.read("key", limit=LIMIT), equals=Stored(b"three", b"two"))
    again = await place.open().read("key", limit=LIMIT)
    expect(again, equals=Stored(b"three", b"two"))


async def the_same_bytes_may_be_written_again(place: Place) -> None:
    storage = place.open()
    await storage.write("key", b"same", replaces=None)
    await storage.write("key", b"same", replaces=b"same")
    expect(await storage.read("key", limit=LIMIT), equals=Stored(b"same", b"same"))


async def shorter_bytes_leave_nothing_of_the_longer_ones(place: Place) -> None:
    storage = place.open()
    long = EVERY_BYTE * 40
    await storage.write("key", long, replaces=None)
    await storage.write("key", b"s", replaces=stamp_of(long))
    expect(await storage.read("key", limit=LIMIT), equals=Stored(b"s", long))


async def a_peek_gives_the_stamp_of_what_is_read(place: Place) -> None:
    storage = place.open()
    for size in (1, LONGEST_STAMP - 1, LONGEST_STAMP, LONGEST_STAMP + 1, 70_000):
        key = f"size:{size}"
        data = (EVERY_BYTE * 300)[:size]
        await storage.write(key, data, replaces=None, durable=False)
        found = await storage.read(key, limit=LIMIT)
        expect(await storage.peek(key), equals=stamp_of(found.current))
        expect(await storage.peek(key), equals=data[:LONGEST_STAMP])


async def a_read_is_cut_after_its_limit_in_both_generations(place: Place) -> None:
    storage = place.open()
    first, second = b"a" * 5000, b"b" * 5000
    await storage.write("key", first, replaces=None)
    await storage.write("key", second, replaces=stamp_of(first))
    for limit in (0, 1, 127, 4998, 4999):
        cut = limit + 1
        found = await storage.read("key", limit=limit)
        expect(found, equals=Stored(second[:cut], first[:cut]))
    for limit in (5000, 5001, LIMIT):
        found = await storage.read("key", limit=limit)
        expect(found, equals=Stored(second, first))


async def a_cut_read_changes_nothing(place: Place) -> None:
    storage = place.open()
    await storage.write("key", EVERY_BYTE, replaces=None)
    await storage.read("key", limit=3)
    found = await storage.read("key", limit=LIMIT)
    expect(found, equals=Stored(EVERY_BYTE, None))


async def a_storage_says_its_name_and_its_quota(place: Place) -> None:
    storage = place.open()
    assert isinstance(storage.name, str), "the name is no text"
    assert storage.name, "the name is empty"
    assert storage.quota is None or storage.quota > 0, "the quota is no size"


CASES = (
    a_key_that_nobody_wrote_holds_nothing,
    bytes_of_every_size_come_back_as_they_were,
    bytes_that_are_no_text_come_back_as_they_were,
    the_bytes_replaced_are_the_previous_generation,
    a_write_that_does_not_demote_leaves_the_previous_generation,
    a_relaxed_write_is_read_like_a_durable_one,
    the_same_bytes_may_be_written_again,
    shorter_bytes_leave_nothing_of_the_longer_ones,
    a_peek_gives_the_stamp_of_what_is_read,
    a_read_is_cut_after_its_limit_in_both_generations,
    a_cut_read_changes_nothing,
    a_storage_says_its_name_and_its_quota,
)
