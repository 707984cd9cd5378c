"""Judges how many bytes a record, or all of them together, may have.

A budget is kept far below what a browser grants, so that whoever is near it hears of it
while there is still room for the data of everybody else on the page.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

__all__ = ("SLICE_BUDGET", "TOTAL_BUDGET", "WARN_AT", "Judgement", "judge")

SLICE_BUDGET: Final = 256 * 1024
"""Bytes that the record of one slice may have, if nothing else is said.

An eighth of ``TOTAL_BUDGET``: one slice that grows without end leaves room for others.
"""
TOTAL_BUDGET: Final = 2 * 1024 * 1024
"""Bytes that the records of an application may have together, if nothing else is said.

Two generations of each fit into the 5 MiB that browsers grant to ``localStorage``, and
leave a fifth of it to all else that comes from the same host.
"""
WARN_AT: Final = 0.7
"""The share of a budget from which on it is told that it is nearly used up."""

Judgement: TypeAlias = Literal["ok", "near", "over"]
"""``near``: it may be written, and is told of. ``over``: it is not written."""


def judge(size: int, *, budget: int) -> Judgement:
    """Say whether so many bytes may be written.

    Args:
        size: bytes, 0 or more.
        budget: bytes that there may be, more than 0.

    Returns:
        ``over`` above the budget; ``near`` from ``WARN_AT`` of it on; else ``ok``.

    Raises:
        ValueError: the budget is not more than 0.
    """
    if budget <= 0:
        raise ValueError(f"budget must be more than 0 bytes, got {budget}")
    if size > budget:
        return "over"
    return "near" if size >= WARN_AT * budget else "ok"
