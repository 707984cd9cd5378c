"""Names from elsewhere are refused with the name that they have here."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import pytest

from stateroom.errors import InvalidPersist
from stateroom.persist import UnmentionedField, persist
from stateroom.store import Slice
from tests.persist.roles import Roles, kept_roles


def refused(**settings: object) -> InvalidPersist:
    declare: Callable[..., object] = persist  # type: ignore[explicit-any]
    with pytest.raises(InvalidPersist) as caught:
        declare(Slice("roles", Roles), **settings)
    return caught.value


@pytest.mark.parametrize(
    ("name", "here"),
    [
        ("whitelist", "fields"),
        ("whiteList", "fields"),
        ("blacklist", "transient"),
        ("migrate", "migrations"),
        ("migration", "migrations"),
        ("stateReconciler", "reconcile"),
        ("transform", "transforms"),
        ("throttle", "max_delay"),
        ("debounce", "max_delay"),
        ("name", "key"),
        ("partialize", "fields"),
        ("include", "fields"),
        ("exclude", "transient"),
        ("ttl", "max_age"),
        ("feilds", "fields"),
        ("versoin", "version"),
        ("maxDelay", "max_delay"),
    ],
)
def test_a_name_from_elsewhere_is_told_with_the_one_here(name: str, here: str) -> None:
    error = refused(**{name: {}})
    assert str(error).startswith(f"persist has no setting {name!r}")
    assert error.hint == f"it is called {here!r} here"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("keyPrefix", "Persistor(..., namespace=...)"),
        ("timeout", "persistor.hydrate(timeout=...)"),
        ("writeFailHandler", "Persistor(..., on_problem=...)"),
        ("serialize", "annotations say what is written"),
        ("deserialize", "annotations say what is read"),
        ("debug", "the logger stateroom.persist"),
        ("getStoredState", "a storage of your own"),
        ("namespace", "Persistor(..., namespace=...)"),
        ("owner", "persistor.sign_in(...)"),
        ("xyzzy", "see help(persist)"),
    ],
)
def test_what_is_no_setting_of_a_slice_is_told_with_where_it_is(
    name: str, hint: str
) -> None:
    assert hint in refused(**{name: 1}).hint


REDUX_PERSIST = (
    *("key", "storage", "version", "blacklist", "whitelist", "migrate", "transforms"),
    *("throttle", "keyPrefix", "serialize", "deserialize", "timeout", "debug"),
    *("stateReconciler", "writeFailHandler", "getStoredState"),
)
"""Every setting of redux-persist 6. Source: its PersistConfig."""


def test_no_setting_of_redux_persist_is_left_without_a_hint() -> None:
    for name in set(REDUX_PERSIST) - {"key", "storage", "version", "transforms"}:
        assert refused(**{name: 1}).hint != "see help(persist)"


def test_a_field_that_is_mentioned_nowhere_is_told_where_it_is_declared() -> None:
    roles = Slice("roles", Roles)
    with pytest.warns(UnmentionedField) as caught:
        kept = persist(roles, fields={"selected"})
    assert str(caught[0].message).startswith(
        "roles: loading, title is neither kept nor transient, and so it is not kept"
    )
    assert caught[0].filename == __file__
    assert kept.unmentioned == ("loading", "title")


def test_nothing_is_unmentioned_where_all_but_some_are_kept() -> None:
    with warnings.catch_warnings(record=True) as caught:
        assert persist(Slice("a", Roles), transient={"loading"}).unmentioned == ()
        assert persist(Slice("b", Roles)).unmentioned == ()
        assert kept_roles().part.unmentioned == ()
    assert caught == []


def test_of_a_mapping_the_fields_that_it_begins_with_have_to_be_mentioned() -> None:
    options: Slice[dict[str, int]] = Slice("options", lambda: {"size": 1, "zoom": 2})
    with pytest.warns(UnmentionedField, match="options: zoom is neither"):
        persist(options, fields={"size", "later"})
