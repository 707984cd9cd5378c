"""Local copies under the hands of several threads at once."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator

import pytest

from stateroom.cache import local as module
from stateroom.cache.hits import MISS, local_hits
from stateroom.cache.local import Local
from stateroom.cache.tally import Tally
from tests.cache.copies import copy_of, holding, is_counted, room_for, served_by


@pytest.fixture
def hasty() -> Iterator[None]:
    """Let threads take turns a thousand times more often than usual."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(0.000_005)
    yield
    sys.setswitchinterval(usual)


def together(*works: Callable[[], None]) -> None:
    failures: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(each,)) for each in works]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []


@pytest.mark.usefixtures("hasty")
def test_no_thread_finds_a_copy_older_than_a_change_that_it_was_told() -> None:
    keys = [b"%d" % n for n in range(4)]
    source = dict.fromkeys(keys, 0)
    local = room_for(3)  # with evictions

    def reads() -> None:
        for n in range(3_000):
            key = keys[n % 4]
            mark = local.mark
            local.keep(key, copy_of(source[key], tags=(b"Job",)), mark=mark)

    def changes(mine: list[bytes]) -> None:
        for n in range(3_000):
            key = mine[n % 2]
            source[key] = newest = source[key] + 1
            local.changed([key])
            copy = local.copies.get(key)
            assert copy is None or copy.value == newest

    together(reads, reads, lambda: changes(keys[:2]), lambda: changes(keys[2:]))
    assert is_counted(local)
    assert local.used_bytes <= local.most_bytes


@pytest.mark.usefixtures("hasty")
def test_no_thread_is_served_a_copy_whose_tag_changed_before_it_asked() -> None:
    source, told = [0], [0]
    local, place = served_by(copy_of(0, tags=(b"Job",)))

    def reads() -> None:
        look = local_hits(local, Tally(), bytes.decode, lambda: 1.0)
        for _ in range(3_000):
            least = told[0]
            found = look(place)
            assert found is MISS or int(str(found)) >= least
            mark = local.mark
            local.keep(place.value, copy_of(source[0], tags=(b"Job",)), mark=mark)

    def changes() -> None:
        for n in range(1, 3_000):
            source[0] = n
            local.changed([b"Job"])
            told[0] = n

    together(reads, reads, changes)


class Overflowing(OrderedDict[bytes, int]):
    """Marks in the midst of whose steps others have their turn.

    Attributes:
        before_get: what happens between a reader's look at the floor and at a tag.
        after_pop: what happens before a writer has noted what it has forgotten.
    """

    def __init__(self, marks: OrderedDict[bytes, int]) -> None:
        super().__init__(marks)
        self.before_get: Callable[[], object] = lambda: None
        self.after_pop: Callable[[], object] = lambda: None

    def get(self, key: bytes, default: int = 0) -> int:  # type: ignore[override]  # one use
        turn, self.before_get = self.before_get, lambda: None
        turn()
        return super().get(key, default)

    def __delitem__(self, key: bytes) -> None:
        super().__delitem__(key)
        turn, self.after_pop = self.after_pop, lambda: None
        turn()


@pytest.fixture
def overflowing(monkeypatch: pytest.MonkeyPatch) -> tuple[Local, Overflowing]:
    """Return copies of which one is invalid, and that remember one change."""
    monkeypatch.setattr(module, "MOST_MARKS", 1)
    local = holding(b"a", tags=(b"Job",))
    local.changed([b"Job"])
    marks = Overflowing(local._changed)  # noqa: SLF001 - threads at the worst moment
    local._changed = marks  # noqa: SLF001 - as above
    return local, marks


def test_marks_that_overflow_while_tags_are_looked_at_hide_no_change(
    overflowing: tuple[Local, Overflowing],
) -> None:
    local, marks = overflowing
    marks.before_get = lambda: local.changed([b"another"])
    assert local.is_current(local.copies[b"a"]) is False


def test_a_change_is_noted_as_forgotten_before_it_is(
    overflowing: tuple[Local, Overflowing],
) -> None:
    local, marks = overflowing
    seen: list[bool] = []
    marks.after_pop = lambda: seen.append(local.is_current(local.copies[b"a"]))
    local.changed([b"another"])
    assert seen == [False]
