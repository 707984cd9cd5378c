"""The deviations of the rest of the store; see ``deviations``."""

from __future__ import annotations

from typing import Final

from tests.oracle.deviating import Deviation

__all__ = ("STORE",)

STORE: Final = (
    # -------------------------------------------------------- store and slices
    Deviation(
        "names-of-python",
        "names are in camel case, declarations are objects",
        "names are in snake case, declarations are decorators",
        "it is Python",
        shown_there=["getState", "dispatch", "subscribe", "replaceReducer"],
        shown_here=["get_state", "dispatch", "subscribe", "replace_reducer"],
    ),
    Deviation(
        "private-types",
        "private types begin with `@@redux/`",
        "they begin with `@@stateroom/`",
        "logs of both can be told apart",
        shown_there=["@@redux"],
        shown_here=["@@stateroom"],
    ),
    Deviation(
        "always-frozen",
        "what a reducer returns over a number or text is not frozen",
        "what a slice holds is always frozen",
        "one rule",
        shown_there=False,
        shown_here=True,
    ),
    Deviation(
        "no-payload-is-no-key",
        "an action without payload has the key with undefined",
        "it has no such key",
        "JSON has no undefined either, so both look the same there",
        shown_there=["payload", "type"],
        shown_here=["type"],
    ),
    Deviation(
        "one-argument-of-dispatch",
        "more arguments of `dispatch` are handed through the middlewares",
        "it takes the action alone",
        "nothing uses them, and types can say nothing about them",
        shown_there=[2],
        shown_here=1,
    ),
    Deviation(
        "a-replacement-that-fails-is-taken-back",
        "a reducer that raises when it takes over stays, and raises ever after",
        "the one before it stays",
        "the store goes on working",
        shown_there=["error", "thrown"],
        shown_here=["ok", "q"],
    ),
    Deviation(
        "none-has-no-parts",
        "a combined reducer fails on null as the state before",
        "every part begins anew, with a warning, as for a number there",
        "one rule",
        shown_there="error",
        shown_here="ok",
    ),
    Deviation(
        "deferred-listeners-are-settled-first",
        "a deferred notification calls who subscribes during it, and a function that "
        "subscribed twice once",
        "it calls those that there are when it begins, as every other notification",
        "one rule",
        shown_there=["first", "twice", "late"],
        shown_here=["first", "twice", "twice"],
    ),
    # -------------------------------------------------- thunks and selectors
    Deviation(
        "the-first-abort-counts",
        "of two aborts before `pending`, the second gives the reason",
        "the first does, as for a run that has begun",
        "one rule",
        shown_there="second",
        shown_here="first",
    ),
    Deviation(
        "memos-are-bounded",
        "a selector remembers every state as long as it lives",
        "it remembers the last 16, found by identity; `size=` says another number",
        "plain containers have no weak references; and memory has an end",
        shown_there=20,
        shown_here=21,
    ),
    Deviation(
        "memos-know-nan",
        "the least-recently-used memo takes NaN for another value each time",
        "NaN is NaN",
        "as in drafts, there and here",
        shown_there=2,
        shown_here=1,
    ),
    Deviation(
        "both-layers-are-cleared",
        "`clearCache` of a selector keeps the memo of its inputs",
        "`clear_cache` clears both",
        "who clears a cache wants its memory back",
        shown_there=1,
        shown_here=2,
    ),
)
