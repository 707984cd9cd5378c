"""Promises about what only a server has: its own expiry, types, and other clients."""

from __future__ import annotations

import time
from typing import Protocol

import pytest

from stateroom.cache import Cache
from stateroom.errors import Refused
from stateroom.testing.conformance_base import Backend, Promises, Titles, lease_of
from stateroom.testing.conformance_faces import Face

__all__ = ("ServerBackend", "ServerPromises")

LIFE_MS = 100_000
BUSY_MS = 5_000
"""What may pass, on a busy machine, between a write and a look."""


class ServerBackend(Backend, Protocol):
    """A backend that is a server."""

    async def put_list(self, key: str) -> None:
        """Put a list under a key; return when all caches have heard of it."""
        ...

    async def left_ms(self, key: str) -> int:
        """Return for how long the server keeps a key; below 0 for no end, or no key."""
        ...


class ServerPromises(Promises):
    """What is stored ends by itself, and a mistake is not taken for bad weather."""

    async def test_an_entry_ends_by_itself_when_nobody_may_be_served_it(
        self, face: Face, cache: Cache, backend: ServerBackend
    ) -> None:
        titles = Titles(face, cache, ttl=60, stale_for=30, stale_if_error=40)
        await titles.get(1)
        left = await backend.left_ms(titles.get.key(1))
        assert LIFE_MS - BUSY_MS <= left <= LIFE_MS

    async def test_a_value_ends_by_itself(self, face: Face, cache: Cache) -> None:
        await face.direct(cache).set("k", "v", of=str, ttl=0.02)
        end = time.monotonic() + 5
        while await face.direct(cache).get("k", of=str) is not None:
            assert time.monotonic() < end, "it is still there"

    async def test_a_tag_outlives_every_entry_that_has_it(
        self, face: Face, cache: Cache, backend: ServerBackend
    ) -> None:
        titles = Titles(face, cache, ttl=90_000, tags=["Job"])
        await titles.get(1)
        entry = await backend.left_ms(titles.get.key(1))
        for tag in ("@all", "@item:titles", "@scope:pub", "Job"):
            assert await backend.left_ms(f"{cache.namespace}:t:{tag}") > entry

    async def test_what_is_no_entry_by_its_type_is_told_and_not_passed_over(
        self, face: Face, cache: Cache, backend: ServerBackend
    ) -> None:
        titles = Titles(face, cache)
        await backend.put_list(titles.get.key(1))
        with pytest.raises(Refused, match="WRONGTYPE"):
            await titles.get(1)
        with pytest.raises(Refused, match="WRONGTYPE"):
            await titles.get.refresh(1)
        assert await titles.get.invalidate(1) == 1
        assert await titles.get(1) == "old 1"

    async def test_what_is_no_tag_by_its_type_is_told_and_not_passed_over(
        self, face: Face, cache: Cache, backend: ServerBackend
    ) -> None:
        titles = Titles(face, cache, tags=["Job"])
        await titles.get(1)
        await backend.put_list(f"{cache.namespace}:t:Job")
        with pytest.raises(Refused, match="WRONGTYPE"):
            await titles.get(1)
        assert await backend.get(lease_of(titles.get.key(1))) is None
        await face.direct(cache).invalidate_tags("Job")
        titles.value = "new"
        assert await titles.get(1) == "new 1"
