"""What to say when a package is missing that the command line needs."""

from __future__ import annotations

__all__ = ("is_foreign", "told")


def is_foreign(error: ModuleNotFoundError) -> bool:
    """Say whether somebody else's module is missing, and not a part of Stateroom."""
    return bool(error.name) and str(error.name).partition(".")[0] != "stateroom"


def told(error: ModuleNotFoundError) -> tuple[str, str]:
    """Return the line of the error, and its hint."""
    return (
        f"error STR-600: the command line needs {error.name}, which is not installed",
        "hint: pip install stateroom",
    )
