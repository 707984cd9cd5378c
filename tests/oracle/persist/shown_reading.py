"""How ours reads, where redux-persist does something else; see ``deviations``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from stateroom.errors import StorageUnavailable
from stateroom.persist import Memory, add_numbers
from stateroom.persist.storages.port import Stored
from stateroom.store import Store
from tests.oracle.persist.applications import SHIFT
from tests.oracle.persist.comparing_ends import KEY
from tests.oracle.persist.leaving import SEVEN, Left, Program
from tests.oracle.persist.programs import application, document
from tests.oracle.persist.telling import ADD, SETTLE
from tests.oracle.real import Json
from tests.oracle.showing import Shown, collected
from tests.persist.roles import kept_numbers
from tests.persist.scenes import Moody, Process

__all__ = ("READING",)

READING: dict[str, Shown] = {}
shows = collected(READING)

AWAY: Final = StorageUnavailable("the disk is away")


@shows("only-what-is-kept-is-read")
def unknown_fields() -> object:
    stored: Program = {KEY: document({"one": 1, "gone": 7})}
    config: Program = {"whitelist": ["one"]}
    left = Left(application([ADD, SETTLE], config=config, stored=stored))
    return [left.states[1].get("gone"), "gone" in left.document]


@shows("newer-data-is-only-read")
def newer_data() -> object:
    step: Json = ["same"]
    config: Program = {"version": 2, "migrations": {"0": step, "1": step, "2": step}}
    stored: Program = {KEY: document({"one": 7}, version=9)}
    left = Left(application([ADD, SETTLE], config=config, stored=stored))
    return left.version - SHIFT


@shows("what-failed-to-migrate-is-left")
def failed_migration() -> object:
    config: Program = {"version": 0, "migrations": {"0": ["throw"]}}
    left = Left(application([ADD, SETTLE], config=config, stored=SEVEN))
    return left.document["one"]


@shows("damaged-bytes-are-put-aside")
def damaged() -> object:
    stored: Program = {KEY: '{"one":"7","two":"{oops"}'}
    keys = Left(application([SETTLE], stored=stored)).storage.keys()
    return sorted(each.partition(".")[0] for each in keys)


@shows("what-was-not-read-is-not-written")
def not_read() -> object:
    storage = Moody()
    storage.errors["read"] = AWAY
    left = Left(application([ADD, SETTLE], stored=SEVEN), storage)
    storage.errors.clear()
    return left.document["one"]


class Late(Moody):
    """A storage during whose first read somebody acts."""

    def __init__(self, act: Callable[[], object], *, shared: Memory) -> None:
        super().__init__(shared=shared)
        self.act = act

    def read(self, key: str, *, limit: int) -> Stored:
        found = super().read(key, limit=limit)
        act, self.act = self.act, tuple
        act()
        return found


@shows("a-slow-storage-is-not-given-up")
def slow() -> object:
    kept = kept_numbers(initial=lambda: {"one": 0}, merge={"one": add_numbers})
    first = Process(None, kept.part)
    first.persistor.hydrate()
    first.store.dispatch(kept.put("one", 7))
    first.persistor.close()
    store = Store(kept.part)
    late = Late(
        lambda: store.dispatch(kept.put("one", 1)),
        shared=cast("Memory", first.storage),
    )
    process = Process(late, store=store)
    process.persistor.hydrate()
    process.persistor.flush()
    return process.fields("numbers")["one"]


@shows("three-way-by-default")
def before_the_read() -> object:
    kept = kept_numbers(initial=lambda: {"one": 0, "two": 0})
    first = Process(None, kept.part)
    first.persistor.hydrate()
    first.store.dispatch(kept.put("two", 5))
    first.persistor.close()
    process = Process(first.storage, kept.part)
    process.store.dispatch(kept.put("one", 1))
    process.persistor.hydrate()
    state = process.store[kept.part]
    return [state["one"], state["two"]]


@shows("undefined-is-no-value")
def undefined() -> object:
    config: Program = {"transforms": [{"name": "lost", "only": ["one"]}]}
    return Left(application(config=config, stored=SEVEN)).states[-1]["one"]


@shows("migrations-give-json")
def endless() -> object:
    step: Json = ["set", "one", {"n": "inf"}]
    config: Program = {"version": 0, "migrations": {"0": step}}
    return Left(application(config=config, stored=SEVEN)).states[-1]["one"]


@shows("versions-begin-with-1")
def versions() -> object:
    return kept_numbers().part.version
