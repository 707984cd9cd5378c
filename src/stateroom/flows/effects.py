"""What a flow asks for, and the one place where an answer has any type.

An effect says in its type what its answer is, and ``ask`` gives that answer this type
again: ``found = yield from ask(Read(key))``. So flows are checked fully.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Generic, TypeAlias, TypeVar

__all__ = ("Effect", "Flow", "ask")

T = TypeVar("T")


class Effect(Generic[T]):
    """Something that a flow cannot do itself; its answer is a ``T``."""

    __slots__ = ()


Flow: TypeAlias = Generator[Effect[Any], Any, T]
"""Steps that end in a ``T``; what is sent to it answers the effect it yielded."""


def ask(effect: Effect[T]) -> Flow[T]:
    """Ask for one effect, and return its answer."""
    answer: T = yield effect
    return answer
