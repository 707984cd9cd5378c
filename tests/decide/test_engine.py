"""Decisions: one home each, true reasons, and the promises that hold for any facts."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.catalogue.impossible import contradictions
from stateroom.catalogue.inputs import CHOICES, INPUTS
from stateroom.catalogue.item import Item, build_item
from stateroom.catalogue.presets import PRESETS
from stateroom.catalogue.values import Value, read_value
from stateroom.decide import Decision, decide_item, load_ruleset
from stateroom.decide.completing import EXPOSED
from stateroom.decide.reading import cell_of
from stateroom.decide.ruleset import PLACES, TIERS
from stateroom.decide.table import compile_table
from tests.strategies import LIVES, answers, complete_items, partial_items

BELOW = {
    "public": ("internal", "personal", "secret", "regulated"),
    "internal": ("secret",),
    "personal": ("secret", "regulated"),
    "secret": ("regulated",),
}
"""For each sensitivity those above it; internal and personal are not compared."""


def nearness(decision: Decision) -> int:
    """How near to the browser a decision brings the data."""
    places = [decision.home.place, *(copy.tier for copy in decision.copies)]
    return max(EXPOSED.get(place, 0) for place in places)


def caches(decision: Decision) -> int:
    return sum(copy.kind == "cache" for copy in decision.copies)


@given(partial_items())
def test_any_valid_item_gets_exactly_one_home(item: Item) -> None:
    decision = decide_item(item)
    assert decision.home.place in PLACES
    assert decision.rule in {row.id for row in load_ruleset().rows}


@given(partial_items())
def test_every_tier_is_used_or_ruled_out(item: Item) -> None:
    decision = decide_item(item)
    assert sorted([*decision.tiers, *decision.why_not]) == sorted(TIERS)
    assert all(decision.why_not.values())


@given(complete_items())
def test_what_is_fully_known_is_certain_and_asks_nothing(item: Item) -> None:
    decision = decide_item(item)
    assert (decision.confidence, decision.ask, decision.assumed) == (1.0, None, {})


@given(complete_items(), st.sampled_from(LIVES))
def test_relaxing_staleness_never_removes_a_cache(item: Item, life: float) -> None:
    if item.staleness != "exact" and (item.staleness or 0) > life:
        return
    assert caches(decide_item(item)) <= caches(
        decide_item(item.replace(staleness=life))
    )


@given(complete_items(), st.data())
def test_raising_sensitivity_never_moves_data_towards_the_browser(
    item: Item, data: st.DataObject
) -> None:
    above = BELOW.get(item.sensitivity or "", ())
    if not above:
        return
    raised = item.replace(sensitivity=data.draw(st.sampled_from(above)))
    if any(contradictions(raised)):
        return
    assert nearness(decide_item(raised)) <= nearness(decide_item(item))


@given(partial_items())
def test_every_flip_that_is_told_is_true(item: Item) -> None:
    decision = decide_item(item)
    if decision.confidence < 1:
        return
    for flip in decision.flips:
        other = decide_item(item.replace(**{flip.input: _value(flip.input, flip.to)}))
        assert (other.tiers, _home(other)) == (flip.tiers, flip.home)
        assert other.placement != decision.placement


@given(partial_items())
def test_every_flip_that_is_told_can_be_said(item: Item) -> None:
    for flip in decide_item(item).flips:
        other = item.replace(**{flip.input: _value(flip.input, flip.to)})
        assert not list(contradictions(other)), flip


@pytest.mark.parametrize("missing", [None, "sensitivity"], ids=["known", "open"])
def test_what_is_written_is_not_told_to_become_immutable(missing: str | None) -> None:
    facts: dict[str, Value] = dict(PRESETS["reference"].inputs)
    if missing:
        del facts[missing]
    never = {key: value for key, value in facts.items() if key != "writes_per_hour"}
    told = decide_item(build_item("item", never)).flips
    assert ("immutable", "true") in {(flip.input, flip.to) for flip in told}
    told = decide_item(build_item("item", never | {"writes_per_hour": 5})).flips
    assert "immutable" not in {flip.input for flip in told}


@given(complete_items())
def test_no_other_choice_changes_the_decision_without_being_told(item: Item) -> None:
    decision = decide_item(item)
    told = {(flip.input, flip.to) for flip in decision.flips}
    for name, values in CHOICES.items():
        for value in values:
            other = item.replace(**{name: _value(name, value)})
            if (name, value) in told or any(contradictions(other)):
                continue
            assert decide_item(other).placement == decision.placement, (name, value)


@given(complete_items(), st.sampled_from(["size", "reads_per_hour", "staleness"]))
def test_a_number_that_never_flips_is_not_told_and_one_that_does_is(
    item: Item, name: str
) -> None:
    decision = decide_item(item)
    others = {
        decide_item(item.replace(**{name: value})).placement
        for value in FAR_APART[name]
    } - {decision.placement}
    told = any(flip.input == name for flip in decision.flips)
    assert told or not others


FAR_APART: dict[str, tuple[float, ...]] = {
    "size": (1, 2000, 300_000, 1 << 40),
    "reads_per_hour": (1e-6, 1e9),
    "staleness": (1, 86_400 * 365),
}


@given(partial_items(), st.data())
def test_confidence_is_the_share_of_completions_that_agree(
    item: Item, data: st.DataObject
) -> None:
    table = compile_table(load_ruleset())
    partial = cell_of(item, table.columns)
    decision = decide_item(item)
    unknown = [index for index, piece in enumerate(partial) if piece is None]
    assert bool(unknown) >= (decision.confidence < 1)
    assert 0 < decision.confidence <= 1
    if unknown and decision.confidence == 1:
        cell = [
            data.draw(st.sampled_from(likely)) if piece is None else piece
            for piece, likely in zip(partial, table.likely, strict=True)
        ]
        if table.is_possible(tuple(cell)):
            outcome = table.outcome(tuple(cell))
            assert outcome.tiers == decision.tiers


@given(partial_items())
def test_the_question_asked_is_one_that_is_open(item: Item) -> None:
    decision = decide_item(item)
    if decision.ask is not None:
        assert item.value(decision.ask.input) is None
        assert decision.confidence < 1


@given(partial_items(), st.data())
def test_answering_what_is_asked_always_ends_in_certainty(
    item: Item, data: st.DataObject
) -> None:
    for _ in range(20):
        decision = decide_item(item)
        if decision.ask is None:
            break
        name = decision.ask.input
        other = item.replace(**{name: data.draw(answers(name))})
        if any(contradictions(other)):
            return
        item = other
    assert decide_item(item).confidence == 1


def test_with_nothing_known_it_still_answers_and_asks() -> None:
    decision = decide_item(build_item("item", {}))
    assert decision.ask is not None
    assert 0 < decision.confidence < 1


def test_an_unknown_size_is_taken_for_one_that_redis_can_hold() -> None:
    item = build_item("item", {}, like="search-results")
    unknown = msgspec.structs.replace(item, size=None)
    assert decide_item(unknown).confidence == 1
    flips = {flip.to for flip in decide_item(unknown).flips if flip.input == "size"}
    assert flips == {"513 MiB"}


def test_if_all_completions_agree_nothing_is_asked() -> None:
    decision = decide_item(build_item("item", {"sensitivity": "regulated"}))
    assert (decision.home.place, decision.confidence, decision.ask) == (
        "nowhere",
        1.0,
        None,
    )


@pytest.mark.parametrize("like", PRESETS)
def test_a_preset_alone_is_enough_to_decide(like: str) -> None:
    assert decide_item(build_item("item", {}, like=like)).confidence == 1


def test_the_values_read_are_those_of_the_row_that_fired() -> None:
    decision = decide_item(build_item("item", {}, like="search-results"))
    assert decision.rule == "T11"
    assert decision.read == {
        "authority": "derived",
        "staleness": "1h",
        "cost": "costly",
        "size": "20 kB",
    }


def test_a_tier_is_ruled_out_by_the_condition_that_fails() -> None:
    decision = decide_item(build_item("item", {}, like="profile"))
    assert decision.why_not["persist"] == "T15 needs horizon device (it is account)"
    assert decision.why_not["session"].startswith("T06 needs audience tab")


def _value(name: str, text: str) -> str | float | bool:

    kind = INPUTS[name].kind
    if kind == "flag":
        return text == "true"
    is_number = kind in {"count", "rate", "number"}
    return read_value(INPUTS[name], float(text) if is_number else text)


def _home(decision: Decision) -> str:
    kind = decision.home.kind
    return f"{decision.home.place}/{kind}" if kind else decision.home.place
