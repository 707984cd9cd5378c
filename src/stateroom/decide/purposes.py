"""Says what each place is for: properties that keep other data out of it.

A breach does no harm at once, but it is waste, or a truth in two places.
"""

from __future__ import annotations

from stateroom.decide.columns import parse_interval
from stateroom.decide.ruleset import Conditions
from stateroom.decide.stated import Always, Apart, Never, Only, Property

__all__ = ("PURPOSES",)

_BIG = parse_interval("size", "> 256 KiB")
_SMALL = parse_interval("size", "<= 256 KiB")
_OF_MANY = ("group", "public")
_HELD_BY_US: Conditions = {
    "sensitivity": ("public", "internal", "personal"),
    "coordination": ("none",),
}
"""Data for which neither secrecy nor coordination decides."""
_PAYS: tuple[Conditions, ...] = (
    {"cost": ("costly",)},
    {"hit_ratio": parse_interval("hit_ratio", ">= 0.5")},
)
_SERVED: tuple[Conditions, ...] = (
    {"authority": ("derived",), "audience": ("user", *_OF_MANY)},
    {
        "authority": ("original",),
        "audience": _OF_MANY,
        "horizon": ("device", "account", "record"),
    },
    {
        "authority": ("original",),
        "audience": ("user",),
        "horizon": ("account", "record"),
    },
    {
        "authority": ("original",),
        "audience": ("user",),
        "horizon": ("device",),
        "writer": ("elsewhere",),
    },
    {
        "authority": ("original",),
        "audience": ("user",),
        "horizon": ("device",),
        "sensitivity": ("internal",),
    },
)
"""Data that servers answer with: one device could not."""

PURPOSES: tuple[Property, ...] = (
    Only(
        name="derived-keeps-its-source",
        statement="what can be rebuilt has its authority where it comes from",
        why="a second authority would have to be kept equal to the first",
        when=(
            {
                **_HELD_BY_US,
                "authority": ("derived",),
                "audience": ("user", *_OF_MANY),
            },
        ),
        homes=("source", "computed", "process", "cdn"),
    ),
    Never(
        name="edge-for-lasting-public-files",
        statement="only immutable public data is at the edge, and an original only "
        "when it lasts",
        why="the edge forgets nothing on request, asks nobody who they are, and needs "
        "a storage behind it",
        when=(
            {"sensitivity": ("internal", "personal", "secret", "regulated")},
            {"audience": ("tab", "user", "group")},
            {"immutable": ("false",)},
            {"horizon": ("moment",)},
            {"authority": ("original",), "horizon": ("reload", "device")},
        ),
        homes=("cdn",),
    ),
    Never(
        name="process-for-small-constants",
        statement="the memory of a process holds only secrets in use, and small, cheap "
        "constants of all users",
        why="every process pays for it once more, and none hears of a change",
        when=tuple(
            {"sensitivity": ("public", "internal", "personal"), **each}
            for each in (
                {"immutable": ("false",)},
                {"audience": ("tab", "user", "group")},
                {"cost": ("costly",)},
                {"size": _BIG},
            )
        ),
        homes=("process",),
    ),
    Never(
        name="transport-for-the-moment",
        statement="what must outlive the moment is never only sent",
        why="who is away when it is sent would never see it",
        when=({"horizon": ("reload", "device", "account", "record")},),
        homes=("transport",),
    ),
    Never(
        name="visit-never-in-the-database",
        statement="an original that ends with the visit is not in the database, unless "
        "others write it for a user",
        why="rows that nobody deletes would pile up",
        when=tuple(
            {**_HELD_BY_US, "authority": ("original",), **each}
            for each in (
                {"horizon": ("moment",)},
                {"horizon": ("reload",), "audience": _OF_MANY},
                {"horizon": ("reload",), "writer": ("app",)},
                {"horizon": ("reload",), "sensitivity": ("internal",)},
            )
        ),
        homes=("database",),
    ),
    Never(
        name="client-homes-for-its-own-user",
        statement="an original of several people, or that others write, is never homed "
        "on a client",
        why="one device cannot be the truth for people who do not have it",
        when=(
            {"authority": ("original",), "audience": _OF_MANY},
            {
                "authority": ("original",),
                "audience": ("user",),
                "writer": ("elsewhere",),
            },
        ),
        homes=("session", "persist", "cookie"),
    ),
    Only(
        name="device-data-stays-on-its-device",
        statement="what a user keeps on one device only, and fits there, is kept by no "
        "server",
        why="data that we do not have cannot leak from us",
        when=(
            {
                **_HELD_BY_US,
                "sensitivity": ("public", "personal"),
                "authority": ("original",),
                "audience": ("user",),
                "writer": ("app",),
                "horizon": ("device",),
                "size": _SMALL,
            },
        ),
        homes=("persist", "cookie"),
    ),
    Never(
        name="client-copy-only-where-needed",
        statement="nothing is copied to a device that is not needed there offline",
        why="each copy is one more to purge at the sign-out, and to migrate",
        when=({"offline": ("false",)},),
        copies=("persist",),
    ),
    Always(
        name="what-pays-has-a-copy",
        statement="what is costly to get, or asked for often, is not left to its "
        "source or database alone where an older copy will do",
        why="the source would be asked for the same again and again",
        when=tuple(
            {
                **_HELD_BY_US,
                "staleness": ("bounded",),
                "size": parse_interval("size", "<= 512 MiB"),
                **served,
                **pays,
            }
            for served in _SERVED
            for pays in _PAYS
        ),
        places=("redis/cache", "cdn", "process", "computed", "transport", "redis/live"),
    ),
    Apart(
        name="no-copy-beside-its-home",
        statement="no copy is kept in the place that is the home",
        why="it would be the same record twice",
        places=("persist", "session"),
    ),
)
"""What each place is for."""
