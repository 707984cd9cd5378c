"""The arguments and options that several commands share, each written once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from stateroom.decide.rulesets import NAMES

__all__ = ("File", "Form", "Inputs", "ItemName", "Items", "Rules")


def _item_names(context: typer.Context, incomplete: str) -> list[str]:
    """Complete the name of an item from the catalogue that the command would read."""
    from stateroom.catalogue import load  # noqa: PLC0415 - completion only

    try:
        named = context.params.get("file") or "stateroom.toml"
        names = load(Path(named)).items
    except Exception:
        return []
    return [name for name in names if name.startswith(incomplete)]


File: TypeAlias = Annotated[
    str | None,
    typer.Argument(
        metavar="FILE",
        help="The catalogue; ./stateroom.toml where not given.",
        show_default=False,
    ),
]
ItemName: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="ITEM", help="An item of the catalogue.", autocompletion=_item_names
    ),
]
Items: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--item",
        metavar="ITEM",
        help="Only this item; may be given several times.",
        autocompletion=_item_names,
    ),
]
Inputs: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--input",
        metavar="KEY=VALUE",
        help="An answer to use instead, such as staleness=5m; may be repeated.",
    ),
]
Rules: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--rules",
        metavar="NAME",
        help=f"The ruleset: {', '.join(NAMES)}, or a TOML file.",
        show_default=False,
        autocompletion=lambda: list(NAMES),
    ),
]
Form: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="text or json.",
        show_default=False,
        autocompletion=lambda: ["text", "json"],
    ),
]
