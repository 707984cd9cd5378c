"""What a server is, and how it is set up, as INFO tells it: CONFIG may be closed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from stateroom.errors import Refused
from stateroom.link.ports import AsyncServerLink, ServerLink

__all__ = (
    "OLDEST",
    "ServerFacts",
    "check_version",
    "facts_of",
    "read_facts",
    "read_facts_async",
)

Product: TypeAlias = Literal["redis", "valkey"]

OLDEST = (6, 2)
"""Of Redis; every Valkey has what it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFacts:
    """What one server says of itself.

    What a server does not tell is 0, or an empty text.

    Attributes:
        version: of the product.
        product: who made it.
        is_cluster: whether it is a node of a cluster.
        role: ``"master"`` or ``"slave"``, as INFO has it.
        policy: what it evicts when it is full, e.g. ``"allkeys-lru"``.
        maxmemory: bytes that its data may take; 0 for as much as there is.
        used_memory: bytes that they take.
        system_memory: bytes of the machine.
        evicted_keys: how many had to go for lack of memory, since it was started.
        expired_keys: how many came to the end of their life, since it was started.
        connected_clients: connections, ours among them.
        uptime_s: seconds since it was started.
        is_appending: whether each write goes to a log on its disk (AOF).
    """

    version: tuple[int, int, int]
    product: Product
    is_cluster: bool = False
    role: str = ""
    policy: str = ""
    maxmemory: int = 0
    used_memory: int = 0
    system_memory: int = 0
    evicted_keys: int = 0
    expired_keys: int = 0
    connected_clients: int = 0
    uptime_s: int = 0
    is_appending: bool = False

    @property
    def shown(self) -> str:
        """Product and version, for messages: ``"Redis 7.0.15"``."""
        return f"{self.product.capitalize()} {'.'.join(map(str, self.version))}"

    @property
    def evicts(self) -> bool:
        """Whether it makes room when it is full; one that does not refuses writes."""
        return self.policy not in {"", "noeviction"}


def facts_of(text: str) -> ServerFacts:
    """Read what INFO answers.

    Raises:
        Refused: it is no text of INFO: it tells no version.
    """
    lines = (line.partition(":") for line in text.splitlines())
    told = {name: value.strip() for name, mark, value in lines if mark}
    # Valkey's redis_version is the one that it is compatible with.
    product: Product = "valkey" if "valkey_version" in told else "redis"
    return ServerFacts(
        version=_version(told.get(f"{product}_version", "")),
        product=product,
        is_cluster=told.get("cluster_enabled") == "1",
        role=told.get("role", ""),
        policy=told.get("maxmemory_policy", ""),
        maxmemory=_number(told, "maxmemory"),
        used_memory=_number(told, "used_memory"),
        system_memory=_number(told, "total_system_memory"),
        evicted_keys=_number(told, "evicted_keys"),
        expired_keys=_number(told, "expired_keys"),
        connected_clients=_number(told, "connected_clients"),
        uptime_s=_number(told, "uptime_in_seconds"),
        is_appending=told.get("aof_enabled") == "1",
    )


def check_version(facts: ServerFacts) -> None:
    """Refuse a server that is too old.

    Raises:
        Refused: it lacks what scripts and tracking need.
    """
    if facts.product == "redis" and facts.version[:2] < OLDEST:
        raise Refused(
            f"this is {facts.shown}; needed is Redis 6.2 or newer, or Valkey",
            hint="upgrade it, or name a newer one in the URL",
        )


def read_facts(link: ServerLink) -> tuple[ServerFacts, ...]:
    """Return the facts of the server, or of every primary of a cluster, blocking.

    Raises:
        Unavailable: one does not answer.
        Refused: the user may not run INFO.
    """
    return tuple(map(_read, link.on_each(("INFO",))))


async def read_facts_async(link: AsyncServerLink) -> tuple[ServerFacts, ...]:
    """``read_facts``, awaited."""
    return tuple(map(_read, await link.on_each(("INFO",))))


def _read(reply: object) -> ServerFacts:
    return facts_of(reply.decode(errors="replace") if isinstance(reply, bytes) else "")


def _version(text: str) -> tuple[int, int, int]:
    found = re.match(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?", text)
    if found is None:
        raise Refused(
            "INFO tells no version of Redis or Valkey",
            hint="name a Redis, not a sentinel or a proxy, in the URL",
        )
    major, minor, patch = (int(each or 0) for each in found.groups())
    return (major, minor, patch)


def _number(told: dict[str, str], name: str) -> int:
    text = told.get(name, "")
    return int(text) if text.isdecimal() else 0
