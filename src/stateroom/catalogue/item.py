"""An item of the catalogue: its facts, where each came from, and its override."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from stateroom.catalogue.inputs import (
    INPUTS,
    WRITER_OF,
    Audience,
    Authority,
    Coordination,
    Cost,
    Horizon,
    Sensitivity,
    Writer,
)
from stateroom.catalogue.presets import PRESETS
from stateroom.catalogue.values import Value

__all__ = ("COSTLY_MS", "FREE_MS", "Item", "Origin", "Override", "Tier", "build_item")

Tier: TypeAlias = Literal["redis", "persist", "session"]
Origin: TypeAlias = Literal["given", "preset", "assumed", "unknown"]

COSTLY_MS = 50
"""Loads of this many ms (p95) and more are costly. Source: the seed's access times,
where a complex query starts at 50 ms."""
FREE_MS = 0.1
"""Loads under this many ms are free: a Redis hit costs 0.07-0.11 ms on loopback, so
that no cache can be faster. Measured with redis-py 8.1."""


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """What the application wants instead of the decision, and why.

    Attributes:
        reason: never empty; it is printed wherever the override shows.
        tier: where the item shall live instead; ``none`` means in no tier.
        ttl: seconds a copy may live instead.
        key: the key pattern to use instead, in the notation decisions print.
    """

    reason: str
    tier: Tier | Literal["none"] | None = None
    ttl: float | None = None
    key: str | None = None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of application data.

    An input is None while nobody says it: not the file, not the preset, not a default.
    Build one with ``stateroom.declare``, or many with ``stateroom.load``.

    Attributes:
        name: its name in the catalogue.
        title: for people; may be empty.
        owner: team that answers for it; may be empty.
        tags: what invalidates its copies, e.g. ``("Job",)``.
        like: the preset that filled the inputs not given, or None.
        given: names of the inputs that the catalogue itself declares.
        override: what shall replace the decision, or None.
        staleness: ``"exact"``, or seconds.
        load_ms: milliseconds of one load.
        size: bytes of one value. licence_ttl: seconds.
    """

    name: str
    title: str = ""
    owner: str = ""
    tags: tuple[str, ...] = ()
    like: str | None = None
    given: frozenset[str] = frozenset()
    override: Override | None = None
    audience: Audience | None = None
    sensitivity: Sensitivity | None = None
    authority: Authority | None = None
    writer: Writer | None = None
    immutable: bool = False
    horizon: Horizon | None = None
    cost: Cost | None = None
    load_ms: float | None = None
    staleness: float | Literal["exact"] | None = None
    coordination: Coordination = "none"
    offline: bool = False
    reads_per_hour: float | None = None
    writes_per_hour: float | None = None
    size: int | None = None
    cardinality: int | None = None
    licence_ttl: float | None = None
    cost_per_call: float | None = None

    @property
    def preset_ttl(self) -> int | None:
        """The TTL of the item's data class in seconds, or None."""
        return PRESETS[self.like].ttl if self.like else None

    @property
    def absolute_ttl(self) -> int | None:
        """Seconds after which even a used login session ends, or None."""
        return PRESETS[self.like].absolute_ttl if self.like else None

    def value(self, name: str) -> Value | None:
        """Return the value of input ``name``, or None when it is unknown."""
        found: Value | None = getattr(self, name)
        return found

    def origin(self, name: str) -> Origin:
        """Say where the value of input ``name`` came from."""
        if name in self.given:
            return "given"
        if self.like and name in PRESETS[self.like].inputs:
            return "preset"
        return "unknown" if self.value(name) is None else "assumed"

    def replace(self, **inputs: Value) -> Item:
        """Return the item with other answers, defaults worked out again.

        Args:
            inputs: names of inputs with values as an item holds them.
        """
        said = {name: getattr(self, name) for name in self.given} | inputs
        if "cost" in inputs:
            said.pop("load_ms", None)
        if "load_ms" in inputs:
            said.pop("cost", None)
        return build_item(
            self.name,
            said,
            like=self.like,
            title=self.title,
            owner=self.owner,
            tags=self.tags,
            override=self.override,
        )


def build_item(
    name: str,
    said: dict[str, Value],
    *,
    like: str | None = None,
    title: str = "",
    owner: str = "",
    tags: tuple[str, ...] = (),
    override: Override | None = None,
) -> Item:
    """Join what was said with the preset and the defaults. Values are not checked."""
    facts: dict[str, Value] = dict(PRESETS[like].inputs) if like else {}
    if "authority" in said and "writer" not in said:
        facts.pop("writer", None)
    facts |= said
    cost = said.get("cost") or _measured_cost(facts, said) or facts.get("cost")
    if cost:
        facts["cost"] = cost
    if "writer" not in facts and "authority" in facts:
        facts["writer"] = WRITER_OF[str(facts["authority"])]
    return Item(
        name=name,
        title=title,
        owner=owner,
        tags=tags,
        like=like,
        given=frozenset(said),
        override=override,
        **facts,  # type: ignore[arg-type]
    )


def _measured_cost(facts: dict[str, Value], said: dict[str, Value]) -> str | None:
    """Work the cost out of a measured load time or a price, when either was said."""
    if said.get("cost_per_call"):
        return "costly"
    if "load_ms" not in said:
        return None
    measured = float(facts["load_ms"])
    if measured >= COSTLY_MS:
        return "costly"
    return "free" if measured < FREE_MS else "cheap"


assert set(INPUTS) <= set(Item.__struct_fields__)  # noqa: S101 - one table, one class
