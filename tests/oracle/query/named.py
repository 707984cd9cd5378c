"""What endpoints are made of, by name; ``js/named.mjs`` is the same in JavaScript."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, MutableMapping, MutableSequence
from dataclasses import replace
from typing import Final, TypeAlias, cast

from stateroom.errors import ErrorInfo, ResponseError
from stateroom.query.state import QueryEntry
from stateroom.query.tags import Tag, TagLike
from stateroom.store import NOTHING, UNDEFINED
from tests.oracle.persist.terms import plain
from tests.oracle.query.programs import Boom
from tests.oracle.real import Json

__all__ = (
    "CONDITIONS",
    "DESCRIPTIONS",
    "ERROR_TRANSFORMS",
    "FORCES",
    "MERGES",
    "RECIPES",
    "SERIALIZERS",
    "TRANSFORMS",
    "Description",
    "answer",
    "tag",
    "tags",
)

Description: TypeAlias = Callable[[object, object, ErrorInfo | None], object]
"""Tells tags of a result, the argument and an error."""


def is_list(value: object) -> bool:
    return isinstance(value, MutableSequence)


def is_object(value: object) -> bool:
    return isinstance(value, MutableMapping)


def is_scalar(value: object) -> bool:
    return isinstance(value, int | float | str) and not isinstance(value, bool)


def boom(words: str) -> None:
    raise Boom(words)


# ---------------------------------------------------------------------- tags


def tag(given: Json) -> TagLike:
    """A tag as programs write it."""
    if isinstance(given, list):
        kind, name = given
        return Tag(str(kind), cast("str | int", name))
    return cast("str | None", given)


def _ids(result: object) -> list[TagLike]:
    several: object = result if is_list(result) else ()
    if is_object(result):
        several = cast("Mapping[str, object]", result).get("ids", ())
    return [
        Tag("A", cast("str | int", each))
        for each in cast("Iterable[object]", several)
        if is_scalar(each)
    ]


def _by_arg(_: object, arg: object, error: ErrorInfo | None) -> list[TagLike]:
    return [Tag("A", cast("str", arg) if is_scalar(arg) else "other")]


def _broken(result: object, arg: object, error: ErrorInfo | None) -> None:
    boom("no tags")


DESCRIPTIONS: Final[dict[str, Description]] = {
    "arg": _by_arg,
    "result": lambda result, arg, error: [*_ids(result), "A"],
    "ids": lambda result, arg, error: _ids(result),
    "either": lambda result, arg, error: ["B", None] if error else ["A"],
    "nothing": lambda result, arg, error: None,
    "broken": _broken,
}


def tags(given: Json) -> list[TagLike] | Description:
    """What an endpoint provides or invalidates."""
    if isinstance(given, list):
        return [tag(each) for each in given]
    return DESCRIPTIONS[str(given)]


# ------------------------------------------------------------------- answers


def _count(data: object) -> int:
    return len(cast("list[object]", data)) if is_list(data) else 0


TRANSFORMS: Final[dict[str, Callable[[object], object]]] = {
    "wrap": lambda data: {"wrapped": data},
    "count": _count,
    "broken": lambda _: boom("no transform"),
}


async def _later(data: object) -> object:
    return {"later": data}


TRANSFORMS["later"] = _later


def _is_of_server(error: Exception, attempt: int) -> bool:
    return isinstance(error, ResponseError) and error.status == 500 and attempt <= 2


CONDITIONS: Final[dict[str, Callable[[Exception, int], bool]]] = {
    "server": _is_of_server,
    "never": lambda error, attempt: False,
}
ERROR_TRANSFORMS: Final[dict[str, Callable[[ErrorInfo], object]]] = {
    "hide": lambda error: replace(error, data="hidden"),
    "broken": lambda _: boom("no transform"),
}


def _join(held: object, fresh: object) -> object:
    if is_list(held) and is_list(fresh):
        cast("list[object]", held).extend(cast("list[object]", fresh))
    elif is_object(held) and is_object(fresh):
        cast("dict[str, object]", held).update(cast("dict[str, object]", fresh))
    else:
        return NOTHING if fresh is None else fresh
    return None


def _told(_: object, fresh: object, arg: object) -> object:
    return {"fresh": fresh, "arg": "none" if arg is UNDEFINED else arg}


def _held(held: object, _: object) -> object:
    if is_list(held) or is_object(held):
        return None
    return NOTHING if held is None else held


MERGES: Final[dict[str, object]] = {
    "join": _join,
    "fresh": lambda _, fresh: NOTHING if fresh is None else fresh,
    "held": _held,
    "told": _told,
    "broken": lambda _, __: boom("no merge"),
}


def answer(name: str, number: int, arg: object) -> list[Json]:
    """What a request answers by itself after its latency."""
    if name == "fails" or (name == "odd" and number % 2):
        return ["error", 500, "odd"]
    if name == "throws":
        return ["throw", "by itself"]
    if name == "counted":
        told: Json = "none" if arg is UNDEFINED else plain(arg)
        return ["data", {"o": [["n", number], ["arg", told]]}]
    return ["data", {"o": [["ids", {"a": [1, 2]}], ["in", {"o": [["x", 1]]}]]}]


# ---------------------------------------------------------------------- keys


def _part(arg: object) -> object:
    if not isinstance(arg, Mapping):
        return arg
    return {key: each for key, each in arg.items() if key != "page"}


def _kind(arg: object) -> object:
    if isinstance(arg, int | float):
        return 1
    return 2 if is_scalar(arg) else None


SERIALIZERS: Final[dict[str, Callable[[object], object]]] = {
    "part": _part,
    "kind": _kind,
}
"""All but ``one``, which is told the name of its endpoint."""


def _changed(arg: object, previous: object, entry: QueryEntry | None) -> bool:
    return json.dumps(plain(arg)) != json.dumps(plain(previous))


def _rejected(arg: object, previous: object, entry: QueryEntry | None) -> bool:
    return entry is not None and entry.status == "rejected"


FORCES: Final[dict[str, Callable[[object, object, QueryEntry | None], bool]]] = {
    "changed": _changed,
    "always": lambda arg, previous, entry: True,
    "never": lambda arg, previous, entry: False,
    "rejected": _rejected,
}

# ------------------------------------------------------------------- recipes


def _other(value: object) -> object:
    """What has no draft is always changed: the same again would be a change there."""
    if isinstance(value, str):
        return f"{value}!"
    return value + 1 if isinstance(value, int) else 0


def _push(draft: object) -> object:
    if is_list(draft):
        cast("list[object]", draft).append(9)
    elif is_object(draft):
        fields = cast("dict[str, int]", draft)
        fields["x"] = fields.get("x", 0) + 1
    else:
        return _other(draft)
    return None


def _deep(draft: object) -> object:
    if is_list(draft):
        several = cast("list[object]", draft)
        if several:
            several[0] = "first"
    elif is_object(draft):
        _deeper(cast("dict[str, object]", draft))
    else:
        return _other(draft)
    return None


def _deeper(fields: dict[str, object]) -> None:
    if is_object(fields.get("in")):
        cast("dict[str, object]", fields["in"])["x"] = "deep"
    elif is_list(fields.get("ids")):
        cast("list[object]", fields["ids"]).append(3)


def _replace(draft: object) -> object:
    was = cast("Mapping[str, object]", draft).get("was") if is_object(draft) else None
    return {"ids": [7], "was": was + 1 if isinstance(was, int) else 0}


def _same(draft: object) -> object:
    return None if is_list(draft) or is_object(draft) else _other(draft)


RECIPES: Final[dict[str, Callable[[object], object]]] = {
    "push": _push,
    "deep": _deep,
    "replace": _replace,
    "same": _same,
    "broken": lambda _: boom("no recipe"),
}
