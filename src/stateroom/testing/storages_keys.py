"""Promises of a storage about keys: each is told from every other, and listed."""

from __future__ import annotations

import itertools
import string
from typing import Final

from stateroom.persist.storages.port import AsyncStorage, Stored
from stateroom.testing.storages_places import LIMIT, Place, expect

__all__ = ("CASES",)

LONGEST_KEY: Final = 200
"""Characters; the port says so."""

CHARACTERS: Final = string.ascii_letters + string.digits + ":._~%-"

AWKWARD: Final = (
    *CHARACTERS,  # one character each, "." among them
    CHARACTERS,
    "..",
    "...",
    ".hidden",
    "ends.",
    "-option",
    "~",
    "%",
    "%%",
    "%3A",
    "a:b",
    "a%3Ab",
    "a%253Ab",
    "a.b",
    "a.previous",
    "a.previous.json",
    "a.json",
    "a.tmp",
    "a",
    "lock",
    ".lock",
    "generation",
    "careers:p:device:roles",
    "careers:p:device:roles~corrupt.1764123456789",
    "con",
    "nul.txt",
    "COM1",
    "__proto__",
    "constructor",
    "length",
    "toString",
)
"""Names that mean something else to a file system, to a browser, or to a storage."""


async def _fill(storage: AsyncStorage, keys: tuple[str, ...]) -> None:
    for key in keys:
        await storage.write(key, f"of {key}".encode(), replaces=None, durable=False)


async def _expect_filled(storage: AsyncStorage, keys: tuple[str, ...]) -> None:
    for key in keys:
        found = await storage.read(key, limit=LIMIT)
        expect(found, equals=Stored(f"of {key}".encode(), None))
    expect(await storage.keys(), equals=tuple(sorted(keys)))


async def every_character_of_a_key_makes_a_key_of_its_own(place: Place) -> None:
    storage = place.open()
    keys = tuple(dict.fromkeys(AWKWARD))
    await _fill(storage, keys)
    await _expect_filled(storage, keys)
    await _expect_filled(place.open(), keys)


async def keys_that_differ_in_case_only_are_different_keys(place: Place) -> None:
    storage = place.open()
    keys = ("roles", "Roles", "rOles", "ROLES", "app:USER", "app:user", "APP:user")
    await _fill(storage, keys)
    await _expect_filled(storage, keys)


async def keys_of_the_greatest_length_are_told_apart(place: Place) -> None:
    storage = place.open()
    keys = tuple(
        head + body * (LONGEST_KEY - 1)
        for head, body in itertools.product("aA:", "bB:.~%-_9")
    )
    await _fill(storage, keys)
    await _expect_filled(storage, keys)
    await _expect_filled(place.open(), keys)


async def keys_are_listed_in_order(place: Place) -> None:
    storage = place.open()
    keys = tuple(f"app:p:device:item{index * 37 % 101}" for index in range(101))
    await _fill(storage, keys)
    expect(await storage.keys(), equals=tuple(sorted(keys)))


async def both_generations_are_one_key(place: Place) -> None:
    storage = place.open()
    await storage.write("key", b"one", replaces=None)
    await storage.write("key", b"two", replaces=b"one")
    await storage.write("other", b"three", replaces=None)
    expect(await storage.keys(), equals=("key", "other"))


async def a_deleted_key_is_gone_in_both_generations(place: Place) -> None:
    storage = place.open()
    await storage.write("key", b"one", replaces=None)
    await storage.write("key", b"two", replaces=b"one")
    await storage.write("other", b"stays", replaces=None)
    await storage.delete("key")
    expect(await storage.read("key", limit=LIMIT), equals=Stored(None, None))
    expect(await storage.peek("key"), equals=None)
    expect(await storage.keys(), equals=("other",))
    expect(await place.open().read("key", limit=LIMIT), equals=Stored(None, None))
    expect(await storage.read("other", limit=LIMIT), equals=Stored(b"stays", None))


async def a_deleted_key_can_be_written_anew(place: Place) -> None:
    storage = place.open()
    await storage.write("key", b"one", replaces=None)
    await storage.write("key", b"two", replaces=b"one")
    await storage.delete("key")
    await storage.write("key", b"three", replaces=None)
    expect(await storage.read("key", limit=LIMIT), equals=Stored(b"three", None))


async def deleting_what_is_not_there_is_no_error(place: Place) -> None:
    storage = place.open()
    await storage.delete("absent")
    await storage.write("key", b"one", replaces=None)
    await storage.delete("absent")
    await storage.delete("key")
    await storage.delete("key")
    expect(await storage.keys(), equals=())


CASES = (
    every_character_of_a_key_makes_a_key_of_its_own,
    keys_that_differ_in_case_only_are_different_keys,
    keys_of_the_greatest_length_are_told_apart,
    keys_are_listed_in_order,
    both_generations_are_one_key,
    a_deleted_key_is_gone_in_both_generations,
    a_deleted_key_can_be_written_anew,
    deleting_what_is_not_there_is_no_error,
)
