"""The adapter as one would write it without any thought of speed.

Everything is copied, and everything sorted again, after every verb. What the real one
does has to come out the same, whatever it leaves undone on the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

__all__ = ("Entity", "Naive", "State")

Entity = dict[str, object]


class State(TypedDict):
    """A table of entities that are dicts."""

    ids: list[str]
    entities: dict[str, Entity]


class Naive:
    """Keeps one table, in the order of arrival or sorted by ``rank``."""

    def __init__(self, *, is_sorted: bool) -> None:
        self.ids: list[str] = []
        self.entities: dict[str, Entity] = {}
        self.is_sorted = is_sorted

    def _sort(self) -> None:
        if self.is_sorted:
            self.ids.sort(key=lambda key: int(str(self.entities[key]["rank"])))

    def add_many(self, entities: list[Entity]) -> None:
        for entity in entities:
            key = str(entity["id"])
            if key not in self.entities:
                self.entities[key] = dict(entity)
                self.ids.append(key)
        self._sort()

    def set_many(self, entities: list[Entity]) -> None:
        last = {str(entity["id"]): dict(entity) for entity in entities}
        for key in last if self.is_sorted else ():
            if key in self.entities:
                del self.entities[key]
                self.ids.remove(key)
        self.ids += [key for key in last if key not in self.entities]
        self.entities.update(last)
        self._sort()

    def set_all(self, entities: list[Entity]) -> None:
        self.ids, self.entities = [], {}
        self.set_many(entities)

    def remove_many(self, keys: list[str]) -> None:
        for key in keys:
            self.entities.pop(key, None)
        self.ids = [key for key in self.ids if key in self.entities]

    def update_many(self, updates: list[tuple[str, Mapping[str, object]]]) -> None:
        merged: dict[str, Entity] = {}
        for key, changes in updates:
            if key in self.entities:
                merged.setdefault(key, {}).update(changes)
        renamed = [self._rename(key, change) for key, change in merged.items()]
        if any(renamed) and not self.is_sorted:
            self.ids = list(self.entities)
        self.ids = [key for key in dict.fromkeys(self.ids) if key in self.entities]
        self._sort()

    def _rename(self, key: str, changes: Entity) -> bool:
        if key not in self.entities:
            return False
        new = str(changes.get("id", key))
        entity = self.entities[key] | changes
        if new != key:
            del self.entities[key]
            self.ids[self.ids.index(key)] = new
        self.entities[new] = entity
        return new != key

    def upsert_many(self, entities: list[Entity]) -> None:
        new: dict[str, Entity] = {}
        updates: list[tuple[str, Mapping[str, object]]] = []
        for entity in entities:
            key = str(entity["id"])
            if key in self.entities or key in new:
                updates.append((key, entity))
            else:
                new[key] = entity
        self.add_many(list(new.values()))
        self.update_many(updates)
