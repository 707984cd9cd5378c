"""Says what must hold of every cell of every table, whatever its rows are.

A table can have an answer for everything and still be unsafe, so safety is stated
apart from the rows, as data, and examined over all possible cells by ``verdicts``.
"""

from __future__ import annotations

from stateroom.decide.columns import parse_interval
from stateroom.decide.purposes import PURPOSES
from stateroom.decide.ruleset import NEARNESS
from stateroom.decide.stated import Always, Never, Only, Property, Step, Steps

__all__ = ("PROPERTIES", "SAFETY")

_CACHE = ("redis/cache",)
_CLIENT = ("session", "persist", "cookie", "cdn")
_SMALL = parse_interval("size", "<= 256 KiB")
_BIG = parse_interval("size", "> 256 KiB")
_HELD_BY_US = ("public", "internal", "personal")
_ORDER = (
    ("public", "personal", "secret", "regulated"),
    ("public", "internal", "secret", "regulated"),
)
"""Of two sensitivities the later one is the higher; internal and personal are not
compared. Every pair is a step, because a combination between them may be impossible."""
_RAISED = sorted(
    {
        (order[low], order[high])
        for order in _ORDER
        for high in range(len(order))
        for low in range(high)
    }
)

SAFETY: tuple[Property, ...] = (
    Never(
        name="secret-never-persisted",
        statement="a secret is never kept on a user's device",
        why="scripts, extensions and the next user of the device can read what a "
        "browser stores",
        when=({"sensitivity": ("secret",)},),
        homes=("persist", "cookie"),
        copies=("persist",),
    ),
    Never(
        name="secret-stays-in-its-tab",
        statement="a secret is in a browser only while it is one tab's own",
        why="memory of a page can be read by every script of the page",
        when=({"sensitivity": ("secret",), "audience": ("user", "group", "public")},),
        homes=_CLIENT,
        copies=_CLIENT,
    ),
    Never(
        name="secret-never-cached",
        statement="a secret is never in a cache",
        why="an eviction would sign users out, and a copy outlives a revocation",
        when=({"sensitivity": ("secret",)},),
        homes=_CACHE,
        copies=_CACHE,
    ),
    Never(
        name="internal-never-in-the-browser",
        statement="internal and regulated data is never in a browser, nor at the edge",
        why="what a browser has been given, its user has",
        when=({"sensitivity": ("internal", "regulated")},),
        homes=_CLIENT,
        copies=_CLIENT,
    ),
    Only(
        name="regulated-never-held",
        statement="regulated data is held nowhere, not even as a copy",
        why="holding it is what the regulation forbids",
        when=({"sensitivity": ("regulated",)},),
        homes=("nowhere",),
        copies=(),
    ),
    Never(
        name="exact-never-from-a-cache",
        statement="what must be exact is never read from an evictable cache",
        why="a copy may be older than the truth",
        when=({"staleness": ("exact",)},),
        homes=_CACHE,
        copies=_CACHE,
    ),
    Never(
        name="exact-never-from-an-offline-copy",
        statement="what must be exact is never read from an offline copy",
        why="without the network nobody can tell whether the copy is still true",
        when=({"staleness": ("exact",)},),
        copies=("persist",),
    ),
    Never(
        name="lasting-original-has-a-lasting-home",
        statement="an original that must last is never homed where it would be lost",
        why="a new device, a restart or a cleared browser would lose the only truth",
        when=({"authority": ("original",), "horizon": ("account", "record")},),
        homes=("session", "persist", "cookie", "process", "transport", "computed"),
    ),
    Never(
        name="lasting-original-not-in-redis",
        statement="an original that must last is homed in Redis only to be coordinated",
        why="Redis keeps what servers share for now; a database keeps what must last",
        when=(
            {
                "authority": ("original",),
                "horizon": ("account", "record"),
                "coordination": ("none",),
            },
        ),
        homes=("redis/cache", "redis/auth", "redis/live"),
    ),
    Never(
        name="original-never-evictable",
        statement="an original is never homed in an evictable cache",
        why="Redis may drop it at any moment, and it exists nowhere else",
        when=({"authority": ("original",)},),
        homes=_CACHE,
    ),
    Never(
        name="big-never-persisted",
        statement="more than 256 KiB is never kept in a browser's storage",
        why="a browser gives an origin a few MiB for everything",
        when=({"size": _BIG},),
        homes=("persist", "cookie"),
        copies=("persist",),
    ),
    Never(
        name="atomic-never-cached",
        statement="what several parties change at once is never in an evictable cache",
        why="a step taken on a copy, or on what was evicted, does not count",
        when=({"coordination": ("atomic",)},),
        homes=_CACHE,
        copies=_CACHE,
    ),
    Only(
        name="atomic-where-steps-count",
        statement="what several parties change at once lives where each step counts: "
        "in a Redis that does not evict, unless it is a record",
        why="elsewhere two steps taken at once become one",
        when=(
            {
                "coordination": ("atomic",),
                "sensitivity": _HELD_BY_US,
                "horizon": ("moment", "reload", "device", "account"),
            },
        ),
        homes=("redis/live",),
    ),
    Only(
        name="atomic-record-in-the-database",
        statement="a record that several parties change lives in the database",
        why="it must outlast every server, and its changes need a transaction",
        when=(
            {
                "coordination": ("atomic",),
                "sensitivity": _HELD_BY_US,
                "horizon": ("record",),
            },
        ),
        homes=("database",),
    ),
    Always(
        name="offline-has-a-client-copy",
        statement="what is needed offline has a copy on the client, unless it is "
        "internal, secret, regulated, big, one tab's, or must be exact",
        why="without the network there is nothing else to read",
        when=(
            {
                "offline": ("true",),
                "sensitivity": ("public", "personal"),
                "audience": ("user", "group", "public"),
                "staleness": ("bounded",),
                "size": _SMALL,
            },
        ),
        places=("persist", "session"),
    ),
    Only(
        name="tab-stays-in-its-tab",
        statement="what one tab sees stays in the session tier, without copies",
        why="anything else would outlive the tab, or show it to others",
        when=({"audience": ("tab",)},),
        homes=("session", "computed", "nowhere"),
        copies=(),
    ),
    Steps(
        name="sensitivity-never-nears-the-browser",
        statement="raising sensitivity never moves data towards the browser",
        why="more harm if it leaks must not mean more places where it can",
        steps=tuple(Step("sensitivity", *pair) for pair in _RAISED),
        ranks=NEARNESS,
        never="rises",
    ),
    Steps(
        name="staleness-never-removes-a-cache",
        statement="relaxing staleness, or reading more often, never removes a cache",
        why="who accepts older data can only gain from a copy",
        steps=(Step("staleness", "exact", "bounded"), Step("hit_ratio")),
        ranks=(_CACHE,),
        never="falls",
    ),
)
"""What would do harm: leaks, lost data, wrong data."""

PROPERTIES: tuple[Property, ...] = (*SAFETY, *PURPOSES)
"""Every property, in the order in which ``prove`` prints them."""
