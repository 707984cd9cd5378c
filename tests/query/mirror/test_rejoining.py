"""One state of what is there and what was stored: the newer answer, and who runs."""

from __future__ import annotations

import pytest

from stateroom.errors import ErrorInfo
from stateroom.query import QueryApi, Tag
from stateroom.query.provided import provide
from stateroom.query.rejoining import rejoined
from stateroom.query.state import ApiState, QueryEntry
from stateroom.store.undefined import UNDEFINED

DOWN = ErrorInfo(name="Down")
STORED = QueryEntry("fulfilled", "jobs", fulfilled_at=100, data="stored")


def state_of(entry: QueryEntry | None, *tags: Tag) -> ApiState:
    empty = QueryApi("api").initial()
    if entry is None:
        return empty
    provided = provide(empty.provided, "k", tags)
    return ApiState(
        {"k": entry}, empty.mutations, provided, empty.subscriptions, empty.config
    )


@pytest.mark.parametrize(
    ("ours", "made"),
    [
        (None, STORED),
        (
            QueryEntry("fulfilled", "jobs", None, "r1", 90, 99, "ours"),
            STORED,
        ),
        (
            QueryEntry("pending", "jobs", None, "r1", 90),
            QueryEntry("pending", "jobs", None, "r1", 90, 100, "stored"),
        ),
        (
            QueryEntry("pending", "jobs", None, "r1", 90, 80, "ours", DOWN),
            QueryEntry("pending", "jobs", None, "r1", 90, 100, "stored", DOWN),
        ),
        (
            QueryEntry("rejected", "jobs", None, "r1", 110, 80, "ours", DOWN),
            QueryEntry("rejected", "jobs", None, "r1", 110, 100, "stored", DOWN),
        ),
        (QueryEntry("rejected", "jobs", None, "r1", 90, 80, "ours", DOWN), STORED),
        (QueryEntry("rejected", "jobs", None, "r1", 90, error=DOWN), STORED),
        (QueryEntry("uninitialized", "jobs"), STORED),
    ],
)
def test_a_newer_answer_is_taken_and_a_request_goes_on(
    ours: QueryEntry | None, made: QueryEntry
) -> None:
    state = rejoined(state_of(ours), {"k": STORED}, tags={})
    assert state.queries == {"k": made}


@pytest.mark.parametrize("at", [100, 101])
def test_an_answer_that_is_not_newer_changes_nothing(at: int) -> None:
    before = state_of(QueryEntry("fulfilled", "jobs", None, "r1", 90, at, "ours"))
    assert rejoined(before, {"k": STORED}, tags={"k": (Tag("Job"),)}) is before


def test_nothing_stored_changes_nothing() -> None:
    before = state_of(STORED)
    assert rejoined(before, {}, tags={}) is before


def test_equal_data_stays_the_very_same() -> None:
    data = ("a", ("b",))
    before = state_of(QueryEntry("fulfilled", "jobs", fulfilled_at=1, data=data))
    stored = QueryEntry("fulfilled", "jobs", fulfilled_at=2, data=("a", ("b",)))
    made = rejoined(before, {"k": stored}, tags={}).queries["k"]
    assert made.data is data
    assert made.fulfilled_at == 2


def test_an_entry_is_found_by_the_tags_of_both_sides() -> None:
    ours = QueryEntry("fulfilled", "jobs", fulfilled_at=1, data="ours")
    before = state_of(ours, Tag("Job", 1), Tag("Job", 2))
    made = rejoined(before, {"k": STORED}, tags={"k": (Tag("Job", 2), Tag("Job", 3))})
    assert {*made.provided.keys["k"]} == {Tag("Job", n) for n in (1, 2, 3)}
    assert made.provided.tags["Job"].keys() == {"1", "2", "3"}


def test_what_is_there_and_not_stored_stays() -> None:
    ours = QueryEntry("pending", "jobs", None, "r1", 90)
    state = rejoined(state_of(ours), {"other": STORED}, tags={})
    assert state.queries == {"k": ours, "other": STORED}
    assert state.queries["k"].data is UNDEFINED
