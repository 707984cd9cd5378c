"""Attempts to make one slice's trouble everybody's, or to lose what waits unheard."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from stateroom.errors import InvalidPersist, NotDurable, StorageUnavailable
from stateroom.persist import Files, Memory, Phase
from stateroom.persist.storages import Stored
from tests.persist.roles import Roles, kept_numbers, kept_roles
from tests.persist.scenes import Moody, Process, record_in


class Answering(Memory):
    """A storage of somebody's own, of which one method answers something else."""

    def __init__(self, shared: Memory, name: str, answer: object) -> None:
        super().__init__(shared=shared)
        self._name, self._answer = name, answer

    def read(self, key: str, *, limit: int) -> Stored:
        found = super().read(key, limit=limit)
        return cast("Stored", self._answer) if self._meant("read", key) else found

    def keys(self) -> tuple[str, ...]:
        is_meant = self._meant("keys", "")
        return cast("tuple[str, ...]", self._answer) if is_meant else super().keys()

    def _meant(self, name: str, key: str) -> bool:
        return name == self._name and not key.endswith("numbers")


def stored() -> Memory:
    storage, kept = Memory(), kept_roles()
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    process.store.dispatch(kept.select("Cook"))
    process.persistor.close()
    return storage


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (None, "a NoneType"),
        (b"bytes", "a bytes"),
        ((b"bytes", None), "a tuple of bytes, NoneType"),
        (Stored(cast("bytes", "text")), "a Stored of str, NoneType"),
        (Stored(cast("bytes", memoryview(b"bytes"))), "a Stored of memoryview"),
    ],
)
def test_an_answer_that_is_none_degrades_its_slice_alone(
    answer: object, kind: str
) -> None:
    storage = Answering(stored(), "read", answer)
    kept, numbers = kept_roles(storage=storage), kept_numbers()
    process = Process(storage, kept.part, numbers.part)
    status = process.persistor.hydrate()
    assert status.slices["roles"].phase is Phase.DEGRADED
    assert kind in status.slices["roles"].reason
    assert status.slices["numbers"].phase is Phase.READY


@pytest.mark.parametrize("answer", [None, [1], (None,), iter(())])
def test_keys_that_are_none_are_told(answer: object) -> None:
    process = Process(Answering(stored(), "keys", answer), kept_roles().part)
    process.persistor.hydrate()
    with pytest.raises(StorageUnavailable, match="expected a tuple of text"):
        process.persistor.purge()


def without_fields(*_: object) -> None:
    """Merge, and forget to return the state."""


def test_a_merge_that_returns_no_state_leaves_the_state_and_other_slices() -> None:
    kept, numbers = kept_roles(merge=without_fields), kept_numbers()
    process = Process(stored(), kept.part, numbers.part)
    process.store.dispatch(kept.select("Baker"))
    status = process.persistor.hydrate()
    assert process.store[kept.part] == Roles(["Baker"])
    assert status.slices["roles"].phase is Phase.READ_ONLY
    assert status.slices["numbers"].phase is Phase.READY


async def later(state: dict[str, object]) -> dict[str, object]:
    return state


def test_a_migration_that_is_async_is_refused_when_it_is_declared() -> None:
    migration = cast("Callable[[dict[str, object]], dict[str, object]]", later)
    with pytest.raises(InvalidPersist, match="is async"):
        kept_roles(version=2, migrations={2: migration})


# -- slices that leave the store


def test_a_slice_that_leaves_with_what_waits_is_told() -> None:
    kept, numbers = kept_roles(), kept_numbers()
    process = Process(None, kept.part, numbers.part)
    process.persistor.hydrate()
    process.store.dispatch(kept.select("Cook"))
    process.store.replace_reducer({"numbers": numbers.part})
    found = [(each.key, each.code) for each in process.problems]
    assert found == [("roles", NotDurable.code)]


def test_a_slice_that_leaves_when_all_is_stored_is_no_problem() -> None:
    kept, numbers = kept_roles(), kept_numbers()
    process = Process(None, kept.part, numbers.part)
    process.persistor.hydrate()
    process.store.dispatch(kept.select("Cook"))
    process.persistor.flush()
    process.store.replace_reducer({"numbers": numbers.part})
    assert process.problems == []


class Leaving(Moody):
    """Calls something within its next write or read of one key."""

    def __init__(self, *, shared: Memory | None = None) -> None:
        super().__init__(shared=shared)
        self.calls: dict[str, Callable[[], object]] = {}

    def _meet(self, what: str, key: str) -> None:
        super()._meet(what, key)
        self.calls.pop(what, lambda: None)()


@pytest.mark.parametrize("moment", ["read", "write"])
def test_a_slice_may_leave_while_it_is_read_or_another_is_written(moment: str) -> None:
    storage, kept, numbers = Leaving(shared=stored()), kept_roles(), kept_numbers()
    process = Process(storage, numbers.part, kept.part)
    if moment == "write":
        process.persistor.hydrate()
        process.store.dispatch(numbers.put("a", 1))
    storage.calls[moment] = lambda: process.store.replace_reducer(
        {"numbers": numbers.part}
    )
    process.persistor.hydrate()
    process.persistor.flush()
    assert process.problems == []
    assert [*process.persistor.status().slices] == ["numbers"]


# -- the end of the interpreter

PROGRAM = """
import sys
from stateroom.persist import Files, Persistor
from stateroom.store import Store
from tests.persist.roles import kept_roles

kept = kept_roles(max_delay=3_600_000)
store = Store(kept.part)
persistor = Persistor(store, Files(sys.argv[1]))
persistor.hydrate()

class Window:
    def __del__(self):
        store.dispatch(kept.select("Cook"))
        persistor.flush()

window = Window()
"""


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_flush_while_the_interpreter_is_taken_down_stores_and_ends(
    tmp_path: Path,
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=False,
        timeout=30,
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert record_in(Files(tmp_path)).state == {"selected": ["Cook"], "title": ""}
