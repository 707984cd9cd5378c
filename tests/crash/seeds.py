"""Where the chance of the crash tests is from: said in their output, to be repeated."""

from __future__ import annotations

import os
import random

__all__ = ("seed",)


def seed() -> int:
    """Return STATEROOM_SEED, or a number by chance, which is printed."""
    chosen = int(os.environ.get("STATEROOM_SEED") or random.getrandbits(32))
    print(f"STATEROOM_SEED={chosen}")  # noqa: T201 - pytest shows it on failure
    return chosen
