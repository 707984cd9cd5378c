"""The command ``export``."""

from __future__ import annotations

from typing import Annotated

import typer

from stateroom.catalogue.values import nearest
from stateroom.cli import catalogues
from stateroom.cli.options import File, Items, Rules
from stateroom.cli.reply import Reply, verbatim
from stateroom.cli.settings import Settings
from stateroom.decide.engine import Engine
from stateroom.decide.ruleset import Ruleset
from stateroom.decide.rulesets import load_ruleset
from stateroom.errors import UsageError

__all__ = ("export",)

KINDS = ("rules", "decisions", "heatmap")
FORMATS = ("mermaid", "csv", "json", "markdown")

To = Annotated[
    str,
    typer.Option(
        "--to",
        metavar="FORMAT",
        help=f"{', '.join(FORMATS)}.",
        autocompletion=lambda: list(FORMATS),
    ),
]
What = Annotated[
    str | None,
    typer.Option(
        "--what",
        metavar="KIND",
        help=f"{', '.join(KINDS)}; decisions where a FILE is named, else rules.",
        show_default=False,
    ),
]
Down = Annotated[
    str, typer.Option("--down", metavar="INPUT", help="Of a heat map: its lines.")
]
Across = Annotated[
    str, typer.Option("--across", metavar="INPUT", help="Of a heat map: its columns.")
]


def export(
    file: File = None,
    *,
    to: To = "mermaid",
    what: What = None,
    items: Items = None,
    rules: Rules = None,
    down: Down = "horizon",
    across: Across = "audience",
) -> Reply:
    """Write rules or decisions as a diagram or a table, on stdout.

    Of rules, with one --item: the flowchart with that item's way lit.

    Examples:
      stateroom export --what rules --to mermaid
      stateroom export --what rules --item theme > theme.mmd
      stateroom export examples/seed.toml --to csv
      stateroom export --what heatmap --to markdown
    """
    settings = Settings()
    _check("--to", to, FORMATS)
    kind = what or ("decisions" if file else "rules")
    _check("--what", kind, KINDS)
    ruleset = load_ruleset(settings.value("rules", rules))
    if kind == "heatmap":
        text = _heatmap(ruleset, to, down, across)
    elif kind == "decisions":
        text = _decisions(ruleset, to, file, items, settings)
    elif items:
        text = _lit(ruleset, to, file, items, settings)
    else:
        text = _rules(ruleset, to)
    return Reply(text=verbatim(""), data=lambda: text, form=to)


def _check(option: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        near = nearest(value, known)
        raise UsageError(
            f"{option}: {value!r} is none of {', '.join(known)}",
            hint=f"did you mean {near}?" if near else "",
        )


def _rules(ruleset: Ruleset, to: str) -> str:
    from stateroom.decide.exporting import export_rules  # noqa: PLC0415 - on request

    return export_rules(ruleset, to)


def _decisions(
    ruleset: Ruleset,
    to: str,
    file: str | None,
    items: list[str] | None,
    settings: Settings,
) -> str:
    from stateroom.decide.exporting import export_decisions  # noqa: PLC0415 - as above

    catalogue = catalogues.read(file, settings)
    if items:
        catalogue = catalogues.pick(catalogue, items)
    engine = Engine(ruleset, catalogue.app)
    return export_decisions(engine.decide_all(catalogue.items.values()), to)


def _lit(
    ruleset: Ruleset, to: str, file: str | None, items: list[str], settings: Settings
) -> str:
    from stateroom.decide.diagrams import flowchart  # noqa: PLC0415 - as above

    if len(items) > 1 or to != "mermaid":
        raise UsageError(
            "only a Mermaid flowchart shows an item's way through the rules, and only "
            "that of one item",
            hint="for a table of items: --what decisions",
        )
    catalogue = catalogues.pick(catalogues.read(file, settings), items)
    engine = Engine(ruleset, catalogue.app)
    return flowchart(ruleset, engine.decide(catalogue.items[items[0]]))


def _heatmap(ruleset: Ruleset, to: str, down: str, across: str) -> str:
    from stateroom.decide.heatmap import heatmap  # noqa: PLC0415 - as above
    from stateroom.decide.heatviews import export_heatmap  # noqa: PLC0415

    return export_heatmap(heatmap(ruleset, down=down, across=across), to)
