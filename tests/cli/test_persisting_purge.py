"""`stateroom persist purge`: what goes, goes for good, and nothing unasked."""

from __future__ import annotations

from pathlib import Path

import pytest

from stateroom.persist.records import Record, encode_record
from stateroom.persist.sealed import Sealed, pack
from stateroom.persist.storages import stamp_of
from tests.cli.persisting import (
    DRAFTS,
    FILE,
    ROLES,
    document,
    each_place,
    fill,
    flat,
    newest,
    on_keyboard,
    opened,
    persist,
    put_aside,
    record,
    rows,
    scribble,
    stored,
)
from tests.cli.running import uncoloured

SEALED = pack(Sealed(key_id="k", check="0" * 16, nonce=b"n" * 12, data=b"d" * 32))


def secret(key: str = ROLES, *, revision: int = 1) -> Record:
    return record(key, {"text": "secret"}, revision=revision)


def holds(folder: Path, text: bytes) -> bool:
    return any(
        text in each.read_bytes() for each in folder.rglob("*") if each.is_file()
    )


@each_place
def test_both_generations_and_the_damaged_bytes_go(place: str, folder: Path) -> None:
    fill(place, secret(), secret(revision=2))
    put_aside(place, ROLES, b"secret, cut off")
    done = persist("purge", place, "--item", "roles", "--yes")
    assert done.status == 0
    assert f"{ROLES}: purged\n" in done.out
    assert f"{place}: 2 purged." in done.out
    with opened(place) as storage:
        assert storage.keys() == (ROLES,)
    current, previous = stored(place, ROLES)
    assert b"secret" not in (current or b"") + (previous or b"")
    assert (newest(place).is_purged, newest(place).revision) == (True, 4)
    if place != FILE:  # SQLite wipes its pages in its own time
        assert not holds(folder, b"secret")


@each_place
def test_what_a_process_still_had_to_write_does_not_bring_it_back(place: str) -> None:
    fill(place, secret())
    seen = stamp_of(stored(place, ROLES).current)
    persist("purge", place, "--all", "--yes")
    late = encode_record(secret(revision=2))
    with opened(place) as storage, pytest.raises(Exception, match="roles"):
        storage.write(ROLES, late, replaces=seen)
    assert newest(place).is_purged


@each_place
@pytest.mark.parametrize(
    ("words", "gone"),
    [
        (("--owner", "7"), [DRAFTS]),
        (("--owner", ""), [ROLES]),
        (("--item", "drafts", "--item", "roles"), [ROLES, DRAFTS]),
        (("--item", "drafts", "--owner", "7"), [DRAFTS]),
        (("--all",), [ROLES, DRAFTS]),
        (("--all", "--namespace", "shop"), []),
        (("--owner", "8"), []),
    ],
    ids=str,
)
def test_what_is_named_goes_and_nothing_else(
    place: str, words: tuple[str, ...], gone: list[str]
) -> None:
    kept = {key: secret(key) for key in (ROLES, DRAFTS)}
    fill(place, *kept.values())
    told = document("purge", place, *words, "--yes")
    assert told["records"] == gone
    for key, each in kept.items():
        assert newest(place, key).is_purged == (key in gone)
        assert (stored(place, key).current == encode_record(each)) == (key not in gone)


@each_place
def test_purging_twice_changes_nothing(place: str) -> None:
    fill(place, secret(), secret(revision=2))
    persist("purge", place, "--all", "--yes")
    before = stored(place, ROLES)
    done = persist("purge", place, "--all")  # there is nothing to ask about
    assert (done.status, done.out) == (0, f"{place}: nothing was purged.\n")
    assert stored(place, ROLES) == before


@each_place
def test_damaged_records_go_too(place: str) -> None:
    data = encode_record(secret(revision=41))
    scribble(place, (ROLES, data[:-1]), (ROLES, data[:-2]), (DRAFTS, b"secret"))
    assert persist("purge", place, "--all", "--yes").status == 0
    assert newest(place, ROLES).revision == 43
    assert newest(place, DRAFTS).revision > 1 << 40
    assert persist("verify", place).status == 0


@each_place
def test_the_bytes_put_aside_can_go_alone(place: str) -> None:
    fill(place, secret())
    there = put_aside(place, ROLES, b"junk")
    told = document("purge", place, "--damaged", "--yes")
    assert (told["records"], told["put_aside"]) == ([], [there])
    assert newest(place) == secret()


@each_place
@pytest.mark.parametrize("data", [SEALED, b'{"stateroom":2,"x":1}'])
def test_what_only_the_application_can_purge_is_left_and_told(
    place: str, data: bytes
) -> None:
    fill(place, secret(DRAFTS))
    scribble(place, (ROLES, data))
    put_aside(place, ROLES, b"junk")
    done = persist("purge", place, "--all", "--yes")
    assert done.status == 1
    assert f"{ROLES}: left: " in done.out
    assert "purge it from within the application" in flat(done.out)
    assert f"{place}: 1 purged, 1 left." in done.out
    assert stored(place, ROLES).current == data
    assert len(rows(document("inspect", place), "put_aside")) == 1


def test_a_key_of_another_program_is_left_alone() -> None:
    scribble(FILE, ("settings", b"x"))
    done = persist("purge", FILE, "--all", "--yes")
    assert (done.status, stored(FILE, "settings").current) == (1, b"x")
    assert "settings: left: this is no key of a record" in done.out


# ---------------------------------------------------------------------- asking


@pytest.mark.parametrize("words", [(), ("--all", "--item", "roles"), ("--yes",)])
def test_what_is_to_go_must_be_named(words: tuple[str, ...]) -> None:
    fill(FILE, secret())
    done = persist("purge", FILE, *words)
    assert (done.status, "hint: give --owner or --item" in done.err) == (2, True)


@each_place
def test_off_a_terminal_it_needs_to_be_said(place: str) -> None:
    fill(place, secret())
    done = persist("purge", place, "--all", answers="y\n")
    assert (done.status, done.out) == (2, "")
    assert "1 record would be purged, and nobody can be asked" in done.err
    assert newest(place) == secret()


@pytest.mark.parametrize("answer", ["y\n", "YES\n"])
def test_a_person_is_told_what_goes_and_may_agree(answer: str) -> None:
    fill(FILE, secret(), secret(DRAFTS))
    done = on_keyboard(answer, "purge", FILE, "--all")
    assert done.status == 0
    asked = f"  {ROLES}\n  {DRAFTS}\nPurge 2 records of {FILE} for good? [y/N] "
    assert uncoloured(done.err) == asked
    assert newest(FILE).is_purged


@pytest.mark.parametrize("answer", ["n\n", "\n", "what?\n", "\x04"])
def test_without_a_clear_yes_nothing_goes(answer: str) -> None:
    fill(FILE, secret())
    done = on_keyboard(answer, "purge", FILE, "--all")
    assert (done.status, done.out) == (1, f"{FILE}: nothing was purged.\n")
    assert newest(FILE) == secret()
