"""What a call of an endpoint is given: one value, as the cache and the state hold it.

An endpoint without parameters has no argument, which is ``UNDEFINED``. One that has a
single parameter, which may be given by position, has the value of that. Any other has
a mapping from the names of all its parameters to their values, defaults filled in, so
that ``jobs_in("Berlin")`` and ``jobs_in("Berlin", page=1)`` are one call where 1 is the
default. What is given is frozen: whoever changes it later does not change the call.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from stateroom.errors import InvalidQuery
from stateroom.store.drafts import freeze
from stateroom.store.drafts.frozen import frozen_dict
from stateroom.store.undefined import UNDEFINED

__all__ = (
    "Parameters",
    "argument_of",
    "fitted",
    "parameters_of",
    "signature_of",
    "spread",
)

_VARIADIC: Final = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
_EMPTY: Final = inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class Parameters:
    """What an endpoint is called with, the call object that it is given first aside.

    Attributes:
        endpoint: its name, for errors.
        signature: of such a call.
        names: of all parameters, in order.
        positional: the first names, those that may be given by position.
        named: those that may be given by name.
        defaults: by name, frozen; what has none is not in it.
    """

    endpoint: str
    signature: inspect.Signature
    names: tuple[str, ...]
    positional: tuple[str, ...]
    named: frozenset[str]
    defaults: Mapping[str, object]

    @property
    def is_single(self) -> bool:
        """Whether the value of the only parameter is the argument itself."""
        return len(self.names) == 1 == len(self.positional)

    def as_mapping(self, arg: object) -> Mapping[str, object]:
        """Return the values of all parameters by name, of an argument of this call."""
        if self.is_single:
            return {self.names[0]: arg}
        if not self.names:
            return {}
        return {**self.defaults, **cast("Mapping[str, object]", arg)}


def parameters_of(function: object, *, endpoint: str, skip: int = 1) -> Parameters:
    """Read the parameters of a function that stands for an endpoint.

    Args:
        function: what is called for data.
        endpoint: its name, for errors.
        skip: how many of the first parameters are no part of a call.

    Raises:
        InvalidQuery: it takes any number of arguments, or fewer than ``skip``.
    """
    held = signature_of(function, endpoint)
    for each in held:
        if each.kind in _VARIADIC:
            raise InvalidQuery(
                f"endpoint {endpoint!r}: it takes {each}, so that no call has a name "
                "for everything it is given",
                path=endpoint,
                hint="take one parameter that is a list, or a mapping, instead",
            )
    if any(each.kind is each.KEYWORD_ONLY for each in held[:skip]) or len(held) < skip:
        raise InvalidQuery(
            f"endpoint {endpoint!r}: it has no parameter for the call itself",
            path=endpoint,
            hint=f"write async def {endpoint}(call: QueryCall, ...)",
        )
    held = held[skip:]
    defaults = {each.name: each.default for each in held if each.default is not _EMPTY}
    return Parameters(
        endpoint,
        inspect.Signature(held),
        tuple(each.name for each in held),
        tuple(each.name for each in held if each.kind is not each.KEYWORD_ONLY),
        frozenset(each.name for each in held if each.kind is not each.POSITIONAL_ONLY),
        cast("Mapping[str, object]", freeze(defaults)),
    )


def signature_of(function: object, place: str) -> list[inspect.Parameter]:
    """Return the parameters of a function in order, without their annotations.

    Raises:
        InvalidQuery: they cannot be read.
    """
    try:
        signature = inspect.signature(cast("Callable[[], object]", function))
    except (TypeError, ValueError) as error:
        raise InvalidQuery(
            f"{place}: found {function!r:.200}, whose parameters cannot be read",
            path=place,
            hint="write a function, or a lambda, around it",
        ) from error
    held = signature.parameters.values()
    # Annotations would only fill the messages of errors.
    return [each.replace(annotation=_EMPTY) for each in held]


def argument_of(
    parameters: Parameters, args: tuple[object, ...], kwargs: Mapping[str, object]
) -> object:
    """Return the argument of a call, frozen.

    Raises:
        InvalidQuery: an argument is missing, unknown or given twice.
    """
    names = parameters.names
    if len(args) == 1 == len(names) and parameters.positional and not kwargs:
        return freeze(args[0])
    if not (names or args or kwargs):
        return UNDEFINED
    given = dict(zip(parameters.positional, args, strict=False))
    is_known = len(given) == len(args) and kwargs.keys() <= parameters.named
    if not (is_known and given.keys().isdisjoint(kwargs)):
        raise _misfit(parameters, args, kwargs)
    known = {**parameters.defaults, **given, **kwargs}
    try:
        held = {name: freeze(known[name]) for name in names}
    except KeyError:
        raise _misfit(parameters, args, kwargs) from None
    if parameters.is_single:
        return held[names[0]]
    return frozen_dict(cast("dict[object, object]", held))


def _misfit(
    parameters: Parameters, args: tuple[object, ...], kwargs: Mapping[str, object]
) -> InvalidQuery:
    reason = "it cannot be called like this"
    try:
        parameters.signature.bind(*args, **kwargs)
    except TypeError as error:
        reason = str(error)
    endpoint = parameters.endpoint
    return InvalidQuery(
        f"endpoint {endpoint!r}: {reason}",
        path=endpoint,
        hint=f"call it as {endpoint}{parameters.signature}",
    )


def spread(
    parameters: Parameters, arg: object
) -> tuple[tuple[object, ...], dict[str, object]]:
    """Return what an endpoint's function is called with, by position and by name.

    Args:
        parameters: of the endpoint.
        arg: what ``argument_of`` gave; one that was read from a storage may lack
            parameters that are new, and they get their defaults.

    Raises:
        InvalidQuery: a parameter without a default has no value.
    """
    if parameters.is_single:
        return (arg,), {}
    if not parameters.names:
        return (), {}
    count = len(parameters.positional)
    try:
        known = {**parameters.defaults, **cast("Mapping[str, object]", arg)}
        values = [known[name] for name in parameters.names]
    except (KeyError, TypeError):
        raise InvalidQuery(
            f"endpoint {parameters.endpoint!r}: found the argument {arg!r:.200}, "
            f"expected a mapping with {', '.join(parameters.names)}",
            path=parameters.endpoint,
            hint="it was kept by another version of the endpoint: drop that entry",
        ) from None
    named = zip(parameters.names[count:], values[count:], strict=True)
    return tuple(values[:count]), dict(named)


def fitted(
    function: object,
    parameters: Parameters,
    *,
    place: str,
    before: int = 0,
    extras: tuple[str, ...] = (),
) -> tuple[str, ...]:
    """Return which values ``function`` takes by name, besides its first ones.

    A function that stands beside an endpoint (what it provides, how its key is made)
    names those parameters of the endpoint that it needs, in any order.

    Args:
        function: what is to be called.
        parameters: of the endpoint.
        place: what the function is to the endpoint, for errors.
        before: how many values it is given first, by position; it may take fewer.
        extras: more names that it may ask for.

    Raises:
        InvalidQuery: it needs something that the endpoint does not have.
    """
    known = {*parameters.names, *extras}
    names: list[str] = []
    for each in signature_of(function, place)[before:]:
        if each.name in known and each.kind in {
            each.KEYWORD_ONLY,
            each.POSITIONAL_OR_KEYWORD,
        }:
            names.append(each.name)
        elif each.default is _EMPTY:
            raise InvalidQuery(
                f"{place}: its parameter {str(each)!r} is none of those that the "
                f"endpoint has: {', '.join(sorted(known)) or 'it has none'}",
                path=parameters.endpoint,
                hint="name the parameters as the endpoint does",
            )
    return tuple(names)
