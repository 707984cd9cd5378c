"""Items: what presets and defaults fill in, where each answer came from, replacing."""

from __future__ import annotations

import pytest

from stateroom.catalogue import INPUTS, PRESETS, Item, Preset, declare
from stateroom.catalogue.impossible import contradictions
from stateroom.catalogue.values import Value, read_value


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_alone_makes_an_item_that_is_possible(preset: str) -> None:
    item = declare("it", like=preset)
    assert list(contradictions(item)) == []
    assert item.given == frozenset()


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda each: each.name)
def test_every_value_of_a_preset_is_one_that_a_file_may_declare(preset: Preset) -> None:
    inputs = preset.inputs
    assert {key: read_value(INPUTS[key], raw) for key, raw in inputs.items()} == inputs


def test_an_item_without_a_preset_knows_the_defaults_only() -> None:
    item = declare("it")
    known = {name: item.value(name) for name in INPUTS if item.value(name) is not None}
    assert known == {"immutable": False, "coordination": "none", "offline": False}


def test_each_value_says_where_it_came_from() -> None:
    item = declare("it", like="draft", staleness="5m")
    bare = declare("bare", authority="original")
    assert item.origin("staleness") == "given"
    assert item.origin("audience") == "preset"
    assert item.origin("licence_ttl") == "unknown"
    assert bare.origin("writer") == "assumed"
    assert bare.origin("offline") == "assumed"


@pytest.mark.parametrize(
    ("declared", "cost"),
    [
        ({"load_ms": 50}, "costly"),
        ({"load_ms": 49.9}, "cheap"),
        ({"load_ms": 0.1}, "cheap"),
        ({"load_ms": 0.09}, "free"),
        ({"cost_per_call": 0.01}, "costly"),
        ({"cost_per_call": 0}, None),
        ({"cost_per_call": 0.01, "load_ms": 1}, "costly"),
        ({"cost": "cheap", "load_ms": 1}, "cheap"),
        ({}, None),
    ],
)
def test_the_cost_is_worked_out_of_what_was_measured(
    declared: dict[str, object], cost: str | None
) -> None:
    assert declare("it", **declared).cost == cost


@pytest.mark.parametrize(
    ("declared", "writer"),
    [
        ({"authority": "original"}, "app"),
        ({"authority": "derived"}, "elsewhere"),
        ({"authority": "original", "writer": "elsewhere"}, "elsewhere"),
        ({"like": "reference", "authority": "original"}, "app"),
        ({}, None),
    ],
)
def test_who_writes_is_assumed_from_the_authority(
    declared: dict[str, object], writer: str | None
) -> None:
    assert declare("it", **declared).writer == writer


def test_an_answer_is_replaced_and_what_hangs_on_it_is_worked_out_again() -> None:
    item = declare("it", authority="original", load_ms=500)
    changed = item.replace(authority="derived", load_ms=1)
    assert (item.writer, item.cost) == ("app", "costly")
    assert (changed.writer, changed.cost) == ("elsewhere", "cheap")


@pytest.mark.parametrize(
    ("replaced", "dropped"), [({"cost": "free"}, "load_ms"), ({"load_ms": 1}, "cost")]
)
def test_a_new_cost_drops_the_old_measurement_and_the_other_way_round(
    replaced: dict[str, Value], dropped: str
) -> None:
    item = declare(
        "it", **({"load_ms": 500} if dropped == "load_ms" else {"cost": "costly"})
    )
    assert dropped in item.given
    assert dropped not in item.replace(**replaced).given


def test_replacing_keeps_everything_else() -> None:
    override = {"ttl": "5m", "reason": "why"}
    item = declare(
        "it", like="draft", title="T", owner="o", tags=["Job"], override=override
    )
    changed = item.replace(offline=True)
    kept = ("name", "like", "title", "owner", "tags", "override")
    assert {name: getattr(changed, name) for name in kept} == {
        name: getattr(item, name) for name in kept
    }


@pytest.mark.parametrize(
    ("like", "ttl", "absolute"), [("login", 1800, 43_200), ("draft", None, None)]
)
def test_the_life_of_a_data_class_comes_with_the_preset(
    like: str, ttl: int | None, absolute: int | None
) -> None:
    item: Item = declare("it", like=like)
    assert (item.preset_ttl, item.absolute_ttl) == (ttl, absolute)
