"""What can be said about a selector besides what it selects."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, TypedDict, get_args

from stateroom.errors import InvalidValue
from stateroom.store.selectors.memos import (
    DEFAULT_SIZE,
    Equal,
    Memoize,
    checked_size,
    identity_memo,
)

__all__ = ("Checks", "SelectorOptions", "checks_in", "layers_in")

Checks: TypeAlias = Literal["once", "always", "never"]
"""When a selector looks for mistakes in its declaration; see ``checks``."""

_CHECKS: Final[tuple[Checks, ...]] = get_args(Checks)


class SelectorOptions(TypedDict, total=False):
    """What can be said about a selector. Each may be left out.

    Attributes:
        size: how many calls each layer remembers that has no memo of its own here; 16.
        memoize: makes the memo of the result function; ``identity_memo(size=size)``.
        args_memoize: makes the memo of the selector's arguments; the same.
        result_equal: given the result before and the new one, says whether they are
            equal. The one before is then returned again, so that what depends on its
            identity does not run.
        checks: whether to look for mistakes in the declaration on the first call
            (``"once"``, the default), on each that runs the inputs, or never.
    """

    size: int
    memoize: Memoize
    args_memoize: Memoize
    result_equal: Equal
    checks: Checks


def layers_in(options: SelectorOptions) -> tuple[Memoize, Memoize]:
    """Return what makes the memo of the arguments, and that of the inputs' values.

    Raises:
        InvalidValue: the size is none.
    """
    memo = identity_memo(size=checked_size(options.get("size", DEFAULT_SIZE)))
    return options.get("args_memoize", memo), options.get("memoize", memo)


def checks_in(options: SelectorOptions) -> Checks:
    """Return when to check.

    Raises:
        InvalidValue: there is no such time.
    """
    asked = options.get("checks", "once")
    if asked in _CHECKS:
        return asked
    raise InvalidValue(
        f"checks: there is no {asked!r}",
        found=repr(asked),
        allowed=", ".join(map(repr, _CHECKS)),
        hint='say "never" to have none',
    )
