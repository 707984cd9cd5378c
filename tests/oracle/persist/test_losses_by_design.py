"""Rows 11 to 20 of the ways to lose data: by how things are made.

Each is run with the real redux-persist where that makes sense, and then with ours. The
others are in ``test_losses``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import cast

import pytest

from stateroom.errors import InvalidPersist
from stateroom.persist import Memory, Persistor, Phase, persist
from stateroom.persist.interchange import dump_document, parse_document
from stateroom.persist.records import Record, encode_record
from stateroom.store import Slice, Store
from tests.oracle.persist.families import SOURCES
from tests.oracle.persist.leaving import SEVEN, Left
from tests.oracle.persist.programs import application, document
from tests.oracle.persist.telling import (
    ADD,
    SETTLE,
    fields_in,
    logged,
    rehydrated_in,
    run,
    stored_in,
    values_of,
)
from tests.oracle.real import Json, Real
from tests.persist.roles import Kept, Roles, kept_numbers, kept_roles
from tests.persist.scenes import LIMIT, Moody, Process, record_in

NEVER: dict[str, Json] = {"timeout": 0}


def began(storage: Memory, **settings: object) -> tuple[Process, Kept]:
    """A process with a slice of roles, which it has read."""
    kept = kept_roles(**settings)  # type: ignore[arg-type] # handed on
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    return process, kept


def test_row_11_a_slice_is_kept_once_and_what_is_transient_never(real: Real) -> None:
    theirs = cast("dict[str, str]", real.trace("nested", {}))
    inner = cast("dict[str, Json]", values_of(theirs["persist:root"])["inner"])
    assert (inner["secret"], "secret" in values_of(theirs["persist:inner"])) == (
        1,
        False,
    )
    with pytest.raises(InvalidPersist, match="what is kept is a slice"):
        persist(kept_roles().part)
    twins = [kept_roles(name, key="roles").part for name in ("one", "two")]
    with pytest.raises(InvalidPersist, match="both kept under 'roles'"):
        Persistor(Store(*twins), Memory())
    process, kept = began(Moody())
    process.store.dispatch(kept.load())
    process.persistor.flush()
    assert [*process.fields()] == ["selected", "title"]


def test_row_12_what_nobody_knows_yet_stays_until_it_is_claimed(real: Real) -> None:
    text = document({"one": 5, "late": 7})
    theirs = cast("dict[str, Json]", real.trace("added", {"stored": text}))
    assert cast("dict[str, Json]", theirs["state"])["late"] == 0
    assert "late" not in values_of(str(theirs["stored"]))
    storage = Moody()
    process, kept = began(storage, key="late")
    process.store.dispatch(kept.select("Cook"))
    process.persistor.close()
    early = Process(storage, kept_numbers().part)
    early.persistor.hydrate()
    early.persistor.flush()
    early.store.inject(kept.part)
    early.persistor.hydrate()
    assert early.store[kept.part] == Roles(["Cook"])


def test_row_12_a_field_that_nobody_knows_stays_too() -> None:
    state = {"selected": [], "title": "", "newer": {"x": 1}}
    record = Record(
        key="app:p:device:roles", version=1, revision=1, writer="0" * 12, at=1,
        state=state,
    )  # fmt: skip
    storage = Moody()
    storage.write(record.key, encode_record(record), replaces=None)
    process, kept = began(storage)
    process.store.dispatch(kept.select("Cook"))
    process.persistor.flush()
    assert process.fields() == {**state, "selected": ["Cook"]}


def test_row_13_an_action_before_the_read_is_not_overwritten(real: Real) -> None:
    program = application(stored=SEVEN)
    program["steps"] = [ADD, ["persist"], SETTLE]
    trace = run(real, program)
    assert (fields_in(trace, 0)["one"], fields_in(trace)["one"]) == (1, 7)
    storage = Moody()
    process, kept = began(storage)
    process.store.dispatch(kept.select("Cook"))
    process.persistor.close()
    again = Process(storage, kept.part)
    again.store.dispatch(kept.select("Nurse"))
    again.store.dispatch(kept.name_it("mine"))
    again.persistor.hydrate()
    assert again.store[kept.part] == Roles(["Cook", "Nurse"], "mine")


def test_row_14_what_was_purged_does_not_come_back(real: Real) -> None:
    steps: list[Json] = [ADD, SETTLE, ["purge"], SETTLE, ADD, SETTLE]
    trace = run(real, application(steps, config=NEVER))
    assert (fields_in(trace, 4)["one"], stored_in(trace)["one"]) == (1, 2)
    storage = Moody()
    process, kept = began(storage)
    process.persistor.flush()
    other, _ = began(storage)
    process.store.dispatch(kept.select("Cook"))
    other.store.dispatch(kept.select("Nurse"))  # and not yet written
    process.persistor.purge()
    other.persistor.flush()
    assert record_in(storage).is_purged
    assert [process.store[kept.part], other.store[kept.part]] == [Roles(), Roles()]
    other.store.dispatch(kept.select("Judge"))
    other.persistor.flush()
    assert process.fields()["selected"] == ["Judge"]


def test_row_15_a_change_writes_its_own_slice_and_no_other(real: Real) -> None:
    large = "x" * 10_000
    program = application(config=NEVER)
    counted: Json = {"initial": 0, "cases": [["a", "count"]]}
    program["slices"] = [["large", {"initial": large}], ["small", counted]]
    program["steps"] = [["persist"], SETTLE, ADD, SETTLE]
    last = logged(run(real, program), "write")[-1]
    assert len(str(last[2])) > 10_000
    storage = Moody()
    small, whole = kept_numbers("small"), kept_roles("large")
    process = Process(storage, small.part, whole.part)
    process.persistor.hydrate()
    process.store.dispatch(whole.name_it(large))
    process.persistor.flush()
    process.store.dispatch(small.put("one", 1))
    process.persistor.flush()
    assert (storage.of("write")[-1], storage.written[-1] < 300) == (
        "app:p:device:small",
        True,
    )


@dataclass(slots=True)
class Typed:
    """What JSON has no form for."""

    seen: datetime = datetime(2026, 1, 2, tzinfo=UTC)
    roles: set[str] = field(default_factory=set)
    price: Decimal = Decimal("0.10")
    names: dict[int, str] = field(default_factory=dict)
    ratio: float = 0.0


def test_row_16_values_come_back_as_what_they_were(real: Real) -> None:
    slices: dict[str, Json] = {"one": {"n": "nan"}, "two": {"a": [{"u": 1}]}}
    trace = run(real, application(slices=slices, config=NEVER))
    assert (stored_in(trace)["one"], stored_in(trace)["two"]) == (None, [None])
    held = Typed(roles={"Cook"}, names={7: "x"}, ratio=float("inf"))
    part: Slice[Typed] = Slice("typed", Typed)
    part.extra("fill")(lambda _, action: cast("dict[str, Typed]", action)["payload"])
    first = Process(None, persist(part))
    first.persistor.hydrate()
    first.store.dispatch({"type": "fill", "payload": held})
    first.persistor.close()
    again = Process(first.storage, kept := persist(part))
    again.persistor.hydrate()
    assert again.store[kept] == held


def test_row_16_a_text_is_not_taken_for_a_mapping(real: Real) -> None:
    stored: Json = {"persist:k": document({"one": "ab"})}
    config: dict[str, Json] = {"reconciler": "autoMergeLevel2"}
    slices: dict[str, Json] = {"one": {"o": [["x", 1]]}}
    trace = run(real, application(slices=slices, config=config, stored=stored))
    assert fields_in(trace)["one"] == {"o": [["0", "a"], ["1", "b"], ["x", 1]]}
    kept = kept_numbers("one", lambda: {"x": 1})
    record = Record(
        key="app:p:device:one", version=1, revision=1, writer="0" * 12, at=1,
        state="ab", is_whole=True,
    )  # fmt: skip
    storage = Moody()
    storage.write(record.key, encode_record(record), replaces=None)
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    assert (process.store[kept.part], process.phase("one")) == (
        {"x": 1},
        Phase.READ_ONLY,
    )


@pytest.mark.parametrize(
    ("wrong", "right"), [("whitelist", "fields"), ("migrate", "migrations")]
)
def test_row_17_a_typing_mistake_is_an_error(
    real: Real, wrong: str, right: str
) -> None:
    config: dict[str, Json] = {"whiteList": ["two"], "migrationz": {"1": ["throw"]}}
    trace = run(real, application(config=config, stored=SEVEN))
    assert (stored_in(trace)["one"], logged(trace, "error")) == (7, [])
    with pytest.raises(InvalidPersist, match=wrong) as caught:
        kept_roles(**{wrong: {"title"}})  # type: ignore[arg-type]
    assert right in caught.value.hint


def test_row_18_what_is_under_way_is_not_kept(real: Real) -> None:
    program = application(slices={"loading": False}, config=NEVER)
    cases: Json = [["a", "set", True]]
    program["slices"] = [["loading", {"initial": False, "cases": cases}]]
    program["steps"] = [["persist"], SETTLE, ADD, SETTLE]
    first = run(real, program)
    again = application(slices={"loading": False}, stored=first["stored"])
    assert fields_in(run(real, again))["loading"] is True  # and nobody ends it
    storage = Moody()
    process, kept = began(storage)
    process.store.dispatch(kept.load())
    process.store.dispatch(kept.select("Cook"))
    process.persistor.close()
    restarted, kept = began(storage)
    assert restarted.store[kept.part] == Roles(["Cook"], loading=False)


def test_row_19_what_was_migrated_is_stored_and_starting_again_is_no_error(
    real: Real,
) -> None:
    trace = run(real, application([["persist"], SETTLE]))
    assert str(rehydrated_in(trace)[-1][1]).startswith("redux-persist: persist timed")
    storage = Moody()
    first, kept = began(storage)
    first.store.dispatch(kept.select("Cook"))
    first.persistor.close()
    moved, kept = began(storage, version=2, migrations={2: dict})
    moved.wait(1)
    assert moved.record().version == 2
    before = moved.store[kept.part]
    assert moved.persistor.hydrate().phase is Phase.READY
    assert (moved.store[kept.part] is before, moved.problems) == (True, [])


def test_row_20_nobody_is_locked_in(real: Real) -> None:
    # It has had no release since this one; what it has stored can leave, and come back.
    listed = json.loads((SOURCES / "package.json").read_text("utf-8"))
    assert listed["dependencies"]["redux-persist"] == "6.0.0"
    trace = run(real, application([ADD, SETTLE], slices={"one": 0, "two": "x"}))
    text = str(cast("dict[str, Json]", trace["stored"])["persist:k"])
    ours = Left(application([SETTLE], slices={"one": 0}, stored={"persist:k": text}))
    found = parse_document(text)
    assert ours.app.status.phase is Phase.READY
    assert dump_document(found.fields, position=found.position) == text
    data = ours.storage.read("app:p:device:root", limit=LIMIT).current
    assert json.loads(cast("bytes", data))["state"] == found.fields
