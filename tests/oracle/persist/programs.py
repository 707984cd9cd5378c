"""Family "persisted": a whole application that is stored and comes back.

``js/persisting.mjs`` runs a program with redux, redux-persist and a storage, in virtual
time. A program is a mapping; what may be absent has its default in brackets::

    config      what persistReducer is given:
        key             text ["k"];  keyPrefix  text ["persist:"]
        version         int [-1]
        whitelist, blacklist    lists of names [none]
        transforms      [{"name", "only" [all], "skip" [none]}...], names of named.py
        reconciler      "autoMergeLevel1" ["autoMergeLevel1"], "autoMergeLevel2",
                        "hardSet", or false
        migrations      {"1": [change, argument...]...}, changes of named.py [none]
        serialize       false: live objects, also when reading [true]
        throttle        ms [0];  timeout  ms, 0 is never [5000]
    stored      {key of the storage: text}, terms instead with serialize: false [{}]
    storage     {"read": [way...], "write": [...], "remove": [...]}: how each call is
                answered, the last way again and again ["ok"]: "ok", a number of ms,
                "reject", "throw" (at once), "never"
    slices      [[name, {"initial": term, "cases": [[type, case, argument...]...]}]...],
                cases of named.py; a slice may have one for "persist/REHYDRATE"
    isLoose     a root reducer that keeps unknown keys and lets slices vanish, instead
                of combineReducers [false]
    steps       what is done, in order:
        ["persist"]             persistor.persist(): the start, and what ends a pause
        ["dispatch", type, payload term or absent]
        ["tick", ms]            time passes, and what is due then happens
        ["settle"]              it passes until nothing is left to do
        ["flush"], ["pause"], ["purge"]     of the persistor

The trace tells, with terms as ``js/terms.mjs`` describes them::

    log         [kind, ms since the start, ...] in order:
        ["action", ms, type], and for a REHYDRATE also its payload and its error
        ["write", ms, key, text or term]    setItem was called
        ["remove", ms, key]                 removeItem was called
        ["failed", ms, text]                writeFailHandler was called
        ["error", ms, text]                 console.error was called
        ["bootstrapped", ms], ["flushed", ms], ["purged", ms], ["unpurged", ms, text]
        ["threw", ms, name of the step, text]
        ["uncaught", ms, text], ["unhandled", ms, text]     of a timer, of a promise
    states      the state after each step, ``_persist`` among its keys
    stored      what is in the storage at the end
"""

from __future__ import annotations

import json
from typing import Final

from stateroom.persist.interchange import stringify
from stateroom.store import UNDEFINED
from tests.oracle.choosing import Choice
from tests.oracle.persist.making import make_scalar, make_text, make_value
from tests.oracle.persist.terms import build, defined
from tests.oracle.real import Json

__all__ = (
    "BOOTED",
    "NAMES",
    "REHYDRATE",
    "Program",
    "application",
    "document",
    "make_dispatch",
    "make_persisted",
    "make_slice",
)

Program = dict[str, Json]

NAMES: Final = ("one", "two", "three")
TYPES: Final = ("a", "b", "c")
VERBS: Final = ("count", "set", "put", "push", "same", "fresh", "payload", "throw")
REHYDRATE: Final = "persist/REHYDRATE"
BOOTED: Final[list[Json]] = [["persist"], ["settle"]]
"""The steps with which an application starts."""
WAYS: Final[tuple[Json, ...]] = ("ok", "ok", "ok", 30, 6000, "reject", "never")


def document(fields: dict[str, Json], *, version: int | None = None) -> str:
    """The text of a document, of values that JSON can write."""
    texts = {key: json.dumps(each) for key, each in fields.items()}
    if version is not None:
        texts["_persist"] = json.dumps({"version": version, "rehydrated": True})
    return json.dumps(texts)


def application(
    steps: list[Json] | None = None,
    *,
    slices: dict[str, Json] | None = None,
    config: Program | None = None,
    **rest: Json,
) -> Program:
    """A program: slices by the values that they begin with, and count an ``"a"``."""
    given: list[Json] = [
        [name, {"initial": each, "cases": [["a", "count"]]}]
        for name, each in (slices or {"one": 0}).items()
    ]
    return {
        "config": config or {},
        "slices": given,
        "steps": [*BOOTED, *(steps or [])],
        **rest,
    }


# -------------------------------------------------------------------- random


