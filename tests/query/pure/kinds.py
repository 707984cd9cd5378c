"""Classes that the tests of arguments, keys and shared data use."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ("Colour", "Filter", "Job", "Other", "Point", "Size")


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


class Size(enum.StrEnum):
    SMALL = "small"


class Point(NamedTuple):
    x: object
    y: object


@dataclass(frozen=True, slots=True)
class Filter:
    city: str
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Other:
    """Has the fields of a filter, and is none."""

    city: str
    pages: tuple[int, ...] = ()


@dataclass
class Job:
    id: object
    tags: list[object] = field(default_factory=list)
