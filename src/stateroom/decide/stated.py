"""The ways in which a property can be stated, as data that ``verdicts`` examines.

Places and copies are named as decisions print them, e.g. ``redis/cache``.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from stateroom.decide.parsing import PLACES_AND_KINDS
from stateroom.decide.ruleset import Conditions

__all__ = ("Always", "Apart", "Never", "Only", "Property", "Step", "Steps")


class _Stated(msgspec.Struct, frozen=True, kw_only=True):
    """What all kinds have: a stable name, the promise in plain words, its reason."""

    name: str
    statement: str
    why: str


class Never(_Stated, frozen=True, kw_only=True):
    """Cells of ``when`` have none of these homes and none of these copies."""

    when: tuple[Conditions, ...]
    homes: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()


class Only(_Stated, frozen=True, kw_only=True):
    """Cells of ``when`` have one of these homes, and no copies but these."""

    when: tuple[Conditions, ...]
    homes: tuple[str, ...]
    copies: tuple[str, ...] = PLACES_AND_KINDS


class Always(_Stated, frozen=True, kw_only=True):
    """Cells of ``when`` have a home or a copy in one of these places."""

    when: tuple[Conditions, ...]
    places: tuple[str, ...]


class Apart(_Stated, frozen=True, kw_only=True):
    """No cell has its home and a copy in one and the same of these places."""

    places: tuple[str, ...]


class Step(msgspec.Struct, frozen=True):
    """One answer changed for another; for a number, each piece for the next higher."""

    column: str
    source: str = ""
    target: str = ""


class Steps(_Stated, frozen=True, kw_only=True):
    """No step changes a cell's rank in the forbidden direction.

    Attributes:
        steps: two cells are compared when they differ by one of these only.
        ranks: the places of rank 1, of rank 2, ...; all other places have rank 0. A
            cell has the highest rank of its home and copies.
        never: what the rank does not do.
    """

    steps: tuple[Step, ...]
    ranks: tuple[tuple[str, ...], ...]
    never: Literal["rises", "falls"]


Property: TypeAlias = Never | Only | Always | Apart | Steps
