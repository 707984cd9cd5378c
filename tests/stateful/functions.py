"""The cached functions of one cache, of every kind in the model but plain values."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from stateroom.cache import BlockingCached, Cache
from tests.stateful.model import Model, Row

__all__ = ("Cached", "declared")

Cached = BlockingCached[[str], Row]


def declared(cache: Cache, index: int, model: Model) -> dict[str, Cached]:
    """Return the cached functions of one cache."""

    def loading(name: str) -> Callable[[str], Row]:
        def load(user: str) -> Row:
            return model.load(name, user, index)

        return load

    cached = partial(cache.cached, wait=0, returns=Row)
    exact = partial(cached, early=0.0, jitter=0.0)
    return {
        "fixed": exact(10, tags=["Job"], name="fixed")(loading("fixed")),
        "computed": exact(
            10, stale_for=5, stale_if_error=20, name="computed",
            tags=lambda row: [f"{row.parity}:{row.key}"],
        )(loading("computed")),
        "jittered": cached(
            10, stale_for=2, early=2.0, jitter=0.5, tags=["Job:1", "City:1"],
            name="jittered",
        )(loading("jittered")),
        "picky": exact(
            10, stale_if_error=6, keep=lambda row: row.version % 2 == 0,
            negative_ttl=3, name="picky",
        )(loading("picky")),
        "mine": exact(
            10, stale_for=3, stale_if_error=3, scope="user", name="mine"
        )(loading("mine")),
    }  # fmt: skip
