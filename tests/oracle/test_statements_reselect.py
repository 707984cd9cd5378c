"""Q1 to Q3: what Reselect promises, once with it and once with the selectors here."""

from __future__ import annotations

import warnings
from typing import cast

from stateroom.store import freeze
from stateroom.store.selectors import (
    Selector,
    UnstableSelector,
    create_selector,
    lru_memo,
)
from tests.oracle.real import Json, Real
from tests.oracle.recipes import Boom

State = dict[str, object]


def at_a(state: State) -> object:
    return state["a"]


def at_b(state: State) -> object:
    return state["b"]


def pair(a: object, b: object) -> object:
    return {"a": a, "b": b}


def alone(a: object) -> object:
    return {"a": a}


def itself(a: object) -> object:
    return a


def copied(state: State) -> State:
    return {**state}


def doubled(a: object) -> list[object]:
    return [*cast("list[object]", a)] * 2


def equally_long(old: list[object], new: list[object]) -> bool:
    return len(old) == len(new)


def state_of(a: object) -> State:
    """A state with one key."""
    return freeze({"a": a})


def counts(selector: Selector[[State], object]) -> list[int]:
    return [selector.recomputations, selector.dependency_recomputations]


def test_q1_a_selector_remembers_its_arguments_and_its_inputs(real: Real) -> None:
    select = create_selector((at_a, at_b), pair, checks="never")
    state: State = freeze({"a": {}, "b": {}})
    first = select(state)
    said: list[object] = [counts(select)]

    def step(after: State) -> None:
        said.append([select(after) is first, *counts(select)])

    step(state)
    step(freeze({**state, "other": 1}))
    step(freeze({**state, "a": {}}))
    assert said == real.trace("statement", {"name": "q1"})


def test_q2_by_default_many_results_are_kept_and_no_error(real: Real) -> None:
    failures: list[int] = []

    def fail(_: object) -> object:
        failures.append(1)
        raise Boom("boom")

    def attempt() -> str:
        try:
            return str(failing(x))
        except Boom as error:
            return str(error)

    one_memo = lru_memo(size=1)
    kept = create_selector((at_a,), alone, checks="never")
    one = create_selector(
        (at_a,), alone, checks="never", memoize=one_memo, args_memoize=one_memo
    )
    x, y = state_of({}), state_of({})
    for state in (x, y, x):
        kept(state)
        one(state)
    failing = create_selector((at_a,), fail, checks="never")
    equal = create_selector((at_a,), doubled, checks="never", result_equal=equally_long)
    ours = {
        "raised": [attempt(), attempt()],
        "failures": len(failures),
        "kept": counts(kept),
        "one": counts(one),
        "previous": equal(state_of([1])) is equal(state_of([2])),
    }
    assert ours == real.trace("statement", {"name": "q2"})


def warned() -> list[str]:
    """What the checks of declarations say, each once."""
    identity = create_selector((at_a,), itself)
    unstable = create_selector((copied,), at_a)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always", UnstableSelector)
        for select in (identity, identity, unstable, unstable):
            select(state_of({}))
    texts = [str(each.message) for each in seen]
    return ["identity" if "as it is" in text else "unstable" for text in texts]


def test_q3_a_selector_tells_what_it_did_and_forgets_when_told(real: Real) -> None:
    select = create_selector((at_a,), alone, checks="never")
    x, y = state_of({"n": 1}), state_of({"n": 2})
    first = select(x)
    select(y)
    before = counts(select)
    fields = [
        select.result_function is alone,
        select.dependencies[0] is at_a,
        cast("Json", select.last_result),
        select.memoized_result_function(x["a"]) is first,
    ]
    select.reset_recomputations()
    select.reset_dependency_recomputations()
    reset = counts(select)
    select.clear_cache()
    ours = {
        "before": before,
        "fields": fields,
        "reset": reset,
        "cleared": [select(x) is first, *counts(select)],
        "warned": warned(),
    }
    assert ours == real.trace("statement", {"name": "q3"})
