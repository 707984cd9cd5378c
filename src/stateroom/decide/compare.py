"""Answers how much of the input space two rulesets place differently, and how."""

from __future__ import annotations

import msgspec

from stateroom.decide.layout import Layout, Placement, placement_text
from stateroom.decide.ruleset import Ruleset
from stateroom.decide.sample import answers_of
from stateroom.decide.space import Space, refine

__all__ = ("Change", "SpaceDiff", "compare_spaces")


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Cells that go from one placement to another.

    Attributes:
        before: the placement by the old rules; empty where they are silent.
        after: the placement by the new rules; empty where they are silent.
        cells: how many cells change so.
        example: one of them: an answer per input, as a catalogue writes it.
        old_rows: rows and overlays of the old rules that decide for these cells.
        new_rows: those of the new rules.
    """

    before: Placement
    after: Placement
    cells: int
    example: dict[str, str]
    old_rows: tuple[str, ...]
    new_rows: tuple[str, ...]

    def __str__(self) -> str:
        return f"{placement_text(self.before)} -> {placement_text(self.after)}"


class SpaceDiff(msgspec.Struct, frozen=True, kw_only=True):
    """What changes over the columns and cuts of both rulesets.

    Attributes:
        cells: all cells. possible: those whose answers can all be true.
        changed: possible cells that are placed differently.
        changes: grouped by placements, the largest group first.
    """

    cells: int
    possible: int
    changed: int
    changes: tuple[Change, ...]


def compare_spaces(old: Ruleset, new: Ruleset) -> SpaceDiff:
    """Return how many possible cells two rulesets place differently.

    A column that only one of them reads is there with all its values; a numeric one is
    cut at the bounds of both, so that neither is judged on half a cell.
    """
    space = Space(refine(old.columns, new.columns))
    changes = _changes(Layout(old, space), Layout(new, space))
    return SpaceDiff(
        cells=space.count,
        possible=space.possible.bit_count(),
        changed=sum(each.cells for each in changes),
        changes=tuple(
            sorted(changes, key=lambda each: (-each.cells, each.before, each.after))
        ),
    )


def _changes(old: Layout, new: Layout) -> list[Change]:
    space = old.space
    changes = []
    for before, here in old.placements.items():
        for after, there in new.placements.items():
            cells = here & there
            if before == after or not cells:
                continue
            example = next(space.cells(cells, 1))
            changes.append(
                Change(
                    before=before,
                    after=after,
                    cells=cells.bit_count(),
                    example=answers_of(space.columns, example),
                    old_rows=old.takers(cells),
                    new_rows=new.takers(cells),
                )
            )
    return changes
