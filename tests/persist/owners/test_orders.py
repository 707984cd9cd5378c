"""Signing out and what others do meanwhile, in every order of their steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from stateroom.flows import Flow
from stateroom.persist import Memory, effects
from stateroom.persist.owning import enter, leave
from stateroom.persist.performing import Blocking
from stateroom.persist.writing import write_slice
from stateroom.testing.schedules import interleave, schedules
from tests.persist.roles import Kept, Roles, kept_roles
from tests.persist.scenes import LIMIT, Moody, Process, close_all, record_in

KEY = "app:p:u.ann:roles"


def signed_in(place: Memory) -> tuple[Process, Kept]:
    kept = kept_roles(scope="user")
    process = Process(Moody(shared=place), kept.part, owner="ann")
    process.persistor.hydrate()
    return process, kept


def dispatching(process: Process, kept: Kept) -> Flow[None]:
    """Dispatch once at each step, as another thread may."""
    for number in ("1", "2", "3"):
        yield from effects.pulse(process.storage)
        process.store.dispatch(kept.select(number))


def run(order: str, one: Flow[None], two: Flow[None]) -> None:
    ended = interleave(order, {"A": one, "B": two}, {"A": Blocking(), "B": Blocking()})
    assert [each.error for each in ended.values()] == [None, None]


def test_what_is_dispatched_while_a_user_leaves_is_either_stored_or_nobody_s() -> None:
    for order in schedules(A=4, B=3):
        place = Memory()
        process, kept = signed_in(place)
        process.store.dispatch(kept.select("Cook"))
        run(order, leave(process.engine, purges=False), dispatching(process, kept))
        found = cast("Mapping[str, list[str]]", record_in(place, owner="ann").state)
        chosen = process.store[kept.part].selected
        assert [*found["selected"], *chosen] == ["Cook", "1", "2", "3"], order
        close_all()


def test_nothing_of_a_user_who_left_is_written_by_a_later_dispatch() -> None:
    for order in schedules(A=4, B=3):
        place = Memory()
        process, kept = signed_in(place)
        process.store.dispatch(kept.select("Cook"))
        process.persistor.flush()
        run(order, leave(process.engine, purges=True), dispatching(process, kept))
        process.wait(3600)
        process.persistor.close()
        assert record_in(place, owner="ann").is_purged, order
        found = place.read(KEY, limit=LIMIT)
        assert b"Cook" not in (found.current or b"") + (found.previous or b"")
        close_all()


def test_another_process_of_the_user_does_not_bring_back_what_was_erased() -> None:
    for order in schedules(A=4, B=4):
        place = Memory()
        (process, kept), (other, theirs) = signed_in(place), signed_in(place)
        process.store.dispatch(kept.select("Cook"))
        process.persistor.flush()
        other.store.dispatch(theirs.select("secret"))
        writing = write_slice(other.engine, other.engine.slices["roles"])
        run(order, leave(process.engine, purges=True), writing)
        for each in (other, process):
            each.persistor.refresh()
            each.wait(3600)
        assert record_in(place, owner="ann").is_purged, order
        assert other.store[theirs.part] == process.store[kept.part] == Roles()
        close_all()


def test_what_is_dispatched_while_a_user_comes_is_merged() -> None:
    for order in schedules(A=3, B=3):
        place = Memory()
        first, theirs = signed_in(place)
        first.store.dispatch(theirs.select("Cook"))
        first.persistor.flush()
        kept = kept_roles(scope="user")
        process = Process(place, kept.part)
        process.persistor.hydrate()
        run(order, enter(process.engine, "ann"), dispatching(process, kept))
        process.persistor.hydrate()
        process.persistor.flush()
        assert process.fields(owner="ann")["selected"] == ["Cook", "1", "2", "3"]
        close_all()
