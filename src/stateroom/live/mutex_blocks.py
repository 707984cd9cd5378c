"""Says how a mutex is held in a block, where one was begun in another way."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NoReturn

from stateroom.errors import UsageError

__all__ = ("NoAsyncBlock", "NoBlock")


class NoBlock:
    """What no ``with`` is for; it says which block is meant.

    A mutex is none itself: each entering is an acquisition with a fence of its own, and
    one object is shared by many tasks. Type checkers see no such methods, so that they
    complain of the block as well.
    """

    _block: ClassVar[str] = ""

    if not TYPE_CHECKING:

        def __enter__(self) -> NoReturn:
            raise _refused(self, "with", self._block)

        def __exit__(self, *_: object) -> NoReturn:
            raise _refused(self, "with", self._block)


class NoAsyncBlock:
    """What no ``async with`` is for; see ``NoBlock``."""

    _async_block: ClassVar[str] = ""

    if not TYPE_CHECKING:

        def __aenter__(self) -> NoReturn:
            raise _refused(self, "async with", self._async_block)

        def __aexit__(self, *_: object) -> NoReturn:
            raise _refused(self, "async with", self._async_block)


def _refused(found: object, word: str, block: str) -> UsageError:
    name = type(found).__name__
    return UsageError(f"a {name} is not entered by `{word}`", hint=f"write `{block}`")
