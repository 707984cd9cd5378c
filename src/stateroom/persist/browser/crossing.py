"""What crosses between Python and JavaScript: functions, objects, bytes and errors.

Outside of Pyodide there is no JavaScript, and whoever asks is told so. No text is ever
run as code: a page may forbid that. A function that JavaScript is given lives until it
is destroyed, so each has one owner, which does that.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Protocol, cast

from stateroom.errors import (
    InvalidPersist,
    PersistError,
    StorageFull,
    StorageUnavailable,
)
from stateroom.persist.browser.javascript import Function, Page

__all__ = (
    "page",
    "plain_object",
    "proxy",
    "refusal",
    "refusals",
    "to_javascript",
)

FULL: Final = "QuotaExceededError"


class _Bridge(Protocol):
    """What Pyodide converts with."""

    def create_proxy(self, function: object, /) -> Function: ...

    def to_js(self, value: object, /, *, dict_converter: object = ...) -> object: ...


def page(wanted: str) -> Page:
    """Return the global object of the page, or of the worker.

    Args:
        wanted: what cannot be without it, for the error.

    Raises:
        InvalidPersist: this Python does not run in a browser.
    """
    try:
        return cast("Page", importlib.import_module("js"))
    except ModuleNotFoundError:
        raise InvalidPersist(
            f"{wanted} runs in a browser, under Pyodide, and this is another Python",
            hint="take Files, SQLite or Memory here",
        ) from None


def proxy(function: object) -> Function:
    """Return a function that JavaScript can call, until its owner destroys it."""
    return _bridge().create_proxy(function)


def to_javascript(value: bytes | Sequence[str | int]) -> object:
    """Return bytes as a ``Uint8Array``, and a sequence as an array."""
    return _bridge().to_js(value)


def plain_object(**fields: object) -> object:
    """Return an object with these fields."""
    entries = page("an object of JavaScript").Object.fromEntries
    return _bridge().to_js(fields, dict_converter=entries)


@contextmanager
def refusals(what: str, *, key: str = "") -> Iterator[None]:
    """Raise as our own error what a browser refuses; only its calls belong in here.

    Args:
        what: the storage, for the message.
        key: that it was asked for.
    """
    try:
        yield
    except PersistError:
        raise
    except Exception as error:
        raise refusal(error, what, key=key) from error


def refusal(
    error: object, what: str, *, key: str = ""
) -> StorageFull | StorageUnavailable:
    """Return the error of ours for what a browser says is wrong."""
    # Of errors of Python some have a name, too, which is that of something else.
    is_foreign = hasattr(error, "js_id")
    name = str(getattr(error, "name", "") if is_foreign else type(error).__name__)
    message = f"{what}: {name}: {getattr(error, 'message', error)}"
    if name == FULL:
        return StorageFull(message, key=key)
    return StorageUnavailable(message, key=key)


def _bridge() -> _Bridge:
    return cast("_Bridge", importlib.import_module("pyodide.ffi"))
