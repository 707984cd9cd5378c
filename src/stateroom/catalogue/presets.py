"""The presets: the seed's data types, each a full set of inputs.

``like = "search-results"`` fills every input from here; any further line of the item
overrides one. Numbers are typical, not measured: declare your own where you know them.
TTLs are the one table by data class (in seconds); a decision takes the smallest of
this, the staleness bound and the licence bound.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from stateroom.catalogue.inputs import WRITER_OF

__all__ = ("PRESETS", "Preset")

Value: TypeAlias = str | float | bool

_HOUR = 3600
_DAY = 24 * _HOUR
_VALUE_SIZE = 20_000
"""Bytes of a typical encoded value; the seed's examples all use it."""


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """A named set of inputs, and the TTL of its data class.

    Attributes:
        name: what ``like`` names.
        about: what such data is, with examples.
        inputs: a value for every input that decides.
        ttl: longest life of a copy of such data in seconds, or None.
        absolute_ttl: for login sessions, seconds after which even a used one ends.
    """

    name: str
    about: str
    inputs: dict[str, Value]
    ttl: int | None = None
    absolute_ttl: int | None = None


def _inputs(
    audience: str, sensitivity: str, authority: str, horizon: str, **others: Value
) -> dict[str, Value]:
    common: dict[str, Value] = {
        "audience": audience,
        "sensitivity": sensitivity,
        "authority": authority,
        "writer": WRITER_OF[authority],
        "immutable": False,
        "horizon": horizon,
        "coordination": "none",
        "offline": False,
        "size": _VALUE_SIZE,
    }
    return common | others


_ALL = (
    Preset(
        name="reference",
        about="Reference data: country lists, job categories, skill taxonomies.",
        inputs=_inputs(
            "public", "public", "derived", "account",
            cost="cheap", staleness=_DAY, reads_per_hour=60,
            writes_per_hour=0.01, cardinality=10,
        ),
        ttl=_DAY,
    ),
    Preset(
        name="profile",
        about="A user's profile or account settings, shown on most pages.",
        inputs=_inputs(
            "user", "personal", "original", "account",
            cost="cheap", staleness=6 * _HOUR, reads_per_hour=60,
            writes_per_hour=0.1, cardinality=1_000,
        ),
        ttl=_HOUR,
    ),
    Preset(
        name="preference",
        about="A preference of this device: theme, language, layout.",
        inputs=_inputs(
            "user", "public", "original", "device",
            cost="cheap", staleness=60, reads_per_hour=0.2,
            writes_per_hour=0.1, cardinality=1_000,
        ),
    ),
    Preset(
        name="search-results",
        about="Answers of a paid or slow search, the same for everybody who asks.",
        inputs=_inputs(
            "public", "public", "derived", "account",
            cost="costly", staleness=_HOUR, reads_per_hour=60,
            writes_per_hour=1, cardinality=1_000,
        ),
        ttl=_HOUR,
    ),
    Preset(
        name="filters",
        about="Search filters and selections that a user expects to find again.",
        inputs=_inputs(
            "user", "public", "original", "device",
            cost="cheap", staleness=60, reads_per_hour=0.2,
            writes_per_hour=1, cardinality=1_000,
        ),
    ),
    Preset(
        name="generated",
        about="Text or analysis made by a model: costly, and about one user.",
        inputs=_inputs(
            "user", "personal", "derived", "account",
            cost="costly", staleness=_DAY, reads_per_hour=0.2,
            writes_per_hour=0.05, cardinality=1_000,
        ),
        ttl=_DAY,
    ),
    Preset(
        name="draft",
        about="What a user is writing and has not sent yet.",
        inputs=_inputs(
            "user", "personal", "original", "device",
            cost="cheap", staleness=60, reads_per_hour=0.2,
            writes_per_hour=60, cardinality=1_000,
        ),
    ),
    Preset(
        name="ui",
        about="State of the interface: open dialogs, the current step, loading flags.",
        inputs=_inputs(
            "tab", "public", "original", "moment",
            cost="cheap", staleness=60, reads_per_hour=60,
            writes_per_hour=60, cardinality=1,
        ),
    ),
    Preset(
        name="analytics",
        about="Aggregates over many users, costly to compute, for a few readers.",
        inputs=_inputs(
            "group", "public", "derived", "account",
            cost="costly", staleness=6 * _HOUR, reads_per_hour=0.2,
            writes_per_hour=60, cardinality=100,
        ),
        ttl=_HOUR,
    ),
    Preset(
        name="login",
        about="A login session on the server, named by an opaque cookie.",
        inputs=_inputs(
            "user", "secret", "original", "device",
            cost="cheap", staleness=30 * 60, reads_per_hour=60,
            writes_per_hour=1, cardinality=1_000,
        ),
        ttl=30 * 60,
        absolute_ttl=12 * _HOUR,
    ),
    Preset(
        name="quota",
        about="A counter of calls that a provider limits.",
        inputs=_inputs(
            "public", "public", "original", "account",
            cost="cheap", staleness=1, coordination="atomic", reads_per_hour=60,
            writes_per_hour=60, cardinality=10,
        ),
    ),
    Preset(
        name="leaderboard",
        about="A ranking that changes with every action.",
        inputs=_inputs(
            "public", "public", "derived", "account",
            cost="costly", staleness=5, coordination="atomic", reads_per_hour=60,
            writes_per_hour=600, cardinality=10,
        ),
    ),
    Preset(
        name="user-stats",
        about="Statistics of one user, aggregated from many rows.",
        inputs=_inputs(
            "user", "personal", "derived", "account",
            cost="costly", staleness=600, reads_per_hour=60,
            writes_per_hour=1, cardinality=1_000,
        ),
        ttl=600,
    ),
)  # fmt: skip

PRESETS: dict[str, Preset] = {each.name: each for each in _ALL}
"""Every preset by name."""
