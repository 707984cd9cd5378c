"""What redux-persist does where ours does something else; see ``deviations``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from tests.oracle.persist.programs import application, document
from tests.oracle.persist.telling import (
    ADD,
    SETTLE,
    fields_in,
    logged,
    rehydrated_in,
    run,
    stored_in,
    times,
    values_of,
    written_in,
)
from tests.oracle.real import Json, Real

__all__ = ("THERE",)

There = Callable[[Real], Json]
THERE: dict[str, There] = {}

NEVER: Final[dict[str, Json]] = {"timeout": 0}
SEVEN: Final[dict[str, Json]] = {"persist:k": document({"one": 7})}


def shows(name: str) -> Callable[[There], There]:
    def register(shown: There) -> There:
        THERE[name] = shown
        return shown

    return register


@shows("only-what-is-kept-is-read")
def unknown_fields(real: Real) -> Json:
    stored: Json = {"persist:k": document({"one": 1, "gone": 7})}
    config: dict[str, Json] = {**NEVER, "whitelist": ["one"]}
    trace = run(real, application([ADD, SETTLE], config=config, stored=stored))
    return [fields_in(trace, 1)["gone"], "gone" in stored_in(trace)]


@shows("newer-data-is-only-read")
def newer_data(real: Real) -> Json:
    config: dict[str, Json] = {"version": 2, "migrations": {}}
    stored: Json = {"persist:k": document({"one": 7}, version=9)}
    told = stored_in(
        run(real, application([ADD, SETTLE], config=config, stored=stored))
    )
    return cast("dict[str, Json]", told["_persist"])["version"]


@shows("what-failed-to-migrate-is-left")
def failed_migration(real: Real) -> Json:
    config: dict[str, Json] = {"version": 1, "migrations": {"1": ["throw"]}}
    program = application([ADD, SETTLE], config=config, stored=SEVEN)
    return stored_in(run(real, program))["one"]


@shows("damaged-bytes-are-put-aside")
def damaged(real: Real) -> Json:
    trace = run(real, application(stored={"persist:k": '{"one":"7","two":"{oops"}'}))
    return [*cast("dict[str, Json]", trace["stored"])]


@shows("what-was-not-read-is-not-written")
def not_read(real: Real) -> Json:
    program = application([ADD, SETTLE], stored=SEVEN, storage={"read": ["reject"]})
    return stored_in(run(real, program))["one"]


@shows("a-slow-storage-is-not-given-up")
def slow(real: Real) -> Json:
    storage: Json = {"read": [6000]}
    program = application([ADD, SETTLE], stored=SEVEN, storage=storage)
    program["steps"] = [["persist"], ["tick", 5500], ADD, SETTLE]
    return stored_in(run(real, program))["one"]


@shows("three-way-by-default")
def before_the_read(real: Real) -> Json:
    stored: Json = {"persist:k": document({"one": 0, "two": 5})}
    program = application(slices={"one": 0, "two": 0}, stored=stored)
    program["slices"] = [["one", {"initial": 0, "cases": [["a", "count"]]}],
                         ["two", {"initial": 0}]]  # fmt: skip
    program["steps"] = [ADD, ["persist"], SETTLE]
    found = fields_in(run(real, program))
    return [found["one"], found["two"]]


@shows("undefined-is-no-value")
def undefined(real: Real) -> Json:
    config: dict[str, Json] = {"transforms": [{"name": "lost", "only": ["one"]}]}
    return fields_in(run(real, application(config=config, stored=SEVEN)))["one"]


@shows("migrations-give-json")
def endless(real: Real) -> Json:
    step: Json = ["set", "one", {"n": "inf"}]
    config: dict[str, Json] = {"version": 1, "migrations": {"1": step}}
    return fields_in(run(real, application(config=config, stored=SEVEN)))["one"]


@shows("versions-begin-with-1")
def versions(real: Real) -> Json:
    told = stored_in(run(real, application()))["_persist"]
    return cast("dict[str, Json]", told)["version"]


@shows("what-is-stored-already-is-not-written")
def unchanged(real: Real) -> Json:
    return len(logged(run(real, application(stored=SEVEN)), "write"))


@shows("one-write-within-the-delay")
def one_write(real: Real) -> Json:
    slices: dict[str, Json] = {"one": 0, "two": 0, "three": 0}
    config: dict[str, Json] = {**NEVER, "throttle": 20}
    return times(run(real, application(slices=slices, config=config)), "write")[0]


@shows("writes-have-an-order")
def orders(real: Real) -> Json:
    steps: list[Json] = [ADD, ["tick", 1], ADD, ["flush"], SETTLE]
    storage: Json = {"write": ["ok", 50, 10]}
    trace = run(real, application(steps, config=NEVER, storage=storage))
    return [fields_in(trace)["one"], stored_in(trace)["one"]]


@shows("a-failed-write-is-tried-again")
def failed_write(real: Real) -> Json:
    storage: Json = {"write": ["reject", "ok"]}
    return stored_in(run(real, application([["tick", 60_000]], storage=storage))).get(
        "one"
    )


@shows("resuming-writes-what-changed")
def resuming(real: Real) -> Json:
    steps: list[Json] = [["pause"], ADD, SETTLE, ["persist"], SETTLE]
    return stored_in(run(real, application(steps, config=NEVER)))["one"]


@shows("fields-in-the-order-of-the-state")
def order_of_fields(real: Real) -> Json:
    config: dict[str, Json] = {"reconciler": "hardSet"}
    stored: Json = {"persist:k": document({"two": 5})}
    slices: dict[str, Json] = {"one": 0, "two": 0}
    program = application([ADD, SETTLE], slices=slices, config=config, stored=stored)
    return [name for name in stored_in(run(real, program)) if name != "_persist"]


@shows("numbers-without-end-are-kept")
def no_numbers(real: Real) -> Json:
    return stored_in(run(real, application(slices={"one": {"n": "nan"}})))["one"]


@shows("unknown-settings-are-errors")
def unknown_settings(real: Real) -> Json:
    config: dict[str, Json] = {"whiteList": ["two"]}
    program = application(slices={"one": 0, "two": 0}, config=config)
    return [name for name in stored_in(run(real, program)) if name != "_persist"]


@shows("keys-are-unique")
def one_key(real: Real) -> Json:
    seen = cast("dict[str, list[Json]]", real.trace("twice", {}))["seen"]
    return seen.count(["persist/REHYDRATE", "k"])


@shows("nothing-is-kept-twice")
def nested(real: Real) -> Json:
    found = cast("dict[str, str]", real.trace("nested", {}))
    return [*cast("dict[str, Json]", values_of(found["persist:root"])["inner"])]


@shows("transforms-are-for-fields")
def transformed(real: Real) -> Json:
    config: dict[str, Json] = {"transforms": [{"name": "wrap"}]}
    told = stored_in(run(real, application(config=config)))["_persist"]
    return [*sorted(cast("dict[str, Json]", told))]


@shows("transforms-see-values")
def seen_by_transforms(real: Real) -> Json:
    config: dict[str, Json] = {"transforms": [{"name": "sized", "only": ["one"]}]}
    found = fields_in(run(real, application(config=config, stored=SEVEN)))["one"]
    return cast("dict[str, list[Json]]", found)["a"][2]


@shows("two-actions")
def actions(real: Real) -> Json:
    trace = run(real, application([["flush"]], config=NEVER))
    return [each[1] for each in logged(trace, "action")]


@shows("hydrating-again-does-no-harm")
def again(real: Real) -> Json:
    trace = run(real, application([["persist"], SETTLE]))
    return [error is not None for _, error in rehydrated_in(trace)]


@shows("a-purge-lasts")
def purging(real: Real) -> Json:
    steps: list[Json] = [ADD, SETTLE, ["purge"], SETTLE, ADD, SETTLE]
    return written_in(run(real, application(steps, config=NEVER)), "one")[-1]


@shows("a-document-says-its-version")
def no_version(real: Real) -> Json:
    found = real.trace("read", {"text": '{"a":"1","_persist":"[2]"}'})
    return cast("dict[str, Json]", found)["version"]


@shows("numbers-are-not-rounded")
def rounded(real: Real) -> Json:
    found = real.trace("text", {"text": str(2**53 + 1)})
    return cast("list[Json]", found)[1]


@shows("nesting-has-an-end")
def nesting(real: Real) -> Json:
    found = real.trace("text", {"text": "[" * 300 + "]" * 300})
    return len(str(cast("list[Json]", found)[1]))
