"""Family "entities": verbs of an entity adapter, one after another.

``js/entities.mjs`` runs the same with Redux Toolkit.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias, cast

from stateroom.store.drafts import freeze, produce
from stateroom.store.entities import EntityAdapter
from stateroom.store.undefined import UNDEFINED
from tests.oracle.choosing import Choice
from tests.oracle.errors import EXPECTED, kind_of_error
from tests.oracle.real import Json
from tests.oracle.terms import build, graph, places, plain

__all__ = ("make_entities", "trace_entities")

Program = dict[str, Json]
Entity: TypeAlias = "dict[str, object]"
IDS = ("b", "a", "d", "c", "e")
MANY = ("addMany", "setMany", "setAll", "upsertMany")
VERBS = (
    "addOne",
    "addMany",
    "setOne",
    "setMany",
    "setAll",
    "upsertOne",
    "upsertMany",
    "updateOne",
    "updateMany",
    "removeOne",
    "removeMany",
    "removeAll",
    "updateOne",
    "updateMany",
    "upsertMany",
)


# ------------------------------------------------------------------- making


def make_entities(choice: Choice) -> Program:
    """A random program."""
    begin: Json = ["setAll", {"term": make_several(choice, make_entity, 4)}]
    steps: list[Json] = [[begin]]
    for _ in choice.times(1, 6):
        count = 2 if choice.happens(25) else 1
        steps.append([make_verb(choice) for _ in range(count)])
    return {
        "sorted": choice.below(2) == 1,
        "typed": choice.below(2) == 1,
        "ids": [*IDS, "zz"],
        "steps": steps,
    }


def make_verb(choice: Choice) -> Json:
    """A verb and its argument."""
    verb = choice.one_of(VERBS)
    given: Program = {"term": make_argument(choice, verb)}
    if choice.happens(20):
        given["as"] = "action"
    elif verb in MANY and choice.happens(20):
        given["as"] = "record"
    return [verb, given]


def make_argument(choice: Choice, verb: str) -> Json:
    """What a verb is given."""
    if verb == "removeAll":
        return None
    makers: tuple[tuple[str, Callable[[Choice], Json]], ...] = (
        ("remove", lambda choice: choice.one_of(IDS)),
        ("update", make_update),
        ("", make_entity),
    )
    make = next(each for begin, each in makers if verb.startswith(begin))
    one_only = verb.endswith("One")
    return make(choice) if one_only else make_several(choice, make, 3)


def make_several(choice: Choice, make: Callable[[Choice], Json], most: int) -> Json:
    """A list of entities or updates."""
    return {"a": [make(choice) for _ in choice.times(0, most)]}


def make_entity(choice: Choice) -> Json:
    """An entity: an id, a value to sort by, and now and then something more."""
    pairs: list[Json] = [["id", choice.one_of(IDS)], ["v", 1 + choice.below(4)]]
    if choice.happens(25):
        pairs.append(["w", {"o": [["x", choice.below(2)]]}])
    return {"o": pairs}


def make_update(choice: Choice) -> Json:
    """An update: sometimes of nothing, sometimes of the id."""
    changes: list[Json] = []
    if choice.below(4):
        changes.append(["v", 1 + choice.below(4)])
    if choice.happens(20):
        changes.append(["id", choice.one_of(IDS)])
    if choice.happens(15):
        changes.append(["w", {"o": [["x", 1]]}])
    return {"o": [["id", choice.one_of(IDS)], ["changes", {"o": changes}]]}


# ------------------------------------------------------------------ running


def by_value(entity: Entity) -> int:
    return cast("int", entity["v"])


def trace_entities(program: Program) -> Json:
    """What the program does in Python."""
    adapter: EntityAdapter[Entity, str] = EntityAdapter(
        sort_key=by_value if program["sorted"] else None
    )
    extra: object = None if program["typed"] else {}
    state: object = freeze(adapter.get_initial_state(extra))
    steps: list[Json] = []
    for verbs in cast("list[list[tuple[str, Program]]]", program["steps"]):
        before = state
        try:
            state = _after(adapter, before, verbs)
        except EXPECTED as error:
            steps.append({"error": kind_of_error(error)})
            continue
        steps.append({"state": graph(state, places(before)), "same": state is before})
    return {"steps": steps, "read": _read(adapter, state, program["ids"])}


def _after(
    adapter: EntityAdapter[Entity, str],
    before: object,
    verbs: list[tuple[str, Program]],
) -> object:
    if len(verbs) == 1:
        return _run(adapter, before, verbs)

    def recipe(draft: object) -> None:
        _run(adapter, draft, verbs)

    return produce(before, recipe)


def _run(
    adapter: EntityAdapter[Entity, str],
    state: object,
    verbs: list[tuple[str, Program]],
) -> object:
    for verb, given in verbs:
        name = re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", verb)
        call = cast("Callable[[object, object], object]", getattr(adapter, name))
        state = call(state, _argument(given))
    return state


def _argument(given: Program) -> object:
    value = build(given["term"])
    if given.get("as") == "action":
        return {"type": "entities", "payload": value}
    if given.get("as") == "record":
        return {f"k{at}": each for at, each in enumerate(cast("list[object]", value))}
    return value


def _read(adapter: EntityAdapter[Entity, str], state: object, ids: Json) -> Json:
    read = adapter.get_selectors()
    held = cast("dict[str, object]", state)
    every = read.select_all(held)
    remembered = every is read.select_all(held) and read.select_ids(held) is _ids(state)
    return {
        "all": plain(every),
        "remembered": remembered,
        "by": [
            plain(_found(read.select_by_id(held, each)))
            for each in cast("list[str]", ids)
        ],
        "total": read.select_total(held),
    }


def _ids(state: object) -> object:
    if isinstance(state, dict):
        return cast("object", state["ids"])
    return cast("object", state.ids)  # type: ignore[attr-defined] # an EntityState


def _found(entity: object) -> object:
    return UNDEFINED if entity is None else entity
