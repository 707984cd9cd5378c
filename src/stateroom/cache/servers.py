"""The Redis behind a cache: opens links and ears to what a URL names."""

from __future__ import annotations

import threading
from urllib.parse import quote

from stateroom.cache.hearing import Hearing
from stateroom.cache.local import Local
from stateroom.catalogue.keys import tracked_prefix
from stateroom.link import AsyncLink, Budgets, Link, Target, read_url
from stateroom.link.embedded import Embedded, open_embedded
from stateroom.link.facts import (
    ServerFacts,
    check_version,
    read_facts,
    read_facts_async,
)
from stateroom.link.listening import Ear, open_ear
from stateroom.link.opening import open_async_link, open_link

__all__ = ("RedisServer",)


class RedisServer:
    """Whatever a URL names; nothing is connected before it is used."""

    def __init__(
        self, url: str, namespace: str, *, budgets: Budgets, doubt_s: float
    ) -> None:
        self._target = read_url(url)
        self._namespace = namespace
        self._budgets = budgets
        self._doubt_s = doubt_s
        self._embedded: Embedded | None = None
        self._lock = threading.Lock()

    @property
    def shown(self) -> str:
        return self._target.shown

    @property
    def is_cluster(self) -> bool:
        return self._target.kind == "cluster"

    @property
    def channel(self) -> bytes:
        """Where processes tell each other of changes when the server does not track."""
        return f"{self._namespace}:l:changes".encode()

    def open(self) -> Link:
        return open_link(self._reached(), self._budgets)

    def open_async(self) -> AsyncLink:
        return open_async_link(self._reached(), self._budgets)

    def hearing(self, local: Local | None) -> Hearing:
        return Hearing(self._ear, local)

    def facts(self) -> tuple[ServerFacts, ...]:
        link = open_link(self._reached(), self._budgets)
        try:
            return checked(read_facts(link))
        finally:
            link.close()

    async def facts_async(self) -> tuple[ServerFacts, ...]:
        link = open_async_link(self._reached(), self._budgets)
        try:
            return checked(await read_facts_async(link))
        finally:
            await link.aclose()

    def close(self) -> None:
        embedded, self._embedded = self._embedded, None
        if embedded is not None:
            embedded.close()

    def _ear(self, hearing: Hearing) -> Ear:
        tags = f"{self._namespace}:t:".encode()
        return open_ear(
            self._reached(),
            self._budgets,
            hearing.changes,
            prefixes=(tracked_prefix(self._namespace).encode(), tags),
            channel=self.channel,
            doubt_s=self._doubt_s,
            on_trust=hearing.update,
            on_mode=hearing.told_mode,
        )

    def _reached(self) -> Target:
        """Return the target to connect to; start the server of an embedded one."""
        if self._target.kind != "embedded":
            return self._target
        with self._lock:
            if self._embedded is None:
                self._embedded = open_embedded(self._target.url)
            return read_url(f"unix://{quote(self._embedded.socket)}")


def checked(facts: tuple[ServerFacts, ...]) -> tuple[ServerFacts, ...]:
    """Return the facts of servers of which none is too old."""
    for each in facts:
        check_version(each)
    return facts
