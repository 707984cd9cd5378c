"""S11 to S13: thunks, listeners and entities of Redux Toolkit, and of the store."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import cast

from stateroom.errors import Rejected
from stateroom.store import UNDEFINED, Store, freeze, produce
from stateroom.store.actions import Action
from stateroom.store.entities import EntityAdapter, Update
from stateroom.store.listeners import ListenerApi, create_listeners
from stateroom.store.thunks import Api, create_async_thunk
from tests.oracle.real import Json, Real
from tests.oracle.recipes import Boom
from tests.oracle.thunk_programs import settled

Entity = dict[str, object]
Table = dict[str, object]


def flags(action: Mapping[str, object]) -> Json:
    """What an action tells about the end of a run."""
    meta = cast("dict[str, Json]", action["meta"])
    return {
        "type": cast("str", action["type"]),
        "payload": cast("Json", action.get("payload")),
        "aborted": meta.get("aborted"),
        "condition": meta.get("condition"),
        "rejectedWithValue": meta.get("rejectedWithValue"),
        "status": meta["requestStatus"],
    }


class Thunks:
    """A store, a thunk that does as its argument says, and what happens."""

    def __init__(self) -> None:
        self.log: list[Json] = []
        self.seen: list[bool] = []
        self.gate = asyncio.Event()
        self.store = Store(self.reduce, checks=False)
        self.thunk = create_async_thunk(
            "t", self.body, condition=lambda _, arg: arg != "skip"
        )

    def reduce(self, state: object, action: Mapping[str, object]) -> object:
        kind = str(action["type"])
        if not kind.startswith("@"):
            meta = cast("dict[str, Json]", action.get("meta", {}))
            self.log.append([kind, meta.get("arg")])
        return 0 if state is UNDEFINED else state

    async def body(self, api: Api[object], arg: str) -> str:
        if arg == "reject":
            api.reject({"code": 1})
        if arg == "throw":
            raise TypeError("bad")
        if arg == "wait":
            await self.gate.wait()
            self.seen.append(api.signal.aborted)
        return arg

    async def aborted(self) -> Json:
        run = self.store.dispatch(self.thunk("wait"))
        run.abort("why")
        action = await run
        self.gate.set()
        await settled()
        return [flags(action), cast("Json", action["error"])]

    async def unwrapped(self) -> Json:
        try:
            return await self.store.dispatch(self.thunk("reject")).unwrap()
        except Rejected as error:
            return {"raised": cast("Json", error.action["payload"])}


async def test_s11_a_thunk_tells_of_its_begin_and_of_one_end(real: Real) -> None:
    scene = Thunks()
    run = scene.store.dispatch(scene.thunk("ok"))
    at_once = list(scene.log)
    ends = {"ok": flags(await run)}
    for arg in ("reject", "throw", "skip"):
        ends[arg] = flags(await scene.store.dispatch(scene.thunk(arg)))
    aborted = await scene.aborted()
    failed = await scene.store.dispatch(scene.thunk("throw"))
    error = cast("dict[str, object]", failed["error"])
    ours = {
        "atOnce": at_once,
        "ends": ends,
        "aborted": aborted,
        "unwrapped": await scene.unwrapped(),
        "log": scene.log,
        "seen": scene.seen,
        "error": {
            "name": error["name"],
            "message": error["message"],
            "hasStack": isinstance(error["stack"], str),
        },
    }
    assert ours == real.trace("statement", {"name": "s11"})


class Listening:
    """A store with listeners, and what they do."""

    def __init__(self) -> None:
        self.log: list[Json] = []
        self.errors: list[str] = []
        self.listeners = create_listeners(
            on_error=lambda error, _: self.errors.append(str(error))
        )
        self.store = Store(
            self.reduce, middleware=[self.listeners.middleware], checks=False
        )

    def reduce(self, state: object, action: Mapping[str, object]) -> object:
        held = 0 if state is UNDEFINED else cast("int", state)
        return held + 1 if action["type"] == "add" else held

    async def latest(self, _: Action, api: ListenerApi) -> None:
        states = (api.get_original_state(), api.get_state())
        self.log.append(["begins", *cast("tuple[Json, Json]", states)])
        api.cancel_active_listeners()
        taken = await api.take("go")
        assert taken is not None
        self.log.append(["took", taken.action["type"], cast("Json", api.get_state())])

    def changed(self, *_: object) -> None:
        self.log.append(["changed"])

    def bad(self, *_: object) -> None:
        raise Boom("boom")

    async def fork(self, _: Action, api: ListenerApi) -> None:
        async def answer(_: object) -> int:
            return 42

        async def for_ever(_: object) -> None:
            await asyncio.Event().wait()

        task, cancelled = api.fork(answer), api.fork(for_ever)
        cancelled.cancel()
        self.log.append([(await task.result).value, (await cancelled.result).status])
        await api.condition("never")
        self.log.append(["not reached"])


async def test_s12_listeners_run_after_the_reducer_and_can_be_stopped(
    real: Real,
) -> None:
    scene = Listening()
    start = scene.listeners.start
    # One function with one type is one listener; a bound method is new each time.
    latest = scene.latest
    start(latest, type="add")
    start(latest, type="add")
    start(scene.changed, predicate=lambda _, now, before: now != before)
    start(scene.bad, type="bad")
    start(scene.fork, type="fork")
    for kind in ("add", "add", "go", "bad", "fork"):
        scene.store.dispatch({"type": kind})
        scene.log.append(kind)
        await settled()
    scene.listeners.stop(latest, type="add")
    scene.store.dispatch({"type": "add"})
    await settled()
    scene.listeners.clear()
    await settled()
    scene.store.dispatch({"type": "add"})
    ours = {"log": scene.log, "errors": scene.errors}
    assert ours == real.trace("statement", {"name": "s12"})


def by_value(entity: Entity) -> float:
    return cast("float", entity["v"])


def begin(adapter: EntityAdapter[Entity, str]) -> Table:
    several: list[Entity] = [{"id": "b", "v": 2}, {"id": "a", "v": 1}]
    return freeze(adapter.set_all(adapter.get_initial_state({}), several))


def entity(state: Table, key: str) -> Entity:
    return cast("dict[str, Entity]", state["entities"])[key]


def tables() -> dict[str, object]:
    """What the verbs of an adapter without an order do."""
    plain: EntityAdapter[Entity, str] = EntityAdapter()
    state = begin(plain)
    twice: list[Entity] = [{"id": "x", "v": 1}, {"id": "x", "v": 2}]
    moved = plain.update_one(state, {"id": "b", "changes": {"id": "c"}})
    both: list[Update[str]] = [
        {"id": "a", "changes": {"v": 5}},
        {"id": "a", "changes": {"w": 6}},
    ]

    def recipe(draft: Table) -> None:
        plain.remove_one(draft, "a")
        plain.add_one(draft, {"id": "n", "v": 3})

    return {
        "added": plain.add_one(state, {"id": "b", "v": 9}) is state,
        "firstWins": entity(plain.add_many(state, twice), "x")["v"],
        "lastWins": entity(plain.set_many(state, twice), "x")["v"],
        "replaced": entity(plain.set_one(state, {"id": "b", "w": 1}), "b"),
        "merged": entity(plain.upsert_one(state, {"id": "b", "w": 1}), "b"),
        "missing": [
            plain.update_one(state, {"id": "z", "changes": {"v": 1}}) is state,
            plain.remove_many(state, ["z"]) is state,
        ],
        "renamed": [moved["ids"], moved["entities"]],
        "record": plain.add_many(state, {"k": {"id": "y", "v": 0}})["ids"],
        "action": plain.add_one(state, {"type": "t", "payload": {"id": "q", "v": 0}})[
            "ids"
        ],
        "several": entity(plain.update_many(state, both), "a"),
        "draft": produce(state, recipe)["ids"],
        "equal": [plain.update_one(state, {"id": "b", "changes": {"v": 2}}) is state],
    }


def ordered_tables() -> dict[str, object]:
    """What those of an adapter with an order do otherwise."""
    ordered: EntityAdapter[Entity, str] = EntityAdapter(sort_key=by_value)
    state = begin(ordered)
    kept = ordered.update_one(state, {"id": "a", "changes": {"v": 1.5}})
    equal = ordered.update_one(state, {"id": "b", "changes": {"v": 2}})
    resorted = ordered.update_one(state, {"id": "a", "changes": {"v": 9}})
    return {
        "begin": [begin(EntityAdapter()), state["ids"]],
        "resorted": resorted["ids"],
        "idsKept": kept["ids"] is state["ids"],
        "equal": [equal is state],
    }


def test_s13_the_verbs_of_an_entity_adapter(real: Real) -> None:
    plain, ordered = tables(), ordered_tables()
    equal = [*cast("list[bool]", plain["equal"]), *cast("list[bool]", ordered["equal"])]
    ours = {**plain, **ordered, "equal": equal}
    assert ours == real.trace("statement", {"name": "s13"})
