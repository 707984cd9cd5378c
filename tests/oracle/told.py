"""What a small program did, in the words of both languages; and paths into values."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from tests.oracle.errors import EXPECTED, kind_of_error
from tests.oracle.real import Json

__all__ = ("at", "attempt", "items", "keyed", "kind", "put", "raised", "told")


def raised(run: Callable[[], object]) -> Exception | None:
    """The error that a call raises."""
    try:
        run()
    except (*EXPECTED, TypeError) as error:
        return error
    return None


def kind(run: Callable[[], object]) -> str:
    """The kind of that error."""
    error = raised(run)
    return "" if error is None else kind_of_error(error)


def attempt(run: Callable[[], object]) -> Json:
    """What a call returns, or the kind of its error."""
    try:
        return ["ok", cast("Json", run())]
    except EXPECTED as error:
        return ["error", kind_of_error(error)]


def told(run: Callable[[], object]) -> Json:
    """The one or the other."""
    return cast("list[Json]", attempt(run))[1]


def at(value: object, *path: str | int) -> object:
    """What stands at a path."""
    for step in path:
        if isinstance(step, int):
            value = cast("list[object]", value)[step]
        else:
            value = cast("dict[str, object]", value)[step]
    return value


def items(value: object, *path: str | int) -> list[object]:
    """The list at a path."""
    return cast("list[object]", at(value, *path))


def keyed(value: object, *path: str | int) -> dict[str, object]:
    """The dict at a path."""
    return cast("dict[str, object]", at(value, *path))


def put(value: object, *path: str | int, to: object) -> None:
    """Set a key of a dict."""
    keyed(value, *path[:-1])[cast("str", path[-1])] = to
