"""What every method that declares live data has at hand."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeAlias

from stateroom.live.engine import Engine
from stateroom.live.kinds import Place, place_of

__all__ = ("Base", "Life")

Life: TypeAlias = float | timedelta | None
"""How long something lives: seconds, or a duration; None for no end."""


class Base:
    """What a kind of live data is declared on."""

    _engine: Engine

    def _place(self, name: str) -> Place:
        return place_of(self._engine.namespace, name)
