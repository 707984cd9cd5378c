"""The twins of commands on sorted sets, which several kinds use."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stateroom.live.twins import command_twin
from stateroom.live.twins.table import Table

__all__ = ("in_order", "shown", "within")

Words = Sequence[bytes]
Scores = dict[bytes, float]


def shown(score: float) -> bytes:
    """Return a score as Redis spells it in a reply."""
    return f"{score:.17g}".encode()


def in_order(scores: Scores) -> list[bytes]:
    """Return members by their score, and those of one score by their bytes."""
    return sorted(scores, key=lambda member: (scores[member], member))


def within(low: bytes, high: bytes) -> Callable[[float], bool]:
    """Return what says whether a score is between two bounds; ``(`` leaves one out."""
    is_above = _bound(low, lambda score, bound: score >= bound)
    is_below = _bound(high, lambda score, bound: score <= bound)
    return lambda score: is_above(score) and is_below(score)


def _bound(
    word: bytes, compare: Callable[[float, float], bool]
) -> Callable[[float], bool]:
    is_open = word.startswith(b"(")
    bound = float(word[is_open:])
    return lambda score: compare(score, bound) and not (is_open and score == bound)


@command_twin("ZREM")
def _remove(table: Table, words: Words) -> object:
    key, *members = words
    found: Scores = table.get(key, dict) or {}
    removed = [member for member in dict.fromkeys(members) if member in found]
    for each in removed:
        del found[each]
    table.settle(key)
    return len(removed)


@command_twin("ZREMRANGEBYSCORE")
def _remove_within(table: Table, words: Words) -> object:
    key, low, high = words
    found: Scores = table.get(key, dict) or {}
    is_meant = within(low, high)
    removed = [member for member, score in found.items() if is_meant(score)]
    for each in removed:
        del found[each]
    table.settle(key)
    return len(removed)


@command_twin("ZCOUNT")
def _count(table: Table, words: Words) -> object:
    key, low, high = words
    found: Scores = table.get(key, dict) or {}
    return sum(map(within(low, high), found.values()))


@command_twin("ZRANGEBYSCORE")
def _members_within(table: Table, words: Words) -> object:
    key, low, high = words
    found: Scores = table.get(key, dict) or {}
    is_meant = within(low, high)
    return [member for member in in_order(found) if is_meant(found[member])]


@command_twin("ZMSCORE")
def _scores(table: Table, words: Words) -> object:
    key, *members = words
    found: Scores = table.get(key, dict) or {}
    return [shown(found[each]) if each in found else None for each in members]
