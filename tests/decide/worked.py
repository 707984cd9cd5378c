"""The 51 worked examples of the seed, as items, and what the seed expects of them."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import TypedDict

from stateroom.catalogue.document import Catalogue
from stateroom.catalogue.item import build_item
from stateroom.catalogue.values import Value
from stateroom.decide import Decisions, decide, load_ruleset

FILE = Path(__file__).resolve().parents[1] / "data" / "worked_examples.jsonl"


class Worked(TypedDict):
    """A line of the file, as far as tests here read it."""

    id: str
    item: str
    inputs: dict[str, Value]
    tier: str


@functools.cache
def worked_examples() -> tuple[Worked, ...]:
    return tuple(json.loads(line) for line in FILE.read_text("utf-8").splitlines())


@functools.cache
def worked_catalogue() -> Catalogue:
    rows = worked_examples()
    items = [build_item(row["id"], row["inputs"], title=row["item"]) for row in rows]
    return Catalogue(items={item.name: item for item in items})


@functools.cache
def worked_decisions(ruleset: str = "stateroom") -> Decisions:
    return decide(worked_catalogue(), load_ruleset(ruleset))


def expected_tiers() -> dict[str, tuple[str, ...]]:
    """The tiers that the seed gives, ``none`` of the three as the empty tuple."""
    tiers = {row["id"]: row["tier"] for row in worked_examples()}
    return {name: () if tier == "none" else (tier,) for name, tier in tiers.items()}
