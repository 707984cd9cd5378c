"""What the rest of the store does where the real packages do something else.

``js/deviations.mjs`` runs the same with the real packages.
"""

from __future__ import annotations

import asyncio
import inspect
import warnings
from collections.abc import Callable, Mapping
from typing import Unpack, cast

from stateroom.store import UNDEFINED, Slice, Store, combine, freeze, is_frozen
from stateroom.store.selectors import (
    Selector,
    SelectorOptions,
    create_selector,
    lru_memo,
)
from stateroom.store.thunks import Api, create_async_thunk
from tests.oracle.real import Json
from tests.oracle.recipes import Boom
from tests.oracle.showing import Shown, collected
from tests.oracle.told import at, attempt, kind

__all__ = ("STORE",)

STORE: dict[str, Shown] = {}
shows = collected(STORE)


def still(held: object, _: Mapping[str, object]) -> object:
    return 0 if held is UNDEFINED else held


@shows("always-frozen")
def always_frozen() -> object:
    part: Slice[object] = Slice("s", lambda: 1)
    part.reducer(name="go")(lambda _: {"x": 1})
    return is_frozen(part.reduce(1, {"type": "s/go"}))


@shows("no-payload-is-no-key")
def no_payload_is_no_key() -> object:
    go = Slice("s", lambda: 1).reducer(name="go")(lambda _: None)
    return sorted(go())


@shows("a-replacement-that-fails-is-taken-back")
def a_replacement_that_fails() -> object:
    def fail(*_: object) -> object:
        raise Boom

    store = Store(still)
    kind(lambda: store.replace_reducer(fail))
    return attempt(lambda: store.dispatch({"type": "q"})["type"])


@shows("none-has-no-parts")
def none_has_no_parts() -> object:
    reduce = combine({"a": still})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return cast("list[Json]", attempt(lambda: reduce(None, {"type": "q"})))[0]


@shows("one-argument-of-dispatch")
def one_argument_of_dispatch() -> object:
    return len(inspect.signature(Store(still).dispatch).parameters)


@shows("private-types")
def private_types() -> object:
    seen: list[str] = []

    def note(held: object, action: Mapping[str, object]) -> object:
        seen.append(str(action["type"]).split("/", maxsplit=1)[0])
        return still(held, action)

    Store(note)
    return seen


@shows("names-of-python")
def names_of_python() -> object:
    names = ("get_state", "dispatch", "subscribe", "replace_reducer")
    return [name for name in names if hasattr(Store, name)]


@shows("deferred-listeners-are-settled-first")
def deferred_listeners() -> object:
    log: list[str] = []
    queued: list[Callable[[], None]] = []
    store = Store(still, queue=queued.append)

    def first() -> None:
        log.append("first")
        store.subscribe(lambda: log.append("late"))

    def twice() -> None:
        log.append("twice")

    for listener in (first, twice, twice):
        store.subscribe(listener)
    store.dispatch({"type": "a", "meta": {"RTK_autoBatch": True}})
    queued[0]()
    return log


# ------------------------------------------------------- thunks and selectors


@shows("the-first-abort-counts")
def the_first_abort_counts() -> object:
    async def aborted() -> object:
        opened = asyncio.Event()

        async def body(_: Api[object]) -> int:
            return 1

        async def condition(_: Api[object]) -> bool:
            return await opened.wait()

        thunk = create_async_thunk("t", body, condition=condition)
        run = Store(still, checks=False).dispatch(thunk())
        run.abort("first")
        run.abort("second")
        opened.set()
        return cast("dict[str, object]", (await run)["error"])["message"]

    return asyncio.run(aborted())


def at_a(held: object) -> object:
    return at(held, "a")


def alone(a: object) -> object:
    return [a]


def selecting(**options: Unpack[SelectorOptions]) -> Selector[[object], object]:
    """A selector of ``a``."""
    options["checks"] = "never"
    return create_selector((at_a,), alone, **options)


def holding(a: object) -> object:
    """A state with one key."""
    return freeze({"a": a})


@shows("memos-are-bounded")
def memos_are_bounded() -> object:
    select, states = selecting(), [holding({}) for _ in range(20)]
    for each in (*states, states[0]):
        select(each)
    return select.recomputations


@shows("memos-know-nan")
def memos_know_nan() -> object:
    select = selecting(memoize=lru_memo(size=1))
    for b in (1, 2):
        select(freeze({"a": float("nan"), "b": b}))
    return select.recomputations


@shows("both-layers-are-cleared")
def both_layers_are_cleared() -> object:
    select, given = selecting(), holding({})
    select(given)
    select.clear_cache()
    select(given)
    return select.recomputations
