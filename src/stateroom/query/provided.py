"""The index of the state: which queries provide which tags.

Every function returns another index, or the same one when nothing changed.

Source:
    The ``provided`` state of RTK Query, whose shape, names and order are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar, cast

from stateroom.query.tags import WITHOUT_ID, Tag
from stateroom.store.drafts.frozen import frozen_dict
from stateroom.store.javascript import indexes_first
from stateroom.store.undefined import UNDEFINED

__all__ = (
    "NOTHING_PROVIDED",
    "Provided",
    "forget",
    "forget_many",
    "indexed",
    "invalidated",
    "provide",
    "provide_many",
    "rehydrated",
)

T = TypeVar("T")

Keys: TypeAlias = tuple[str, ...]
Ids: TypeAlias = dict[str, Keys]
Changed: TypeAlias = dict[str, Ids]
Told: TypeAlias = dict[str, tuple[Tag, ...]]

_FEW: Final = 8
"""So many keys are looked for in a tuple before a set of it is made."""
_SPARE: Final = 64
"""So many ids of a kind may be without a query; more may not when they are the half."""


def _copy(content: Mapping[str, T]) -> dict[str, T]:
    """Return a frozen copy, which is changed past its class until it is handed on."""
    return cast("dict[str, T]", frozen_dict(cast("dict[object, object]", content)))


@dataclass(frozen=True, slots=True)
class Provided:
    """Which queries provide which tags.

    Attributes:
        tags: kind -> id as text, or ``WITHOUT_ID`` -> keys of the queries, in order.
        keys: key of a query -> its tags.
    """

    tags: Mapping[str, Mapping[str, Keys]]
    keys: Mapping[str, tuple[Tag, ...]]


NOTHING_PROVIDED: Final = Provided(_copy({}), _copy({}))
"""The index of an api without data."""


def provide(provided: Provided, cache_key: str, tags: tuple[Tag, ...]) -> Provided:
    """Return the index after a query said what it provides; what it said before goes.

    Args:
        provided: the index.
        cache_key: of the query.
        tags: as ``expand`` gives them.
    """
    if provided.keys.get(cache_key) == tags:
        return provided
    return _written(provided, {cache_key: tags})


def provide_many(
    provided: Provided, told: Iterable[tuple[str, tuple[Tag, ...]]]
) -> Provided:
    """Return the index after several queries said what they provide, in one action."""
    # One that is told twice takes its place at the end, whatever it said first.
    newest: dict[str, tuple[Tag, ...]] = {}
    for cache_key, tags in told:
        if newest.pop(cache_key, None) is not None or (
            provided.keys.get(cache_key) != tags
        ):
            newest[cache_key] = tags
    return _written(provided, newest) if newest else provided


def indexed(told: Mapping[str, tuple[Tag, ...]]) -> Provided:
    """Return the index of queries of which nothing was said before, all at once."""
    tags: dict[str, dict[str, list[str]]] = {}
    for cache_key, provides in told.items():
        for kind, place in dict.fromkeys((tag.kind, _place(tag)) for tag in provides):
            tags.setdefault(kind, {}).setdefault(place, []).append(cache_key)
    made = {
        kind: _copy({name: tuple(keys) for name, keys in ids.items()})
        for kind, ids in tags.items()
    }
    return Provided(_copy(made), _copy(told))


def forget(provided: Provided, cache_key: str) -> Provided:
    """Return the index without a query; see ``forget_many``."""
    return forget_many(provided, (cache_key,))


def forget_many(provided: Provided, cache_keys: Iterable[str]) -> Provided:
    """Return the index without queries, whose entries were removed.

    An id keeps its place, and so its turn, when its last query is gone; but where
    many are without one, these go.
    """
    known = [key for key in cache_keys if key in provided.keys]
    if not known:
        return provided
    keys = _copy(provided.keys)
    for key in known:
        dict.__delitem__(keys, key)
    return _index(provided, _without(provided, known), keys)


def rehydrated(provided: Provided, stored: Provided) -> Provided:
    """Return the index with what was stored added to it.

    A query that provided something else before is also found by that.
    """
    changed: Changed = {
        kind: _copy(provided.tags.get(kind, {})) for kind in stored.tags
    }
    keys = _copy(provided.keys)
    for kind, ids in stored.tags.items():
        mine = changed[kind]
        for place, queries in ids.items():
            both = tuple(dict.fromkeys((*mine.get(place, ()), *queries)))
            dict.__setitem__(mine, place, both)
            dict.update(keys, {each: stored.keys.get(each, ()) for each in queries})
    return _index(provided, changed, keys)


def invalidated(provided: Provided, tags: Iterable[Tag]) -> tuple[str, ...]:
    """Return the keys of the queries that provide what ``tags`` name, each once.

    The order is that of the tags, then of the ids, then of the queries; numbers come
    before other ids, the smallest first.
    """
    found: dict[str, None] = {}
    for tag in tags:
        ids = provided.tags.get(tag.kind)
        if ids is None:
            continue
        places = indexes_first(list(ids)) if tag.id is UNDEFINED else (_place(tag),)
        for place in places:
            found.update(dict.fromkeys(ids.get(place, ())))
    return tuple(found)


# ---------------------------------------------------------------------- parts


def _written(provided: Provided, told: Mapping[str, tuple[Tag, ...]]) -> Provided:
    changed = _without(provided, told)
    keys = _copy(provided.keys)
    added: dict[str, dict[str, list[str]]] = {}
    for cache_key, tags in told.items():
        dict.pop(keys, cache_key, None)  # to its end, as in the lists
        dict.__setitem__(keys, cache_key, tags)
        for kind, place in {(tag.kind, _place(tag)): None for tag in tags}:
            added.setdefault(kind, {}).setdefault(place, []).append(cache_key)
    for kind, ids in added.items():
        if kind not in changed:
            changed[kind] = _copy(provided.tags.get(kind, {}))
        _add(changed[kind], ids)
    return _index(provided, changed, keys)


def _add(ids: Ids, added: Mapping[str, list[str]]) -> None:
    for place, queries in added.items():
        held = ids.get(place, ())
        known = held if len(queries) < _FEW else set(held)
        # A rehydrated query may stand there yet, for what it once provided.
        new = [each for each in queries if each not in known]
        dict.__setitem__(ids, place, (*held, *new))


def _without(provided: Provided, cache_keys: Iterable[str]) -> Changed:
    """Return those kinds that queries provide, without these."""
    gone: dict[str, dict[str, set[str]]] = {}
    for key in cache_keys:
        for tag in provided.keys.get(key, ()):
            gone.setdefault(tag.kind, {}).setdefault(_place(tag), set()).add(key)
    return {kind: _left(provided.tags.get(kind, {}), gone[kind]) for kind in gone}


def _left(ids: Mapping[str, Keys], gone: Mapping[str, set[str]]) -> Ids:
    """Return the ids of a kind without the queries that are gone from some."""
    made, is_spare = _copy(ids), False
    for place, keys in gone.items():
        left = _less(ids.get(place, ()), keys)
        dict.__setitem__(made, place, left)
        is_spare = is_spare or not left
    return _pruned(made) if is_spare and len(made) > _SPARE else made


def _less(queries: Keys, gone: set[str]) -> Keys:
    """Return queries without those that are gone; one is taken out in a few copies."""
    if len(gone) > 1:
        return tuple([each for each in queries if each not in gone])
    (key,) = gone
    if key not in queries:
        return queries
    at = queries.index(key)
    return queries[:at] + queries[at + 1 :]


def _pruned(ids: Ids) -> Ids:
    """Drop the ids without a query where these are many, as they would grow for ever.

    RTK Query keeps them all.
    """
    spare = list(ids.values()).count(())
    if spare <= _SPARE or spare * 2 < len(ids):
        return ids
    return _copy({place: queries for place, queries in ids.items() if queries})


def _index(provided: Provided, changed: Changed, keys: Told) -> Provided:
    if not changed:
        return Provided(provided.tags, keys)
    tags = _copy(provided.tags)
    for kind, ids in changed.items():
        dict.__setitem__(tags, kind, ids)
    return Provided(tags, keys)


def _place(tag: Tag) -> str:
    """Return the text of an id, past what an enumeration says of itself."""
    if isinstance(tag.id, str):
        return str.__str__(tag.id)
    if isinstance(tag.id, int):
        return int.__repr__(tag.id)
    return WITHOUT_ID
