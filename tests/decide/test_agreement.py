"""Comparing what two sides say: by tiers, by placement, and against what is right."""

from __future__ import annotations

import pytest

from stateroom.decide.agreement import (
    Answer,
    State,
    answers_of,
    compare_answers,
    compare_decisions,
    pinned_answers,
)
from stateroom.decide.lock import lock_of
from tests.decide.worked import expected_tiers, worked_catalogue, worked_decisions

SILENT = Answer(placement="nowhere", tiers=(), is_silent=True)
CACHE = Answer(placement="source + redis/cache", tiers=("redis",), rule="T11")
LIVE = Answer(placement="redis/live", tiers=("redis",), rule="T05")
BOTH = Answer(placement="source + redis/cache + persist", tiers=("persist", "redis"))
SWAPPED = Answer(placement="source + persist + redis/cache", tiers=("persist", "redis"))
PERSIST = Answer(placement="persist", tiers=("persist",), rule="T15")


@pytest.mark.parametrize(
    ("old", "new", "tiers", "placement"),
    [
        (CACHE, CACHE, "same", "same"),
        (CACHE, LIVE, "same", "differs"),
        (BOTH, SWAPPED, "same", "same"),
        (CACHE, PERSIST, "differs", "differs"),
        (SILENT, CACHE, "silent", "silent"),
        (SILENT, SILENT, "silent", "silent"),
        (CACHE, SILENT, "lost", "lost"),
        (None, CACHE, "added", "added"),
        (CACHE, None, "removed", "removed"),
    ],
)
def test_one_item_comes_to(
    old: Answer | None, new: Answer | None, tiers: State, placement: State
) -> None:
    sides = [{} if side is None else {"a": side} for side in (old, new)]
    (found,) = compare_answers(sides[0], sides[1]).items
    assert (found.tiers, found.placement) == (tiers, placement)


def test_the_flowchart_of_the_seed_fails_on_its_own_examples() -> None:
    found = compare_decisions(
        worked_decisions("seed-flowchart"), worked_decisions(), expected_tiers()
    )
    counts = found.by_tiers
    assert len(found.items) == 51
    assert (counts["same"], counts["differs"], counts["silent"]) == (30, 14, 7)
    assert counts["lost"] == counts["added"] == counts["removed"] == 0
    assert found.summary == (
        "seed-flowchart agrees with stateroom on 30, contradicts it on 14 and is "
        "silent on 7 of 51 items"
    )


def test_ours_is_right_on_every_example_and_the_flowchart_where_they_agree() -> None:
    found = compare_decisions(
        worked_decisions("seed-flowchart"), worked_decisions(), expected_tiers()
    )
    assert all(each.new_is_right for each in found.items)
    assert [each.item for each in found.items if each.old_is_right] == [
        each.item for each in found.items if each.tiers == "same"
    ]


def test_nobody_is_right_or_wrong_where_nothing_is_expected() -> None:
    found = compare_decisions(worked_decisions(), worked_decisions())
    assert {each.new_is_right for each in found.items} == {None}
    assert found.by_placement["same"] == 51


def test_the_other_way_round_what_was_silent_is_lost() -> None:
    found = compare_decisions(worked_decisions(), worked_decisions("seed-flowchart"))
    assert found.by_tiers["lost"] == 7
    assert found.summary.endswith("of 51 items; 7 lost")


def test_a_lock_says_what_the_decisions_say_that_it_pins() -> None:
    decisions = worked_decisions("seed-flowchart")
    lock = lock_of(worked_catalogue(), decisions)
    found = compare_answers(answers_of(decisions), pinned_answers(lock.items))
    assert {each.placement for each in found.items} == {"same", "silent"}
    assert found.by_tiers["silent"] == 7
