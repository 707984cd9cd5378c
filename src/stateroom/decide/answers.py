"""Prints the answers of an item as a catalogue would write them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from stateroom.catalogue.inputs import INPUTS
from stateroom.catalogue.item import Item
from stateroom.catalogue.units import format_duration, spell_size
from stateroom.catalogue.values import Value
from stateroom.decide.heat import hit_ratio

__all__ = ("percent", "text_of", "written")


def text_of(item: Item, name: str) -> str | None:
    """Return the item's answer to an input or column, or None when it is unknown."""
    if name == "hit_ratio":
        ratio = hit_ratio(item)
        return None if ratio is None else percent(ratio)
    value = item.value(name)
    return None if value is None else written(name, value)


def written(name: str, value: Value) -> str:
    """Print a value of input ``name`` so that a catalogue reads the same value back."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return _PRINTERS.get(INPUTS[name].kind, _number)(value)


def percent(ratio: float) -> str:
    """Print a share of 0..1 as a percentage without false precision."""
    return f"{ratio:.0%}" if 0.01 <= ratio <= 0.99 else f"{ratio:.2%}"  # noqa: PLR2004


def _number(value: float) -> str:
    return f"{value:.12g}"


_PRINTERS: dict[str, Callable[[float], str]] = {
    "staleness": format_duration,
    "duration": format_duration,
    # A decision names the size of its item several times.
    "size": lru_cache(maxsize=256)(spell_size),
}
