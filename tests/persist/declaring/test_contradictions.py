"""What contradicts itself, or the state, is an error where it is declared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from math import inf, nan

import pytest

from stateroom.errors import InvalidPersist
from stateroom.persist import (
    Files,
    add_numbers,
    create_transform,
    hard_set,
    persist,
    unchanged,
)
from stateroom.store import Slice
from tests.persist.roles import Roles, kept_roles


def declared(**settings: object) -> InvalidPersist:
    """Return the error of roles that are declared so."""
    declare: Callable[..., object] = kept_roles  # type: ignore[explicit-any]
    with pytest.raises(InvalidPersist) as caught:
        declare(**settings)
    return caught.value


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"fields": {"selectd", "title"}}, "fields has 'selectd', and the state has"),
        ({"transient": {"error", "loading"}}, "transient has 'error', and the state"),
        ({"merge": {"visits": add_numbers}}, "merge has 'visits', and the state has"),
        (
            {"fields": {"selected", "title"}, "transient": {"title", "loading"}},
            "title is kept and transient at once",
        ),
        ({"fields": "selected"}, "fields is a set of names; found 'selected'"),
        ({"fields": 5}, "fields is a set of names; found 5"),
        ({"transient": "loading"}, "transient is a set of names; found 'loading'"),
        ({"fields": {"selected", ""}}, "fields has '', which is no name of a field"),
        ({"fields": ["selected", 7]}, "fields has 7, which is no name of a field"),
        ({"version": 0}, "version is a whole number from 1 to 1,000,000; found 0"),
        ({"version": True}, "version is a whole number from 1"),
        ({"version": "2"}, "version is a whole number from 1"),
        ({"version": 2.0}, "version is a whole number from 1"),
        ({"version": 10**400}, "version is a whole number from 1"),
        ({"version": 2}, "version is 2, and there are no migrations"),
        ({"scope": "session"}, "scope is one of device, user; found 'session'"),
        ({"scope": ["user"]}, "scope is one of device, user; found"),
        ({"retention": 0}, "retention is more than 0 seconds"),
        ({"retention": -5}, "retention is more than 0 seconds"),
        ({"retention": inf}, "retention is more than 0 seconds, and at most"),
        ({"retention": timedelta.max}, "retention is more than 0 seconds, and at"),
        ({"retention": "30d"}, "retention is more than 0 seconds"),
        ({"max_age": nan}, "max_age is more than 0 seconds"),
        ({"max_age": True}, "max_age is more than 0 seconds"),
        ({"max_age": timedelta(days=-1)}, "max_age is more than 0 seconds"),
        ({"max_delay": -1}, "max_delay is 0, or 1 to 3,600,000 milliseconds; found -1"),
        (
            {"max_delay": nan},
            "max_delay is 0, or 1 to 3,600,000 milliseconds; found nan",
        ),
        ({"max_delay": None}, "max_delay is 0, or 1 to 3,600,000 milliseconds"),
        ({"durability": "sync"}, "durability is one of relaxed, throttled, fsync;"),
        ({"budget": 0}, "budget is a number of bytes; found 0"),
        ({"budget": 1.5}, "budget is a number of bytes; found 1.5"),
        ({"buster": 3}, "buster is text; found 3"),
        ({"buster": None}, "buster is text; found None"),
        ({"reconcile": "hard_set"}, 'reconcile is "three_way", "replay" or a'),
        ({"reconcile": ["x"]}, 'reconcile is "three_way", "replay" or a function'),
        ({"merge": 3}, "merge is a function, or functions by fields; found 3"),
        ({"merge": {"title": "mine"}}, "merge is a function, or functions by fields"),
        (
            {"merge": add_numbers, "reconcile": hard_set},
            "merge is not asked where reconcile is a function",
        ),
        ({"transforms": [str]}, "transforms are made by create_transform; found"),
        ({"transforms": None}, "transforms are made by create_transform; found None"),
        (
            {"transforms": [create_transform(only={"titel"})]},
            "transforms has 'titel', and the state has no such field",
        ),
        ({"storage": "~/roles"}, "storage is where records are kept; found '~/roles'"),
        ({"storage": Files}, "storage is where records are kept; found <class"),
        ({"storage": {}}, "storage is where records are kept; found {}"),
    ],
)
def test_it_names_the_slice_and_what_was_found(
    settings: dict[str, object], told: str
) -> None:
    error = declared(**settings)
    assert str(error).startswith(f"roles: {told}")
    assert error.key == "roles"


@pytest.mark.parametrize(
    ("version", "migrations", "told"),
    [
        (3, {2: unchanged}, "migrations are for 2; they follow one another and end"),
        (3, {3: unchanged, 1: unchanged}, "with version 3 (missing: 2)"),
        (2, {2: unchanged, 3: unchanged}, "with version 2 (missing: none)"),
        (1, {2: unchanged}, "with version 1 (missing: none)"),
        (2, {"2": unchanged}, "migrations are for '2'"),
        (2, {2.0: unchanged}, "migrations are for 2.0"),
        (2, {2: "rename"}, "a migration is a function; found 'rename'"),
        (2, [unchanged], "migrations are functions by versions; found ["),
    ],
)
def test_migrations_that_skip_a_version_are_refused(
    version: int, migrations: object, told: str
) -> None:
    error = declared(version=version, migrations=migrations)
    assert told in str(error)
    assert str(error).startswith("roles: ")


def test_migrations_may_begin_later_than_with_the_first_version() -> None:
    kept = kept_roles(version=4, migrations={3: unchanged, 4: unchanged})
    assert sorted(kept.part.settings.migrations) == [3, 4]


@pytest.mark.parametrize("versions", [[1], [3], [2, 4], ["2"]])
def test_downgrades_begin_with_the_next_version(versions: list[int]) -> None:
    error = declared(downgrades=dict.fromkeys(versions, unchanged))
    assert "they begin with version 2 and follow one another" in str(error)


def test_a_misspelt_field_is_told_with_the_one_that_was_meant() -> None:
    assert declared(fields={"selectd"}).hint == "did you mean 'selected'?"
    assert declared(fields={"xyz"}).hint == "it has loading, selected, title"


def test_a_version_without_migrations_says_what_to_write() -> None:
    assert "migrations={3: unchanged}" in declared(version=3).hint


def test_what_is_no_slice_cannot_be_kept() -> None:
    for given in (Roles, Roles(), "roles", kept_roles().part):
        declare: Callable[..., object] = persist  # type: ignore[explicit-any]
        with pytest.raises(InvalidPersist, match="what is kept is a slice; found"):
            declare(given)


def test_a_slice_whose_name_cannot_be_a_key_needs_another_key() -> None:
    roles = Slice("Rôles à lire", Roles)
    with pytest.raises(InvalidPersist, match="cannot be the key under which") as caught:
        persist(roles)
    assert "persist(..., key=...)" in caught.value.hint
    assert persist(roles, key="roles").key == "roles"


@pytest.mark.parametrize(
    "settings", [{"fields": {"a"}}, {"transient": {"a"}}, {"merge": {"a": add_numbers}}]
)
def test_a_state_without_fields_has_none_to_choose_from(
    settings: dict[str, object],
) -> None:
    history: Slice[list[int]] = Slice("history", list)
    declare: Callable[..., object] = persist  # type: ignore[explicit-any]
    with pytest.raises(InvalidPersist, match="it is one list") as caught:
        declare(history, **settings)
    assert str(caught.value).startswith("history: its state has no fields")
