"""Judges what no item shows alone: memory of all copies, storage of one browser."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stateroom.catalogue.document import Catalogue
from stateroom.catalogue.findings import Finding
from stateroom.catalogue.units import SIZES, format_size
from stateroom.decide.answers import percent
from stateroom.decide.decision import Decision, Decisions
from stateroom.decide.review import CLIENT_SLICE, finding

__all__ = ("CLIENT_TOTAL", "judge_sums")

CLIENT_TOTAL = 2 * 1024 * 1024
"""Bytes that an application should plan to keep in one browser. Source: localStorage
holds 5 MiB per origin (MDN), in UTF-16, and others write there too."""
TOP = 3
"""Offenders that a finding names."""

_MIB = SIZES["mib"]


def judge_sums(catalogue: Catalogue, decisions: Decisions) -> Iterator[Finding]:
    """MEM003 and PER001 of the catalogue as a whole."""
    yield from _memory(catalogue, decisions.decisions)
    yield from _storage(catalogue, decisions.decisions)


def _memory(catalogue: Catalogue, decisions: Iterable[Decision]) -> Iterator[Finding]:
    sized = [(each.item, each.sizing) for each in decisions if each.sizing]
    known = {name: s.total_bytes for name, s in sized if s.total_bytes is not None}
    total, budget = sum(known.values()), catalogue.app.memory_budget
    if total <= budget:
        return
    largest = max(known, key=lambda name: known[name])
    yield finding(
        "MEM003",
        f"what is kept in Redis needs {format_size(total)}, the budget is "
        f"{format_size(budget)}",
        about="app.memory_budget",
        evidence=_top(known, total)
        + _uncounted(len(sized) - len(known), "size or cardinality"),
        fix=f'set app.memory_budget = "{-(-total // _MIB)} MiB", or correct size and '
        f"cardinality of {largest}, or keep it out of Redis",
    )


def _storage(catalogue: Catalogue, decisions: Iterable[Decision]) -> Iterator[Finding]:
    names = [each.item for each in decisions if "persist" in each.tiers]
    sizes = {name: catalogue.items[name].size for name in names}
    # A record over its own budget is told at its item; it is not told twice.
    known = {n: s for n, s in sizes.items() if s is not None and s <= CLIENT_SLICE}
    total = sum(known.values())
    if total <= CLIENT_TOTAL:
        return
    missing = sum(size is None for size in sizes.values())
    yield finding(
        "PER001",
        f"{len(known)} items keep {format_size(total)} in one browser, plan with "
        f"{format_size(CLIENT_TOTAL)}",
        about="items",
        evidence=f"{_top(known, total)}, one record each" + _uncounted(missing, "size"),
        fix="keep the largest on the server: drop offline, or a wider horizon",
    )


def _top(sizes: dict[str, int], total: int) -> str:
    ranked = sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0]))[:TOP]
    shares = [f"{n} {format_size(s)} ({percent(s / total)})" for n, s in ranked]
    rest = len(sizes) - len(ranked)
    return ", ".join(shares) + (f" and {rest} more" if rest else "")


def _uncounted(count: int, what: str) -> str:
    if not count:
        return ""
    items = "1 item" if count == 1 else f"{count} items"
    return f"; {items} of unknown {what} not counted"
