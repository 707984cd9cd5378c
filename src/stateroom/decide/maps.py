"""Draws where the items of an application live: a box per place, an arrow per copy."""

from __future__ import annotations

from stateroom.decide.decision import Copy, Decision, Decisions
from stateroom.decide.mermaid import Flowchart, class_of, classes, meaning, node_id

__all__ = ("place_map",)

LOOKS = ("classDef box fill:#f7f8fa,stroke:#5b6677,color:#111111",)
PER_NODE = 12
"""Items that one node lists; more are counted, so that the map stays readable."""


def place_map(decisions: Decisions) -> str:
    """Return the homes and copies of all items as a Mermaid flowchart.

    Items that are placed alike share one node, which lists their names.
    """
    chart = Flowchart("LR", f"Where the items live, by {decisions.ruleset.name}")
    groups: dict[str, list[Decision]] = {}
    for each in decisions.decisions:
        groups.setdefault(each.placement, []).append(each)
    _homes(chart, groups)
    tiers = {_spelled(copy) for each in decisions.decisions for copy in each.copies}
    for spelled in sorted(tiers):
        place = spelled.partition("/")[0]
        lines = (f"copies in {spelled}", meaning(spelled))
        name = node_id("copies", spelled)
        chart.node(name, "([])", *lines, look=class_of(place))
    for placement, group in groups.items():
        for spelled in sorted({_spelled(copy) for copy in group[0].copies}):
            start, end = node_id("items", placement), node_id("copies", spelled)
            chart.edge(start, end, says=f"{len(group)} copied", dotted=True)
    return chart.text(*LOOKS, *classes())


def _homes(chart: Flowchart, groups: dict[str, list[Decision]]) -> None:
    """Write a box for each home, with a node for each way of being placed there."""
    homes: dict[str, list[str]] = {}
    for placement in groups:
        homes.setdefault(placement.split(" + ")[0], []).append(placement)
    for home, placements in homes.items():
        place = home.partition("/")[0]
        title = f"{home}: {meaning(home)}"
        with chart.box(node_id("home", home), title, "TB"):
            for placement in placements:
                lines = _listed([each.item for each in groups[placement]])
                name = node_id("items", placement)
                chart.node(name, "[]", *lines, look=class_of(place))


def _listed(names: list[str]) -> list[str]:
    if len(names) <= PER_NODE:
        return [", ".join(names)]
    return [", ".join(names[:PER_NODE]), f"and {len(names) - PER_NODE} more"]


def _spelled(copy: Copy) -> str:
    return f"{copy.tier}/{copy.kind}" if copy.kind else copy.tier
