"""The errors of the query layer: server state in the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from stateroom.errors.stores import StoreError

__all__ = (
    "ErrorInfo",
    "InvalidQuery",
    "NeverResolved",
    "QueryError",
    "QueryFailed",
    "ResponseError",
    "TransportError",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorInfo:
    """Why a query or a mutation failed, as plain data: it stands in the state.

    Attributes:
        name: of the class of the error.
        message: what it says.
        code: of Stateroom's error, or of the application's; may be empty.
        status: of the response; 0 when there was none.
        data: what came with it, plain.
    """

    name: str
    message: str = ""
    code: str = ""
    status: int = 0
    data: object = None


class QueryError(StoreError):
    """The query layer could not do its work. Base of what it raises.

    Attributes:
        retryable: whether the same call may succeed later, with nothing mended.
    """

    code = "STR-820"
    retryable: ClassVar[bool] = False


class InvalidQuery(QueryError):
    """An endpoint, a tag or an option is declared, or used, in a wrong way."""

    code = "STR-821"


class QueryFailed(QueryError):
    """The data of a query, or the result of a mutation, was asked for: it failed.

    Attributes:
        error: why, as it stands in the state.
        is_unhandled: whether the endpoint raised something that it did not reject.
        meta: what the transport told besides.
    """

    code = "STR-822"

    def __init__(
        self,
        message: str,
        *,
        error: ErrorInfo,
        is_unhandled: bool = False,
        meta: Mapping[str, object] | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.error = error
        self.is_unhandled = is_unhandled
        self.meta: Mapping[str, object] = {} if meta is None else meta


class ResponseError(QueryError):
    """A server answered, and not with what was asked for.

    Attributes:
        status: of the response.
        data: its content, decoded as far as its type tells.
    """

    code = "STR-823"

    def __init__(
        self, message: str, *, status: int, data: object = None, hint: str = ""
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.data = data


class TransportError(QueryError):
    """A request was not answered: no connection, no answer in time, or half of one.

    Attributes:
        is_slow: whether its time was over.
    """

    code = "STR-824"
    retryable = True

    def __init__(self, message: str, *, is_slow: bool = False, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.is_slow = is_slow


class NeverResolved(QueryError):
    """An entry was removed before its first data arrived."""

    code = "STR-825"
