"""Family "core": a store with combined reducers, listeners and middlewares.

``js/core.mjs`` runs the same with Redux.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import cast

from stateroom.store import Next, Store, StoreApi, combine
from stateroom.store.undefined import UNDEFINED
from tests.oracle.core_making import Program, make_core
from tests.oracle.errors import EXPECTED, kind_of_error
from tests.oracle.performing import perform
from tests.oracle.real import Json
from tests.oracle.recipes import Boom
from tests.oracle.terms import build, kind_of, plain

__all__ = ("make_core", "trace_core")

Reducer = Callable[[object, Mapping[str, object]], object]


class Instance:
    """No mapping, though it has a type."""

    type = "a"


class Run:
    """One store, and what happens to it."""

    def __init__(self, program: Program) -> None:
        self.log: list[Json] = []
        self.tokens: list[Callable[[], None]] = []
        given = cast("list[list[list[Json]]]", program["listeners"])
        self.listeners = [self.listener(each, at) for at, each in enumerate(given)]
        kinds = cast("list[str]", program["middlewares"])
        self.store = Store(
            self.root(program["reducers"]),
            preloaded=build(program["preloaded"]),
            middleware=[self.middleware(kind, at) for at, kind in enumerate(kinds)],
            checks=False,
        )
        self.seen: object = self.store.state

    def root(self, reducers: Json) -> Reducer:
        if not isinstance(reducers, list):
            return self.reducer("root", cast("Program", reducers))
        pairs = cast("list[tuple[str, Program]]", reducers)
        return combine({name: self.reducer(name, each) for name, each in pairs})

    def reducer(self, name: str, given: Program) -> Reducer:
        cases = cast("list[tuple[str, str, Json]]", given["cases"])

        def reduce(state: object, action: Mapping[str, object]) -> object:
            held = build(given["init"]) if state is UNDEFINED else state
            found = [each for each in cases if each[0] == action["type"]]
            if not found:
                return held
            self.log.append(["reduce", name, found[0][1]])
            return self.reduced(held, found[0][1], found[0][2])

        return reduce

    def reduced(self, held: object, verb: str, given: Json) -> object:
        match verb:
            case "set":
                return build(given)
            case "fresh":
                return dict(held) if isinstance(held, dict) else held
            case "count":
                return counted(held)
            case "undefined":
                return UNDEFINED
            case "throw":
                raise Boom
        self.misuse(verb)
        return held

    def misuse(self, verb: str) -> None:
        match verb:
            case "dispatch":
                self.store.dispatch({"type": "a"})
            case "get":
                self.store.get_state()
            case "subscribe":
                self.store.subscribe(lambda: None)
            case "unsubscribe":
                if self.tokens:
                    self.tokens[0]()

    def listener(self, steps: list[list[Json]], index: int) -> Callable[[], None]:
        left = list(steps)

        def listen(*given: object) -> None:
            state = plain(self.store.state)
            self.log.append(["listener", index, len(given), state])
            if left:
                perform(self, left.pop(0))

        return listen

    def middleware(
        self, kind: str, index: int
    ) -> Callable[[StoreApi], Callable[[Next], Next]]:
        def around(api: StoreApi) -> Callable[[Next], Next]:
            def link(following: Next) -> Next:
                def seen(action: object) -> object:
                    word = type_of(action)
                    self.log.append(["into", index, word])
                    result = self.passed(kind, api, following, action)
                    self.log.append(["out of", index, word])
                    return result

                return seen

            return link

        return around

    def passed(
        self, kind: str, api: StoreApi, following: Next, action: object
    ) -> object:
        word = type_of(action) if isinstance(action, dict) else ""
        match kind:
            case "drop" if word == "b":
                return "dropped"
            case "change" if word == "a":
                return following({**cast("dict[str, object]", action), "type": "b"})
            case "again" if word == "c":
                api.dispatch({"type": "a"})
            case "look":
                before = api.get_state()
                result = following(action)
                self.log.append(["changed", not is_same_part(api.get_state(), before)])
                return result
            case "twice":
                following(action)
        return following(action)

    # -- steps

    def action(self, given: Program) -> object:
        if "action" in given:
            return build(given["action"])
        bad: dict[str, object] = {
            "null": None,
            "number": 5,
            "list": [{"type": "a"}],
            "instance": Instance(),
            "no type": {"payload": 1},
            "number type": {"type": 1},
            "null type": {"type": None},
        }
        return bad[cast("str", given["bad"])]

    def do_dispatch(self, given: Json) -> None:
        action = self.action(cast("Program", given))
        result: object = self.store.dispatch(cast("dict[str, object]", action))
        same = result is action
        self.log.append(["returned", "the action" if same else plain(result)])

    def do_thunk(self, steps: Json, result: Json) -> None:
        def run(api: StoreApi) -> object:
            self.log.append(["thunk", plain(api.get_state())])
            for step in cast("list[Json]", steps):
                perform(self, step)
            return build(result)

        self.log.append(["returned", plain(self.store.dispatch(run))])

    def do_subscribe(self, index: Json) -> None:
        listener = self.listeners[cast("int", index) % len(self.listeners)]
        self.tokens.append(self.store.subscribe(listener))

    def do_unsubscribe(self, index: Json) -> None:
        if self.tokens:
            self.tokens[cast("int", index) % len(self.tokens)]()

    def do_replace(self, reducers: Json) -> None:
        self.store.replace_reducer(self.root(reducers))

    def do_throw(self) -> None:
        raise Boom

    def noted(self) -> Json:
        """The state, and which parts of it are the objects of before."""
        before, now = self.seen, self.store.state
        self.seen = now
        parts: list[Json] = []
        if isinstance(now, dict) and isinstance(before, dict):
            old = cast("dict[str, object]", before)
            parts = [
                [cast("str", key), is_same_part(each, old.get(key, UNDEFINED))]
                for key, each in now.items()
            ]
        return [plain(now), is_same_part(now, before), parts]


def counted(held: object) -> object:
    """One more, of what is a number."""
    is_number = isinstance(held, (int, float)) and not isinstance(held, bool)
    return cast("int", held) + 1 if is_number else 1


def type_of(action: object) -> str:
    """As JavaScript writes it: what the log of a middleware shows."""
    if isinstance(action, Instance):
        return action.type
    kind = action.get("type", "undefined") if isinstance(action, dict) else "undefined"
    return "null" if kind is None else str(kind)


def is_same_part(one: object, other: object) -> bool:
    """Objects by identity, scalars by value."""
    if kind_of(one) or kind_of(other):
        return one is other
    return type(one) is type(other) and one == other


def trace_core(program: Program) -> Json:
    """What the program does in Python."""
    with warnings.catch_warnings():
        # An unknown key is warned of once; what becomes of it is in the trace.
        warnings.simplefilter("ignore", RuntimeWarning)
        return _traced(program)


def _traced(program: Program) -> Json:
    try:
        run = Run(program)
    except EXPECTED as error:
        return {"error": kind_of_error(error)}
    start, steps = plain(run.store.state), list[Json]()
    for step in cast("list[Json]", program["steps"]):
        failed: Json = None
        try:
            perform(run, step)
        except EXPECTED as error:
            failed = kind_of_error(error)
        steps.append([failed, list(run.log), run.noted()])
        run.log.clear()
    return {"start": start, "steps": steps}
