"""Any program of verbs leads where the naive adapter leads, however large it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.store.drafts import is_frozen, produce
from stateroom.store.entities import LARGE, EntityAdapter
from stateroom.store.entities import ordered as ordered_module
from stateroom.store.entities import table as table_module
from tests.store.entities.naive import Entity, Naive, State

IDS = st.sampled_from("abcdefgh")
RANKS = st.integers(0, 3)
ENTITIES = st.lists(
    st.fixed_dictionaries({"id": IDS, "rank": RANKS, "note": RANKS}), max_size=6
)
CHANGES = st.fixed_dictionaries({}, optional={"id": IDS, "rank": RANKS, "note": RANKS})
UPDATES = st.lists(st.tuples(IDS, CHANGES), max_size=5)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add_many"), ENTITIES),
        st.tuples(st.just("set_many"), ENTITIES),
        st.tuples(st.just("set_all"), ENTITIES),
        st.tuples(st.just("upsert_many"), ENTITIES),
        st.tuples(st.just("remove_many"), st.lists(IDS, max_size=5)),
        st.tuples(st.just("update_many"), UPDATES),
    ),
    max_size=12,
)
Step = tuple[str, object]
LIMITS = st.sampled_from([LARGE, 3])
"""How many entities make a table large: with 3, most tables here are."""

Adapter = EntityAdapter[Entity, str]
ADAPTERS = {
    False: Adapter(),
    True: Adapter(sort_comparer=lambda one, other: rank(one) - rank(other)),
}


def rank(entity: Entity) -> int:
    return int(str(entity["rank"]))


def take(adapter: Adapter, state: State, step: Step) -> State:
    verb, payload = step
    if verb == "update_many":
        assert isinstance(payload, list)
        payload = [{"id": key, "changes": changes} for key, changes in payload]
    # As an action: then every verb takes any payload, as far as types go.
    result: State = getattr(adapter, verb)(state, {"type": verb, "payload": payload})
    return result


def plain(state: State) -> tuple[list[str], list[tuple[str, Entity]]]:
    items = [(key, dict(each)) for key, each in state["entities"].items()]
    return list(state["ids"]), items


@given(st.booleans(), LIMITS, STEPS)
def test_each_verb_does_what_the_naive_one_does(
    is_sorted: bool,  # noqa: FBT001 - Hypothesis gives it by position
    limit: int,
    steps: list[Step],
) -> None:
    adapter, naive = ADAPTERS[is_sorted], Naive(is_sorted=is_sorted)
    state: State = {"ids": [], "entities": {}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table_module, "LARGE", limit)
        patch.setattr(ordered_module, "LARGE", limit)
        patch.setattr(ordered_module, "SEARCHES", 1)
        for step in steps:
            before, seen = state, plain(state)
            state = take(adapter, before, step)
            getattr(naive, step[0])(step[1])
            assert plain(state) == (naive.ids, list(naive.entities.items()))
            assert plain(before) == seen
            assert state is before or is_frozen(state)


@given(st.booleans(), LIMITS, STEPS, STEPS)
def test_several_verbs_in_one_reducer_do_what_they_do_one_by_one(
    is_sorted: bool,  # noqa: FBT001 - Hypothesis gives it by position
    limit: int,
    first: list[Step],
    then: list[Step],
) -> None:
    adapter = ADAPTERS[is_sorted]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table_module, "LARGE", limit)
        patch.setattr(ordered_module, "LARGE", limit)
        start: State = {"ids": [], "entities": {}}
        for step in first:
            start = take(adapter, start, step)
        alone = start
        for step in then:
            alone = take(adapter, alone, step)

        def recipe(draft: State) -> None:
            for step in then:
                take(adapter, draft, step)

        assert plain(produce(start, recipe)) == plain(alone)
