"""Writes catalogues and returns why the loader refuses them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stateroom.catalogue import load
from stateroom.errors import CatalogueError, Problem

__all__ = ("file", "problem_of", "problems_of")


def file(folder: Path, data: bytes, name: str = "stateroom.toml") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def problems_of(path: str | os.PathLike[str]) -> tuple[Problem, ...]:
    with pytest.raises(CatalogueError) as caught:
        load(path)
    return caught.value.problems


def problem_of(path: str | os.PathLike[str]) -> Problem:
    (problem,) = problems_of(path)
    return problem
