"""An exchange with Redis as an effect: what goes out, and how the replies read."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TypeVar

from stateroom.flows import Effect
from stateroom.link.ports import Command
from stateroom.link.scripts import Call

__all__ = ("Exchange",)

T = TypeVar("T")


class Exchange(Effect[T]):
    """Commands to Redis that go out together, and how their replies read.

    It says so itself, so that the two drivers only carry bytes.
    """

    __slots__ = ()

    @abstractmethod
    def calls(self) -> Sequence[Call | Command]:
        """Return what to send."""

    @abstractmethod
    def read(self, replies: Sequence[object]) -> T:
        """Return the answer."""
