"""What an application declares of its live data: one method for each kind."""

from __future__ import annotations

from stateroom.live.declaring_access import DeclaresAccess
from stateroom.live.declaring_numbers import DeclaresNumbers
from stateroom.live.declaring_values import DeclaresValues

__all__ = ("Declaring",)


class Declaring(DeclaresAccess, DeclaresNumbers, DeclaresValues):
    """The methods by which ``Live`` declares what it holds."""
