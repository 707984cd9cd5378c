"""Actions are replayed on top of what was stored, as long as they are few enough."""

from __future__ import annotations

from stateroom.persist import REHYDRATE, Memory, persist
from stateroom.persist.persisted import Persisted
from stateroom.persist.tracking import MOST_ACTIONS
from stateroom.store import Slice, Store
from stateroom.testing.recording import ActionRecorder
from tests.persist.roles import Kept, Roles, kept_roles
from tests.persist.scenes import Process


def stored() -> Memory:
    kept = kept_roles()
    process = Process(Memory(), kept.part)
    process.persistor.hydrate()
    process.store.dispatch(kept.select("Cook"))
    process.persistor.close()
    assert isinstance(process.storage, Memory)
    return process.storage


def started(storage: Memory | None = None) -> tuple[Process, Kept, ActionRecorder]:
    kept, recorder = kept_roles(reconcile="replay"), ActionRecorder()
    store = Store(kept.part, middleware=(recorder,))
    return Process(storage, store=store), kept, recorder


def test_only_actions_that_changed_the_slice_are_replayed() -> None:
    process, kept, recorder = started(stored())
    process.store.dispatch({"type": "another/action"})
    process.store.dispatch(kept.select("Nurse"))
    process.store.dispatch(kept.name_it(""))
    process.persistor.hydrate()
    (action,) = (dict(each) for each in recorder.of(REHYDRATE))
    meta = action["meta"]
    assert isinstance(meta, dict)
    assert meta["replay"] == (kept.select("Nurse"),)
    assert process.store[kept.part] == Roles(["Cook", "Nurse"])


def test_beyond_a_number_of_actions_the_states_are_merged() -> None:
    process, kept, recorder = started(stored())
    for number in range(MOST_ACTIONS + 1):
        process.store.dispatch(kept.name_it(str(number)))
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.hydrate()
    (action,) = (dict(each) for each in recorder.of(REHYDRATE))
    assert action["meta"] == {"base": Roles()}
    assert process.store[kept.part] == Roles(["Cook", "Nurse"], str(MOST_ACTIONS))


def test_what_was_stored_is_not_replayed_again() -> None:
    storage = stored()
    process, kept, _ = started(storage)
    process.persistor.hydrate()
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.flush()
    process.store.dispatch(kept.select("Judge"))
    there = kept_roles()
    other = Process(storage, there.part)
    other.persistor.hydrate()
    other.store.dispatch(there.drop("Nurse"))
    other.persistor.flush()
    process.persistor.flush()
    assert process.fields()["selected"] == ["Cook", "Judge"]


def test_what_a_slice_does_at_a_hydration_is_done_once_and_on_top() -> None:
    def counting() -> Persisted[Roles]:
        roles: Slice[Roles] = Slice("roles", Roles)

        @roles.extra(REHYDRATE)
        def arrived(state: Roles, action: object) -> None:
            state.title += "+"

        return persist(roles, transient={"loading"}, reconcile="replay")

    storage, part = stored(), counting()
    process = Process(storage, part)
    process.persistor.hydrate()
    assert process.store[part] == Roles(["Cook"], "+")
    there = kept_roles()
    other = Process(storage, there.part)
    other.persistor.hydrate()
    other.store.dispatch(there.select("Nurse"))
    other.persistor.flush()
    process.persistor.flush()
    assert process.store[part] == Roles(["Cook", "Nurse"], "+")
    process.persistor.flush()
    assert process.fields() == {"selected": ["Cook", "Nurse"], "title": "+"}


def test_actions_are_remembered_no_longer_than_they_are_needed() -> None:
    process, kept, _ = started(stored())
    process.persistor.hydrate()
    for number in range(3 * MOST_ACTIONS):
        process.store.dispatch(kept.name_it(str(number)))
        if number % 100 == 0:
            process.persistor.flush()
    process.persistor.flush()
    assert process.engine.slices["roles"].actions == []
