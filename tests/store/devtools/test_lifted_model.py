"""The history against a model that computes everything anew at every look."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from stateroom.store.devtools.lifted import History
from stateroom.store.devtools.tape import INTERRUPTED, Action
from tests.store.devtools.counting import Error, adding

START = {"n": 0, "last": ""}
MAX_AGE = 6
AMOUNTS = st.integers(-4, 9)


@dataclass(frozen=True)
class Model:
    """A start, and actions after it: nothing is remembered of their states."""

    start: object = field(default_factory=lambda: START)
    actions: tuple[tuple[int, Action], ...] = ()
    skipped: frozenset[int] = frozenset()
    index: int = 0

    def outcomes(self) -> list[tuple[object, str | None]]:
        """The state and the error after each step."""
        outcomes: list[tuple[object, str | None]] = [(self.start, None)]
        for step, action in self.actions:
            outcomes.append(self.next(step, action, outcomes[-1]))
        return outcomes

    def next(
        self, step: int, action: Action, before: tuple[object, str | None]
    ) -> tuple[object, str | None]:
        state, error = before
        if step in self.skipped:
            return before
        if error is not None:
            return state, INTERRUPTED
        try:
            return adding(state, action), None
        except Error as raised:
            return state, f"Error: {raised}"

    def performed(self, step: int, action: Action) -> Model:
        model = self.trimmed()
        is_newest = model.index == len(model.actions)
        return replace(
            model,
            actions=(*model.actions, (step, action)),
            index=model.index + is_newest,
        )

    def trimmed(self) -> Model:
        """The oldest actions become part of the start, unless one has failed."""
        model = self
        while len(model.actions) + 1 >= MAX_AGE:
            state, error = model.outcomes()[1]
            if error is not None:
                break
            index = max(model.index - 1, 0)
            model = replace(model, start=state, actions=model.actions[1:], index=index)
        return model


class Histories(RuleBasedStateMachine):
    """Whatever is done, the history is what the model says it is."""

    def __init__(self) -> None:
        super().__init__()
        self.history = History(adding, START, at=0, max_age=MAX_AGE, catch_errors=True)
        self.model = Model()
        self.next_id = 1

    def apply(self, kind: str, **arguments: object) -> None:
        self.history.apply({"type": kind, **arguments}, at=0)

    def perform(self, action: Action) -> None:
        self.history.perform(action, at=0)
        self.model = self.model.performed(self.next_id, action)
        self.next_id += 1

    def restart(self, start: object) -> None:
        self.model = Model(start)
        self.next_id = 1

    @rule(kind=st.sampled_from(["add", "set", "limit"]), amount=AMOUNTS)
    def dispatch(self, kind: str, amount: int) -> None:
        self.perform({"type": kind, "payload": amount})

    @rule()
    def fail(self) -> None:
        self.perform({"type": "fail"})

    @precondition(lambda self: self.model.actions)
    @rule(data=st.data())
    def toggle(self, data: st.DataObject) -> None:
        step, _ = data.draw(st.sampled_from(self.model.actions))
        self.apply("TOGGLE_ACTION", id=step)
        self.model = replace(self.model, skipped=self.model.skipped ^ {step})

    @rule(data=st.data())
    def jump(self, data: st.DataObject) -> None:
        index = data.draw(st.integers(0, len(self.model.actions)))
        self.apply("JUMP_TO_STATE", index=index)
        self.model = replace(self.model, index=index)

    @precondition(lambda self: self.model.actions)
    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        moved = data.draw(st.sampled_from(self.model.actions))
        before = data.draw(st.sampled_from(self.model.actions))
        self.apply("REORDER_ACTION", actionId=moved[0], beforeActionId=before[0])
        rest = [one for one in self.model.actions if one != moved]
        if moved != before:
            rest.insert(rest.index(before), moved)
            self.model = replace(self.model, actions=tuple(rest))

    @rule()
    def sweep(self) -> None:
        self.apply("SWEEP")
        kept = tuple(
            one for one in self.model.actions if one[0] not in self.model.skipped
        )
        index = min(self.model.index, len(kept))
        self.model = Model(self.model.start, kept, index=index)

    @rule()
    def commit(self) -> None:
        self.apply("COMMIT")
        self.restart(self.model.outcomes()[self.model.index][0])

    @rule()
    def rollback(self) -> None:
        self.apply("ROLLBACK")
        self.restart(self.model.start)

    @rule()
    def reset(self) -> None:
        self.apply("RESET")
        self.restart(START)

    @invariant()
    def the_steps_are_those_of_the_model(self) -> None:
        computed = [tuple(entry) for entry in self.history.tape.computed]
        assert computed == self.model.outcomes()
        assert self.history.tape.current == self.model.index
        assert list(self.history.tape.staged)[1:] == [i for i, _ in self.model.actions]

    @invariant()
    def the_state_shown_is_that_of_the_model(self) -> None:
        assert self.history.state == self.model.outcomes()[self.model.index][0]


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=100, stateful_step_count=30)
