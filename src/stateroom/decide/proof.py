"""Proves a table: no gap, no dead or doubtful row, every safety property held.

Nothing is sampled. All possible cells are examined at once, as sets of cells.

One fault is reported once. A row that is unreachable is nothing else; equal cells are
a duplicate or a conflict, not also shadowed or overlapping; a shadowed row is not also
overlapping; a column that no row reads is not also one that changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from stateroom.catalogue.codes import CODES
from stateroom.catalogue.findings import Finding, Place
from stateroom.decide.closing import close_gaps, row_toml
from stateroom.decide.defects import Defect, column_defects, row_defects
from stateroom.decide.layout import Layout, placement_text
from stateroom.decide.properties import PROPERTIES
from stateroom.decide.ruleset import Block, Row, Ruleset
from stateroom.decide.sample import item_text
from stateroom.decide.space import Space
from stateroom.decide.stated import Property
from stateroom.decide.verdicts import Judge, Verdict

__all__ = ("Coverage", "Proof", "prove")


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """How much of the space one row speaks for.

    Attributes:
        row: id of a row, or of an overlay.
        block: name of its block; empty for an overlay.
        matches: possible cells that its conditions accept.
        decides: those of them that no earlier row takes; for an overlay, the cells to
            which it adds its copies.
    """

    row: str
    block: str
    matches: int
    decides: int


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a whole table.

    Attributes:
        ruleset: its name. hash: of its meaning.
        cells: all combinations of pieces of its columns.
        possible: those whose answers can all be true.
        gaps: possible cells for which no row decides.
        coverage: per row and overlay, in their order.
        properties: the verdict on each safety property.
        proposals: rows that would close the gaps.
        findings: everything that is wrong, in the order of the registry of codes.
    """

    ruleset: str
    hash: str
    cells: int
    possible: int
    gaps: int
    coverage: tuple[Coverage, ...]
    properties: tuple[Verdict, ...]
    proposals: tuple[Row, ...]
    findings: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing at all was found."""
        return not self.findings


def prove(ruleset: Ruleset, properties: Iterable[Property] = PROPERTIES) -> Proof:
    """Return what is known of a whole table.

    Args:
        ruleset: the rules.
        properties: what must hold of every possible cell.
    """
    layout = Layout(ruleset, Space(ruleset.columns))
    properties = tuple(properties)
    verdicts = _judged(ruleset, layout, properties)
    proposals = close_gaps(layout, _Breaking(ruleset, verdicts, properties))
    defects = _defects(layout, proposals, verdicts)
    return Proof(
        ruleset=ruleset.name,
        hash=ruleset.hash,
        cells=layout.space.count,
        possible=layout.space.possible.bit_count(),
        gaps=layout.silent.bit_count(),
        coverage=tuple(_coverage(layout)),
        properties=verdicts,
        proposals=proposals,
        findings=tuple(_finding(each, ruleset.path) for each in defects),
    )


def _judged(
    ruleset: Ruleset, layout: Layout, properties: Iterable[Property]
) -> tuple[Verdict, ...]:
    judge = Judge(ruleset, layout)
    return tuple(judge.verdict(each) for each in properties)


class _Breaking:
    """Counts the properties that a row, added at the end, breaks further."""

    def __init__(
        self,
        ruleset: Ruleset,
        verdicts: tuple[Verdict, ...],
        properties: tuple[Property, ...],
    ) -> None:
        self._ruleset = ruleset
        self._before = [verdict.broken for verdict in verdicts]
        self._properties = properties

    def __call__(self, row: Row) -> int:
        added = Block(name="proposed", hit="first", about="", rows=(row,))
        ruleset = msgspec.structs.replace(
            self._ruleset, blocks=(*self._ruleset.blocks, added)
        )
        layout = Layout(ruleset, Space(ruleset.columns))
        broken = [v.broken for v in _judged(ruleset, layout, self._properties)]
        return sum(now > then for now, then in zip(broken, self._before, strict=True))


def _defects(
    layout: Layout, proposals: tuple[Row, ...], verdicts: tuple[Verdict, ...]
) -> list[Defect]:
    found = [
        *_gaps(layout, proposals),
        *row_defects(layout),
        *column_defects(layout),
        *(_violated(each) for each in verdicts if not each.held),
    ]
    return sorted(found, key=lambda each: each.code)


def _gaps(layout: Layout, proposals: tuple[Row, ...]) -> Iterator[Defect]:
    if not layout.silent:
        return
    count = layout.silent.bit_count()
    total = layout.space.possible.bit_count()
    example = next(layout.space.cells(layout.silent, 1))
    rows = "row" if len(proposals) == 1 else f"{len(proposals)} rows"
    yield Defect(
        code="TBL001",
        about="rows",
        message=f"no row decides {count:,} of {total:,} possible cells",
        evidence=item_text(layout.space.columns, example, "in-the-gap"),
        fix=f"add the {rows}, once you agree with the home:\n"
        + "\n\n".join(map(row_toml, proposals)),
    )


def _violated(verdict: Verdict) -> Defect:
    example = verdict.example
    assert example is not None  # noqa: S101 - a property that is broken has an example
    before = f" ({example.before})" if example.before else ""
    placed = placement_text(example.placement)
    return Defect(
        code="TBL008",
        about=verdict.name,
        message=f"violated: {verdict.statement}; {verdict.broken:,} of "
        f"{verdict.examined:,} cells do not keep it",
        evidence=f"{example.item}\n# placed: {placed}{before}",
        fix=f"narrow {' or '.join(example.takers)}: {verdict.why}",
    )


def _coverage(layout: Layout) -> Iterator[Coverage]:
    rows = [(row, block.name) for block in layout.ruleset.blocks for row in block.rows]
    for row, block in [*rows, *((each, "") for each in layout.ruleset.overlays)]:
        yield Coverage(
            row=row.id,
            block=block,
            matches=layout.matches[row.id].bit_count(),
            decides=layout.decides[row.id].bit_count(),
        )


def _finding(defect: Defect, path: str) -> Finding:
    return Finding(
        code=defect.code,
        level=CODES[defect.code].level,
        message=defect.message,
        input=defect.about,
        evidence=defect.evidence,
        fix=defect.fix,
        place=Place(file=path),
    )
