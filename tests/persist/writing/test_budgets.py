"""Nothing is written that is too large, and the application may make it smaller."""

from __future__ import annotations

import pytest

from stateroom.errors import NotDurable, OverBudget, StorageFull
from stateroom.persist import Problem
from stateroom.persist.budgets import WARN_AT
from tests.persist.roles import Kept, kept_numbers, kept_roles
from tests.persist.scenes import Moody, Options, Process

BUDGET = 1000


def started(storage: Moody | None = None, **options: object) -> tuple[Process, Kept]:
    given: Options = options  # type: ignore[assignment]
    kept = kept_roles(budget=BUDGET)
    process = Process(storage or Moody(), kept.part, **given)
    process.persistor.hydrate()
    process.persistor.flush()
    return process, kept


def test_a_slice_above_its_budget_is_not_written_and_named() -> None:
    storage = Moody()
    process, kept = started(storage)
    process.store.dispatch(kept.name_it("x" * BUDGET))
    with pytest.raises(NotDurable, match="bytes of the slice; nothing is written"):
        process.persistor.flush()
    assert len(storage.written) == 1
    assert process.codes == ["STR-904"]
    assert "of 1,000 bytes of the slice" in process.status().reason
    assert "keep less, or raise the budget" in process.problems[0].message


def test_a_slice_above_its_budget_is_told_once_however_often_it_changes() -> None:
    process, kept = started()
    for number in range(20):
        process.store.dispatch(kept.name_it("x" * (BUDGET + number)))
        process.wait(1)
    assert process.codes == ["STR-904"]


def test_a_slice_above_its_budget_is_written_as_soon_as_it_is_below() -> None:
    process, kept = started()
    process.store.dispatch(kept.name_it("x" * BUDGET))
    process.wait(1)
    process.store.dispatch(kept.name_it("small"))
    process.wait(0.25)
    assert process.fields()["title"] == "small"
    assert process.status().reason == ""
    process.store.dispatch(kept.name_it("x" * BUDGET))
    process.wait(1)
    assert process.codes == ["STR-904", "STR-904"]


def test_a_budget_that_is_nearly_used_up_is_told_once() -> None:
    process, kept = started()
    for number in range(10):
        process.store.dispatch(kept.name_it("x" * (700 + number)))
        process.persistor.flush()
    assert process.codes == ["STR-904"]
    assert process.problems[0].message.endswith("bytes of the slice: nearly full")
    process.store.dispatch(kept.name_it("small"))
    process.persistor.flush()
    process.store.dispatch(kept.name_it("x" * 700))
    process.persistor.flush()
    assert process.codes == ["STR-904", "STR-904"]


def test_exactly_the_budget_is_written() -> None:
    process, kept = started()
    process.store.dispatch(kept.name_it("x"))
    process.persistor.flush()
    room = BUDGET - process.status().bytes
    process.store.dispatch(kept.name_it("x" * (1 + room)))
    process.persistor.flush()
    assert process.status().bytes == BUDGET
    process.store.dispatch(kept.name_it("x" * (2 + room)))
    with pytest.raises(NotDurable):
        process.persistor.flush()


def test_all_slices_together_have_a_budget_too() -> None:
    kept, shelf = kept_roles(), kept_numbers()
    process = Process(Moody(), kept.part, shelf.part, budget=800)
    process.persistor.hydrate()
    process.store.dispatch(kept.name_it("x" * 300))
    process.persistor.flush()
    for number in range(30):
        process.store.dispatch(shelf.put(f"number {number}", number))
    process.wait(1)
    with pytest.raises(NotDurable) as caught:
        process.persistor.flush()
    assert set(caught.value.reasons) == {"numbers"}
    assert "of 800 bytes of all slices together" in caught.value.reasons["numbers"]
    assert process.persistor.status().bytes <= 800


