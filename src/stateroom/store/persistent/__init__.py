"""A mapping for large states: one change of it does not copy the rest."""

from __future__ import annotations

# Drafts of maps register themselves when they are imported.
from stateroom.store.persistent import drafting
from stateroom.store.persistent.differing import Difference
from stateroom.store.persistent.mapping import PersistentMap

__all__ = ("Difference", "PersistentMap", "drafting")
