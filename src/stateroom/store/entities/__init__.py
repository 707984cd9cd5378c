"""Tables of entities: each by its id, with the verbs and selectors to keep them.

Source:
    The behaviour is that of ``createEntityAdapter`` of Redux Toolkit; what differs on
    purpose is listed in docs/explanation/store-deviations.md.
"""

from __future__ import annotations

from stateroom.store.entities.adapter import EntityAdapter
from stateroom.store.entities.selecting import EntitySelectors
from stateroom.store.entities.state import LARGE, EntityState, HasEntities
from stateroom.store.entities.updates import Update

__all__ = (
    "LARGE",
    "EntityAdapter",
    "EntitySelectors",
    "EntityState",
    "HasEntities",
    "Update",
)
