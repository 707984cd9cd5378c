"""What time and chance say, as effects: a flow has neither clock nor dice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from stateroom.flows.clocks import Clock, Dice
from stateroom.flows.effects import Effect

__all__ = ("Chance", "Draw", "Now", "Random", "rolled")


@dataclass(frozen=True, slots=True)
class Now(Effect[int]):
    """Milliseconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Draw(Effect[float]):
    """A number in (0, 1], uniform."""


@dataclass(frozen=True, slots=True)
class Random(Effect[bytes]):
    """So many random bytes."""

    count: int


Chance: TypeAlias = Now | Draw | Random


def rolled(effect: Chance, clock: Clock, dice: Dice) -> int | float | bytes:
    """Return what time or chance says."""
    match effect:
        case Now():
            return clock.now_ms()
        case Draw():
            return dice.draw()
        case Random(count):
            return dice.random(count)
