"""Selectors agree with a model that compares everything, whatever is called."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from stateroom.store.drafts.tables import is_same
from stateroom.store.selectors import create_selector, identity_memo, lru_memo

OBJECTS: list[object] = [[], [], {}, {}, (1,), object()]
values = st.sampled_from(OBJECTS) | st.sampled_from(
    [0, 1, True, False, 0.0, -0.0, 1.0, float("nan"), "", "1", b"1", None]
)
calls = st.lists(
    st.tuples(
        st.lists(values, max_size=2).map(tuple),
        st.dictionaries(st.sampled_from("ab"), values, max_size=2),
    ),
    max_size=40,
)
Call = tuple[tuple[object, ...], dict[str, object]]


class Model:
    """The last ``size`` calls in a list, the last used first."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.known: list[tuple[Call, int]] = []
        self.runs = 0

    def ask(self, call: Call) -> int:
        """Return the number of the run that this call's result is from."""
        for entry in self.known:
            if is_alike(entry[0], call):
                self.known.remove(entry)
                break
        else:
            self.runs += 1
            entry = (call, self.runs)
        self.known = [entry, *self.known][: self.size]
        return entry[1]


def is_alike(one: Call, other: Call) -> bool:
    if len(one[0]) != len(other[0]) or one[1].keys() != other[1].keys():
        return False
    return all(map(is_same, one[0], other[0])) and all(
        is_same(one[1][name], other[1][name]) for name in one[1]
    )


def numbered() -> Callable[..., int]:  # type: ignore[explicit-any] # of any arguments
    runs = iter(range(1, 1000))
    return lambda *_, **__: next(runs)


@given(calls, st.integers(min_value=1, max_value=5))
def test_q2_a_memo_remembers_exactly_the_last_calls(
    program: list[Call], size: int
) -> None:
    model = Model(size)
    memos = [make(size=size)(numbered()) for make in (identity_memo, lru_memo)]
    for call in program:
        expected = model.ask(call)
        assert [memo(*call[0], **call[1]) for memo in memos] == [expected, expected]


State = tuple[object, object, object]
states = st.tuples(values, values, values)


def left(state: State) -> object:
    return state[0]


def right(state: State) -> object:
    return state[1]


def list_of(one: object, other: object) -> list[object]:
    return [one, other]


@given(
    st.lists(states, min_size=1, max_size=4).flatmap(
        lambda made: st.lists(st.sampled_from(made), max_size=40)
    ),
    st.integers(min_value=1, max_value=4),
)
def test_q1_each_layer_runs_exactly_when_the_model_does(
    program: list[State], size: int
) -> None:
    args, inputs = Model(size), Model(size)
    pair = create_selector((left, right), list_of, size=size, checks="never")
    for state in program:
        before = args.runs
        args.ask(((state,), {}))
        if args.runs > before:
            inputs.ask((state[:2], {}))
        assert all(map(is_same, pair(state), state[:2]))
        assert pair.dependency_recomputations == args.runs
        assert pair.recomputations == inputs.runs
