"""Where the store does something else than the real packages, on purpose.

The page ``docs/explanation/store-deviations.md`` shows these rows; a test holds the two
against each other, and another shows each row with the real package and with ours.
Random programs may differ only as the rows say that ``comparing`` names; what the other
rows are about, the programs do not do.
"""

from __future__ import annotations

from typing import Final

from tests.oracle.deviating import Deviation
from tests.oracle.deviations_drafts import DRAFTS
from tests.oracle.deviations_store import STORE

__all__ = ("DEVIATIONS",)

DEVIATIONS: Final[tuple[Deviation, ...]] = (*DRAFTS, *STORE)
"""In the order of the page."""
