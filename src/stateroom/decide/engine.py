"""Decides: from facts and a table to decisions with reasons.

Most of a decision depends only on the item's cell, so that is worked out once per
cell; what depends on an item's own numbers is worked out per item.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from stateroom.catalogue.document import App, Catalogue, digest_of
from stateroom.catalogue.inputs import CHOICES
from stateroom.catalogue.item import Item
from stateroom.catalogue.values import Value
from stateroom.decide.asking import question_about
from stateroom.decide.completing import Completed, Completing
from stateroom.decide.decision import (
    Ask,
    Decision,
    Decisions,
    Overridden,
    RulesetRef,
    tiers_of,
)
from stateroom.decide.explaining import Explainer, reasons
from stateroom.decide.flips import FlipFinder
from stateroom.decide.open_flips import find_open_flips
from stateroom.decide.overriding import placed
from stateroom.decide.placing import copy_at, home_at
from stateroom.decide.reading import asked_for, cell_of
from stateroom.decide.review import review, with_findings
from stateroom.decide.ruleset import Ruleset
from stateroom.decide.rulesets import load_ruleset
from stateroom.decide.sizing import size_up
from stateroom.decide.table import CellKey, Partial, Table, compile_table
from stateroom.errors import UsageError

__all__ = ("Engine", "decide", "decide_item")


def decide(catalogue: Catalogue, ruleset: Ruleset | None = None) -> Decisions:
    """Return where every item of a catalogue should live.

    Args:
        catalogue: as ``stateroom.load`` returns it.
        ruleset: the rules; ours when none are given.
    """
    engine = Engine(ruleset or load_ruleset(), catalogue.app)
    return engine.decide_all(catalogue.items.values())


def decide_item(
    item: Item, ruleset: Ruleset | None = None, app: App | None = None
) -> Decision:
    """Return where one item should live; see ``decide``."""
    return Engine(ruleset or load_ruleset(), app or App()).decide(item)


class Engine:
    """Decides items of one application by one ruleset."""

    def __init__(self, ruleset: Ruleset, app: App) -> None:
        self.ruleset = ruleset
        self.app = app
        self.table: Table = compile_table(ruleset)
        self._explainer = Explainer(self.table)
        self._flips = FlipFinder(self.table)
        self._completing = Completing(self.table)

    def decide_all(self, items: Iterable[Item]) -> Decisions:
        """Return the decisions of ``items``, in their order."""
        return Decisions(
            ruleset=RulesetRef(name=self.ruleset.name, hash=self.ruleset.hash),
            decisions=tuple([self.decide(item) for item in items]),
        )

    def decide(self, item: Item) -> Decision:
        """Return the decision of one item, with its findings."""
        partial = cell_of(item, self.table.columns)
        done = self._complete(partial, item)
        assumed = self._assumed(partial, done.cell)
        known = _with(item, assumed) if assumed else item
        decision = self._placed(item, known, partial, done)
        if done.confidence < 1:
            # What is certain whatever the answer is takes nothing for granted.
            decision = msgspec.structs.replace(
                decision, ask=self._question(item, done), assumed=assumed
            )
        found = review(item, decision, namespace=self.app.name)
        return with_findings(decision, found)

    def _placed(
        self, item: Item, known: Item, partial: Partial, done: Completed
    ) -> Decision:
        outcome = done.outcome
        spot, slots = placed(known, outcome)
        # Keys are scoped by what was said: an audience that is only assumed would
        # share them too widely, and without one they are the user's own.
        home = home_at(item, spot, self.app.name)
        copies = tuple([copy_at(item, s, rule, self.app.name) for s, rule in slots])
        why = reasons(known, outcome, copies)
        if item.override:
            why.append(f"override: {item.override.reason}")
        return Decision(
            item=item.name,
            title=item.title,
            home=home,
            copies=copies,
            tiers=tiers_of(home, copies),
            rule=outcome.row.id if outcome.row else None,
            read=self._explainer.answers_read(known, done.cell, outcome),
            why=tuple(why),
            why_not=self._explainer.ruled_out(done.cell, outcome),
            flips=find_open_flips(item, partial, outcome, self._completing)
            if None in partial
            else self._flips.find(item, done.cell),
            confidence=round(done.confidence, 6),
            ask=None,
            sizing=size_up(known, home, copies, self.app.memory_budget),
            overridden=_set_aside(item, outcome.tiers, str(outcome.home or "none")),
            authority=known.authority,
            digest=digest_of(item),
        )

    def _complete(self, partial: Partial, item: Item) -> Completed:
        found = self._completing.complete(partial)
        if found is None:
            raise UsageError(
                f"{item.name}: its answers cannot all be true",
                hint="load it from a catalogue, which says which of them exclude "
                "each other",
            )
        return found

    def _assumed(self, partial: Partial, cell: CellKey) -> dict[str, str]:
        """Return the pieces taken for granted where the item has no answer."""
        return {
            column.name: column.pieces[piece]
            for column, known, piece in zip(
                self.table.columns, partial, cell, strict=True
            )
            if known is None and column.name != "hit_ratio"
        }

    def _question(self, item: Item, done: Completed) -> Ask | None:
        if done.ask is None:
            return None
        return question_about(asked_for(item, self.table.columns[done.ask].name))


def _with(item: Item, assumed: dict[str, str]) -> Item:
    """Fill assumed choices in. An assumed number stays unknown: only its range is."""
    answers: dict[str, Value] = {}
    for name, piece in assumed.items():
        if name == "staleness" and piece == "bounded":
            continue
        if name in CHOICES or name == "staleness":
            answers[name] = piece == "true" if piece in ("true", "false") else piece
    return msgspec.structs.replace(item, **answers)


def _set_aside(item: Item, tiers: tuple[str, ...], home: str) -> Overridden | None:
    if item.override is None:
        return None
    return Overridden(reason=item.override.reason, tiers=tiers, home=home)
