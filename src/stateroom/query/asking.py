"""What is asked for: an endpoint with its argument, which calling the endpoint gives.

Nothing runs when one is made. A query is equal to another one with the same cache key,
and can be a key of a dict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ("Mutation", "Query")

R_co = TypeVar("R_co", covariant=True)


class Query(Generic[R_co]):
    """Data that is asked for.

    Attributes:
        api: the name of the api.
        endpoint: the name of the endpoint.
        arg: its argument; ``UNDEFINED`` for none.
        key: under which its data stands in the cache.
    """

    __slots__ = ("api", "arg", "endpoint", "key")

    def __init__(self, api: str, endpoint: str, *, arg: object, key: str) -> None:
        self.api: str = api
        self.endpoint: str = endpoint
        self.arg: object = arg
        self.key: str = key

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Query):
            return NotImplemented
        return self.key == other.key and self.api == other.api

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"<query {self.api}/{self.key}>"


@dataclass(frozen=True, slots=True, eq=False)
class Mutation(Generic[R_co]):
    """A change that is asked for. Each is a change of its own, and equal to no other.

    Attributes:
        api: the name of the api.
        endpoint: the name of the endpoint.
        arg: its argument; ``UNDEFINED`` for none.
    """

    api: str
    endpoint: str
    arg: object
