"""Random programs of lifted actions, run by our history while they are made up.

What an action names (an id, an index) is chosen among what is there, because the real
instrument breaks itself on anything else; each program is a list of plain steps, so
that the real one can be given the very same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

from hypothesis import strategies as st

from stateroom.store.devtools.lifted import Change, History
from stateroom.store.devtools.tape import Action
from stateroom.store.undefined import UNDEFINED
from tests.store.devtools.counting import REDUCERS, Error, adding, lifted_of

__all__ = ("Options", "Program", "carry_out", "programs", "run")

Step: TypeAlias = dict[str, object]
Trace: TypeAlias = list[dict[str, object]]


class Options(NamedTuple):
    """What a history is made with."""

    max_age: int | None
    catch_errors: bool
    pause_type: str | None
    preloaded: int | None

    def history(self) -> History:
        return History(
            adding,
            UNDEFINED if self.preloaded is None else self.state(),
            at=0,
            max_age=self.max_age,
            catch_errors=self.catch_errors,
            pause_type=self.pause_type,
        )

    def state(self) -> object:
        return {"n": self.preloaded, "last": "given"}

    def javascript(self) -> dict[str, object]:
        """The same in the words of the instrument."""
        options: dict[str, object] = {"shouldCatchErrors": self.catch_errors}
        if self.max_age is not None:
            options["maxAge"] = self.max_age
        if self.pause_type is not None:
            options["pauseActionType"] = self.pause_type
        return options


class Program(NamedTuple):
    """Steps, and what our history came to after each."""

    options: Options
    steps: list[Step]
    trace: Trace

    def javascript(self) -> dict[str, object]:
        """The program as the real instrument is given it."""
        preloaded = None if self.options.preloaded is None else self.options.state()
        return {
            "options": self.options.javascript(),
            "preloaded": preloaded,
            "steps": self.steps,
        }


OPTIONS = st.builds(
    Options,
    max_age=st.sampled_from([None, 2, 3, 5, 30]),
    catch_errors=st.booleans(),
    pause_type=st.sampled_from([None, "@@PAUSED"]),
    preloaded=st.sampled_from([None, 10]),
)
SMALL = st.integers(min_value=-3, max_value=9)
ACTIONS: st.SearchStrategy[Action] = st.one_of(
    st.builds(lambda n: {"type": "add", "payload": n}, SMALL),
    st.builds(lambda n: {"type": "add", "payload": n}, SMALL),
    st.builds(lambda n: {"type": "set", "payload": n}, SMALL),
    st.builds(lambda n: {"type": "limit", "payload": n}, SMALL),
    st.just({"type": "fail"}),
    st.just({"type": "unknown"}),
)
KINDS: Final = (
    *("perform",) * 8,
    *("toggle", "jump_to_state", "jump_to_action", "reorder", "set_active") * 2,
    *("sweep", "commit", "rollback", "reset", "lock", "pause"),
    *("import_actions", "import_lifted", "replace"),
)
COMPUTES_ALL: Final = ("reorder", "sweep")
"""The real one computes all steps anew, also those that have not changed. While paused
that loses what happened since; ours leaves the unchanged ones as they are."""


def run(history: History, step: Step) -> dict[str, object]:
    """Carry out a step, and say what came out."""
    raised = False
    try:
        carry_out(history, step)
    except Error:
        raised = True
    if raised and step["kind"] != "lifted":
        return {"raised": True}  # the real history is damaged
    return {"raised": raised, "lifted": lifted_of(history.tape)}


def carry_out(history: History, step: Step) -> Change:
    """Carry out a step, and say what became of the history.

    Raises:
        Error: the reducer did.
    """
    action = step.get("action", {})
    assert isinstance(action, dict)
    if step["kind"] == "perform":
        return history.perform(action, at=0)
    if step["kind"] == "replace":
        return history.replace_reducer(REDUCERS[str(step["reducer"])])
    return history.apply(action, at=0)


@st.composite
def programs(draw: st.DrawFn, *, length: int = 14) -> Program:
    options = draw(OPTIONS)
    history = options.history()
    program = Program(
        options, [], [{"raised": False, "lifted": lifted_of(history.tape)}]
    )
    for kind in draw(st.lists(st.sampled_from(KINDS), max_size=length)):
        step = _step(draw, kind, history)
        if step is None:
            continue
        program.steps.append(step)
        program.trace.append(run(history, step))
        # A reducer that raises while an action is recorded, or while the reducer is
        # replaced, leaves the real history without some of its actions.
        if program.trace[-1]["raised"] and step["kind"] != "lifted":
            break
    return program


def _step(draw: st.DrawFn, kind: str, history: History) -> Step | None:
    if history.tape.is_paused and kind in COMPUTES_ALL:
        return None
    if kind == "perform":
        return {"kind": "perform", "action": draw(ACTIONS)}
    if kind == "replace":
        return {"kind": "replace", "reducer": draw(st.sampled_from(sorted(REDUCERS)))}
    action = MAKERS[kind](draw, history) if kind in MAKERS else PLAIN[kind]
    return None if action is None else {"kind": "lifted", "action": action}


def _place(draw: st.DrawFn, history: History) -> int | None:
    """Index of an action, which is not the start."""
    last = len(history.tape.staged) - 1
    return draw(st.integers(1, last)) if last else None


def _toggle(draw: st.DrawFn, history: History) -> Step | None:
    place = _place(draw, history)
    if place is None:
        return None
    return {"type": "TOGGLE_ACTION", "id": history.tape.staged[place]}


def _jump_to_state(draw: st.DrawFn, history: History) -> Step | None:
    last = len(history.tape.staged) - 1
    return {"type": "JUMP_TO_STATE", "index": draw(st.integers(0, last))}


def _jump_to_action(draw: st.DrawFn, history: History) -> Step | None:
    step = draw(st.sampled_from(list(history.tape.staged)))
    return {"type": "JUMP_TO_ACTION", "actionId": step}


def _reorder(draw: st.DrawFn, history: History) -> Step | None:
    place = _place(draw, history)
    if place is None:
        return None
    return {
        "type": "REORDER_ACTION",
        "actionId": history.tape.staged[place],
        "beforeActionId": draw(st.integers(0, history.tape.next_id + 1)),
    }


def _set_active(draw: st.DrawFn, history: History) -> Step | None:
    """A range whose first id is the first of its actions: the real one asks for it."""
    place = _place(draw, history)
    if place is None:
        return None
    staged = list(history.tape.staged)
    start = staged[place]
    end = draw(st.integers(start + 1, history.tape.next_id))
    named = range(start, end)
    if set(named) - set(staged) or min(map(staged.index, named)) < place:
        return None
    active = draw(st.booleans())
    return {"type": "SET_ACTIONS_ACTIVE", "start": start, "end": end, "active": active}


def _import_actions(draw: st.DrawFn, _history: History) -> Step | None:
    actions = draw(st.lists(ACTIONS, max_size=5))
    step: Step = {"type": "IMPORT_STATE", "nextLiftedState": actions}
    if draw(st.booleans()):
        step["preloadedState"] = {"n": 50, "last": "loaded"}
    return step


def _import_lifted(draw: st.DrawFn, history: History) -> Step | None:
    return {
        "type": "IMPORT_STATE",
        "nextLiftedState": lifted_of(history.tape) | {"actionsById": _lifted(history)},
        "noRecompute": draw(st.booleans()),
    }


def _lifted(history: History) -> dict[str, object]:
    return {
        str(step): {"type": "PERFORM_ACTION", "action": dict(one.action)}
        for step, one in history.tape.actions.items()
    }


def _lock(draw: st.DrawFn, history: History) -> Step | None:
    status = not history.tape.is_locked or draw(st.booleans())
    return {"type": "LOCK_CHANGES", "status": status}


def _pause(draw: st.DrawFn, history: History) -> Step | None:
    status = not history.tape.is_paused and draw(st.booleans())
    return {"type": "PAUSE_RECORDING", "status": status}


PLAIN: Final[dict[str, Step]] = {
    kind: {"type": kind.upper()} for kind in ("sweep", "commit", "rollback", "reset")
}
MAKERS: Final[dict[str, Callable[[st.DrawFn, History], Step | None]]] = {
    "import_actions": _import_actions,
    "import_lifted": _import_lifted,
    "jump_to_action": _jump_to_action,
    "jump_to_state": _jump_to_state,
    "lock": _lock,
    "pause": _pause,
    "reorder": _reorder,
    "set_active": _set_active,
    "toggle": _toggle,
}
