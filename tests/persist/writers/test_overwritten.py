"""A write that was overwritten by who had not seen it, as two tabs can do it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import pytest

from stateroom.errors import NotDurable, StorageUnavailable
from stateroom.persist import Memory, Persistor, persist
from stateroom.persist.settings import Reconcile
from stateroom.store import Slice, Store


class Hasty(Memory):
    """Compares nothing before it writes, as far as the writer can see.

    Attributes:
        is_mute: whether it says of what it stored that it did not.
    """

    is_mute = False

    def write(
        self,
        key: str,
        data: bytes,
        *,
        replaces: bytes | None,
        demotes: bool = True,
        durable: bool = True,
    ) -> None:
        seen = self.peek(key)
        super().write(key, data, replaces=seen, demotes=demotes, durable=durable)
        if self.is_mute:
            raise StorageUnavailable("no answer")


@dataclass(slots=True)
class Roles:
    selected: list[str] = field(default_factory=list)
    visits: int = 0


Tab: TypeAlias = tuple[Store, Persistor, Slice[Roles]]


def tab(
    place: Memory, storage: Memory | None = None, *, reconcile: Reconcile = "three_way"
) -> Tab:
    roles = Slice("roles", Roles)

    @roles.reducer
    def select(state: Roles, role: str) -> None:
        state.selected.append(role)

    @roles.reducer
    def visit(state: Roles) -> None:
        state.visits += 1

    @roles.reducer
    def leave(state: Roles) -> None:
        state.visits -= 1

    store = Store(persist(roles, reconcile=reconcile))
    storage = storage or Hasty(shared=place)
    persistor = Persistor(store, storage, background=False, poll=None)
    persistor.hydrate()
    persistor.flush()
    return store, persistor, roles


def choose(store: Store, role: str) -> None:
    store.dispatch({"type": "roles/select", "payload": role})


def visit_both(ours: Tab, theirs: Tab) -> int:
    """Let both count alike, the others first, and return what we come to."""
    theirs[1].refresh()
    for store, _, _ in (ours, theirs):
        store.dispatch({"type": "roles/visit"})
    theirs[1].flush()
    ours[1].refresh()
    return ours[0][ours[2]].visits


def overwritten(place: Memory) -> tuple[Tab, Tab]:
    """Return two tabs that replay: the first has a Baker that the other wrote over."""
    tab(place)
    ours, theirs = (tab(place, reconcile="replay") for _ in range(2))
    choose(ours[0], "Cook")
    choose(ours[0], "Baker")
    choose(theirs[0], "Cook")
    ours[1].flush()
    theirs[1].flush()
    ours[1].refresh()
    return ours, theirs


def test_what_was_overwritten_unseen_is_merged_in_again() -> None:
    place = Memory()
    tab(place)
    (first, ours, roles), (second, theirs, others) = tab(place), tab(place)
    choose(first, "Cook")
    choose(second, "Nurse")
    ours.flush()
    theirs.flush()  # over it: it had not seen the Cook
    ours.refresh()
    ours.flush()
    theirs.refresh()
    assert sorted(first[roles].selected) == ["Cook", "Nurse"]
    assert first[roles] == second[others]


def test_several_writes_that_were_overwritten_are_merged_in_again() -> None:
    place = Memory()
    tab(place)
    (first, ours, roles), (second, theirs, _) = tab(place), tab(place)
    choose(second, "Nurse")
    for role in ("Cook", "Baker", "Smith"):
        choose(first, role)
        ours.flush()
    theirs.flush()
    ours.refresh()
    assert sorted(first[roles].selected) == ["Baker", "Cook", "Nurse", "Smith"]
    assert ours.status().slices["roles"].is_dirty


def test_a_revision_does_not_go_down_by_it() -> None:
    place = Memory()
    tab(place)
    (first, ours, _), (second, theirs, _) = tab(place), tab(place)
    choose(second, "Nurse")
    for role in ("Cook", "Baker"):
        choose(first, role)
        ours.flush()
    before = ours.status().slices["roles"].revision
    theirs.flush()
    ours.refresh()
    ours.flush()
    assert ours.status().slices["roles"].revision > before


def test_what_was_overwritten_before_its_answer_came_is_merged_in_again() -> None:
    place = Memory()
    tab(place)
    mute = Hasty(shared=place)
    (first, ours, roles), (second, theirs, _) = tab(place, mute), tab(place)
    choose(first, "Cook")
    choose(second, "Nurse")
    mute.is_mute = True
    with pytest.raises(NotDurable, match="no answer"):
        ours.flush()
    mute.is_mute = False
    theirs.flush()
    ours.refresh()
    ours.flush()
    assert sorted(first[roles].selected) == ["Cook", "Nurse"]
    theirs.refresh()
    assert second.root_state() == first.root_state()


def test_what_was_overwritten_with_a_part_of_it_is_stored_again() -> None:
    place = Memory()
    (first, ours, roles), (second, theirs, others) = overwritten(place)
    assert first[roles].selected == ["Cook", "Baker"]
    ours.flush()
    theirs.refresh()
    assert second[others].selected == ["Cook", "Baker"]


def test_what_happens_after_it_is_stored_again_is_replayed() -> None:
    place = Memory()
    ours, theirs = overwritten(place)
    ours[1].flush()
    assert visit_both(ours, theirs) == 2


def test_what_happens_after_nothing_of_it_is_left_to_store_is_replayed() -> None:
    place = Memory()
    tab(place)
    ours, theirs = (tab(place, reconcile="replay") for _ in range(2))
    ours[0].dispatch({"type": "roles/visit"})
    for store, persistor, _ in (ours, theirs):
        choose(store, "Cook")
        persistor.flush()
    ours[1].refresh()
    ours[0].dispatch({"type": "roles/leave"})
    ours[1].flush()
    assert visit_both(ours, theirs) == 2


def test_what_happens_after_it_was_overwritten_with_the_same_is_replayed() -> None:
    place = Memory()
    tab(place)
    ours, theirs = (tab(place, reconcile="replay") for _ in range(2))
    for store, persistor, _ in (ours, theirs):
        choose(store, "Cook")
        persistor.flush()
    ours[1].refresh()
    assert visit_both(ours, theirs) == 2
