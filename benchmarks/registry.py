"""Finds the areas: every module of ``benchmarks.areas`` declares one."""

from __future__ import annotations

import importlib
import pkgutil

from benchmarks import areas
from benchmarks.figures import Area

__all__ = ("all_areas",)


def all_areas() -> dict[str, Area]:
    """Return every area by its name, in alphabetical order."""
    found = {}
    for module in pkgutil.iter_modules(areas.__path__, "benchmarks.areas."):
        area: Area = importlib.import_module(module.name).AREA
        found[area.name] = area
    return dict(sorted(found.items()))
