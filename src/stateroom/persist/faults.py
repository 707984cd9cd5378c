"""Says what is wrong with what a storage holds, and what to do about it.

What it says will happen is what ``reading`` does when the application starts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from stateroom.persist.surveying import Held, Holding, Survey

__all__ = ("Fault", "faults")

_NEXT_WRITE: Final = "nothing: the next write of the slice replaces it"
_UNLESS: Final = "import it from a backup with --replace, or purge it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that is not as it should be.

    Attributes:
        key: where.
        text: what is wrong.
        mend: what to do.
    """

    key: str
    text: str
    mend: str


def faults(found: Survey) -> Iterator[Fault]:
    """Tell everything that is wrong with what a storage holds, and what to do."""
    for each in found.holdings:
        yield from _faults_of(each)
    for held in found.held:
        yield _put_aside(held)


def _faults_of(holding: Holding) -> Iterator[Fault]:
    key, current, previous = holding.key, holding.current, holding.previous
    if holding.unread:
        mend = "see that this user may read it, and that the disk is sound"
        yield Fault(key=key, text=f"it cannot be read: {holding.unread}", mend=mend)
        return
    if holding.place is None:
        mend = "nothing, if another program keeps it there; no slice ever reads it"
        yield Fault(key=key, text="this is no key of a record", mend=mend)
    if current is None:
        yield Fault(
            key=key, text="its newest generation is missing", mend=_mend(holding)
        )
    elif current.condition in {"damaged", "newer"}:
        yield Fault(key=key, text=current.reason, mend=_mend(holding))
    if previous is not None and previous.condition in {"damaged", "newer"}:
        text = f"its previous generation: {previous.reason}"
        yield Fault(key=key, text=text, mend=_NEXT_WRITE)
    yield from _contradictions(holding)


def _mend(holding: Holding) -> str:
    """Say what to do about a newest generation that is not whole."""
    if holding.current is not None and holding.current.condition == "newer":
        return "update the application; until then the slice is not written"
    newest = holding.newest
    if newest is None:
        return f"{_UNLESS}; the slice begins anew, its bytes are put aside"
    return (
        f"nothing: the slice goes on with revision {newest.revision}, and the damaged "
        "bytes are put aside"
    )


def _contradictions(holding: Holding) -> Iterator[Fault]:
    newest = holding.newest
    if newest is None:
        return
    place = holding.place
    if place is not None and newest.owner != place.owner and not newest.is_purged:
        text = (
            f"its key says that it is {_whose(place.owner)}, and its record that it is "
            f"{_whose(newest.owner)}"
        )
        yield Fault(key=holding.key, text=text, mend=_UNLESS)
    if holding.revision > newest.revision:
        text = (
            f"its previous generation, revision {holding.revision}, is newer than "
            f"revision {newest.revision}"
        )
        yield Fault(key=holding.key, text=text, mend=_NEXT_WRITE)


def _whose(owner: str) -> str:
    return f"that of {owner!r:.100}" if owner else "the device's"


def _put_aside(held: Held) -> Fault:
    mend = "inspect --state shows them; purge --damaged deletes them for good"
    if held.aside is None:
        return Fault(key=held.key, text=held.reason, mend=mend)
    text = f"{len(held.aside.data):,} damaged bytes were put aside: {held.aside.reason}"
    return Fault(key=held.key, text=text, mend=mend)
