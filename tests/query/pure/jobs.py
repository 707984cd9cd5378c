"""A few jobs, and recipes that change them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from stateroom.query.optimistic import Updates
from stateroom.store import freeze

__all__ = ("BASE", "Job", "Jobs", "added", "jobs", "shown", "title")

Job: TypeAlias = dict[str, str]
Jobs: TypeAlias = dict[str, Job]

BASE: Jobs = {"1": {"title": "cook"}, "2": {"title": "smith"}}


def jobs() -> Updates[Jobs]:
    return Updates(freeze(BASE))


def title(key: str, text: str) -> Callable[[Jobs], None]:
    def rename(draft: Jobs) -> None:
        draft[key]["title"] = text

    return rename


def added(key: str) -> Callable[[Jobs], None]:
    def add(draft: Jobs) -> None:
        draft[key] = {"title": key}

    return add


def shown(updates: Updates[Jobs]) -> dict[str, str]:
    return {key: job["title"] for key, job in updates.value().items()}
