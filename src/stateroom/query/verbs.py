"""The five methods by which an endpoint asks a server, each a line over ``ask``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TypedDict, TypeVar, Unpack, overload

from stateroom.query.ports import Headers, Params, Response
from stateroom.store import UNDEFINED

__all__ = ("CallOptions", "Verbs")

T = TypeVar("T")


class CallOptions(TypedDict, total=False):
    """What every method of a call takes besides.

    Attributes:
        params: of the query string; see ``Request``.
        json: the body, as JSON: plain data, or what has a plain form (dataclasses,
            datetimes, ...), which stands as one would write it by hand.
        content: the body, as it is; text is sent as UTF-8.
        headers: for this request.
        timeout: seconds; see ``Request``.
        validate_status: given the response, and its data as its type tells, says
            whether it is no failure. If not given: 200 to 299 are none.
    """

    params: Params | None
    json: object
    content: bytes | str | None
    headers: Headers | None
    timeout: float | None
    validate_status: Callable[[Response, object], bool] | None


class Verbs(ABC):
    """Asks with one method or another."""

    __slots__ = ()

    @abstractmethod
    async def send(
        self, method: str, path: str, *, returns: object, options: CallOptions
    ) -> object:
        """Send a request; return what was answered, as what ``returns`` says."""

    @overload
    async def ask(
        self,
        method: str,
        path: str,
        *,
        returns: type[T],
        **options: Unpack[CallOptions],
    ) -> T: ...
    @overload
    async def ask(
        self,
        method: str,
        path: str,
        *,
        returns: object = ...,
        **options: Unpack[CallOptions],
    ) -> object: ...
    async def ask(
        self,
        method: str,
        path: str,
        *,
        returns: object = UNDEFINED,
        **options: Unpack[CallOptions],
    ) -> object:
        """Send a request; return what was answered, as what it is said to be.

        Args:
            method: as ``"GET"``.
            path: below the base of the transport, as ``"/jobs"``.
            returns: what the answer is, as an annotation: a dataclass, ``list[Job]``,
                ``str``, ``bytes``, ... Fields that no class has are ignored. None: its
                content does not matter. If not given, its type tells: JSON is what
                ``json.loads`` gives, text a ``str``, nothing at all None, and anything
                else ``bytes``.
            **options: see ``CallOptions``.

        Raises:
            ResponseError: the server refused, or its answer is not what is said here.
            TransportError: it did not answer.
            Aborted: nobody wants the result any more.
            InvalidQuery: there is no transport, or what is to be sent cannot be.
        """
        return await self.send(method, path, returns=returns, options=options)

    @overload
    async def get(
        self, path: str, *, returns: type[T], **options: Unpack[CallOptions]
    ) -> T: ...
    @overload
    async def get(
        self, path: str, *, returns: object = ..., **options: Unpack[CallOptions]
    ) -> object: ...
    async def get(
        self,
        path: str,
        *,
        returns: object = UNDEFINED,
        **options: Unpack[CallOptions],
    ) -> object:
        """Ask with ``GET``; see ``ask``."""
        return await self.send("GET", path, returns=returns, options=options)

    @overload
    async def post(
        self, path: str, *, returns: type[T], **options: Unpack[CallOptions]
    ) -> T: ...
    @overload
    async def post(
        self, path: str, *, returns: object = ..., **options: Unpack[CallOptions]
    ) -> object: ...
    async def post(
        self,
        path: str,
        *,
        returns: object = UNDEFINED,
        **options: Unpack[CallOptions],
    ) -> object:
        """Ask with ``POST``; see ``ask``."""
        return await self.send("POST", path, returns=returns, options=options)

    @overload
    async def put(
        self, path: str, *, returns: type[T], **options: Unpack[CallOptions]
    ) -> T: ...
    @overload
    async def put(
        self, path: str, *, returns: object = ..., **options: Unpack[CallOptions]
    ) -> object: ...
    async def put(
        self,
        path: str,
        *,
        returns: object = UNDEFINED,
        **options: Unpack[CallOptions],
    ) -> object:
        """Ask with ``PUT``; see ``ask``."""
        return await self.send("PUT", path, returns=returns, options=options)

    @overload
    async def patch(
        self, path: str, *, returns: type[T], **options: Unpack[CallOptions]
    ) -> T: ...
    @overload
    async def patch(
        self, path: str, *, returns: object = ..., **options: Unpack[CallOptions]
    ) -> object: ...
    async def patch(
        self,
        path: str,
        *,
        returns: object = UNDEFINED,
        **options: Unpack[CallOptions],
    ) -> object:
        """Ask with ``PATCH``; see ``ask``."""
        return await self.send("PATCH", path, returns=returns, options=options)

    @overload
    async def delete(
        self, path: str, *, returns: type[T], **options: Unpack[CallOptions]
    ) -> T: ...
    @overload
    async def delete(
        self, path: str, *, returns: object = ..., **options: Unpack[CallOptions]
    ) -> object: ...
    async def delete(
        self,
        path: str,
        *,
        returns: object = UNDEFINED,
        **options: Unpack[CallOptions],
    ) -> object:
        """Ask with ``DELETE``; see ``ask``."""
        return await self.send("DELETE", path, returns=returns, options=options)
