"""Copies stay the same objects while nothing of them changes, and cost nothing then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stateroom.errors import ErrorInfo
from stateroom.query import QueryApi, Tag
from stateroom.query.copies import Copies, Copy, Tags
from stateroom.query.mirror_shape import MirrorShape
from stateroom.query.mirroring import REHYDRATE, MirrorSlice
from stateroom.query.provided import provide
from stateroom.query.state import ApiState, QueryEntry
from stateroom.store import freeze
from tests.query.mirror.lives import START
from tests.query.mirror.shops import Job, open_shop

KEY = "job(1)"
JOB = QueryEntry("fulfilled", "job", 1, "r1", START, START, data=freeze(Job(1)))


class Counting(Copies):
    """Counts the copies that it makes."""

    def __init__(self, api: QueryApi) -> None:
        super().__init__(api, only=None, max_age=None, now_ms=lambda: START)
        self.count: int = 0

    def copy(self, entry: QueryEntry, tags: Tags) -> Copy | None:
        self.count += 1
        return super().copy(entry, tags)


@pytest.fixture
def copies() -> Counting:
    return Counting(open_shop().api)


def state_of(entry: QueryEntry, *tags: Tag) -> ApiState:
    empty = QueryApi("api", tags=("Job",)).initial()
    return replace(
        empty,
        queries=freeze({KEY: entry}),
        provided=provide(empty.provided, KEY, tags),
    )


def test_a_state_is_copied_once(copies: Counting) -> None:
    shape = MirrorShape(copies)
    first, second = shape.read(state_of(JOB)), shape.read(state_of(JOB))
    assert first[KEY] is second[KEY]
    assert copies.count == 1


@pytest.mark.parametrize(
    "entry",
    [
        replace(JOB, status="pending", request_id="r2", started_at=START + 1),
        replace(JOB, request_id="r3"),
    ],
)
def test_a_request_that_begins_or_ends_costs_no_copy(
    copies: Counting, entry: QueryEntry
) -> None:
    shape = MirrorShape(copies)
    assert shape.read(state_of(JOB))[KEY] is shape.read(state_of(entry))[KEY]
    assert copies.count == 1


def test_an_error_that_says_the_same_is_the_same_copy(copies: Counting) -> None:
    shape, one, other = MirrorShape(copies), ErrorInfo(name="X"), ErrorInfo(name="X")
    before = shape.read(state_of(replace(JOB, status="rejected", error=one)))
    after = shape.read(state_of(replace(JOB, status="rejected", error=other)))
    assert before[KEY] is after[KEY]


@pytest.mark.parametrize(
    ("entry", "tags"),
    [
        (replace(JOB, data=freeze(Job(2))), ()),
        (replace(JOB, fulfilled_at=START + 1), ()),
        (replace(JOB, error=ErrorInfo(name="X")), ()),
        (JOB, (Tag("Job"),)),
        (replace(JOB, arg=2), ()),
    ],
)
def test_what_changed_is_another_copy(
    copies: Counting, entry: QueryEntry, tags: tuple[Tag, ...]
) -> None:
    shape = MirrorShape(copies)
    before, after = shape.read(state_of(JOB)), shape.read(state_of(entry, *tags))
    assert before[KEY] != after[KEY]


@pytest.mark.parametrize(
    "entry",
    [
        QueryEntry("pending", "job", 1, "r1", START),
        QueryEntry("rejected", "job", 1, "r1", START, error=ErrorInfo(name="X")),
        replace(JOB, endpoint="secret"),
        replace(JOB, endpoint="gone"),
        replace(JOB, fulfilled_at=0),
    ],
)
def test_what_has_no_data_to_keep_has_no_copy(
    copies: Counting, entry: QueryEntry
) -> None:
    assert copies.copy(entry, ()) is None
    assert MirrorShape(copies).read(state_of(entry)) == {}


def test_a_table_is_read_as_it_is_and_takes_others_in(copies: Counting) -> None:
    shape = MirrorShape(copies)
    (copy,) = shape.read(state_of(JOB)).values()
    table = shape.write(state_of(JOB), {"other": {"fulfilled_at": 1}})
    assert shape.read(table) == {KEY: copy, "other": {"fulfilled_at": 1}}
    assert shape.read(shape.without(table, frozenset((KEY,)))).keys() == {"other"}


def test_what_another_wrote_is_ours_where_it_says_the_same(copies: Counting) -> None:
    shape = MirrorShape(copies)
    (copy,) = shape.read(state_of(JOB)).values()
    assert isinstance(copy, dict)
    table = shape.write({}, {KEY: freeze(dict(copy)), "other": 1})
    assert shape.read(table)[KEY] is copy
    changed = shape.write({}, {KEY: freeze({**copy, "data": {"id": 1, "title": "x"}})})
    assert shape.read(changed)[KEY] is not copy


def test_what_was_read_is_not_copied_again() -> None:
    api = open_shop().api
    copies = Counting(api)
    stored = {KEY: Copies.copy(copies, JOB, ())}
    slice_ = MirrorSlice(api, "api", copies=copies)
    action = {"type": REHYDRATE, "key": "api", "payload": stored}
    state = slice_.reduce(slice_.initial(), action)
    assert slice_.shape.read(state)[KEY] is stored[KEY]
    assert copies.count == 0


def test_what_was_read_is_remembered_whatever_the_state_was_before() -> None:
    api = open_shop().api
    copies = Counting(api)
    entries = {f"job({number})": replace(JOB, arg=number) for number in range(200)}
    stored = {key: Copies.copy(copies, each, ()) for key, each in entries.items()}
    slice_ = MirrorSlice(api, "api", copies=copies)
    action = {"type": REHYDRATE, "key": "api", "payload": stored}
    state = slice_.reduce(slice_.initial(), action)
    assert slice_.shape.read(slice_.initial()) == {}
    assert slice_.shape.read(state) == stored
    assert copies.count == 0


def test_what_is_stored_under_another_key_is_not_taken() -> None:
    api = open_shop().api
    copies = Counting(api)
    slice_ = MirrorSlice(api, "api", copies=copies)
    payload = {KEY: copies.copy(JOB, ())}
    for key, count in (("other", 0), ("api", 1)):
        action = {"type": REHYDRATE, "key": key, "payload": payload}
        assert len(slice_.reduce(slice_.initial(), action).queries) == count


def test_copies_of_what_is_long_gone_are_forgotten(copies: Counting) -> None:
    shape = MirrorShape(copies)
    for number in range(300):
        key = f"job({number})"
        state = replace(state_of(JOB), queries=freeze({key: replace(JOB, arg=number)}))
        shape.read(state)
    assert copies.count == 300
    shape.read(replace(state_of(JOB), queries=freeze({"job(0)": replace(JOB, arg=0)})))
    assert copies.count == 301
