"""Numbers by key, added without copying those that are there: a tree of small dicts.

It holds the keys that a ``PersistentMap`` gained since its index was built. Small dicts
are the leaves, so that hashing, equality and colliding hashes are those of ``dict``
itself: 1, 1.0 and True are one key, and NaN is found by identity. A leaf that grows
too large becomes a list of leaves, chosen by the next bits of the hash. Nothing is
changed after it was handed out.

Source:
    Bagwell: Ideal Hash Trees. EPFL report 64398, 2001; with dicts as its leaves.
"""

from __future__ import annotations

from typing import TypeAlias, TypeVar

__all__ = ("Buckets", "find", "inserted")

K = TypeVar("K")

Buckets: TypeAlias = "dict[K, int] | list[Buckets[K] | None]"

BITS: int = 4
"""Bits of the hash that choose the element of one list."""

MASK: int = (1 << BITS) - 1

MOST: int = 32
"""Entries of a leaf, above which it is split. Copying such a dict takes 0.2 us."""

DEEPEST: int = 60
"""Bits of the hash that are looked at. Keys that agree in all stay in one leaf."""


def find(buckets: Buckets[K], key: K) -> int | None:
    """Return the number of ``key``, None when it has none."""
    bits = hash(key)
    found: Buckets[K] | None = buckets
    while isinstance(found, list):
        found = found[bits & MASK]
        bits >>= BITS
    return None if found is None else found.get(key)


def inserted(
    buckets: Buckets[K] | None, numbers: dict[K, int], *, shift: int = 0
) -> Buckets[K]:
    """Return ``buckets`` with the numbers of more keys; those of known keys change.

    Args:
        buckets: what there is, None for nothing. Stays as it is.
        numbers: belongs to the result from now on.
        shift: bits of the hash that were used up above ``buckets``.
    """
    if buckets is None or isinstance(buckets, dict):
        leaf = buckets | numbers if buckets else numbers
        if len(leaf) <= MOST or shift >= DEEPEST:
            return leaf
        fresh: list[Buckets[K] | None] = [None] * (MASK + 1)
        numbers = leaf
    else:
        fresh = buckets.copy()
    below: dict[int, dict[K, int]] = {}
    for key, number in numbers.items():
        below.setdefault(hash(key) >> shift & MASK, {})[key] = number
    for slot, part in below.items():
        fresh[slot] = inserted(fresh[slot], part, shift=shift + BITS)
    return fresh
