"""Tells a recorder of a call of live data: what was called, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from stateroom import signals
from stateroom.errors import StateroomError, Unavailable

__all__ = ("SILENT", "Calling", "Told")


class Calling:
    """A block that is a call, and of which nobody is told."""

    __slots__ = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return

    def failed(self, error: BaseException) -> None:
        """Note an error that the block does not raise: the call failed all the same."""


SILENT: Final = Calling()
"""For all calls, while no recorder is installed."""


class Told(Calling):
    """A call of which the recorder is told when its block ends.

    Args:
        namespace: of the application.
        what: is called: ``"quota.take"``.
        item: the name that was declared; never whose data it is.
        seconds: what its clock says.
    """

    __slots__ = ("_begun", "_failure", "_item", "_namespace", "_seconds", "_what")

    def __init__(
        self, namespace: str, what: str, *, item: str, seconds: Callable[[], float]
    ) -> None:
        self._namespace = namespace
        self._what = what
        self._item = item
        self._seconds = seconds
        self._failure: BaseException | None = None
        self._begun = seconds()

    def failed(self, error: BaseException) -> None:
        self._failure = error

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        recorder = signals.recorder
        if recorder is None:  # removed meanwhile
            return
        cause = error or self._failure
        about, _, operation = self._what.partition(".")
        recorder(
            signals.LiveCalled(
                namespace=self._namespace,
                item=self._item,
                kind=about,
                operation=operation,
                outcome=_outcome(cause),
                code=cause.code if isinstance(cause, StateroomError) else "",
                seconds=self._seconds() - self._begun,
            )
        )


def _outcome(error: BaseException | None) -> str:
    if error is None:
        return "ok"
    if isinstance(error, Unavailable):
        return "unavailable"
    return "error" if isinstance(error, Exception) else "cancelled"
