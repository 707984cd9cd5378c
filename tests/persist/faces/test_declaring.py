"""A persistor that cannot work is refused when it is made."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stateroom.errors import InvalidPersist
from stateroom.persist import AsyncPersistor, Files, Memory, Persistor, persist
from stateroom.store import Slice, Store
from tests.persist.faces.ways import Awaited
from tests.persist.roles import Roles, kept_roles

FACES = [Persistor, AsyncPersistor]
each_face = pytest.mark.parametrize("kind", FACES)
Kind = Callable[..., object]  # type: ignore[explicit-any]


def refused(kind: Kind, *given: object, **options: object) -> InvalidPersist:
    with pytest.raises(InvalidPersist) as caught:
        kind(*given, **options)
    return caught.value


@each_face
def test_a_store_that_keeps_nothing_is_refused(kind: Kind) -> None:
    error = refused(kind, Store(Slice("roles", Roles)), Memory())
    assert str(error).startswith("the store keeps no slice")
    assert "Store(persist(roles" in error.hint


@each_face
@pytest.mark.parametrize("store", [None, {}, kept_roles().part, Store])
def test_what_is_no_store_is_refused(kind: Kind, store: object) -> None:
    error = refused(kind, store, Memory())
    assert str(error).startswith("a persistor is of a store; found")


@each_face
def test_two_slices_of_one_key_are_refused(kind: Kind) -> None:
    one, two = kept_roles("a", key="same"), kept_roles("b", key="same")
    error = refused(kind, Store(one.part, two.part), Memory())
    assert str(error).startswith("the slices 'a' and 'b' are both kept under 'same'")
    assert error.key == "same"
    assert "persist(..., key=...)" in error.hint


@each_face
def test_a_slice_without_a_storage_is_refused(kind: Kind) -> None:
    error = refused(kind, Store(kept_roles().part))
    assert str(error).startswith("roles: it has no storage")
    assert "Persistor(store, Files(...))" in error.hint


@each_face
@pytest.mark.parametrize("storage", ["~/roles", {}, Files, 7])
def test_what_is_no_storage_is_refused(kind: Kind, storage: object) -> None:
    error = refused(kind, Store(kept_roles().part), storage)
    assert str(error).startswith("Persistor: storage is where records are kept; found")
    assert "Files(" in error.hint


def test_a_storage_that_is_awaited_is_refused_by_blocking_code() -> None:
    error = refused(Persistor, Store(kept_roles().part), Awaited())
    assert "memory of this process: it is awaited" in str(error)
    assert error.hint == "use AsyncPersistor"
    kept = kept_roles(storage=Awaited())
    assert "it is awaited" in str(refused(Persistor, Store(kept.part), Memory()))


@each_face
@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"namespace": "My App"}, "namespace: 'My App' cannot stand in the key"),
        ({"owner": ""}, "an owner is the id of a user"),
        ({"owner": 1.5}, "an owner is the id of a user"),
        ({"owner": "x" * 97}, "an owner of 97 characters is too long"),
        ({"budget": 0}, "budget is a number of bytes; found 0"),
        ({"budget": "2 MiB"}, "budget is a number of bytes; found '2 MiB'"),
        ({"poll": 0}, "poll is a number of seconds, or None for never; found 0"),
        ({"poll": -1.0}, "poll is a number of seconds, or None for never"),
        ({"poll": "1s"}, "poll is a number of seconds, or None for never"),
        ({"poll": True}, "poll is a number of seconds, or None for never"),
    ],
)
def test_an_option_that_cannot_be_is_refused(
    kind: Kind, options: dict[str, object], told: str
) -> None:
    error = refused(kind, Store(kept_roles().part), Memory(), **options)
    assert str(error).startswith(told)


@each_face
def test_a_persistor_that_was_refused_leaves_the_store_alone(kind: Kind) -> None:
    store = Store(persist(Slice("roles", Roles)))
    refused(kind, store, Memory(), budget=0)
    assert store._taps == ()  # noqa: SLF001 - what is looked at
