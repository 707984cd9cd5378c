"""Endpoints: functions of an api that, called, say what is asked for.

``jobs_in("Berlin")`` is a query, and asks nobody; a client does. The arguments are
checked by the type checker as those of the function are, without the call that it is
given first.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from typing import Concatenate, Generic, ParamSpec, TypeVar

from stateroom.query.arguments import argument_of
from stateroom.query.asking import Mutation, Query
from stateroom.query.calls import QueryCall
from stateroom.query.definitions import Definition
from stateroom.query.keys import cache_key, serialized

__all__ = (
    "Function",
    "KeyMaker",
    "MutationEndpoint",
    "QueryEndpoint",
    "key_maker",
)

P = ParamSpec("P")
R = TypeVar("R")

Function = Callable[Concatenate[QueryCall, P], Coroutine[object, object, R]]
"""What an endpoint is made from: a coroutine function that is given the call first."""
KeyMaker = Callable[[object], str]
"""Makes the cache key of an argument."""


class _Endpoint(Generic[P, R]):
    """What both kinds of endpoints are.

    Attributes:
        api: the name of the api.
        name: of the endpoint.
        definition: what was declared.
    """

    def __init__(
        self, api: str, definition: Definition, function: Function[P, R]
    ) -> None:
        self.api: str = api
        self.name: str = definition.name
        self.definition: Definition = definition
        self._parameters = definition.parameters
        # For help(), editors and whoever asks for its parameters.
        self.__doc__ = function.__doc__
        self.__name__: str = definition.name
        self.__module__ = function.__module__
        self.__signature__: inspect.Signature = _signature(function)

    def __repr__(self) -> str:
        return f"<{self.definition.kind} endpoint {self.api}/{self.name}>"


class QueryEndpoint(_Endpoint[P, R]):
    """An endpoint of data. Called, it gives a query."""

    def __init__(
        self,
        api: str,
        definition: Definition,
        function: Function[P, R],
        *,
        key: KeyMaker,
    ) -> None:
        super().__init__(api, definition, function)
        self._key = key

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Query[R]:
        """Return the query that has these arguments.

        Raises:
            InvalidQuery: an argument is missing, unknown, or cannot be in a cache key.
        """
        return self.of(argument_of(self._parameters, args, kwargs))

    def of(self, arg: object) -> Query[R]:
        """Return the query of an argument as it stands in the state."""
        return Query(self.api, self.name, arg=arg, key=self._key(arg))


class MutationEndpoint(_Endpoint[P, R]):
    """An endpoint of a change. Called, it gives a mutation."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Mutation[R]:
        """Return the mutation that has these arguments.

        Raises:
            InvalidQuery: an argument is missing or unknown.
        """
        arg = argument_of(self._parameters, args, kwargs)
        return Mutation(self.api, self.name, arg)


def _signature(function: Callable[..., object]) -> inspect.Signature:
    """Return how an endpoint is called: without the call, and not for the data."""
    told = inspect.signature(function)
    return inspect.Signature(list(told.parameters.values())[1:])


def key_maker(
    definition: Definition, serialize: Callable[[str, object], str] | None
) -> KeyMaker:
    """Return what makes the cache keys of an endpoint.

    Args:
        definition: of the endpoint; its own serialiser goes first.
        serialize: the api's: takes the name of the endpoint and the argument.
    """
    name, own = definition.name, definition.serialize
    if own is not None:
        beside = own
        return lambda arg: serialized(name, arg, lambda each: beside(arg=each))
    if serialize is not None:
        whole = serialize
        return lambda arg: whole(name, arg)
    return lambda arg: cache_key(name, arg)