def make_persisted(choice: Choice) -> Program:
    """A random program, in which storages seldom fail."""
    stored: Program = {}
    if choice.happens(70):
        stored["persist:k"] = make_stored(choice)
    storage: Program = {}
    if choice.happens(20):
        storage = {
            verb: [choice.one_of(WAYS), "ok"] for verb in ("read", "write", "remove")
        }
    return {
        "config": make_config(choice),
        "stored": stored,
        "storage": storage,
        "slices": [[name, make_slice(choice)] for name in NAMES],
        "isLoose": choice.happens(20),
        "steps": make_steps(choice),
    }


def make_stored(choice: Choice) -> str:
    """A document of an earlier or later run of the application, seldom a broken one."""
    fields: dict[str, Json] = {}
    for name in choice.some((*NAMES, "gone"), 4):
        value = defined(build(make_value(choice, 2)))
        text = stringify(None if value is UNDEFINED else value)
        fields[name] = make_text(choice) if choice.happens(3) else text
    if choice.happens(90):
        told = {"version": choice.below(5) - 1, "rehydrated": True}
        fields["_persist"] = json.dumps(told)
    text = json.dumps(fields)
    return text[: len(text) - choice.happens(3)]


def make_config(choice: Choice) -> Program:
    config: Program = {}
    if choice.happens(40):
        config["version"] = choice.below(4)
        steps = [make_migration(choice) for _ in range(4)]
        config["migrations"] = {str(to): each for to, each in enumerate(steps)}
    for name in ("whitelist", "blacklist"):
        if choice.happens(20):
            config[name] = [*choice.some(NAMES, 3)]
    if choice.happens(60):
        names: tuple[Json, ...] = (
            "autoMergeLevel2",
            "hardSet",
            "autoMergeLevel1",
            False,
        )
        config["reconciler"] = choice.one_of(names)
    if choice.happens(30):
        several = ("first", "second", "wrap", "dropped", "lost")
        config["transforms"] = [
            {"name": choice.one_of(several), "only": [*choice.some(NAMES, 3)]}
            for _ in choice.times(1, 3)
        ]
    if choice.happens(30):
        config["throttle"] = choice.one_of((5, 50))
    if choice.happens(80):  # with one, a second persist() ends in a timeout
        config["timeout"] = choice.one_of((0, 0, 0, 20, 100))
    return config


def make_migration(choice: Choice) -> Json:
    key, other = choice.one_of(NAMES), choice.one_of(NAMES)
    several: tuple[Json, ...] = (
        ["same"],
        ["set", key, make_scalar(choice)],
        ["drop", key],
        ["rename", key, other],
        ["throw"] if choice.happens(10) else ["same"],
    )
    return choice.one_of(several)


def make_slice(choice: Choice) -> Json:
    cases: list[Json] = []
    for kind in TYPES:
        verb = choice.one_of(VERBS[:-1]) if choice.below(40) else "throw"
        cases.append([kind, verb, *make_arguments(choice, verb)])
    if choice.happens(15):
        verb = choice.one_of(("set", "inbound", "count", "fresh"))
        cases.append([REHYDRATE, verb, *make_arguments(choice, verb)])
    return {"initial": state_value(choice), "cases": cases}


def make_arguments(choice: Choice, verb: str) -> list[Json]:
    if verb == "put":
        return [choice.one_of(("a", "b", "7")), state_value(choice)]
    return [state_value(choice)] if verb in {"set", "push"} else []


def state_value(choice: Choice) -> Json:
    """A value that combineReducers takes: anything but undefined."""
    term = make_value(choice, 2)
    return None if term == {"u": 1} else term


def make_steps(choice: Choice) -> list[Json]:
    early: list[Json] = [make_dispatch(choice) for _ in choice.times(0, 1)]
    during: list[Json] = [make_dispatch(choice) for _ in choice.times(0, 2)]
    steps: list[Json] = [*early, ["persist"], *during]
    for _ in choice.times(0, 5):
        several: tuple[Json, ...] = (
            make_dispatch(choice),
            ["settle"],
            make_dispatch(choice),
            ["tick", choice.one_of((1, 10, 100))],
            ["flush"],
            ["pause"] if choice.happens(30) else ["flush"],
            ["purge"] if choice.happens(20) else ["persist"],
        )
        steps.append(choice.one_of(several))
    return [*steps, ["settle"]]


def make_dispatch(choice: Choice) -> Json:
    payload = [state_value(choice)] if choice.below(2) else []
    return ["dispatch", choice.one_of(TYPES), *payload]
