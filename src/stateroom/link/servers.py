"""The Redis that a URL names: opens links to it, and starts an embedded one."""

from __future__ import annotations

import threading
from urllib.parse import quote

from stateroom.link.embedded import Embedded, open_embedded
from stateroom.link.facts import (
    ServerFacts,
    check_version,
    read_facts,
    read_facts_async,
)
from stateroom.link.opening import open_async_link, open_link
from stateroom.link.ports import AsyncLink, Link
from stateroom.link.targets import Budgets, Target, read_url

__all__ = ("RedisServer",)


class RedisServer:
    """Whatever a URL names; nothing is connected before it is used.

    Args:
        url: of the Redis, see ``read_url``.
        budgets: for connecting, and for one exchange.
        keeps: have an embedded one keep its values; for those without another copy.
    """

    def __init__(self, url: str, *, budgets: Budgets, keeps: bool = False) -> None:
        self._target = read_url(url)
        self._budgets = budgets
        self._keeps = keeps
        self._embedded: Embedded | None = None
        self._lock = threading.Lock()

    @property
    def shown(self) -> str:
        """Its place, for messages; no password."""
        return self._target.shown

    @property
    def is_cluster(self) -> bool:
        """Whether keys of one command must share a slot."""
        return self._target.kind == "cluster"

    def open(self, *, patience_s: float = 0.0) -> Link:
        """Return a blocking link.

        Args:
            patience_s: seconds that an answer may take beyond the budget: of a command
                that waits for something.
        """
        return open_link(self.reached(), self._budgets.longer(patience_s))

    def open_async(self, *, patience_s: float = 0.0) -> AsyncLink:
        """Return a link for the running event loop; see ``open``."""
        return open_async_link(self.reached(), self._budgets.longer(patience_s))

    def facts(self) -> tuple[ServerFacts, ...]:
        """Return what each primary says of itself.

        Raises:
            Unavailable: one does not answer.
            Refused: one is too old, or does not tell.
        """
        link = open_link(self.reached(), self._budgets)
        try:
            return _checked(read_facts(link))
        finally:
            link.close()

    async def facts_async(self) -> tuple[ServerFacts, ...]:
        """``facts``, awaited."""
        link = open_async_link(self.reached(), self._budgets)
        try:
            return _checked(await read_facts_async(link))
        finally:
            await link.aclose()

    def close(self) -> None:
        """Let go of an embedded server, which ends with its last user."""
        embedded, self._embedded = self._embedded, None
        if embedded is not None:
            embedded.close()

    def reached(self) -> Target:
        """Return the target to connect to; start the server of an embedded one."""
        if self._target.kind != "embedded":
            return self._target
        with self._lock:
            if self._embedded is None:
                self._embedded = open_embedded(self._target.url, keeps=self._keeps)
            return read_url(f"unix://{quote(self._embedded.socket)}")


def _checked(facts: tuple[ServerFacts, ...]) -> tuple[ServerFacts, ...]:
    """Return the facts of servers of which none is too old."""
    for each in facts:
        check_version(each)
    return facts
