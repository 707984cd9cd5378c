"""Tags: what the data of a query is made of, so that a mutation can name what it broke.

A query provides tags, a mutation invalidates some. ``Tag("Job", 7)`` is one job;
``Tag("Job")``, or just ``"Job"``, is the kind: provided, it says "jobs in general";
invalidated, it means every job, and the kind itself. An id names its own only: queries
that provide the bare kind are not touched by it. 7 and "7" are one id.

Source:
    ``providesTags`` and ``invalidatesTags`` of RTK Query. There a function is called
    for failures, too, whether it knows of them or not.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple, Protocol, TypeAlias, cast

from stateroom.errors import ErrorInfo, InvalidQuery
from stateroom.query.arguments import Parameters, fitted, signature_of
from stateroom.store.undefined import UNDEFINED, Undefined

__all__ = (
    "WITHOUT_ID",
    "Describe",
    "Description",
    "Tag",
    "TagLike",
    "describer",
    "expand",
)


class Tag(NamedTuple):
    """One thing, or all things of a kind.

    Attributes:
        kind: one of those that the api declares.
        id: which one; without it, the kind itself. ``0`` and ``""`` are ids.
    """

    kind: str
    id: str | int | Undefined = UNDEFINED


TagLike: TypeAlias = Tag | str | None
"""A tag; text is the bare tag of that kind, and None is none."""

Describe: TypeAlias = Callable[
    [object, ErrorInfo | None, object, Mapping[str, object] | None],
    Iterable[TagLike] | None,
]
"""Tells the tags of an outcome: its result, or its error, the argument and the meta."""

Description: TypeAlias = Describe | Iterable[TagLike] | Tag | None
"""What an endpoint provides or invalidates: the same each time, or told by a function.

A lone tag may stand without a list around it.
"""

WITHOUT_ID: Final = "__internal_without_id"
"""Stands in the index where a tag has no id. RTK Query's, so that states are alike."""


class _Told(Protocol):
    """A function of the user's, whose signature was checked."""

    def __call__(
        self, *result: object, **named: object
    ) -> Iterable[TagLike] | None: ...


_TOLD: Final = ("error", "meta")
"""What a function may ask for besides the result and the endpoint's parameters."""


def describer(
    function: object,
    parameters: Parameters,
    *,
    place: str,
) -> Describe:
    """Return what tells the tags of an outcome by a function of the user's.

    The function is given the result first, by position, and those of the endpoint's
    parameters that it names. One that also names ``error`` is called for failures, too:
    then its result is None. Others tell nothing of a failure. ``meta`` may be named.

    Raises:
        InvalidQuery: it needs something that the endpoint does not have.
    """
    if inspect.iscoroutinefunction(function):
        raise InvalidQuery(
            f"{place}: found a coroutine function, which would have to be awaited",
            path=parameters.endpoint,
            hint="write def instead of async def: tags are told of what is there",
        )
    takes_result = _takes_result(function, place)
    names = fitted(
        function, parameters, place=place, before=int(takes_result), extras=_TOLD
    )
    clash = {*names}.intersection(_TOLD, parameters.names)
    if clash:
        raise InvalidQuery(
            f"{place}: {min(clash)!r} is a parameter of the endpoint, and the name of "
            "what an outcome has besides its result",
            path=parameters.endpoint,
            hint="name the parameter of the endpoint otherwise",
        )

    call = cast("_Told", function)

    def describe(
        result: object,
        error: ErrorInfo | None,
        arg: object,
        meta: Mapping[str, object] | None,
    ) -> Iterable[TagLike] | None:
        if error is not None and "error" not in names:
            return None
        known = {**parameters.as_mapping(arg), "error": error, "meta": meta}
        named = {name: known[name] for name in names}
        return call(result, **named) if takes_result else call(**named)

    return describe


def _takes_result(function: object, place: str) -> bool:
    first = next(iter(signature_of(function, place)), None)
    return first is not None and first.kind in {
        first.POSITIONAL_ONLY,
        first.POSITIONAL_OR_KEYWORD,
    }


def expand(
    description: Description,
    result: object = None,
    *,
    error: ErrorInfo | None = None,
    arg: object = UNDEFINED,
    meta: Mapping[str, object] | None = None,
    kinds: AbstractSet[str] | None = None,
    place: str = "tags",
) -> tuple[Tag, ...]:
    """Return the tags of an outcome, in order, each as a ``Tag``.

    Args:
        description: what tells them.
        result: what the endpoint returned; None when it failed.
        error: why it failed.
        arg: what it was called with.
        meta: what the transport told besides.
        kinds: those that the api declares; None for any.
        place: whose tags they are, for errors, e.g. ``"what 'jobs_in' provides"``.

    Raises:
        InvalidQuery: the description raises, or tells what is no tag of these kinds.
    """
    told = description
    if callable(description):
        try:
            told = description(result, error, arg, meta)
            # A generator does its work here, and may raise here.
            told = told if isinstance(told, str | Tag | None) else list(told)
        except Exception as error_raised:
            raise InvalidQuery(
                f"{place}: the function raised "
                f"{type(error_raised).__name__}: {error_raised}",
                path=place,
                hint="of a failed request the result is None",
            ) from error_raised
    return tuple(
        [_tag(each, kinds, place) for each in _each(told, place) if each is not None]
    )


def _each(told: object, place: str) -> Iterable[object]:
    if told is None:
        return ()
    if isinstance(told, str | Tag):
        return (told,)
    if isinstance(told, Mapping) or not isinstance(told, Iterable):
        raise _no_tag(told, place)
    return told


def _tag(given: object, kinds: AbstractSet[str] | None, place: str) -> Tag:
    tag = given if type(given) is Tag else _bare(given, place)
    if kinds is not None and tag.kind not in kinds:
        raise InvalidQuery(
            f"{place}: found the tag {tag.kind!r:.200}, declared are "
            f"{', '.join(sorted(kinds)) or 'none'}",
            path=place,
            hint=f"QueryApi(..., tags=(..., {tag.kind!r:.80})) declares it",
        )
    kind = type(tag.id)
    if kind is not str and kind is not int and tag.id is not UNDEFINED:
        _refuse_odd(tag, place)
    if tag.id == WITHOUT_ID:
        raise InvalidQuery(
            f"{place}: the id {WITHOUT_ID!r} stands for no id",
            path=place,
            hint="leave the id out",
        )
    return tag


def _bare(given: object, place: str) -> Tag:
    if not isinstance(given, str):
        raise _no_tag(given, place)
    return Tag(given)


def _refuse_odd(tag: Tag, place: str) -> None:
    """Refuse an id that is neither text nor a number; enumerations of these may be."""
    if isinstance(tag.id, str | int) and not isinstance(tag.id, bool):
        return
    raise InvalidQuery(
        f"{place}: found the id {tag.id!r:.200} of {tag.kind!r:.80}, expected a text "
        "or a whole number",
        path=place,
        hint=f"Tag({tag.kind!r:.80}, str(id)) names one, Tag({tag.kind!r:.80}) all",
    )


def _no_tag(found: object, place: str) -> InvalidQuery:
    return InvalidQuery(
        f"{place}: found {found!r:.200}, expected tags",
        path=place,
        hint='give Tag("Job", 7), or "Job" for the kind, or a list of these',
    )
