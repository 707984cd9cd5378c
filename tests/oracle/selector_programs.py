"""Family "selectors": a graph of selectors, called on a sequence of states.

``js/selectors.mjs`` runs the same with Reselect. Its memos keep everything; ours keep
16 calls each, so no program has more than a dozen states.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Unpack, cast

from stateroom.store.drafts import freeze
from stateroom.store.selectors import Function, Selector, SelectorOptions, lru_memo
from tests.oracle.choosing import Choice
from tests.oracle.errors import EXPECTED, kind_of_error
from tests.oracle.making import COMMON, make_of_kind, make_term
from tests.oracle.performing import perform
from tests.oracle.real import Json
from tests.oracle.recipes import Boom
from tests.oracle.terms import build, is_container, plain

__all__ = ("make_selectors", "trace_selectors")

Program = dict[str, Json]
KEYS = ("a", "b", "c")
NAN: Json = {"n": "nan"}
GIVEN: tuple[Json, ...] = (1, 2, "x")


# ------------------------------------------------------------------- making


def make_selectors(choice: Choice) -> Program:
    """A random program."""
    has_args = choice.happens(40)
    state: list[Json] = [[key, make_of_kind(choice, "o", 2, COMMON)] for key in KEYS]
    return {
        "state": {"o": state},
        "selectors": [
            make_selector(choice, before, has_args=has_args)
            for before in choice.times(1, 4)
        ],
        "steps": [make_step(choice, has_args=has_args) for _ in choice.times(2, 11)],
    }


def make_selector(choice: Choice, before: int, *, has_args: bool) -> Json:
    """A selector of keys of the state, of the argument, and of earlier selectors."""
    inputs: list[Json] = [{"arg": 1}] if has_args else []
    for _ in choice.times(1, 3):
        if before and choice.happens(50):
            inputs.append({"sel": choice.below(before)})
        else:
            inputs.append({"key": choice.one_of(KEYS)})
    return {
        "inputs": inputs,
        "combine": choice.one_of(("list", "first", "count", "fail")),
        "memo": choice.one_of((0, 0, 1, 2)),
        "args": choice.one_of((0, 0, 1, 2)),
    }


def make_step(choice: Choice, *, has_args: bool) -> Json:
    """A call, mostly; or another state."""
    name = choice.one_of(("call", "set", "call", "call", "back", "clear", "reset"))
    if name == "set":
        # Null makes the selectors fail that can.
        term = None if choice.happens(20) else make_term(choice, 1, COMMON)
        # Memos there take NaN for another value each time; see the page of deviations.
        return [name, choice.one_of(KEYS), 1 if term == NAN else term]
    if name == "call" and has_args:
        return [name, choice.below(4), choice.one_of(GIVEN)]
    return [name, choice.below(4)]


# ------------------------------------------------------------------ running


def fail(*values: object) -> object:
    if None in values:
        raise Boom
    return [*values]


COMBINE: dict[str, Callable[[Unpack[tuple[object, ...]]], object]] = {
    "list": lambda *values: [*values],
    "first": lambda *values: values[0],
    "count": lambda *values: len(values),
    "fail": fail,
}


def the_argument(_: object, arg: object) -> object:
    return arg


def reader(key: str) -> Callable[[Mapping[str, object]], object]:
    return lambda state: state[key]


def reader_with_argument(key: str) -> Callable[[Mapping[str, object], object], object]:
    return lambda state, _: state[key]


class Run:
    """The selectors, the states, and every object that was a result."""

    def __init__(self, program: Program) -> None:
        self.made: list[Selector[[object], object]] = []
        for given in cast("list[Program]", program["selectors"]):
            inputs = cast("list[Program]", given["inputs"])
            has_args = "arg" in inputs[0]
            functions = tuple(self.input(each, has_args=has_args) for each in inputs)
            combine = cast("Function[object]", COMBINE[cast("str", given["combine"])])
            self.made.append(Selector(functions, combine, options=options(given)))
        self.states: list[object] = [freeze(build(program["state"]))]
        self.objects: list[object] = []

    def input(self, given: Program, *, has_args: bool) -> Function[object]:
        made: object
        if "sel" in given:
            made = self.made[cast("int", given["sel"])]
        elif "arg" in given:
            made = the_argument
        elif has_args:
            made = reader_with_argument(cast("str", given["key"]))
        else:
            made = reader(cast("str", given["key"]))
        # By their signatures, selectors know what their inputs take.
        return cast("Function[object]", made)

    def do_set(self, key: str, term: Json) -> None:
        held = cast("dict[str, object]", self.states[-1])
        self.states.append(freeze({**held, key: build(term)}))

    def do_back(self, index: int) -> None:
        self.states.append(self.states[index % len(self.states)])

    def do_clear(self, index: int) -> None:
        self.made[index % len(self.made)].clear_cache()

    def do_reset(self, index: int) -> None:
        selector = self.made[index % len(self.made)]
        selector.reset_recomputations()
        selector.reset_dependency_recomputations()

    def do_call(self, index: int, *given: Json) -> Json:
        args = [build(each) for each in given]
        select = cast("Function[object]", self.made[index % len(self.made)])
        return self.known(select(self.states[-1], *args))

    def known(self, result: object) -> Json:
        if not is_container(result):
            return [plain(result), None]
        if not any(each is result for each in self.objects):
            self.objects.append(result)
        at = [each is result for each in self.objects].index(True)
        return [plain(result), at]


def options(given: Program) -> SelectorOptions:
    made: SelectorOptions = {"checks": "never"}
    if given["memo"]:
        made["memoize"] = lru_memo(size=cast("int", given["memo"]))
    if given["args"]:
        made["args_memoize"] = lru_memo(size=cast("int", given["args"]))
    return made


def trace_selectors(program: Program) -> Json:
    """What the program does in Python."""
    run = Run(program)
    steps: list[Json] = []
    for step in cast("list[Json]", program["steps"]):
        outcome: list[Json]
        try:
            outcome = ["ok", perform(run, step)]
        except EXPECTED as error:
            outcome = ["error", kind_of_error(error)]
        counts: list[Json] = [
            [each.recomputations, each.dependency_recomputations] for each in run.made
        ]
        steps.append([*outcome, counts])
    return steps
