"""What an application cannot take in is left in the storage as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from stateroom.errors import NotDurable
from stateroom.persist import REHYDRATE, Memory, Phase, persist
from stateroom.persist.interchange.transforms import create_transform
from stateroom.store import Next, Slice, Store, StoreApi
from tests.persist.roles import Roles, Settings, kept_numbers, kept_roles
from tests.persist.scenes import LIMIT, Process

KEY = "app:p:device:roles"


def stored() -> Memory:
    storage, kept, other = Memory(), kept_roles(), kept_numbers()
    process = Process(storage, kept.part, other.part)
    process.persistor.hydrate()
    process.store.dispatch(kept.select("Cook"))
    process.store.dispatch(other.put("a", 1))
    process.persistor.close()
    return storage


def failing(*_: object) -> object:
    raise RuntimeError("a mistake")


REFUSING: dict[str, Settings] = {
    "merge": {"merge": failing},
    "merge of a field": {"merge": {"selected": failing}},
    "reconciler": {"reconcile": failing},
    "transform": {"transforms": [create_transform(None, failing)]},
}


def refused(process: Process, storage: Memory) -> None:
    """Assert that roles are read only, whatever happens, and others are not."""
    before = storage.read(KEY, limit=LIMIT)
    assert process.phase() is Phase.READ_ONLY
    assert process.phase("numbers") is Phase.READY
    assert process.store.state["numbers"] == {"a": 1}  # type: ignore[index]
    process.wait(3600)
    with pytest.raises(NotDurable, match="roles: "):
        process.persistor.flush()
    assert storage.read(KEY, limit=LIMIT) == before


@pytest.mark.parametrize("settings", REFUSING.values(), ids=list(REFUSING))
def test_a_mistake_of_the_application_costs_no_data(settings: Settings) -> None:
    storage, kept, other = stored(), kept_roles(**settings), kept_numbers()
    process = Process(storage, kept.part, other.part)
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.hydrate()
    assert process.store[kept.part] == Roles(["Nurse"])
    assert "a mistake" in process.problems[0].message
    refused(process, storage)


def test_a_reducer_that_fails_on_hydration_costs_no_data() -> None:
    roles: Slice[Roles] = Slice("roles", Roles)
    part = persist(roles, transient={"loading"})

    @roles.extra(REHYDRATE)
    def arrived(state: Roles, action: object) -> None:
        failing()

    @roles.reducer
    def name_it(state: Roles) -> None:
        state.title = "x"

    storage, other = stored(), kept_numbers()
    process = Process(storage, part, other.part)
    process.persistor.hydrate()
    # The action of the other slice goes through the same reducer.
    assert process.phase("numbers") is Phase.READ_ONLY
    assert process.phase() is Phase.READ_ONLY
    before = storage.read(KEY, limit=LIMIT)
    process.store.dispatch(name_it())
    process.wait(3600)
    assert storage.read(KEY, limit=LIMIT) == before


def keeping(api: StoreApi) -> Callable[[Next], Next]:
    """A middleware that hands on what it knows, and nothing else."""

    def around(after: Next) -> Next:
        def seen(action: object) -> object:
            assert isinstance(action, Mapping)
            is_known = action["type"] != REHYDRATE or action["key"] != "roles"
            return after(action) if is_known else action

        return seen

    return around


def test_a_middleware_that_keeps_the_action_for_itself_costs_no_data() -> None:
    storage, kept, other = stored(), kept_roles(), kept_numbers()
    store = Store(kept.part, other.part, middleware=(keeping,))
    process = Process(storage, store=store)
    process.persistor.hydrate()
    assert "did not arrive: a middleware" in process.status().reason
    process.store.dispatch(kept.select("Nurse"))
    refused(process, storage)


def test_devtools_that_are_locked_cost_no_data() -> None:
    storage, kept = stored(), kept_roles()
    process = Process(storage, kept.part)
    tools = process.store.devtools()
    tools.lock()
    process.persistor.hydrate()
    assert process.phase() is Phase.READ_ONLY
    tools.unlock()
    process.store.dispatch(kept.select("Nurse"))
    process.wait(3600)
    assert process.fields()["selected"] == ["Cook"]


def test_a_listener_that_fails_is_told_to_who_hydrates_and_nothing_is_lost() -> None:
    storage, kept, other = stored(), kept_roles(), kept_numbers()
    process = Process(storage, kept.part, other.part)
    end = process.store.subscribe(failing)
    with pytest.raises(RuntimeError, match="a mistake"):
        process.persistor.hydrate()
    end()
    assert process.store[kept.part] == Roles(["Cook"])
    assert process.persistor.status().is_ready
    process.store.dispatch(kept.select("Nurse"))
    process.persistor.flush()
    assert process.fields()["selected"] == ["Cook", "Nurse"]