def test_what_all_have_together_is_told_once_and_not_for_each() -> None:
    ten = [kept_roles(f"roles{number}") for number in range(10)]
    process = Process(Moody(), *(each.part for each in ten), budget=4000)
    process.persistor.hydrate()
    for each in ten:
        process.store.dispatch(each.name_it("x" * 150))
    process.persistor.flush()
    assert [each.key for each in process.problems] == [""]
    assert "of 4,000 bytes of all slices together: nearly full" in (
        process.problems[0].message
    )


def test_the_quota_of_a_storage_has_to_hold_two_generations() -> None:
    storage = Moody()
    storage.room = 2 * 500
    process, kept = started(storage)
    process.store.dispatch(kept.name_it("x" * 200))
    process.persistor.flush()
    process.store.dispatch(kept.name_it("x" * 400))
    with pytest.raises(NotDurable, match="the quota of memory of this process"):
        process.persistor.flush()


def test_the_application_may_make_the_state_smaller() -> None:
    told: list[Problem] = []

    def shrink(problem: Problem) -> None:
        told.append(problem)
        process.store.dispatch(kept.name_it("short"))

    process, kept = started(on_full=shrink)
    process.store.dispatch(kept.name_it("x" * BUDGET))
    process.persistor.flush()
    assert process.fields()["title"] == "short"
    assert [(each.key, each.code) for each in told] == [("roles", "STR-904")]
    assert process.codes == []


def test_it_may_make_room_where_the_storage_has_none() -> None:
    storage = Moody()
    process, kept = started(
        storage, on_full=lambda _: storage.errors.pop("write", None)
    )
    process.store.dispatch(kept.select("Cook"))
    storage.errors["write"] = StorageFull("no space left on device")
    process.persistor.flush()
    assert process.fields()["selected"] == ["Cook"]
    assert process.codes == []


def test_it_is_asked_once_per_write_and_then_the_failure_stands() -> None:
    storage, told = Moody(), list[Problem]()
    process, kept = started(storage, on_full=told.append)
    process.store.dispatch(kept.select("Cook"))
    storage.errors["write"] = StorageFull("no space left on device")
    with pytest.raises(NotDurable, match="no space left"):
        process.persistor.flush()
    assert len(told) == 1
    assert process.codes == ["STR-903"]


def test_a_mistake_in_it_leaves_the_failure_as_it_is(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(problem: Problem) -> None:
        raise RuntimeError("a mistake")

    process, kept = started(on_full=fail)
    process.store.dispatch(kept.name_it("x" * BUDGET))
    with pytest.raises(NotDurable, match="nothing is written"):
        process.persistor.flush()
    assert "on_full failed for STR-904" in caplog.text


def test_it_cannot_ask_the_writer_that_waits_for_it() -> None:
    def ask(problem: Problem) -> None:
        for call in (
            process.persistor.flush,
            process.persistor.hydrate,
            process.persistor.purge,
            process.persistor.tick,
        ):
            try:
                call()
            except Exception as error:
                told.append(str(error))

    told: list[str] = []
    process, kept = started(on_full=ask)
    process.store.dispatch(kept.name_it("x" * BUDGET))
    with pytest.raises(NotDurable, match="nothing is written"):
        process.persistor.flush()
    assert len(told) == 4
    assert {each.partition(", and")[0] for each in told} == {
        "the writer was asked from inside one of its own calls"
    }


def test_a_full_storage_is_tried_again_and_never_written_in_part() -> None:
    storage = Moody()
    process, kept = started(storage)
    before = process.record()
    storage.errors["write"] = StorageFull("no space left on device")
    process.store.dispatch(kept.select("Cook"))
    for _ in range(10):
        process.wait(60)
    assert process.record() == before
    assert process.codes == ["STR-903"]
    storage.errors.clear()
    process.wait(60)
    assert process.fields()["selected"] == ["Cook"]


def test_the_share_that_is_told_is_the_one_that_is_documented() -> None:
    assert WARN_AT == 0.7
    assert OverBudget("x", size=1, budget=1).retryable is False
