"""The families of random programs, and how many of each are run.

``STATEROOM_ORACLE`` says how many programs there are in all, 2,000 without it::

    STATEROOM_ORACLE=20000 make test ARGS=tests/oracle

Half of them are drawn by Hypothesis, which finds small ones; the other half by dice
with a fixed seed, which finds varied ones. ``STATEROOM_ORACLE_SEED`` changes both.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import Final, NamedTuple

from tests.oracle.batch_programs import make_batches, trace_batches
from tests.oracle.choosing import Choice
from tests.oracle.core_programs import make_core, trace_core
from tests.oracle.draft_programs import make_drafts, trace_drafts
from tests.oracle.entity_programs import make_entities, trace_entities
from tests.oracle.listener_programs import make_listeners, trace_listeners
from tests.oracle.patch_programs import make_patches, trace_patches
from tests.oracle.real import Json
from tests.oracle.selector_programs import make_selectors, trace_selectors
from tests.oracle.slice_programs import make_slices, trace_slices
from tests.oracle.thunk_programs import make_thunks, trace_thunks

__all__ = ("FAMILIES", "PROGRAMS", "SEED", "Dice", "Family")

PROGRAMS: Final = int(os.environ.get("STATEROOM_ORACLE", "2000"))
"""How many programs there are in all."""
SEED: Final = int(os.environ.get("STATEROOM_ORACLE_SEED", "0"))


class Family(NamedTuple):
    """Programs of one kind.

    ``name`` is its name in JavaScript, ``percent`` its share of all programs.
    """

    name: str
    make: Callable[[Choice], dict[str, Json]]
    trace: Callable[[dict[str, Json]], Json]
    percent: int

    @property
    def half(self) -> int:
        """Half of the programs of this family."""
        return max(1, PROGRAMS * self.percent // 200)


FAMILIES: Final = (
    Family("drafts", make_drafts, trace_drafts, 36),
    Family("core", make_core, trace_core, 14),
    Family("slices", make_slices, trace_slices, 14),
    Family("entities", make_entities, trace_entities, 10),
    Family("listeners", make_listeners, trace_listeners, 6),
    Family("patches", make_patches, trace_patches, 8),
    Family("selectors", make_selectors, trace_selectors, 6),
    Family("batches", make_batches, trace_batches, 3),
    Family("thunks", make_thunks, trace_thunks, 3),
)


class Dice(Choice):
    """Choices by a random number generator: quicker than Hypothesis, and more even."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def below(self, count: int) -> int:
        """A number from 0 to ``count - 1``."""
        return self._random.randrange(count)
