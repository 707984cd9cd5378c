"""The end of a ``with`` block, and what a flush tells of a purge elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from stateroom.errors import InvalidPersist, NotDurable
from stateroom.persist import Memory, Persistor, persist
from stateroom.store import Slice, Store


@dataclass(slots=True)
class Letter:
    text: str = ""


def opened(storage: Memory) -> tuple[Store, Persistor]:
    letter: Slice[dict[str, object]] = Slice("letter", dict)

    @letter.reducer
    def write(state: dict[str, object], value: object) -> None:
        state["text"] = value

    store = Store(persist(letter))
    persistor = Persistor(store, storage, background=False, poll=None)
    persistor.hydrate()
    persistor.flush()
    return store, persistor


def write(value: object) -> dict[str, object]:
    return {"type": "letter/write", "payload": value}


def test_an_error_in_the_block_is_not_replaced_by_what_cannot_be_stored() -> None:
    store, persistor = opened(Memory())
    store.dispatch(write(object()))
    with pytest.raises(KeyError) as caught, persistor:
        raise KeyError("the real mistake")
    assert any("not all is stored" in note for note in caught.value.__notes__)


def test_without_an_error_in_the_block_that_is_raised() -> None:
    store, persistor = opened(Memory())
    with pytest.raises(NotDurable), persistor:
        store.dispatch(write(object()))


def test_a_flush_tells_once_that_a_purge_elsewhere_took_the_change() -> None:
    place = Memory()
    (_, ours), (_, theirs) = opened(place), opened(Memory(shared=place))
    theirs.purge()
    with pytest.raises(NotDurable, match="purged elsewhere"):
        ours.dispatch_durable(write("half an hour"))
    ours.flush()


def test_closing_is_no_moment_to_tell_it() -> None:
    place = Memory()
    (store, ours), (_, theirs) = opened(place), opened(Memory(shared=place))
    store.dispatch(write("half an hour"))
    theirs.purge()
    ours.refresh()
    ours.close()
    assert store.state == {"letter": {}}


def test_a_slice_of_which_nothing_is_kept_is_refused() -> None:
    with pytest.raises(InvalidPersist, match="none of its fields is kept"):
        persist(Slice("letter", Letter), transient={"text"})


def test_a_delay_that_is_meant_in_seconds_is_refused() -> None:
    with pytest.raises(InvalidPersist, match=r"milliseconds; found 0\.25"):
        persist(Slice("letter", dict), max_delay=0.25)
