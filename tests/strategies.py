"""Hypothesis strategies that every test of facts and decisions shares."""

from __future__ import annotations

from hypothesis import strategies as st

from stateroom.catalogue.impossible import contradictions
from stateroom.catalogue.inputs import INPUTS
from stateroom.catalogue.item import Item, build_item
from stateroom.catalogue.presets import PRESETS
from stateroom.catalogue.values import Value

# The edges of the tables' bounds, and what lies between them.
SIZES = (0, 1024, 1025, 20_000, 262_144, 262_145, 1 << 29, (1 << 29) + 1)
LIVES = (1, 30, 60, 600, 3600, 86_400)
RATES = (0, 0.01, 0.2, 1, 60, 3600)

_NUMBERS: dict[str, tuple[float, ...]] = {
    "size": SIZES,
    "cardinality": (0, 1, 10_000),
    "reads_per_hour": RATES,
    "writes_per_hour": RATES,
    "licence_ttl": LIVES,
    "cost_per_call": (0, 0.01),
    "load_ms": (0.01, 5, 50, 900),
}


def answers(name: str) -> st.SearchStrategy[Value]:
    """Values of one input, as an item holds them."""
    question = INPUTS[name]
    if question.kind == "flag":
        return st.booleans()
    if question.kind == "choice":
        return st.sampled_from(list(question.values))
    if question.kind == "staleness":
        return st.sampled_from(["exact", *LIVES])
    return st.sampled_from(_NUMBERS[name])


COMPLETE = [
    name for name in INPUTS if name not in {"load_ms", "cost_per_call", "licence_ttl"}
]
"""The inputs that leave no question open."""


def _is_possible(item: Item) -> bool:
    return not any(contradictions(item))


def complete_items() -> st.SearchStrategy[Item]:
    """Valid items in which every deciding input is answered."""
    facts = st.fixed_dictionaries(
        {name: answers(name) for name in COMPLETE},
        optional={"licence_ttl": answers("licence_ttl")},
    )
    return facts.map(lambda said: build_item("item", said)).filter(_is_possible)


def partial_items() -> st.SearchStrategy[Item]:
    """Valid items in which any answer may be missing, with or without a preset."""
    facts: st.SearchStrategy[dict[str, Value]] = st.fixed_dictionaries(
        {}, optional={name: answers(name) for name in INPUTS}
    )
    like = st.none() | st.sampled_from(list(PRESETS))
    return st.builds(
        lambda said, preset: build_item("item", said, like=preset), facts, like
    ).filter(_is_possible)
