"""Erases bytes by pattern: an admin's work, slow and bounded, never on a request.

An invalidation is one step and needs none of this: what it voids ends with its TTL.
Erasing gives the memory back now. It goes through all keys of every primary with SCAN,
in chunks, inside the namespace only, and can be stopped and taken up again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from stateroom.errors import InvalidValue
from stateroom.link import AsyncLink, Link

__all__ = ("Erased", "erase", "erase_async", "pattern_of")

PER_SCAN = 1000
"""Keys that a server looks at in one step: about a millisecond of its time."""


@dataclass(frozen=True, slots=True)
class Erased:
    """How far an erasure came.

    Attributes:
        count: how many entries were erased in this call.
        resume: give it to the next call to go on; empty when every key was seen.
    """

    count: int
    resume: str = ""


def pattern_of(namespace: str, pattern: str) -> str:
    """Return the pattern of value keys; ``*`` and ``?`` mean what they do in Redis.

    Args:
        namespace: nothing outside it can match.
        pattern: of what stands behind ``NAMESPACE:v:``, e.g. ``"pub:job-search:*"``.
    """
    if not pattern or any(each in pattern for each in "\\ \n"):
        raise InvalidValue(
            "not a pattern of keys", found=repr(pattern), allowed="e.g. pub:jobs:*"
        )
    return f"{namespace}:v:{pattern}"


def erase(link: Link, pattern: str, *, resume: str, most: int) -> Erased:
    """Erase what matches, blocking; stop after about ``most`` entries."""
    count = 0
    at = _Position.read(resume, link.nodes())
    while at.node is not None and count < most:
        cursor, keys = link.scan(at.node, at.cursor, pattern, PER_SCAN)
        for chunk in _chunks(keys, is_cluster=link.is_cluster):
            link.run([("UNLINK", *chunk)])
        count += len(keys)
        at.move(cursor)
    return Erased(count, at.written())


async def erase_async(
    link: AsyncLink, pattern: str, *, resume: str, most: int
) -> Erased:
    """Erase what matches; stop after about ``most`` entries."""
    count = 0
    at = _Position.read(resume, await link.nodes())
    while at.node is not None and count < most:
        cursor, keys = await link.scan(at.node, at.cursor, pattern, PER_SCAN)
        for chunk in _chunks(keys, is_cluster=link.is_cluster):
            await link.run([("UNLINK", *chunk)])
        count += len(keys)
        at.move(cursor)
    return Erased(count, at.written())


class _Position:
    """Where an erasure is: which nodes are left, and the cursor of the first."""

    def __init__(self, nodes: list[str], cursor: int) -> None:
        self._nodes = nodes
        self.cursor = cursor

    @classmethod
    def read(cls, resume: str, nodes: list[str]) -> _Position:
        if not resume:
            return cls(sorted(nodes), 0)
        try:
            left, cursor = json.loads(resume)
            known = [each for each in left if each in nodes]
            # A node that is gone has no keys, and a cursor of another means nothing.
            return cls(known, int(cursor) if known[:1] == left[:1] else 0)
        except (ValueError, TypeError) as error:
            raise InvalidValue(
                "not what an erasure returned",
                found=repr(resume)[:60],
                allowed="the field resume of the last one",
            ) from error

    @property
    def node(self) -> str | None:
        return self._nodes[0] if self._nodes else None

    def move(self, cursor: int) -> None:
        self.cursor = cursor
        if not cursor:
            self._nodes.pop(0)

    def written(self) -> str:
        return json.dumps([self._nodes, self.cursor]) if self._nodes else ""


def _chunks(keys: list[bytes], *, is_cluster: bool) -> Iterator[list[bytes]]:
    """Yield what one UNLINK may take: on a cluster, keys of one slot, here one key."""
    step = 1 if is_cluster else 500
    for at in range(0, len(keys), step):
        yield keys[at : at + step]
