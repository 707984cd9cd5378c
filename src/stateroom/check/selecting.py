"""Chooses codes: which are judged, when some are selected and some ignored."""

from __future__ import annotations

from collections.abc import Iterable

from stateroom.catalogue.codes import CODES, FAMILIES
from stateroom.catalogue.values import nearest
from stateroom.errors import UsageError

__all__ = ("chosen",)


def chosen(select: Iterable[str] = (), ignore: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the codes to judge, in the order of the registry.

    Args:
        select: codes (``TTL001``) or families (``SEC``); empty selects all.
        ignore: codes or families. The longer name wins, and ``ignore`` a tie:
            ``select=["SEC002"], ignore=["SEC"]`` judges SEC002 alone.

    Raises:
        UsageError: a name is neither a code nor a family.
    """
    wanted = _known(select, "select")
    unwanted = _known(ignore, "ignore")
    floor = -1 if wanted else 0
    return tuple(
        code
        for code in CODES
        if _longest(code, wanted, floor) > _longest(code, unwanted, -1)
    )


def _longest(code: str, names: tuple[str, ...], none: int) -> int:
    return max((len(name) for name in names if code.startswith(name)), default=none)


def _known(names: Iterable[str], option: str) -> tuple[str, ...]:
    names = tuple(names)
    for name in names:
        if name not in CODES and name not in FAMILIES:
            raise UsageError(
                f"--{option}: there is no code or family {name!r}", hint=_hint(name)
            )
    return names


def _hint(name: str) -> str:
    close = nearest(name, FAMILIES) if len(name) <= 3 else ""  # noqa: PLR2004 - SEC
    close = close or nearest(name, CODES) or nearest(name, FAMILIES)
    return f"did you mean {close}?" if close else "stateroom rules lists them"
