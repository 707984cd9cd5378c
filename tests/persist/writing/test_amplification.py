"""A write costs what changed: other slices and fields are not encoded again."""

from __future__ import annotations

import pytest

from stateroom.persist import coding
from stateroom.persist.coding import state_text
from stateroom.persist.persisted import Persisted
from tests.persist.roles import kept_numbers, kept_roles
from tests.persist.scenes import Moody, Process


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of fields that are encoded from now on."""
    names: list[str] = []
    plain = coding._plain  # noqa: SLF001 - what is looked at

    def noted(part: Persisted[object], name: str, value: object) -> object:
        names.append(f"{part.name}.{name}")
        return plain(part, name, value)

    monkeypatch.setattr(coding, "_plain", noted)
    return names


def test_only_the_slice_that_changed_is_handed_to_the_storage() -> None:
    storage, ten = Moody(), [kept_roles(f"roles{number}") for number in range(10)]
    process = Process(storage, *(each.part for each in ten))
    process.persistor.hydrate()
    process.persistor.flush()
    storage.written.clear()
    process.store.dispatch(ten[3].name_it("x" * 5_000))
    process.persistor.flush()
    size = len(state_text(ten[3].part, _kept(process, 3), unknown={}, texts={}))  # type: ignore[arg-type]
    assert len(storage.written) == 1
    assert storage.written[0] / size <= 1.2


def _kept(process: Process, number: int) -> dict[str, object]:
    part = process.store.parts[f"roles{number}"]
    assert isinstance(part, Persisted)
    return part.kept(process.store.state[f"roles{number}"])  # type: ignore[index]


def test_only_the_field_that_changed_is_encoded(encoded: list[str]) -> None:
    kept = kept_roles()
    process = Process(Moody(), kept.part)
    process.persistor.hydrate()
    process.persistor.flush()
    assert sorted(encoded) == ["roles.selected", "roles.title"]
    encoded.clear()
    process.store.dispatch(kept.name_it("x"))
    process.persistor.flush()
    assert encoded == ["roles.title"]
    assert process.fields() == {"selected": [], "title": "x"}


def test_of_a_large_mapping_only_the_value_that_changed_is_encoded(
    encoded: list[str],
) -> None:
    shelf = kept_numbers()
    process = Process(Moody(), shelf.part)
    process.persistor.hydrate()
    for number in range(100):
        process.store.dispatch(shelf.put(f"n{number}", number))
    process.persistor.flush()
    encoded.clear()
    process.store.dispatch(shelf.put("n7", -1))
    process.store.dispatch(shelf.drop("n8"))
    process.persistor.flush()
    assert encoded == ["numbers.n7"]
    assert "n8" not in process.engine.slices["numbers"].texts
    assert len(process.fields("numbers")) == 99
    assert process.fields("numbers")["n7"] == -1


def test_what_equals_and_is_not_the_same_is_encoded_again(encoded: list[str]) -> None:
    shelf = kept_numbers()
    process = Process(Moody(), shelf.part)
    process.persistor.hydrate()
    process.store.dispatch(shelf.put("a", 1))
    process.persistor.flush()
    process.store.dispatch(shelf.put("a", True))  # noqa: FBT003 - the value at issue
    process.persistor.flush()
    assert process.fields("numbers")["a"] is True
    assert encoded == ["numbers.a", "numbers.a"]


def test_a_failed_write_does_not_spoil_what_is_remembered() -> None:
    storage, kept = Moody(), kept_roles()
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    process.store.dispatch(kept.name_it("a"))
    storage.errors["write"] = [OSError("away")]
    process.wait(0.25)
    process.store.dispatch(kept.name_it("b"))
    process.persistor.flush()
    assert process.fields()["title"] == "b"
    process.store.dispatch(kept.name_it("a"))
    process.persistor.flush()
    assert process.fields()["title"] == "a"
