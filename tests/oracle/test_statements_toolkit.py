"""S1 to S6: what Redux Toolkit promises about slices, with it and with ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import cast

from stateroom.store import (
    NOTHING,
    UNDEFINED,
    Slice,
    Store,
    create_action,
    is_frozen,
    produce,
)
from stateroom.store.actions import Prepared
from tests.oracle.errors import EXPECTED, kind_of_error
from tests.oracle.real import Json, Real
from tests.oracle.told import kind, raised

Action = Mapping[str, object]
Held = dict[str, int]


def setting(*values: object, result: object = None) -> Callable[[object], object]:
    """A reducer that sets ``a`` to each of the values, and returns something."""

    def reduce(state: object) -> object:
        for value in values:
            cast("dict[str, object]", state)["a"] = value
        return state if result == "the draft" else result

    return reduce


def once(reducer: Callable[[object], object], initial: object = "a dict") -> Json:
    """What a slice with one reducer does: the state, and whether it is the same."""
    state: object = {"a": 1, "n": {"x": 1}} if initial == "a dict" else initial
    part: Slice[object] = Slice("t", lambda: state)
    part.reducer(name="go")(reducer)
    before = part.reduce(UNDEFINED, {"type": "@"})
    try:
        after = part.reduce(before, {"type": "t/go"})
    except EXPECTED as error:
        return kind_of_error(error)
    return [cast("Json", after), after is before]


def test_s1_a_reducer_changes_its_draft_or_returns_a_state(real: Real) -> None:
    ours = {
        "mutate": once(setting(2)),
        "returnNew": once(setting(result={"z": 1})),
        "both": once(setting(2, result={"z": 1})),
        "implicit": once(setting(2, result=2)),
        "sameDraft": once(setting(2, result="the draft")),
        "none": once(setting(result=NOTHING)),
        "nothing": once(setting()),
        "sameValue": once(setting(1)),
        "reverted": once(setting(2, 1)),
        "number": once(lambda n: cast("int", n) + 1, 5),
        "numberAndNothing": once(lambda _: None, 5),
        "nullAndNothing": once(lambda _: None, None),
    }
    assert ours == real.trace("statement", {"name": "s1"})


def test_s2_inside_a_recipe_a_reducer_works_on_that_draft(real: Real) -> None:
    part: Slice[Held] = Slice("t", lambda: {"n": 0})
    passed: list[bool] = []

    @part.reducer
    def add(state: Held) -> None:
        state["n"] += 1

    def recipe(draft: dict[str, Held]) -> None:
        passed.append(part.reduce(draft["inner"], add()) is draft["inner"])

    after = produce({"inner": {"n": 1}}, recipe)
    ours = {"after": after, "passed": passed[0]}
    assert ours == real.trace("statement", {"name": "s2"})


def same(state: int, _: Action) -> int:
    return state


def misdeclared() -> list[Json]:
    """What is wrong about the order of declarations, or about two of them."""
    kinds: list[Json] = []
    for first, second in (
        (extra, extra),
        (matcher, extra),
        (default, matcher),
        (default, default),
    ):
        part: Slice[int] = Slice("s", lambda: 0)
        first(part)
        kinds.append(kind(partial(second, part)))
    return kinds


def extra(part: Slice[int]) -> object:
    return part.extra("a")(same)


def matcher(part: Slice[int]) -> object:
    return part.matcher(lambda _: True)(same)


def default(part: Slice[int]) -> object:
    return part.default(same)


def test_s3_a_case_runs_then_every_matcher_or_else_the_default(real: Real) -> None:
    part: Slice[Held] = Slice("s", lambda: {"n": 0})
    log: list[str] = []

    @part.reducer
    def own(state: Held) -> None:
        log.append("own")
        state["n"] += 1

    part.extra("other")(lambda *_: log.append("other"))
    starts = part.matcher(lambda action: str(action["type"]).startswith("s/"))
    starts(lambda state, _: log.append(f"m1 {state['n']}"))
    ends = part.matcher(lambda action: str(action["type"]).endswith("n"))
    ends(lambda *_: log.append("m2"))
    part.default(lambda *_: log.append("default"))
    for each in ("s/own", "other", "unknown", "q"):
        part.reduce(UNDEFINED, {"type": each})
        log.append("|")
    ours = {"log": log, "refused": misdeclared()}
    assert ours == real.trace("statement", {"name": "s3"})


def prepared(t: str) -> Prepared:
    return {"payload": {"t": t}, "meta": {"m": 1}, "error": False}


def test_s4_a_reducer_makes_the_actions_of_its_type(real: Real) -> None:
    part: Slice[Held] = Slice("p", lambda: {"n": 0})
    log: list[object] = []

    @part.reducer(prepare=prepared)
    def add(_: Held, payload: object) -> None:
        log.append(payload)

    plain = part.reducer(name="plain")(lambda _: log.append("own"))
    part.extra("p/plain")(lambda *_: log.append("extra"))
    part.reduce(UNDEFINED, plain())
    part.reduce(UNDEFINED, add("hi"))
    creator, bare = create_action("x"), create_action("x")()
    bad = create_action("x", lambda: cast("Prepared", None))
    ours = {
        "log": log,
        "prepared": add("hi"),
        "type": add.type,
        "text": str(add),
        "match": [creator.match({"type": "x"}), creator.match({"type": "y"})],
        "given": cast("Callable[[int], object]", creator)(1),
        "bare": [bare["type"], bare.get("payload")],
        "badPrepare": kind(bad),
        "noName": kind(lambda: Slice("", lambda: 0)),
    }
    assert ours == real.trace("statement", {"name": "s4"})


def test_s5_an_initial_state_is_made_whenever_there_is_none(real: Real) -> None:
    calls: list[int] = []

    def initial() -> dict[str, object]:
        calls.append(1)
        return {"v": len(calls), "in": {}}

    part = Slice("l", initial)
    one, two = (part.reduce(UNDEFINED, {"type": "a"}) for _ in range(2))
    part.reduce(one, {"type": "a"})
    values = [one["v"], two["v"], part.initial()["v"]]
    ours = {
        "values": values,
        "calls": len(calls),
        "frozen": is_frozen(part.initial()["in"]),
    }
    assert ours == real.trace("statement", {"name": "s5"})


def test_s6_a_slice_selects_from_the_root_and_can_be_injected(real: Real) -> None:
    part: Slice[Held] = Slice("c", lambda: {"n": 3})

    @part.reducer
    def add(state: Held) -> None:
        state["n"] += 1

    @part.selector
    def value(state: Held, more: int = 0) -> int:
        return state["n"] + more

    store = Store({"other": lambda state, _: 0 if state is UNDEFINED else state})
    refused = "error" if raised(lambda: value(store.state)) else "ok"
    before = value.or_initial(store.state)
    store.inject(part)
    store.dispatch(add())
    deep = value.at(lambda root: cast("dict[str, dict[str, Held]]", root)["deep"]["c"])
    ours = {
        "selected": [
            value({"c": {"n": 1}}),
            value({"c": {"n": 1}}, 5),
            value.unwrapped({"n": 7}),
        ],
        "refused": refused,
        "before": before,
        "keys": sorted(cast("Held", store.state)),
        "after": value(store.state),
        "elsewhere": deep({"deep": {"c": {"n": 9}}}),
    }
    assert ours == real.trace("statement", {"name": "s6"})
