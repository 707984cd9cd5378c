"""Shows a heat map: on a terminal, in Markdown, as CSV, JSON or a Mermaid diagram."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from stateroom.catalogue.values import nearest
from stateroom.decide.heatmap import NONE, SILENT, HeatCell, Heatmap
from stateroom.decide.mermaid import class_of, classes, label, node_id
from stateroom.decide.tables import to_csv, to_markdown
from stateroom.errors import UsageError

__all__ = ("HEAT_FORMATS", "export_heatmap")

LETTERS = {"persist": "P", "redis": "R", "session": "S", NONE: "-", SILENT: "?"}
"""What stands for a tier where space is short."""
WIDTH = 80
"""Columns of a terminal that a heat map keeps within."""
IMPOSSIBLE = "impossible"
SMALLEST = 0.005
"""Shares under half a percent are printed as ``<1%``, never as nothing."""


def export_heatmap(heatmap: Heatmap, to: str = "text") -> str:
    """Return a heat map as ``text``, ``markdown``, ``csv``, ``json`` or ``mermaid``.

    Raises:
        UsageError: there is no such format.
    """
    if to not in HEAT_FORMATS:
        raise UsageError(
            f"there is no format {to}; there are {', '.join(HEAT_FORMATS)}",
            hint=f"did you mean {near}?" if (near := nearest(to, HEAT_FORMATS)) else "",
        )
    return HEAT_FORMATS[to](heatmap)


def _text(heatmap: Heatmap) -> str:
    names = [heatmap.down, *(line[0].down for line in heatmap.lines)]
    left = max(map(len, names)) + 2
    width = (WIDTH - left) // len(heatmap.lines[0])
    heads = [cell.across for cell in heatmap.lines[0]]
    lines = [
        _title(heatmap),
        "",
        " " * left + heatmap.across,
        _row(heatmap.down, heads, left, width),
        "-" * min(WIDTH, left + width * len(heads)),
    ]
    for line in heatmap.lines:
        lines += [*_heights(line, left, width), ""]
    return "\n".join([*lines, *_legend(heatmap)]) + "\n"


def _heights(line: tuple[HeatCell, ...], left: int, width: int) -> Iterator[str]:
    """Yield the text lines of one line of cells: each share has its own."""
    stacks = [list(_shares(cell)) for cell in line]
    for height in range(max(map(len, stacks))):
        cells = [stack[height] if height < len(stack) else "" for stack in stacks]
        yield _row(line[0].down if not height else "", cells, left, width)


def _row(head: str, cells: list[str], left: int, width: int) -> str:
    # One blank between two columns, whatever the width.
    cut = [cell[: width - 1].ljust(width) for cell in cells]
    return (head.ljust(left) + "".join(cut)).rstrip()


def _shares(cell: HeatCell) -> Iterator[str]:
    if not cell.possible:
        yield "x"
    for tiers, share in cell.tiers.items():
        letters = "".join(LETTERS[tier] for tier in tiers.split(" + "))
        yield f"{letters:<3}{_percent(share):>4}"


def _legend(heatmap: Heatmap) -> Iterator[str]:
    used = {tiers for cell in heatmap.cells for tiers in cell.tiers}
    words = ["R redis", "P persist", "S session", "PR both", "- none of the three"]
    if SILENT in used:
        words.append("? no row decides")
    if any(not cell.possible for cell in heatmap.cells):
        words.append("x impossible")
    yield "  ".join(words)


def _title(heatmap: Heatmap) -> str:
    given = ", ".join(f"{name} = {value}" for name, value in heatmap.given.items())
    title = f"{heatmap.ruleset.name}: share of possible items, by tiers"
    return f"{title}\nwhere {given}" if given else title


def _markdown(heatmap: Heatmap) -> str:
    header = [f"{heatmap.down} \\ {heatmap.across}"]
    header += [cell.across for cell in heatmap.lines[0]]
    rows = [[line[0].down, *map(_words, line)] for line in heatmap.lines]
    return to_markdown(header, rows)


def _words(cell: HeatCell) -> str:
    if not cell.possible:
        return IMPOSSIBLE
    shares = cell.tiers.items()
    return "\n".join(f"{tiers} {_percent(share)}" for tiers, share in shares)


def _csv(heatmap: Heatmap) -> str:
    header = [heatmap.down, heatmap.across, "tiers", "share", "possible"]
    rows = [
        [cell.down, cell.across, tiers, f"{share:.6f}", str(cell.possible)]
        for cell in heatmap.cells
        for tiers, share in (cell.tiers or {IMPOSSIBLE: 0.0}).items()
    ]
    return to_csv(header, rows)


def _json(heatmap: Heatmap) -> str:
    return msgspec.json.format(msgspec.json.encode(heatmap), indent=2).decode() + "\n"


def _mermaid(heatmap: Heatmap) -> str:
    heads = [cell.across for cell in heatmap.lines[0]]
    lines = ["block-beta", f"columns {len(heads) + 1}"]
    lines.append(f"corner[{label(f'{heatmap.down} / {heatmap.across}')}]")
    lines += [f"{node_id('across', head)}[{label(head)}]" for head in heads]
    looks: dict[str, list[str]] = {}
    for line in heatmap.lines:
        lines.append(f"{node_id('down', line[0].down)}[{label(line[0].down)}]")
        for cell in line:
            name = f"{node_id('cell', cell.down)}_{node_id('at', cell.across)}"
            lines.append(f"{name}[{label(*_words(cell).splitlines())}]")
            looks.setdefault(_look(cell), []).append(name)
    lines += classes(["redis", "persist", "session"])
    lines += [f"classDef {look} {paint}" for look, paint in _PLAIN.items()]
    lines += [f"class {','.join(names)} {look}" for look, names in looks.items()]
    return "\n".join(lines) + "\n"


def _look(cell: HeatCell) -> str:
    """Return the class of the tier that most completions use."""
    most = cell.most
    if most is None or most == SILENT:
        return "impossible"
    return "elsewhere" if most == NONE else class_of(most.rsplit(" + ", maxsplit=1)[-1])


_PLAIN = {
    "elsewhere": "fill:#f3ecb0,stroke:#8a7d00,color:#111111",
    "impossible": "fill:#ffffff,stroke:#b4b4b4,color:#707070",
}


def _percent(share: float) -> str:
    if share < SMALLEST:
        return "<1%"
    # 100 % is said of all completions only.
    return f"{min(share, 0.99):.0%}" if share < 1 else "100%"


HEAT_FORMATS: dict[str, Callable[[Heatmap], str]] = {
    "text": _text,
    "markdown": _markdown,
    "csv": _csv,
    "json": _json,
    "mermaid": _mermaid,
}
"""What a heat map can be shown as."""
