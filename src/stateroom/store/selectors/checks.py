"""Finds selectors that are declared in a way that makes remembering useless.

Two mistakes are common, and both only show as slowness. An input that makes a new
object on each call makes the result function run on each call. A result function that
returns its input does nothing, and remembers it. Each is a warning at the place of the
declaration, by default on the first call only, which runs the inputs once more.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping

from stateroom.store.drafts.tables import is_same
from stateroom.store.selectors.arguments import name_of
from stateroom.store.selectors.inputs import Inputs
from stateroom.store.selectors.memos import Function, Memoize
from stateroom.store.selectors.options import Checks

__all__ = ("Checkup", "UnstableSelector")

Call = tuple[tuple[object, ...], Mapping[str, object]]
"""Arguments by position, and by name."""


class UnstableSelector(UserWarning):
    """A selector can remember nothing, as it is declared. The message says why."""


class Checkup:
    """Looks for mistakes in the declaration of one selector.

    Attributes:
        is_due: whether the next run of the inputs is to be checked.
    """

    __slots__ = ("_function", "_inputs", "_is_for_ever", "is_due")

    def __init__(
        self, inputs: Inputs, function: Function[object], *, when: Checks
    ) -> None:
        self._inputs = inputs
        self._function = function
        self._is_for_ever = when == "always"
        self.is_due: bool = when != "never"

    def run(
        self,
        call: Call,
        outcome: tuple[tuple[object, ...], object],
        memoize: Memoize,
    ) -> None:
        """Warn of what is wrong, judging by one call.

        Args:
            call: of the selector.
            outcome: what its inputs returned, and its result.
            memoize: of the selector: what its memo takes for the same is the same.
        """
        self.is_due = self._is_for_ever
        values, result = outcome
        if len(values) == 1 and self._is_identity(call, values[0], result):
            self._warn(
                "returns its input as it is, so there is nothing to remember; "
                "use the input selector itself"
            )
        again = self._inputs.values(*call)
        for place in _changed(values, again, memoize):
            name = name_of(self._inputs.functions[place])
            self._warn(
                f"the input selector {name} returned another object for the same "
                "arguments, so that the result function runs on each call; make "
                "new objects in the result function"
            )

    def _is_identity(self, call: Call, value: object, result: object) -> bool:
        """Say whether the result function returns whatever it is given."""
        if result is not value:
            return False
        args, named = self._inputs.rest(*call)
        stranger = object()
        try:
            return self._function(stranger, *args, **named) is stranger
        except Exception:  # it looks into its argument, so it does something with it
            return False

    def _warn(self, message: str) -> None:
        """Warn at the line of the declaration, which is the one to change."""
        code = getattr(self._function, "__code__", None)
        warnings.warn_explicit(
            f"the selector {name_of(self._function)}: {message}",
            UnstableSelector,
            filename=getattr(code, "co_filename", "<selector>"),
            lineno=getattr(code, "co_firstlineno", 1),
            module=getattr(self._function, "__module__", None),
        )


def _changed(
    first: tuple[object, ...], second: tuple[object, ...], memoize: Memoize
) -> Iterator[int]:
    """Yield the places where a memo would see another value."""
    probe = memoize(_new_object)
    if probe(*first) is probe(*second):
        return
    for place, (old, new) in enumerate(zip(first, second, strict=True)):
        if not is_same(old, new):
            yield place


def _new_object(*values: object, **named: object) -> object:
    del values, named
    return object()
