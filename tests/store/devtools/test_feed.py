"""What monitors are still to be told."""

from __future__ import annotations

from stateroom.store.devtools.feed import Feed, Jump, Note, Step, Whole, snapshot
from stateroom.store.devtools.lifted import Change, History
from tests.store.devtools.counting import add, adding


def history(*amounts: int) -> History:
    made = History(adding, {"n": 0, "last": ""}, at=0)
    for amount in amounts:
        made.perform(add(amount), at=0)
    return made


def taken(feed: Feed) -> list[Note]:
    return list(iter(feed.take, None))


def test_changes_are_noted_in_their_order_and_wake_the_reader() -> None:
    woken: list[None] = []
    feed, made = Feed(lambda: woken.append(None)), history(1)
    feed.put_change(Change.APPENDED, made)
    feed.put_change(Change.SLID, made)
    feed.put_change(Change.JUMPED, made)
    feed.put_change(Change.REWRITTEN, made)
    kinds = [type(note) for note in taken(feed)]
    assert kinds == [Step, Step, Jump, Whole]
    assert len(woken) == 4


def test_too_many_notes_give_way_to_the_whole_history() -> None:
    feed, made = Feed(lambda: None), history()
    for _ in range(600):
        made.perform(add(1), at=0)
        feed.put_change(Change.APPENDED, made)
    notes = taken(feed)
    assert [type(note) for note in notes] == [Whole] + [Step] * 87
    assert isinstance(notes[0], Whole)
    assert notes[0].tape.computed[-1].state == {"n": 513, "last": "add"}


def test_a_snapshot_stays_as_it_is_while_the_history_goes_on() -> None:
    made = history(1)
    taken_before = snapshot(made.tape)
    made.perform(add(2), at=0)
    made.apply({"type": "TOGGLE_ACTION", "id": 1}, at=0)
    assert list(taken_before.staged) == [0, 1]
    assert len(taken_before.computed) == 2
    assert not taken_before.skipped
    assert list(taken_before.actions) == [0, 1]
