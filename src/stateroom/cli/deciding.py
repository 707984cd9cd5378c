"""The command ``decide``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import msgspec
import typer

from stateroom.catalogue.document import App, Catalogue
from stateroom.cli import catalogues, decisions
from stateroom.cli.blocks import Block, Line
from stateroom.cli.catalogues import AD_HOC, Answers
from stateroom.cli.options import File, Form, Inputs, Items, Rules
from stateroom.cli.progress import watched
from stateroom.cli.reply import Reply
from stateroom.cli.settings import Settings
from stateroom.cli.status import status_of
from stateroom.decide.decision import Decisions
from stateroom.decide.engine import Engine
from stateroom.decide.rulesets import load_ruleset
from stateroom.errors import UsageError

__all__ = ("decide", "shown")

Ask = Annotated[
    bool, typer.Option("--ask", help="Ask what is unknown, as far as it matters.")
]
Write = Annotated[
    bool, typer.Option("--write", help="Pin the decisions in stateroom.lock.")
]
Moved = Annotated[
    str | None,
    typer.Option(
        "--moved",
        metavar="PLAN",
        help="With --write: a file that names the originals that were moved.",
    ),
]


def decide(
    file: File = None,
    *,
    items: Items = None,
    inputs: Inputs = None,
    ask: Ask = False,
    write: Write = False,
    moved: Moved = None,
    rules: Rules = None,
    form: Form = None,
) -> Reply:
    """Say where every item of a catalogue should live.

    Exit status 1 when a decision has a finding of level warning or error.

    Examples:
      stateroom decide
      stateroom decide examples/seed.toml --format json
      stateroom decide --item job-search --input staleness=5m
      stateroom decide --ask
      stateroom decide --input like=draft --input offline=true
      stateroom decide --write
    """
    settings = Settings()
    form = settings.form(form)
    engine_rules = load_ruleset(settings.value("rules", rules))
    if write:
        _refuse_partial(items, inputs, ask=ask)
    elif moved:
        raise UsageError("--moved says what --write may move: give both")
    answers = catalogues.read_answers(inputs or ())
    catalogue = _target(file, items, answers, ask=ask, settings=settings)
    engine = Engine(engine_rules, catalogue.app)
    if ask:
        from stateroom.cli.asking import interview  # noqa: PLC0415 - on request

        return interview(engine, catalogue, form)
    found = engine.decide_all(watched(catalogue.items.values()))
    if write:
        from stateroom.cli.pinning import pin  # noqa: PLC0415 - on request

        return pin(catalogue, found, moved, form)
    return shown(catalogue, found, form, is_picked=bool(items or inputs))


def shown(
    catalogue: Catalogue, found: Decisions, form: str, *, is_picked: bool
) -> Reply:
    """Return the reply that shows decisions: a table, or one tree for one item."""
    return Reply(
        text=lambda: _blocks(catalogue, found, is_picked=is_picked),
        data=lambda: found,
        form=form,
        status=status_of(found),
        notes=_next(catalogue, found, is_picked=is_picked),
    )


def _target(
    file: str | None,
    items: list[str] | None,
    answers: Answers,
    *,
    ask: bool,
    settings: Settings,
) -> Catalogue:
    """Return what is to be decided, with the answers of the command line in it."""
    has_answers = bool(answers.inputs or answers.like)
    if file is None and not items and (has_answers or (ask and not _is_here(settings))):
        item = catalogues.made_up(answers)
        return Catalogue(app=App(), items={AD_HOC: item})
    catalogue = catalogues.read(file, settings)
    if has_answers and not items:
        raise UsageError("--input changes one item: name it with --item")
    if items:
        catalogue = catalogues.pick(catalogue, items)
    if not has_answers:
        return catalogue
    changed = {
        name: catalogues.answered(item, answers)
        for name, item in catalogue.items.items()
    }
    return msgspec.structs.replace(catalogue, items=changed)


def _is_here(settings: Settings) -> bool:
    return catalogues.is_there(settings.value("file"))


def _refuse_partial(
    items: list[str] | None, inputs: list[str] | None, *, ask: bool
) -> None:
    if items or inputs or ask:
        raise UsageError(
            "--write pins a catalogue as it stands: not with --item, --input or --ask",
            hint="put the answers into the catalogue first",
        )


def _blocks(
    catalogue: Catalogue, found: Decisions, *, is_picked: bool
) -> Iterator[Block]:
    if is_picked and len(found.decisions) == 1:
        for each in found.decisions:
            yield decisions.tree(catalogue.items[each.item], each)
        return
    if found.decisions:
        yield decisions.table(found)
        yield Line()
    yield decisions.summary(found)


def _next(
    catalogue: Catalogue, found: Decisions, *, is_picked: bool
) -> tuple[str, ...]:
    file = catalogue.source.path
    if is_picked or not found.decisions:
        return ()
    asked = next((each for each in found.decisions if each.ask), None)
    if asked:
        return (f"next: stateroom decide {file} --item {asked.item} --ask",)
    noted = next((each for each in found.decisions if each.findings), None)
    return (f"next: stateroom explain {(noted or found.decisions[0]).item} {file}",)
