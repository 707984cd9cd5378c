"""Promises of a storage to several writers: nobody's write is lost unseen."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Final

from stateroom.errors import WriteConflict
from stateroom.persist.storages.port import AsyncStorage, Stored, stamp_of
from stateroom.testing.storages_places import LIMIT, Place, expect, expect_conflict

__all__ = ("CASES",)

WRITERS: Final = 4
TURNS: Final = 160
"""Steps of one storm: about a third of them are writes that succeed."""


async def a_first_write_is_refused_where_something_is_stored(place: Place) -> None:
    storage = place.open()
    await storage.write("key", b"one", replaces=None)
    await storage.write("key", b"two", replaces=b"one")
    await expect_conflict(storage.write("key", b"new", replaces=None), key="key")
    expect(await storage.read("key", limit=LIMIT), equals=Stored(b"two", b"one"))


async def a_write_upon_older_bytes_is_refused(place: Place) -> None:
    storage = place.open()
    await storage.write("key", b"one", replaces=None)
    await storage.write("key", b"two", replaces=b"one")
    for durable in (True, False):
        for demotes in (True, False):
            writing = storage.write(
                "key", b"new", replaces=b"one", demotes=demotes, durable=durable
            )
            await expect_conflict(writing, key="key")
    expect(await storage.read("key", limit=LIMIT), equals=Stored(b"two", b"one"))
    expect(await storage.keys(), equals=("key",))


async def a_write_upon_bytes_that_are_not_there_is_refused(place: Place) -> None:
    storage = place.open()
    writing = storage.write("absent", b"new", replaces=b"one")
    await expect_conflict(writing, key="absent")
    expect(await storage.read("absent", limit=LIMIT), equals=Stored(None, None))
    expect(await storage.keys(), equals=())


async def a_part_of_a_stamp_is_another_stamp(place: Place) -> None:
    storage = place.open()
    await storage.write("key", b"stamp", replaces=None)
    for stamp in (b"", b"s", b"stam", b"stamp2", b"Stamp"):
        await expect_conflict(storage.write("key", b"new", replaces=stamp), key="key")
    expect(await storage.read("key", limit=LIMIT), equals=Stored(b"stamp", None))


async def a_stamp_stands_for_bytes_of_any_length(place: Place) -> None:
    storage = place.open()
    first, second = bytes(range(256)) * 50, bytes(reversed(range(256))) * 60
    await storage.write("key", first, replaces=None)
    await storage.write("key", second, replaces=await storage.peek("key"))
    await storage.write("key", b"end", replaces=stamp_of(second))
    expect(await storage.read("key", limit=LIMIT), equals=Stored(b"end", second))


async def a_write_is_seen_by_whoever_opened_before_and_after(place: Place) -> None:
    here, there = place.open(), place.open()
    expect(await there.read("key", limit=LIMIT), equals=Stored(None, None))
    await here.write("key", b"one", replaces=None)
    expect(await there.read("key", limit=LIMIT), equals=Stored(b"one", None))
    await there.write("key", b"two", replaces=b"one")
    expect(await here.read("key", limit=LIMIT), equals=Stored(b"two", b"one"))
    expect(await here.peek("key"), equals=b"two")
    expect(await here.keys(), equals=("key",))
    expect(await place.open().read("key", limit=LIMIT), equals=Stored(b"two", b"one"))


async def of_two_writers_upon_the_same_bytes_one_is_refused(place: Place) -> None:
    here, there = place.open(), place.open()
    await here.write("key", b"base", replaces=None)
    await here.write("key", b"here", replaces=b"base")
    await expect_conflict(there.write("key", b"there", replaces=b"base"), key="key")
    expect(await there.read("key", limit=LIMIT), equals=Stored(b"here", b"base"))
    await expect_conflict(there.write("key", b"there", replaces=None), key="key")
    await there.write("key", b"there", replaces=b"here")
    expect(await here.read("key", limit=LIMIT), equals=Stored(b"there", b"here"))


async def a_write_upon_what_another_deleted_is_refused(place: Place) -> None:
    here, there = place.open(), place.open()
    await here.write("key", b"one", replaces=None)
    expect(await there.peek("key"), equals=b"one")
    await there.delete("key")
    await expect_conflict(here.write("key", b"two", replaces=b"one"), key="key")
    expect(await here.read("key", limit=LIMIT), equals=Stored(None, None))


async def the_pulse_changes_with_every_write_of_another(place: Place) -> None:
    here, there = place.open(), place.open()
    seen = [await here.pulse()]
    stamp: bytes | None = None
    for turn in range(40):
        data = b"%05d" % turn  # of one length, and faster than any clock ticks
        await there.write("key", data, replaces=stamp, durable=False)
        stamp = data
        pulse = await here.pulse()
        assert pulse not in seen, f"the pulse did not change with write {turn}"
        seen.append(pulse)


async def the_pulse_changes_whatever_the_key_and_the_generations(place: Place) -> None:
    here, there = place.open(), place.open()
    await there.write("one", b"a", replaces=None)
    await there.write("two", b"a", replaces=None)
    for turn in range(20):
        before = await here.pulse()
        stamp = await there.peek("one" if turn % 2 else "two")
        await there.write(
            "one" if turn % 2 else "two",
            b"%d" % turn,
            replaces=stamp,
            demotes=turn % 3 > 0,
        )
        assert await here.pulse() != before, f"the pulse missed write {turn}"


async def the_pulse_changes_when_another_deletes(place: Place) -> None:
    here, there = place.open(), place.open()
    for turn in range(10):
        await there.write("key", b"%d" % turn, replaces=None, durable=False)
        before = await here.pulse()
        await there.delete("key")
        assert await here.pulse() != before, f"the pulse missed deletion {turn}"


async def everything_is_there_after_closing_and_opening_again(place: Place) -> None:
    storage = place.open()
    await storage.write("one", b"first", replaces=None)
    await storage.write("one", b"second", replaces=b"first")
    await storage.write("two", b"third", replaces=None, durable=False)
    await storage.close()
    again = place.open()
    expect(await again.read("one", limit=LIMIT), equals=Stored(b"second", b"first"))
    expect(await again.read("two", limit=LIMIT), equals=Stored(b"third", None))
    expect(await again.keys(), equals=("one", "two"))


async def closing_twice_is_no_error(place: Place) -> None:
    storage, other = place.open(), place.open()
    await storage.write("key", b"one", replaces=None)
    await storage.close()
    await storage.close()
    expect(await other.read("key", limit=LIMIT), equals=Stored(b"one", None))
    await other.write("key", b"two", replaces=b"one")
    expect(await other.peek("key"), equals=b"two")


@dataclass
class _Writer:
    """Adds its mark to what it has read, when its next turn comes."""

    mark: str
    storage: AsyncStorage
    read: Stored | None = None
    written: int = 0

    async def take_turn(self, dice: random.Random) -> str | None:
        """Read, or write upon what was read; return the mark that was written."""
        if self.read is None:
            self.read = await self.storage.read("key", limit=LIMIT)
            return None
        current, self.read = self.read.current, None
        mark = f"{self.mark}{self.written} "
        data = mark.encode() + (current or b"")
        try:
            await self.storage.write(
                "key",
                data,
                replaces=stamp_of(current),
                demotes=dice.randrange(5) > 0,
                durable=dice.randrange(10) == 0,
            )
        except WriteConflict:
            return None
        self.written += 1
        return mark


@dataclass
class _Storm:
    """Writers that take turns as the dice say, and what each of them wrote."""

    writers: list[_Writer]
    written: list[str] = field(default_factory=list)

    async def rage(self, dice: random.Random) -> None:
        for _ in range(TURNS):
            mark = await dice.choice(self.writers).take_turn(dice)
            if mark is not None:
                self.written.insert(0, mark)
                found = await dice.choice(self.writers).storage.read("key", limit=LIMIT)
                expect(found.current, equals="".join(self.written).encode())


async def no_write_is_lost_when_writers_interleave(place: Place) -> None:
    for seed in range(3):
        dice = random.Random(seed)
        storm = _Storm([_Writer("abcd"[each], place.open()) for each in range(WRITERS)])
        await storm.rage(dice)
        assert len(storm.written) > WRITERS, "next to nothing was written"
        found = await place.open().read("key", limit=LIMIT)
        expect(found.current, equals="".join(storm.written).encode())
        await place.empty()


CASES = (
    a_first_write_is_refused_where_something_is_stored,
    a_write_upon_older_bytes_is_refused,
    a_write_upon_bytes_that_are_not_there_is_refused,
    a_part_of_a_stamp_is_another_stamp,
    a_stamp_stands_for_bytes_of_any_length,
    a_write_is_seen_by_whoever_opened_before_and_after,
    of_two_writers_upon_the_same_bytes_one_is_refused,
    a_write_upon_what_another_deleted_is_refused,
    the_pulse_changes_with_every_write_of_another,
    the_pulse_changes_whatever_the_key_and_the_generations,
    the_pulse_changes_when_another_deletes,
    everything_is_there_after_closing_and_opening_again,
    closing_twice_is_no_error,
    no_write_is_lost_when_writers_interleave,
)
