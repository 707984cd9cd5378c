"""What every method that declares live data has at hand."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeAlias

from stateroom.errors import UsageError
from stateroom.live.engine import Engine
from stateroom.live.kinds import Place, place_of

__all__ = ("Base", "Life")

Life: TypeAlias = float | timedelta | None
"""How long something lives: seconds, or a duration; None for no end."""


class Base:
    """What a kind of live data is declared on."""

    _engine: Engine

    def _place(self, name: str, kind: str) -> Place:
        """Return where the data of a name stands.

        Raises:
            UsageError: data of another kind has that name, and would stand there, too.
        """
        place = place_of(self._engine.namespace, name)
        before = self._engine.kinds.setdefault(name, kind)
        if before != kind:
            raise UsageError(
                f"{name}: declared as a {before} before, and now as a {kind}",
                hint="give one of them another name: they would share a key",
            )
        return place
