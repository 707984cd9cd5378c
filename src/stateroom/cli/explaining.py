"""The commands ``explain`` and ``whatif``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from stateroom.catalogue.document import Catalogue
from stateroom.catalogue.item import Item
from stateroom.cli import catalogues, decisions
from stateroom.cli.blocks import Block, Column, Line, Span, Table, Words
from stateroom.cli.options import File, Form, Inputs, ItemName, Rules
from stateroom.cli.reply import Reply
from stateroom.cli.settings import Settings
from stateroom.cli.status import status_of
from stateroom.decide.decision import SCHEMA_VERSION, Decision, Decisions
from stateroom.decide.engine import Engine
from stateroom.decide.rulesets import load_ruleset
from stateroom.errors import UsageError

__all__ = ("explain", "whatif")


def explain(
    item: ItemName, file: File = None, rules: Rules = None, form: Form = None
) -> Reply:
    """Say why one item lives where it does.

    Prints its facts and where each is from, its home and copies, the rule that fired
    and what it read, what ruled the other tiers out, every single answer that would
    change the decision, its size in Redis, and its findings.

    Examples:
      stateroom explain job-search
      stateroom explain theme examples/seed.toml
      stateroom explain theme examples/seed.toml --rules seed-flowchart
    """
    settings = Settings()
    form = settings.form(form)
    _in_order(item, file, "explain")
    catalogue, engine = _found(item, file, rules, settings)
    found = engine.decide_all(catalogue.items.values())
    return Reply(
        text=lambda: (decisions.tree(catalogue.items[item], found[item]),),
        data=lambda: found,
        form=form,
        status=status_of(found),
        notes=(f"next: stateroom whatif {item} {catalogue.source.path}",),
    )


def whatif(
    item: ItemName,
    file: File = None,
    inputs: Inputs = None,
    rules: Rules = None,
    form: Form = None,
) -> Reply:
    """Say what another answer would change; without --input, all that would.

    Examples:
      stateroom whatif job-search --input staleness=exact
      stateroom whatif theme examples/seed.toml --input horizon=account
      stateroom whatif theme examples/seed.toml
    """
    settings = Settings()
    form = settings.form(form)
    _in_order(item, file, "whatif")
    answers = catalogues.read_answers(inputs or ())
    catalogue, engine = _found(item, file, rules, settings)
    before = catalogue.items[item]
    if not inputs:
        return _flips(engine.decide(before), form)
    after = catalogues.answered(before, answers)
    return _difference(engine.decide_all([before, after]), before, after, form)


def _in_order(item: str, file: str | None, command: str) -> None:
    if PurePath(item).suffix in (".toml", ".json"):
        raise UsageError(
            f"{item} looks like a catalogue: the item comes first",
            hint=f"stateroom {command} {file or 'ITEM'} {item}",
        )


def _found(
    item: str, file: str | None, rules: str | None, settings: Settings
) -> tuple[Catalogue, Engine]:
    """Return the catalogue with that item only, and what decides it."""
    catalogue = catalogues.pick(catalogues.read(file, settings), [item])
    ruleset = load_ruleset(settings.value("rules", rules))
    return catalogue, Engine(ruleset, catalogue.app)


def _flips(decision: Decision, form: str) -> Reply:
    return Reply(
        text=lambda: _flips_text(decision),
        data=lambda: {
            "schema_version": SCHEMA_VERSION,
            "item": decision.item,
            "flips": decision.flips,
        },
        form=form,
    )


def _flips_text(decision: Decision) -> Iterator[Block]:
    yield Line((Span(decision.item, "name"), f": {decision.placement}"))
    if not decision.flips:
        yield Line("No single other answer would change it.")
        return
    rows = []
    for flip in decision.flips:
        to = Span(flip.to, "name")
        tiers = " ".join(flip.tiers) or "none"
        rows.append((flip.input, flip.from_ or "?", to, flip.home, tiers))
    titles = ("answer", "is", "would be", "home then", "tiers then")
    yield Line()
    yield Table(columns=tuple(map(Column, titles)), rows=tuple(rows))


def _difference(found: Decisions, item: Item, changed: Item, form: str) -> Reply:
    before, after = found.decisions
    rows = tuple(_rows(before, after, item, changed))
    return Reply(
        text=lambda: _difference_text(before, after, rows),
        data=lambda: {
            "schema_version": found.schema_version,
            "ruleset": found.ruleset,
            "changed": before.placement != after.placement,
            "before": before,
            "after": after,
        },
        form=form,
    )


def _difference_text(
    before: Decision, after: Decision, rows: tuple[tuple[Words, ...], ...]
) -> Iterator[Block]:
    titles = (before.item, "before", "after")
    yield Table(columns=tuple(map(Column, titles)), rows=rows)
    yield Line()
    does = "does not change" if before.placement == after.placement else "changes"
    yield Line(f"This {does} where it lives.")
    for line in after.why[:1]:
        yield Line((Span(after.rule or "no rule", "name"), f": {line}"))


def _rows(
    before: Decision, after: Decision, item: Item, changed: Item
) -> Iterator[tuple[Words, ...]]:
    """Yield what differs: the answers first, then what was decided of them."""
    for name, was, now in decisions.answers_changed(item, changed):
        yield (name, was, Span(now, "info"))
    for name, (was, now) in decisions.compared(before, after).items():
        yield (name, was, now if was == now else Span(now, "warning"))
