"""Does the steps of a program: each is the name of a method, and its arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, Unpack, cast

from tests.oracle.real import Json

__all__ = ("perform",)

Verb: TypeAlias = "Callable[[Unpack[tuple[Json, ...]]], Json]"


def perform(owner: object, step: Json) -> Json:
    """Do one step: ``["set", ...]`` is ``owner.do_set(...)``."""
    name, *rest = cast("list[Json]", step)
    return cast("Verb", getattr(owner, f"do_{name}"))(*rest)
