"""Stands in for dbm where there is none: it can be imported, and opens nothing."""

from __future__ import annotations

from typing import NoReturn

__all__ = ("open",)

LACKING = "dbm is not in a page"
"""What each use says; see ``inside.py``."""


def open(file: str, flag: str) -> NoReturn:  # noqa: A001 - the name of the real one
    """Refuse."""
    raise NotImplementedError(f"{LACKING}: {file} {flag}")
