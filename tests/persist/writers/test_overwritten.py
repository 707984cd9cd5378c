"""A write that was overwritten by who had not seen it, as two tabs can do it."""

from __future__ import annotations

from dataclasses import dataclass, field

from stateroom.persist import Memory, Persistor, persist
from stateroom.store import Slice, Store


class Hasty(Memory):
    """Compares nothing before it writes, as far as the writer can see."""

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


@dataclass(slots=True)
class Roles:
    selected: list[str] = field(default_factory=list)
    visits: int = 0


def tab(place: Memory) -> tuple[Store, Persistor, Slice[Roles]]:
    roles = Slice("roles", Roles)

    @roles.reducer
    def select(state: Roles, role: str) -> None:
        state.selected.append(role)

    store = Store(persist(roles))
    persistor = Persistor(store, Hasty(shared=place), background=False, poll=None)
    persistor.hydrate()
    persistor.flush()
    return store, persistor, roles


def choose(store: Store, role: str) -> None:
    store.dispatch({"type": "roles/select", "payload": role})


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
