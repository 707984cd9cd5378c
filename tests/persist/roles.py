"""The slices that the tests of the persisted tier keep."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias, TypedDict, Unpack

from stateroom.persist.declaring import persist
from stateroom.persist.interchange.transforms import Transform
from stateroom.persist.merging import Merge
from stateroom.persist.persisted import Persisted
from stateroom.persist.settings import Durability, Migration, Reconcile
from stateroom.persist.storages.port import AnyStorage
from stateroom.store import Slice
from stateroom.store.slice_reducers import SliceReducer

__all__ = ("Kept", "Roles", "Settings", "Shelf", "kept_numbers", "kept_roles")

Selecting: TypeAlias = "SliceReducer[Roles, [str]]"


class Settings(TypedDict, total=False):
    """What ``persist`` takes, for scenes that hand it on."""

    fields: Collection[str] | None
    transient: Collection[str]
    key: str | None
    version: int
    migrations: Mapping[int, Migration] | None
    downgrades: Mapping[int, Migration] | None
    storage: AnyStorage | None
    scope: str
    retention: float | timedelta | None
    max_delay: float
    durability: Durability
    buster: str
    max_age: float | timedelta | None
    budget: int
    reconcile: Reconcile
    merge: Mapping[str, Merge] | Merge | None
    transforms: Sequence[Transform]


@dataclass(slots=True)
class Roles:
    """What was chosen, and what is under way."""

    selected: list[str] = field(default_factory=list)
    title: str = ""
    loading: bool = False


class Kept:
    """A slice of roles that is kept, with its actions."""

    def __init__(self, name: str, settings: Settings) -> None:
        roles = Slice(name, Roles)

        @roles.reducer
        def select(state: Roles, role: str) -> None:
            state.selected.append(role)

        @roles.reducer
        def drop(state: Roles, role: str) -> None:
            state.selected.remove(role)

        @roles.reducer
        def name_it(state: Roles, title: str) -> None:
            state.title = title

        @roles.reducer
        def load(state: Roles) -> None:
            state.loading = True

        self.select: Selecting = select
        self.drop: Selecting = drop
        self.name_it: Selecting = name_it
        self.load: SliceReducer[Roles, []] = load
        given: Settings = {
            "fields": {"selected", "title"},
            "transient": {"loading"},
            **settings,
        }
        self.part: Persisted[Roles] = persist(roles, **given)  # type: ignore[arg-type]


def kept_roles(name: str = "roles", **settings: Unpack[Settings]) -> Kept:
    """Return roles of which the choice and the title are kept."""
    return Kept(name, settings)


class Shelf:
    """A slice of any texts and numbers that is kept, with its actions."""

    def __init__(
        self, name: str, initial: Callable[[], dict[str, int]], settings: Settings
    ) -> None:
        shelf = Slice(name, initial)

        @shelf.reducer
        def put(state: dict[str, int], key: str, number: int) -> None:
            state[key] = number

        @shelf.reducer
        def drop(state: dict[str, int], key: str) -> None:
            del state[key]

        self.put: SliceReducer[dict[str, int], [str, int]] = put
        self.drop: SliceReducer[dict[str, int], [str]] = drop
        self.part: Persisted[dict[str, int]] = persist(shelf, **settings)  # type: ignore[arg-type]


def kept_numbers(
    name: str = "numbers",
    initial: Callable[[], dict[str, int]] = dict,
    **settings: Unpack[Settings],
) -> Shelf:
    """Return a mapping of numbers that is kept as a whole."""
    return Shelf(name, initial, settings)
