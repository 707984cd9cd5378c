"""What transforms do to a field is undone before anything else looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest

from stateroom.errors import NotDurable
from stateroom.persist import Memory, Phase, create_transform, unchanged
from stateroom.persist.records import Record, encode_record
from stateroom.persist.settings import Migration
from tests.persist.roles import Kept, Roles, kept_roles
from tests.persist.scenes import Process

KEY = "app:p:device:roles"


def reverse(value: object, field: str, full: Mapping[str, object]) -> object:
    return "".join(reversed(cast("str", value)))


BACKWARDS = create_transform(reverse, reverse, skip={"selected"})
"""Stores texts backwards: what stands for packing them."""


def storage_with(state: dict[str, object], *, version: int = 1) -> Memory:
    storage = Memory()
    record = Record(key=KEY, version=version, revision=5, writer="w", at=1, state=state)
    storage.write(KEY, encode_record(record), replaces=None)
    return storage


def started(
    storage: Memory, *, version: int = 1, by: Migration = unchanged
) -> tuple[Process, Kept]:
    steps = dict.fromkeys(range(2, version + 1), by)
    kept = kept_roles(version=version, migrations=steps, transforms=[BACKWARDS])
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    return process, kept


def titled(state: dict[str, object]) -> dict[str, object]:
    return {**state, "title": f"{state['title']} of 2"}


def test_a_migration_is_given_what_the_application_had() -> None:
    storage = storage_with({"selected": [], "title": "knilB"})
    process, kept = started(storage, version=2, by=titled)
    assert process.store[kept.part] == Roles(title="Blink of 2")
    process.persistor.flush()
    assert process.fields()["title"] == "2 fo knilB"


def test_a_field_that_a_migration_renames_is_undone_before() -> None:
    def renamed(state: dict[str, object]) -> dict[str, object]:
        return {"selected": [], "title": state["name"]}

    storage = storage_with({"selected": [], "name": "knilB"})
    process, kept = started(storage, version=2, by=renamed)
    assert process.store[kept.part] == Roles(title="Blink")


@pytest.mark.parametrize("version", [1, 2])
def test_a_field_that_nobody_knows_stays_as_it_is_stored(version: int) -> None:
    storage = storage_with({"selected": [], "title": "x", "newer": "drawkcab"})
    process, kept = started(storage, version=version)
    process.store.dispatch(kept.select("Cook"))
    process.persistor.flush()
    assert process.fields()["newer"] == "drawkcab"


def test_a_transform_that_fails_before_a_migration_leaves_what_is_stored() -> None:
    storage = storage_with({"selected": [], "title": 5})
    before = storage.read(KEY, limit=1 << 20)
    process, kept = started(storage, version=2)
    assert process.phase() is Phase.READ_ONLY
    process.store.dispatch(kept.select("Cook"))
    process.wait(3600)
    assert storage.read(KEY, limit=1 << 20) == before


def test_what_became_transient_leaves_the_storage_without_a_further_change() -> None:
    storage = storage_with({"selected": ["Cook"], "title": "secret"})
    kept = kept_roles(fields={"selected"}, transient={"title", "loading"})
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    process.wait(1)
    assert process.fields() == {"selected": ["Cook"]}


def test_what_json_cannot_write_is_told_with_its_field() -> None:
    odd = create_transform(lambda value, *_: {value}, None, only={"title"})
    kept = kept_roles(transforms=[odd])
    process = Process(None, kept.part)
    process.persistor.hydrate()
    with pytest.raises(NotDurable, match=r"roles\.title: a transform made of it what"):
        process.persistor.flush()
    assert process.status().is_dirty
