"""Family "slices": a slice with reducers, extra cases, matchers and a default.

``js/slices.mjs`` runs the same with Redux Toolkit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias, Unpack, cast

from stateroom.store import UNDEFINED, Slice
from stateroom.store.actions import Prepared
from stateroom.store.drafts.tables import is_same
from tests.oracle.choosing import Choice
from tests.oracle.errors import EXPECTED, kind_of_error
from tests.oracle.making import COMMON, SCALARS, make_of_kind, make_term
from tests.oracle.making_recipes import RecipeMaker
from tests.oracle.mirror import Node, mirrored
from tests.oracle.real import Json
from tests.oracle.recipes import Recipe
from tests.oracle.terms import build, graph, places, plain

__all__ = ("make_slices", "trace_slices")

Program = dict[str, Json]
KEYS = ("a", "b", "c")
EXTRA = ("t/a", "t/b", "s/a", "other")
MATCHERS: dict[str, Callable[[Mapping[str, object]], bool]] = {
    "own": lambda action: str(action["type"]).startswith("s/"),
    "payload": lambda action: "payload" in action,
    "every": lambda _: True,
    "none": lambda _: False,
    "ends in a": lambda action: str(action["type"]).endswith("a"),
}


def twice(one: object, other: object) -> Prepared:
    return {"payload": [one, other]}


PREPARES: dict[str, Callable[[object], Prepared]] = {
    "payload": lambda given: {"payload": {"p": given}},
    "meta": lambda given: {"payload": given, "meta": {"m": given}},
    "error": lambda given: {"payload": given, "meta": {"m": 1}, "error": True},
    "twice": cast("Callable[[object], Prepared]", twice),
    "nothing": lambda _: cast("Prepared", None),
}


# ------------------------------------------------------------------- making


def make_slices(choice: Choice) -> Program:
    """A random program."""
    initial = make_of_kind(choice, choice.one_of(("o", "a", "", "o", "s")), 2, COMMON)
    body = Body(choice, initial)
    reducers: list[Json] = []
    prepares: dict[str, str] = {}
    for key in KEYS:
        prepare = choice.one_of(("", "", "", *PREPARES))
        prepares[key] = prepare
        reducers.append([key, body.make(payload=1), prepare or None])
    return {
        "initial": initial,
        "lazy": choice.below(2) == 1,
        "reducers": reducers,
        "extra": [[kind, body.make()] for kind in choice.some(EXTRA, 3)],
        "matchers": [
            [choice.one_of([*MATCHERS]), body.make()] for _ in choice.times(0, 2)
        ],
        "default": body.make() if choice.below(2) else None,
        "actions": [make_action(choice, prepares) for _ in choice.times(1, 6)],
        "turn": choice.below(60),
    }


def make_action(choice: Choice, prepares: Mapping[str, str]) -> Json:
    """A call of a creator, or an action of somebody else."""
    if choice.happens(40):
        pairs: list[Json] = [["type", choice.one_of((*EXTRA, "s/b", "unknown"))]]
        if choice.below(2):
            pairs.append(["payload", make_term(choice, 2, COMMON)])
        return {"type": {"o": pairs}}
    key = choice.one_of(KEYS)
    count = {"": choice.below(2), "twice": 2}.get(prepares[key], 1)
    return {"own": key, "args": [make_term(choice, 2, COMMON) for _ in range(count)]}


class Body:
    """Makes what a case does."""

    def __init__(self, choice: Choice, initial: Json) -> None:
        self.choice = choice
        self.initial = initial

    def make(self, *, payload: int | None = None) -> Json:
        """The steps, and what is returned: mostly nothing.

        Only cases of which one runs at a time may put the payload into the state.
        """
        choice = self.choice
        root = mirrored(self.initial, "draft")
        if not isinstance(root, Node):
            return {"steps": [], "ret": self.returned({"v": 0})}
        # An object in two places of a base is a matter of its own; see the drafts.
        maker = RecipeMaker(
            choice,
            root,
            first=2,
            nests=choice.happens(30),
            kinds=COMMON,
            payload=payload,
            has_aliases=False,
            # Nor is it known what is a draft in the states that this will meet.
            has_originals=False,
        )
        steps = maker.make(0, 3)
        if choice.happens(3):
            steps.append(["throw"])
        found = maker.walk()
        there: Json = found[0] if found else {"v": 0}
        return {
            "steps": steps,
            "ret": self.returned(there) if choice.happens(20) else None,
        }

    def returned(self, there: Json) -> Json:
        """What a case returns."""
        possible: tuple[Json, ...] = (
            {"v": 0},
            {"l": make_term(self.choice, 2, COMMON)},
            {"l": self.choice.one_of(SCALARS)},
            {"v": 1},
            there,
            {"nothing": 1},
            None,
        )
        return self.choice.one_of(possible)


# ------------------------------------------------------------------ running

Extra: TypeAlias = Callable[[object, Mapping[str, object]], object]
Creator: TypeAlias = "Callable[[Unpack[tuple[object, ...]]], Mapping[str, object]]"


class Run:
    """One slice, and what its cases log."""

    def __init__(self, program: Program) -> None:
        self.log: list[Json] = []
        self.turn = cast("int", program["turn"])
        self.slice: Slice[object] = Slice("s", lambda: build(program["initial"]))
        self.creators: dict[str, Creator] = {}
        for key, body, prepare in cast(
            "list[tuple[str, Program, str | None]]", program["reducers"]
        ):
            self.own(key, body, prepare)
        for kind, body in cast("list[tuple[str, Program]]", program["extra"]):
            self.slice.extra(kind)(self.extra(f"extra {kind}", body))
        for name, body in cast("list[tuple[str, Program]]", program["matchers"]):
            case = self.extra(f"matcher {name}", body)
            self.slice.matcher(MATCHERS[name])(case)
        if program["default"] is not None:
            body = cast("Program", program["default"])
            self.slice.default(self.extra("default", body))

    def own(self, key: str, body: Program, prepare: str | None) -> None:
        def reduce(state: object, payload: object = None) -> object:
            return self.run(key, body, state, payload)

        made: object
        if prepare is None:
            made = self.slice.reducer(name=key)(reduce)
        else:
            made = self.slice.reducer(prepare=PREPARES[prepare], name=key)(reduce)
        self.creators[key] = cast("Creator", made)

    def extra(self, name: str, body: Program) -> Extra:
        def on(state: object, action: Mapping[str, object]) -> object:
            return self.run(name, body, state, action.get("payload"))

        return on

    def run(self, name: str, body: Program, state: object, payload: object) -> object:
        self.log.append(name)
        recipe = Recipe(turn=self.turn, has_maps=False)
        self.turn += 1
        recipe.variables = {0: state, 1: payload}
        try:
            return recipe.run(body["steps"], body["ret"])
        finally:
            self.log.extend(recipe.log)

    def action(self, given: Program) -> Mapping[str, object]:
        if "type" in given:
            return cast("Mapping[str, object]", build(given["type"]))
        args = [build(each) for each in cast("list[Json]", given["args"])]
        return self.creators[cast("str", given["own"])](*args)


def trace_slices(program: Program) -> Json:
    """What the program does in Python."""
    run = Run(program)
    steps: list[Json] = []
    state: object = UNDEFINED
    for given in cast("list[Program]", program["actions"]):
        try:
            action = run.action(given)
        except EXPECTED as error:
            steps.append({"action": kind_of_error(error)})
            continue
        before = state
        trace: Program = {"action": plain(action)}
        try:
            state = run.slice.reduce(before, action)
        except EXPECTED as error:
            trace |= {"log": list(run.log), "error": kind_of_error(error)}
        else:
            trace |= {
                "log": list(run.log),
                "state": graph(state, places(before)),
                "same": is_same(state, before),
            }
        run.log.clear()
        steps.append(trace)
    initial = graph(run.slice.initial(), {})
    return {"steps": steps, "initial": initial, "types": [*KEYS]}
