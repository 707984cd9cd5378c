"""Data of another version is brought to this one, or left exactly as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest

from stateroom.errors import NotDurable
from stateroom.persist import Memory, Phase, persist, unchanged
from stateroom.persist.records import Record, encode_record
from stateroom.persist.settings import WHOLE
from stateroom.persist.storages.port import Storage
from stateroom.store import Slice
from tests.persist.roles import Kept, Roles, Settings, kept_roles
from tests.persist.scenes import LIMIT, Process, record_in

KEY = "app:p:device:roles"


def storage_with(state: object, *, version: int = 1, whole: bool = False) -> Memory:
    storage = Memory()
    record = Record(
        key=KEY,
        version=version,
        revision=5,
        writer="w",
        at=1,
        state=state,
        is_whole=whole,
    )
    storage.write(KEY, encode_record(record), replaces=None)
    return storage


def bytes_in(process: Process) -> bytes | None:
    return cast("Storage", process.storage).read(KEY, limit=LIMIT).current


def started(storage: Memory, **settings: object) -> tuple[Process, Kept]:
    kept = kept_roles(**cast("Settings", settings))
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    return process, kept


def rename(state: dict[str, object]) -> dict[str, object]:
    state["title"] = state.pop("name")
    return state


def count(state: dict[str, object]) -> dict[str, object]:
    chosen = cast("list[str]", state["selected"])
    return {**state, "title": f"{state['title']} ({len(chosen)})"}


def test_old_data_goes_through_each_migration_in_order() -> None:
    storage = storage_with({"selected": ["Cook"], "name": "Mine"})
    process, kept = started(storage, version=3, migrations={2: rename, 3: count})
    assert process.store[kept.part] == Roles(["Cook"], "Mine (1)")
    assert process.phase() is Phase.READY
    assert process.status().stored_version == 1


def test_what_was_migrated_is_written_without_a_further_change() -> None:
    storage = storage_with({"selected": ["Cook"], "name": "Mine"})
    process, _ = started(storage, version=2, migrations={2: rename})
    process.wait(0.25)
    assert process.record().version == 2
    assert process.record().state == {"selected": ["Cook"], "title": "Mine"}


def test_a_migration_is_not_run_twice() -> None:
    storage = storage_with({"selected": [], "title": "a"}, version=1)
    for _ in range(3):
        process, _ = started(storage, version=2, migrations={2: count})
        process.persistor.close()
    assert cast("Mapping[str, object]", record_in(storage).state)["title"] == "a (0)"


def failing(state: dict[str, object]) -> dict[str, object]:
    raise KeyError("name")


def forgetful(state: dict[str, object]) -> dict[str, object]:
    return None  # type: ignore[return-value]


def strange(state: dict[str, object]) -> dict[str, object]:
    return {**state, "title": {1, 2}}


def in_place(state: dict[str, object]) -> dict[str, object]:
    cast("list[str]", state["selected"]).clear()
    raise ValueError("too late")


@pytest.mark.parametrize(
    ("migration", "told"),
    [
        (failing, "from version 1 to 2: failing failed: KeyError('name')"),
        (forgetful, "it returned nothing; a migration returns the state"),
        (strange, "not JSON serializable"),
        (in_place, "too late"),
        (lambda state: [], "it returned no dict of fields, but []"),
        (lambda state: {1: 2}, "it returned no dict of fields, but {1: 2}"),
    ],
)
def test_a_migration_that_fails_leaves_the_bytes_and_refuses_writes(
    migration: object, told: str
) -> None:
    storage = storage_with({"selected": ["Cook"], "title": ""})
    process, kept = started(storage, version=2, migrations={2: migration})
    before = bytes_in(process)
    assert process.phase() is Phase.READ_ONLY
    assert told in process.status().reason
    assert process.codes == ["STR-908"]
    process.store.dispatch(kept.select("Nurse"))
    process.wait(3600)
    with pytest.raises(NotDurable, match="left as it is"):
        process.persistor.flush()
    assert bytes_in(process) == before
    assert process.store[kept.part] == Roles(["Nurse"])


def test_a_release_that_can_migrate_finds_what_another_could_not() -> None:
    storage = storage_with({"selected": ["Cook"], "name": "Mine"})
    started(storage, version=2, migrations={2: failing})
    process, kept = started(storage, version=2, migrations={2: rename})
    assert process.store[kept.part] == Roles(["Cook"], "Mine")


def test_a_version_below_all_migrations_is_left_as_it_is() -> None:
    storage = storage_with({"selected": ["Cook"]})
    process, _ = started(storage, version=3, migrations={3: unchanged})
    assert process.phase() is Phase.READ_ONLY
    assert "from version 1 to 2: there is no migration" in process.status().reason


def test_newer_data_is_used_as_far_as_it_fits_and_never_written_over() -> None:
    storage = storage_with({"selected": ["Cook"], "title": "x", "new": 1}, version=7)
    process, kept = started(storage)
    before = bytes_in(process)
    assert process.phase() is Phase.READ_ONLY
    assert process.store[kept.part] == Roles(["Cook"], "x")
    assert process.codes == ["STR-907"]
    assert "stored it as version 7; this one has 1" in process.status().reason
    process.persistor.flush()  # nothing was changed here
    process.store.dispatch(kept.select("Nurse"))
    process.wait(3600)
    with pytest.raises(NotDurable, match="only reads it"):
        process.persistor.flush()
    assert bytes_in(process) == before


def test_newer_data_that_does_not_fit_is_not_used() -> None:
    storage = storage_with({"selected": {"Cook": 1}, "title": ""}, version=2)
    process, kept = started(storage)
    assert process.phase() is Phase.READ_ONLY
    assert process.store[kept.part] == Roles()


def test_newer_data_goes_through_the_downgrades() -> None:
    storage = storage_with({"selected": ["Cook"], "names": {"title": "x"}}, version=3)

    def flatten(state: dict[str, object]) -> dict[str, object]:
        return {**state, **cast("dict[str, object]", state.pop("names"))}

    process, kept = started(storage, downgrades={2: unchanged, 3: flatten})
    assert process.phase() is Phase.READY
    assert process.store[kept.part] == Roles(["Cook"], "x")
    process.persistor.flush()
    assert process.record().version == 1


def test_newer_data_than_any_downgrade_is_read_only() -> None:
    storage = storage_with({"selected": ["Cook"], "title": ""}, version=3)
    process, _ = started(storage, downgrades={2: unchanged})
    assert process.phase() is Phase.READ_ONLY


def test_a_record_of_a_newer_form_is_read_only_and_stays() -> None:
    storage = Memory()
    data = b'{"stateroom":2,"of":"a form to come"}'
    storage.write(KEY, data, replaces=None)
    process, kept = started(storage)
    process.store.dispatch(kept.select("Cook"))
    process.wait(3600)
    assert process.phase() is Phase.READ_ONLY
    assert "the record has form 2" in process.status().reason
    assert bytes_in(process) == data


def test_data_of_another_type_without_a_migration_is_left_as_it_is() -> None:
    storage = storage_with({"selected": "Cook", "title": 7})
    process, kept = started(storage)
    before = bytes_in(process)
    assert process.phase() is Phase.READ_ONLY
    assert "roles.selected" in process.status().reason
    assert "a migration brings what is stored" in process.status().reason
    process.store.dispatch(kept.select("Nurse"))
    process.wait(3600)
    assert bytes_in(process) == before


@pytest.mark.parametrize("kind", [list, dict])
def test_fields_and_one_value_are_not_taken_for_each_other(kind: type) -> None:
    is_list = kind is list
    storage = storage_with({"a": 1} if is_list else [1], whole=not is_list)
    process = Process(storage, persist(Slice("roles", kind)))
    before = bytes_in(process)
    process.persistor.hydrate()
    assert process.phase() is Phase.READ_ONLY
    assert "one value" in process.status().reason
    process.wait(3600)
    assert bytes_in(process) == before


def test_a_migration_turns_one_value_into_fields() -> None:
    def to_fields(state: dict[str, object]) -> dict[str, object]:
        return {"selected": state[WHOLE], "title": ""}

    storage = storage_with(["Cook"], whole=True)
    process, kept = started(storage, version=2, migrations={2: to_fields})
    assert process.store[kept.part] == Roles(["Cook"])
    process.persistor.flush()
    assert process.record().is_whole is False
