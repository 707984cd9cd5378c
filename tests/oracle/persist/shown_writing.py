"""How ours writes, where redux-persist does something else; see ``deviations``."""

from __future__ import annotations

from typing import cast

from stateroom.errors import StorageUnavailable
from stateroom.persist import Memory, Persistor, persist
from stateroom.persist.interchange import PERSIST, dump_document, parse, parse_document
from stateroom.store import Store
from tests.oracle.persist.applications import Application
from tests.oracle.persist.comparing_ends import KEY
from tests.oracle.persist.leaving import SEVEN, Left, Program, refused
from tests.oracle.persist.programs import application, document
from tests.oracle.persist.telling import ADD, SETTLE
from tests.oracle.showing import Shown, collected
from tests.persist.roles import Shelf, kept_numbers, kept_roles
from tests.persist.scenes import Moody, Process

__all__ = ("WRITING",)

WRITING: dict[str, Shown] = {}
shows = collected(WRITING)


def started(storage: Moody | None = None) -> tuple[Process, Shelf]:
    """A process that has read that there is nothing, and stored what it began with."""
    kept = kept_numbers(initial=lambda: {"one": 0})
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    process.wait(1)
    return process, kept


@shows("what-is-stored-already-is-not-written")
def unchanged() -> object:
    return len(Left(application(stored=SEVEN)).storage.of("write"))


@shows("one-write-within-the-delay")
def one_write() -> object:
    storage = Moody()
    kept = kept_numbers(initial=lambda: {"one": 0, "two": 0}, max_delay=20)
    process = Process(storage, kept.part)
    process.persistor.hydrate()
    for ms in range(1, 100):
        process.wait(0.001)
        if storage.of("write"):
            return ms
    return None


@shows("writes-have-an-order")
def orders() -> object:
    process, kept = started()
    for number in (1, 2):
        process.store.dispatch(kept.put("one", number))
        process.persistor.flush()
    return [process.store[kept.part]["one"], process.fields("numbers")["one"]]


@shows("a-failed-write-is-tried-again")
def failed_write() -> object:
    storage = Moody()
    storage.errors["write"] = [StorageUnavailable("the disk is away")]
    process, _ = started(storage)
    process.wait(60)
    return process.fields("numbers")["one"]


@shows("resuming-writes-what-changed")
def resuming() -> object:
    process, kept = started()
    process.persistor.pause()
    process.store.dispatch(kept.put("one", 1))
    process.persistor.resume()
    process.wait(1)
    return process.fields("numbers")["one"]


@shows("fields-in-the-order-of-the-state")
def order_of_fields() -> object:
    config: Program = {"reconciler": "hardSet"}
    stored: Program = {KEY: document({"two": 5})}
    slices: Program = {"one": 0, "two": 0}
    program = application([ADD, SETTLE], slices=slices, config=config, stored=stored)
    return [name for name in Left(program).document if name != PERSIST]


@shows("numbers-without-end-are-kept")
def no_numbers() -> object:
    left = Left(application([SETTLE], slices={"one": {"n": "nan"}}))
    again = Left(application(slices={"one": 0}), left.storage)
    return again.states[-1]["one"]


@shows("unknown-settings-are-errors")
def unknown_settings() -> object:
    return refused(lambda: kept_roles(white_list={"title"}))  # type: ignore[call-arg]


@shows("keys-are-unique")
def one_key() -> object:
    one, two = kept_roles("one", key="k"), kept_roles("two", key="k")
    return refused(lambda: Persistor(Store(one.part, two.part), Memory()))


@shows("nothing-is-kept-twice")
def nested() -> object:
    return refused(lambda: persist(kept_roles().part))


@shows("transforms-are-for-fields")
def transformed() -> object:
    config: Program = {"transforms": [{"name": "wrap"}]}
    left = Left(application([SETTLE], config=config))
    return sorted(cast("Program", left.document[PERSIST]))


@shows("transforms-see-values")
def seen_by_transforms() -> object:
    config: Program = {"transforms": [{"name": "sized", "only": ["one"]}]}
    found = Left(application(config=config, stored=SEVEN)).states[-1]["one"]
    return cast("dict[str, list[object]]", found)["a"][2]


@shows("two-actions")
def actions() -> object:
    seen: list[object] = []
    store = Store(kept_numbers().part)
    store.tap(lambda action: seen.append(action["type"]) if action else None)
    process = Process(None, store=store)
    process.persistor.hydrate()
    process.persistor.flush()
    return seen


@shows("hydrating-again-does-no-harm")
def again() -> object:
    app = Application(application(), Memory())
    app.run([["persist"], SETTLE])
    app.persistor.hydrate()
    app.close()
    return [failed for _, failed in cast("list[list[bool]]", app.rehydrated)]


@shows("a-purge-lasts")
def purging() -> object:
    process, kept = started()
    process.store.dispatch(kept.put("one", 1))
    process.persistor.purge()
    state = process.store[kept.part]
    process.store.dispatch(kept.put("one", state["one"] + 1))
    process.persistor.flush()
    return process.fields("numbers")["one"]


@shows("a-document-says-its-version")
def no_version() -> object:
    return refused(lambda: parse_document('{"a":"1","_persist":"[2]"}'))


@shows("numbers-are-not-rounded")
def rounded() -> object:
    return refused(lambda: dump_document({"id": 2**53 + 1}))


@shows("nesting-has-an-end")
def nesting() -> object:
    return refused(lambda: parse("[" * 300 + "]" * 300))
