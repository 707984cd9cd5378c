"""An update of data that is shown before, or instead of, what a server says."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

from stateroom.store.patches import Patch

__all__ = ("Update",)


class Update:
    """A change of the data of a query that was made here.

    While it is open it stands above whatever the server says. Undone, it was never
    there; committed, it stays until the next answer. As a context manager it is
    committed at the end of the block, or undone if that raises.

    Attributes:
        patches: what it changed; empty when there was no data to change.
        inverse: what leads back from there.
    """

    def __init__(
        self,
        patches: tuple[Patch, ...] = (),
        inverse: tuple[Patch, ...] = (),
        *,
        undo: Callable[[], None] | None = None,
        keep: Callable[[], None] | None = None,
    ) -> None:
        """Make one; without ``undo`` it is not open."""
        self.patches: tuple[Patch, ...] = patches
        self.inverse: tuple[Patch, ...] = inverse
        self._undo = undo
        self._keep = keep
        self._is_open: bool = undo is not None

    @property
    def is_open(self) -> bool:
        """Whether it was neither undone nor committed."""
        return self._is_open

    def undo(self) -> None:
        """Take it back; later updates stay. Nothing happens when it is not open."""
        self._end(self._undo)

    def commit(self) -> None:
        """Keep it until the next answer; nothing happens when it is not open."""
        self._end(self._keep)

    def _end(self, call: Callable[[], None] | None) -> None:
        is_open, self._is_open = self._is_open, False
        if is_open and call is not None:
            call()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self.commit()
        else:
            self.undo()
