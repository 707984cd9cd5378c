"""The suite of the promises says which one a storage breaks."""

from __future__ import annotations

from typing import ClassVar

import pytest

from stateroom.errors import WriteConflict
from stateroom.persist.storages import Memory, Stored
from stateroom.testing.storages import CASES, check, check_async, run_case
from stateroom.testing.storages_places import Awaited


class Broken(Memory):
    """Keeps every promise; a subclass breaks one or more."""

    breaks: ClassVar[frozenset[str]] = frozenset()


class AlwaysWrites(Broken):
    breaks = frozenset(
        {
            "a_first_write_is_refused_where_something_is_stored",
            "a_part_of_a_stamp_is_another_stamp",
            "a_write_upon_bytes_that_are_not_there_is_refused",
            "a_write_upon_older_bytes_is_refused",
            "a_write_upon_what_another_deleted_is_refused",
            "no_write_is_lost_when_writers_interleave",
            "of_two_writers_upon_the_same_bytes_one_is_refused",
        }
    )

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        super().write(key, data, replaces=self.peek(key), demotes=demotes)


class AlwaysDemotes(Broken):
    breaks = frozenset({"a_write_that_does_not_demote_leaves_the_previous_generation"})

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        super().write(key, data, replaces=replaces)


class FoldsCase(Broken):
    breaks = frozenset(
        {
            "every_character_of_a_key_makes_a_key_of_its_own",
            "keys_of_the_greatest_length_are_told_apart",
            "keys_that_differ_in_case_only_are_different_keys",
        }
    )

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        super().write(key.lower(), data, replaces=replaces, demotes=demotes)

    def read(self, key: str, *, limit: int) -> Stored:
        return super().read(key.lower(), limit=limit)

    def peek(self, key: str) -> bytes | None:
        return super().peek(key.lower())


class HasNoLimit(Broken):
    breaks = frozenset({"a_read_is_cut_after_its_limit_in_both_generations"})

    def read(self, key: str, *, limit: int) -> Stored:
        return super().read(key, limit=max(limit, 1 << 20))


class CutsTheCurrentOnly(Broken):
    breaks = frozenset({"a_read_is_cut_after_its_limit_in_both_generations"})

    def read(self, key: str, *, limit: int) -> Stored:
        current, _ = super().read(key, limit=limit)
        return Stored(current, super().read(key, limit=1 << 20).previous)


class PeeksAtAll(Broken):
    breaks = frozenset(
        {
            "a_peek_gives_the_stamp_of_what_is_read",
            "a_stamp_stands_for_bytes_of_any_length",
        }
    )

    def peek(self, key: str) -> bytes | None:
        return super().read(key, limit=1 << 20).current


class ListsInAnyOrder(Broken):
    breaks = frozenset(
        {
            "every_character_of_a_key_makes_a_key_of_its_own",
            "everything_is_there_after_closing_and_opening_again",
            "keys_are_listed_in_order",
            "keys_of_the_greatest_length_are_told_apart",
            "keys_that_differ_in_case_only_are_different_keys",
            "both_generations_are_one_key",
        }
    )

    def keys(self) -> tuple[str, ...]:
        return tuple(reversed(super().keys()))


class PulseTicks(Broken):
    """Notices every fourth change only, as a file's time may."""

    breaks = frozenset(
        {
            "the_pulse_changes_when_another_deletes",
            "the_pulse_changes_whatever_the_key_and_the_generations",
            "the_pulse_changes_with_every_write_of_another",
        }
    )

    def pulse(self) -> object:
        changes = super().pulse()
        assert isinstance(changes, int)
        return changes // 4


class ClosesOnce(Broken):
    breaks = frozenset(CASES)

    def close(self) -> None:
        raise WriteConflict("closed before")


BROKEN: tuple[type[Broken], ...] = tuple(Broken.__subclasses__())


@pytest.mark.parametrize("kind", BROKEN, ids=lambda each: each.__name__)
def test_every_broken_promise_is_told_by_name(kind: type[Broken]) -> None:
    def place() -> type[Broken]:
        first = kind()
        return lambda: kind(shared=first)  # type: ignore[return-value]

    with pytest.raises(ExceptionGroup) as caught:
        check(place)
    told = {error.__notes__[-1].removeprefix("promise: ") for error in _all(caught)}
    assert told == kind.breaks


def _all(caught: pytest.ExceptionInfo[ExceptionGroup[Exception]]) -> list[Exception]:
    return list(caught.value.exceptions)


async def test_an_awaited_storage_is_judged_alike() -> None:
    def place() -> type[Awaited]:
        first = AlwaysDemotes()
        return lambda: Awaited(AlwaysDemotes(shared=first))  # type: ignore[return-value]

    with pytest.raises(ExceptionGroup, match="1 of") as caught:
        await check_async(place)
    (error,) = _all(caught)
    assert str(error).startswith("found Stored(current=b'two', previous=b'one'), promi")


def test_a_single_promise_can_be_run() -> None:
    name = "a_write_that_does_not_demote_leaves_the_previous_generation"
    first = AlwaysDemotes()
    with pytest.raises(AssertionError, match="promised Stored"):
        run_case(name, lambda: lambda: AlwaysDemotes(shared=first))


def test_every_promise_has_a_name_of_its_own() -> None:
    assert len(set(CASES)) == len(CASES) == 34
