"""Stands in for msgspec where only Python runs: Structs can be made, and nothing else.

So a file of tests that has one case with a Struct among many others is run, and that
case says what it lacks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

__all__ = ("Struct", "field", "json", "msgpack", "structs")

LACKING = "msgspec is not Python"
"""What each use says; see ``inside.py``."""


def _refuse(*_: object, **__: object) -> NoReturn:
    raise NotImplementedError(LACKING)


class Struct:
    """A class whose instances have nothing and can be told nothing."""

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__()
        del options

    def __init__(self, *values: object, **named: object) -> None:
        del values, named

    def __getattribute__(self, name: str) -> object:
        if name.startswith("__"):
            return object.__getattribute__(self, name)
        return _refuse()

    def __setattr__(self, name: str, value: object) -> None:
        _refuse()


class _Refusing:
    def __getattr__(self, name: str) -> Callable[..., NoReturn]:  # type: ignore[explicit-any] # of any function
        return _refuse


def field(**options: object) -> object:
    """Return what a field declares: something."""
    return options


json = msgpack = structs = _Refusing()
