"""A slice with reducers of every number of parameters."""

from __future__ import annotations

from dataclasses import dataclass, field

from stateroom.store import (
    Slice,
)

__all__ = (
    "Roles",
    "clear",
    "describe",
    "optional",
    "roles",
    "roles_slice",
    "select",
)


@dataclass(slots=True)
class Roles:
    selected: list[str] = field(default_factory=list)
    note: str = ""


def roles_slice() -> Slice[Roles]:
    return Slice("roles", Roles)


roles = roles_slice()


@roles.reducer
def select(state: Roles, role: str) -> None:
    """Select a role."""
    state.selected.append(role)


@roles.reducer
def clear(state: Roles) -> None:
    state.selected.clear()


@roles.reducer
def describe(state: Roles, note: str, *, at: int = 0) -> None:
    state.note = f"{note}@{at}"


@roles.reducer
def optional(state: Roles, note: str = "none") -> None:
    state.note = note
