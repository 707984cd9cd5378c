"""Memory as a place: shared by those that say so, and changed under one lock."""

from __future__ import annotations

from stateroom.persist.storages import Memory, Stored


def test_two_memories_are_two_places() -> None:
    one, other = Memory(), Memory()
    one.write("key", b"one", replaces=None)
    assert other.keys() == ()
    other.write("key", b"other", replaces=None)
    assert one.peek("key") == b"one"


def test_a_memory_can_be_the_place_of_another() -> None:
    one = Memory()
    other = Memory(shared=one)
    third = Memory(shared=other)
    one.write("key", b"one", replaces=None)
    assert third.read("key", limit=9) == (b"one", None)
    one.close()
    other.close()
    assert third.peek("key") == b"one"


def test_memory_changes_under_its_lock_alone() -> None:
    class Watched(dict[str, Stored]):
        def get(self, key: str, default: object = None, /) -> Stored:
            seen.append(shelf.lock.locked())
            return super().get(key, Stored(None))

        def __setitem__(self, key: str, value: Stored, /) -> None:
            seen.append(shelf.lock.locked())
            super().__setitem__(key, value)

    storage = Memory()
    shelf = storage._shelf  # noqa: SLF001 - what two instances share
    seen: list[bool] = []
    shelf.records = Watched()
    storage.write("key", b"one", replaces=None)
    assert seen == [True, True]
