"""The Redis behind a cache: a server, and the ear that hears of changes on it."""

from __future__ import annotations

from stateroom.cache.hearing import Hearing
from stateroom.cache.local import Local
from stateroom.catalogue.keys import tracked_prefix
from stateroom.link import Budgets
from stateroom.link.listening import Ear, open_ear
from stateroom.link.servers import RedisServer

__all__ = ("CacheServer",)


class CacheServer(RedisServer):
    """Whatever a URL names; nothing is connected before it is used."""

    def __init__(
        self, url: str, namespace: str, *, budgets: Budgets, doubt_s: float
    ) -> None:
        super().__init__(url, budgets=budgets)
        self._namespace = namespace
        self._heard_within = budgets
        self._doubt_s = doubt_s

    @property
    def channel(self) -> bytes:
        """Where processes tell each other of changes when the server does not track."""
        return f"{self._namespace}:l:changes".encode()

    def hearing(self, local: Local | None) -> Hearing:
        """Return what hears of changes for the local copies."""
        return Hearing(self._ear, local)

    def _ear(self, hearing: Hearing) -> Ear:
        tags = f"{self._namespace}:t:".encode()
        return open_ear(
            self.reached(),
            self._heard_within,
            hearing.changes,
            prefixes=(tracked_prefix(self._namespace).encode(), tags),
            channel=self.channel,
            doubt_s=self._doubt_s,
            on_trust=hearing.update,
            on_mode=hearing.told_mode,
        )
