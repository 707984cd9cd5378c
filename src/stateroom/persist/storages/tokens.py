"""Random numbers by which one write is told from every other."""

from __future__ import annotations

import os
from typing import Final

__all__ = ("TOKEN_DIGITS", "token")

TOKEN_DIGITS: Final = 16


def token() -> str:
    """Return 16 hex digits that nobody else has drawn."""
    return os.urandom(TOKEN_DIGITS // 2).hex()
