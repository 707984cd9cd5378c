"""What is known of each tier, and of every other place: what it survives, who sees it.

Facts, not rules: the tables decide, this tells what the places they name can do. Two
vantage points are kept apart, because they differ by the network: from a server, and
from a browser through a server. Numbers are typical; a measurement replaces them.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from stateroom.decide.ruleset import Kind, Place

__all__ = ("EVENTS", "READERS", "SOURCES", "Survives", "TierFacts", "tiers_table")

Survives: TypeAlias = Literal["yes", "no", "part"]
Event: TypeAlias = Literal[
    "reload", "restart", "sign_out", "new_device", "server", "eviction"
]
Reader: TypeAlias = Literal["tab", "tabs", "devices", "users", "servers"]

EVENTS: dict[Event, str] = {
    "reload": "a reload of the page",
    "restart": "a restart of the browser",
    "sign_out": "a sign-out",
    "new_device": "a new device: is it there as well",
    "server": "a restart of the application's servers",
    "eviction": "pressure on memory or storage",
}
"""What can happen to data, in the order of the tables."""
READERS: dict[Reader, str] = {
    "tab": "the tab that wrote it",
    "tabs": "other tabs of the same browser",
    "devices": "other devices of the same user",
    "users": "other users, where the key's scope allows",
    "servers": "every server process that serves them",
}
"""Who can see one and the same value."""

MIB = 1024 * 1024
SOURCES = {
    "R36": "seed, rule R36: speed of Redis",
    "R37": "seed, rule R37: shared, large, with a choice of persistence",
    "R38": "seed, rule R38: data structures",
    "R39": "seed, rule R39: limits of Redis",
    "R40": "seed, rule R40: what Redux is good for, and its limits",
    "R41": "seed, rule R41: what persisted client state is good for, and its limits",
    "R57": "seed, rule R57: memory budget of 100-500 MB",
    "R65": "seed, rule R65: typical access times, as defaults",
    "G6": "gap G6: what may be evicted, and what never",
    "G9": "gap G9: budgets of client storage",
    "G10": "gap G10: two vantage points",
    "G24": "gap G24: client storage is best effort; Safari clears it after 7 days",
    "G57": "gap G57: what a sign-out purges",
    "MDN": "MDN, Storage quotas and eviction criteria: 5 MiB per origin",
    "RFC 6265": "RFC 6265, section 6.1: at least 4096 bytes per cookie",
    "Redis": "Redis documentation, Strings: at most 512 MB per value",
    "measured": "redis-py 8.1 on loopback, 512-byte values: 74-111 us a read",
}
"""Where the facts are from, by the short name that ``TierFacts.sources`` uses."""


class TierFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What one place can do.

    Attributes:
        place: one of ``ruleset.PLACES``; kind: for Redis, how it is held.
        where: where the bytes are, in words.
        survives: for each event ``yes``, ``no``, or ``part``: see ``notes``.
        seen_by: who sees one and the same value.
        limit: how large, in words; ``limit_bytes`` the hard limit of one value, or of
            the whole where it has one limit for all; None without one of its own.
        from_server: time of one read by a server process.
        from_browser: time of one read by a browser.
        used_for: what it is for.
        notes: what ``part`` means, and what else to know.
        sources: names in ``SOURCES``.
    """

    place: Place
    kind: Kind | None = None
    where: str
    survives: dict[Event, Survives]
    seen_by: tuple[Reader, ...]
    limit: str
    limit_bytes: int | None = None
    from_server: str
    from_browser: str
    used_for: str
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As rules spell it, e.g. ``"redis/cache"``."""
        return f"{self.place}/{self.kind}" if self.kind else self.place


def tiers_table() -> tuple[TierFacts, ...]:
    """Return the facts of every place: the three tiers first, then all others."""
    return _TABLE


def _survives(letters: str) -> dict[Event, Survives]:
    """Read six letters, in the order of ``EVENTS``."""
    words: dict[str, Survives] = {"y": "yes", "n": "no", "p": "part"}
    return {event: words[letter] for event, letter in zip(EVENTS, letters, strict=True)}


_ALL: tuple[Reader, ...] = ("tab", "tabs", "devices", "users", "servers")
_NETWORK = "5-50 ms: the network, a server, Redis"
_NEAR = "under 1 ms in one zone; 0.1 ms on loopback"
_VALUE = "512 MiB a value; plan with 100-500 MB in all"
_REDIS = ("R36", "R37", "G10", "R65", "Redis", "R57", "measured")

_TABLE = (
    TierFacts(
        place="redis", kind="cache",
        where="memory of a Redis that may evict",
        survives=_survives("yyyyyn"), seen_by=_ALL,
        limit=_VALUE, limit_bytes=512 * MIB,
        from_server=_NEAR, from_browser=_NETWORK,
        used_for="copies of what is costly to get, for every server",
        notes=("eviction loses only what can be rebuilt; so does a restart of Redis",),
        sources=(*_REDIS, "R39", "G6"),
    ),
    TierFacts(
        place="redis", kind="auth",
        where="memory of a Redis that never evicts",
        survives=_survives("yynnyy"), seen_by=("tab", "tabs", "servers"),
        limit=_VALUE, limit_bytes=512 * MIB,
        from_server=_NEAR, from_browser=_NETWORK,
        used_for="login sessions, one-time codes and tokens",
        notes=(
            "a sign-out ends it, and each device signs in for itself",
            "it survives a restart of Redis only if that Redis persists",
        ),
        sources=(*_REDIS, "G6"),
    ),
    TierFacts(
        place="redis", kind="live",
        where="memory of a Redis that never evicts",
        survives=_survives("yyyyyy"), seen_by=_ALL,
        limit=_VALUE, limit_bytes=512 * MIB,
        from_server=_NEAR, from_browser=_NETWORK,
        used_for="counters, rankings, locks, presence",
        notes=(
            "when it is full, writes fail instead of old data going",
            "it survives a restart of Redis only if that Redis persists",
        ),
        sources=(*_REDIS, "R38", "G6"),
    ),
    TierFacts(
        place="persist",
        where="storage of one browser on one device",
        survives=_survives("yypnyp"), seen_by=("tab", "tabs"),
        limit="5 MiB per origin; plan with 2 MiB, 256 KiB a slice",
        limit_bytes=5 * MIB,
        from_server="not reachable", from_browser="1-5 ms",
        used_for="preferences, drafts, offline use, first paint",
        notes=(
            "a sign-out purges what is the user's, and keeps what is the device's",
            "best effort: private windows drop it, Safari after 7 days without a visit",
            "localStorage has the 5 MiB; IndexedDB holds more",
        ),
        sources=("R41", "G9", "MDN", "G24", "G57", "R65", "G10"),
    ),
    TierFacts(
        place="session",
        where="memory of one tab, or of one server-side context",
        survives=_survives("nnnnpn"), seen_by=("tab",),
        limit="memory of the tab",
        from_server="under 1 ms in its own context", from_browser="under 1 ms",
        used_for="what is on the screen; server data mirrored in a tab",
        notes=(
            "a tab does not notice that a server restarts; a server-side context ends",
            "a browser that is short of memory drops tabs in the background",
        ),
        sources=("R40", "R65", "G10"),
    ),
    TierFacts(
        place="database",
        where="the application's database",
        survives=_survives("yyyyyy"), seen_by=_ALL,
        limit="none of ours",
        from_server="under 50 ms simple, 50-500 ms complex",
        from_browser="the same, and the network",
        used_for="originals that must be kept; the authority behind copies",
        sources=("R65", "G10"),
    ),
    TierFacts(
        place="source",
        where="wherever it comes from: another service, a table, a file",
        survives=_survives("yyyyyy"), seen_by=_ALL,
        limit="the source's",
        from_server="the source's; 50 ms and more is costly",
        from_browser="the same, and the network",
        used_for="what can be got again, asked for each time",
        notes=("as far as the source promises: its outage is ours",),
        sources=("R65", "G10"),
    ),
    TierFacts(
        place="transport",
        where="on the way from one party to others",
        survives=_survives("nnnnnn"), seen_by=("tab", "tabs", "devices", "users"),
        limit="one message",
        from_server="not kept: it is sent", from_browser="not kept: it is received",
        used_for="signals of the moment: cursors, typing marks, broadcasts",
        notes=("who is not there does not get it",),
    ),
    TierFacts(
        place="computed",
        where="nowhere: made when it is needed",
        survives=_survives("yyyyyy"), seen_by=_ALL,
        limit="none",
        from_server="under 0.1 ms", from_browser="under 0.1 ms",
        used_for="what costs nothing to make",
        notes=("it survives because it is made again from what does",),
        sources=("measured",),
    ),
    TierFacts(
        place="cdn",
        where="static files at the edge, and caches of browsers",
        survives=_survives("yyyyyy"), seen_by=_ALL,
        limit="none of ours",
        from_server="not its way", from_browser="one request to the edge, then none",
        used_for="public files that never change, named by their hash",
        notes=("the edge may evict; it gets the file from the origin again",),
    ),
    TierFacts(
        place="process",
        where="memory of each server process",
        survives=_survives("yyyyny"), seen_by=_ALL,
        limit="memory of the process, once per process",
        from_server="under 1 ms", from_browser="the network and a server",
        used_for="small constants; what one request needs",
        notes=("each process has its own: fit for what never changes",),
        sources=("R65", "G10"),
    ),
    TierFacts(
        place="cookie",
        where="one browser, sent with every request",
        survives=_survives("yppnyp"), seen_by=("tab", "tabs", "servers"),
        limit="4096 bytes a cookie", limit_bytes=4096,
        from_server="none: it comes with the request", from_browser="under 1 ms",
        used_for="a small mark that the server needs with every request",
        notes=(
            "it survives a restart only with Max-Age or Expires",
            "a sign-out removes those of the login; browsers drop the oldest of many",
        ),
        sources=("RFC 6265",),
    ),
    TierFacts(
        place="nowhere",
        where="nowhere: it passes through",
        survives=_survives("nnnnnn"), seen_by=(),
        limit="none is held",
        from_server="not kept", from_browser="not kept",
        used_for="regulated data; keep a token for it instead",
    ),
)  # fmt: skip
