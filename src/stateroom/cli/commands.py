"""The commands by name, each loaded when it is used.

Starting up is most of a short run, so no command pays for another's imports.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Annotated, TypeAlias

import typer
from typer.core import TyperCommand, TyperOption

from stateroom.cli.reply import Manner, Reply

__all__ = ("COMMANDS", "MANNER", "build", "common")

COMMANDS = {
    "init": ("starting", "Write a commented catalogue to begin with."),
    "decide": ("deciding", "Say where every item should live."),
    "explain": ("explaining", "Say why one item lives where it does."),
    "whatif": ("explaining", "Say what another answer would change."),
    "check": ("checking", "Find what needs attention in a catalogue and its lock."),
    "diff": ("comparing", "Say what differs between two rulesets or two locks."),
    "prove": ("proving", "Prove a ruleset: no gap, no conflict, every promise kept."),
    "rules": ("ruling", "List the rules and the codes of findings, or explain one."),
    "tiers": ("describing", "Show what each tier survives, who sees it, and its limits."),
    "schema": ("describing", "Print the JSON Schema of a catalogue."),
    "export": ("exporting", "Write rules or decisions as a diagram or a table."),
    "config": ("describing", "Show the settings in effect and where each comes from."),
}
"""Name -> the module with a function of that name, and what it does in a line."""
MANNER = "stateroom.manner"
"""Where a run keeps its ``Manner``: a key of ``Context.meta``, which commands share."""

Function: TypeAlias = Callable[..., Reply]


def build(name: str) -> TyperCommand:
    """Return the command of that name, its module loaded."""
    module, summary = COMMANDS[name]
    function: Function = getattr(importlib.import_module(f"stateroom.cli.{module}"), name)
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, short_help=summary)(function)
    command = typer.main.get_command(app)
    assert isinstance(command, TyperCommand)  # noqa: S101 - one command, no group
    command.params += common()
    lighten(command.params)
    return command


def common() -> list[TyperOption]:
    """Return the options that every command has, and the program itself."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command()(_common)
    found = typer.main.get_command(app).params
    return [each for each in found if isinstance(each, TyperOption)]


def lighten(params: Sequence[object]) -> None:
    """Let options of text take their text as it is.

    Typer loads pydantic to turn text into text, which costs as much time as deciding.
    """
    for param in params:
        if isinstance(param, TyperOption | typer.core.TyperArgument):
            _lighten(param)


def _lighten(param: TyperOption | typer.core.TyperArgument) -> None:
    full = param.process_value

    def process_value(ctx: typer.Context, value: object) -> object:
        if isinstance(value, str) and param.nargs == 1 and param.callback is None:
            return value
        if isinstance(value, list | tuple) and param.callback is None:
            return list(value)
        if value is None and not param.required and param.callback is None:
            return None
        return full(ctx, value)

    param.process_value = process_value  # type: ignore[method-assign,assignment]


def _quiet(context: typer.Context, value: bool) -> None:  # noqa: FBT001 - typer's call
    manner_of(context).quiet |= value


def _verbose(context: typer.Context, value: bool) -> None:  # noqa: FBT001 - as above
    manner_of(context).verbose |= value


def _no_color(context: typer.Context, value: bool) -> None:  # noqa: FBT001 - as above
    manner_of(context).no_color |= value


def manner_of(context: typer.Context) -> Manner:
    """Return the manner of this run."""
    found = context.meta.setdefault(MANNER, Manner())
    assert isinstance(found, Manner)  # noqa: S101 - nobody else uses this key
    return found


def _common(
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet", "-q", callback=_quiet, expose_value=False,
            help="No notes on stderr; errors are told.",
        ),
    ] = False,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose", "-v", callback=_verbose, expose_value=False,
            help="Tell where an error comes from.",
        ),
    ] = False,
    no_color: Annotated[
        bool,
        typer.Option(
            "--no-color", callback=_no_color, expose_value=False,
            help="No colours; NO_COLOR in the environment does the same.",
        ),
    ] = False,
) -> None:  # fmt: skip
    """Hold the options that every command has."""
