"""The commands by name, each loaded when it is used.

Starting up is most of a short run, so no command pays for another's imports.
"""

from __future__ import annotations

import importlib
import inspect
import keyword
import sys
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Annotated, Protocol

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from stateroom.catalogue.values import nearest
from stateroom.cli.reply import Manner, Reply
from stateroom.errors import UsageError

if TYPE_CHECKING:
    from typer._click import Command, Context, HelpFormatter, Parameter

__all__ = (
    "COMMANDS",
    "GROUPS",
    "MANNER",
    "Group",
    "build",
    "common",
    "lightened",
    "manner_of",
    "names",
    "show_help",
)

COMMANDS = {
    "init": ("starting", "Write a commented catalogue to begin with."),
    "decide": ("deciding", "Say where every item should live."),
    "explain": ("explaining", "Say why one item lives where it does."),
    "whatif": ("explaining", "Say what another answer would change."),
    "check": ("checking", "Find what needs attention in a catalogue and its lock."),
    "diff": ("comparing", "Say what differs between two rulesets or two locks."),
    "prove": ("proving", "Prove a ruleset: no gap, no conflict, every promise kept."),
    "rules": ("ruling", "List the rules and the codes of findings, or explain one."),
    "tiers": (
        "describing",
        "Show what each tier survives, who sees it, and its limits.",
    ),
    "schema": ("describing", "Print the JSON Schema of a catalogue."),
    "export": ("exporting", "Write rules or decisions as a diagram or a table."),
    "cache": ("caching", "Invalidate what the cache on Redis holds."),
    "persist": ("persisting", "Look after what an application keeps on a device."),
    "bundle": ("bundling", "Zip your modules and the store for a browser."),
    "config": ("configuring", "Show the settings in effect and where each comes from."),
}
"""Name -> the module with a function of that name, and what it does in a line.

A function cannot be called ``import``; that of ``persist import`` is ``import_``.
"""
GROUPS = {
    "cache": {
        "invalidate": ("caching", "Make entries invalid, in every process."),
    },
    "persist": {
        "inspect": ("persisting_inspecting", "Show which slices are stored."),
        "verify": ("persisting_verifying", "Check checksums and generations."),
        "export": ("persisting_exporting", "Write a backup, or for redux-persist."),
        "import": ("persisting_importing", "Bring in what export wrote, or a browser."),
        "migrate": ("persisting_migrating", "Try your migrations on what is stored."),
        "purge": ("persisting_purging", "Make stored data go for good."),
    },
}
"""A command that has commands of its own -> these. Its module has their HELP."""
MANNER = "stateroom.manner"
"""Where a run keeps its ``Manner``: a key of ``Context.meta``, which commands share."""


class Function(Protocol):
    """What a command's module holds: arguments in, a reply out."""

    def __call__(self, *args: object, **options: object) -> Reply:
        """Return the reply to arguments as typer has read them."""
        ...


class Lean(TyperCommand):
    """A command whose options take their text as it is."""

    def get_params(self, ctx: Context) -> list[Parameter]:
        """Return the options, that of the help too."""
        return lightened(super().get_params(ctx))


class Group(TyperGroup):
    """Commands that are told without being loaded; all of them, or those of a group.

    Attributes:
        within: the name of the group; empty for the program itself.
    """

    within = ""

    def get_params(self, ctx: Context) -> list[Parameter]:
        """Return the options, that of the help too."""
        return lightened(super().get_params(ctx))

    def list_commands(self, ctx: Context) -> list[str]:
        """Return the names of the commands, in the order in which they are told."""
        del ctx
        return list(_members(self.within))

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Return a command, its module loaded; None when there is none."""
        del ctx
        is_there = cmd_name in _members(self.within)
        return build(f"{self.within} {cmd_name}".strip()) if is_there else None

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, Command | None, list[str]]:
        """Return the command that the arguments name.

        Raises:
            UsageError: there is none of that name.
        """
        known = _members(self.within)
        if args[0] not in known:
            near = nearest(args[0], known)
            path = ctx.command_path
            hint = f"did you mean {path} {near}?" if near else f"see {path} --help"
            name = f"{self.within} {args[0]}".strip()
            raise UsageError(f"there is no command {name!r}", hint=hint)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the list of commands, without loading them."""
        del ctx
        rows = [(name, about) for name, (_, about) in _members(self.within).items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def names() -> list[str]:
    """Return every command, each group followed by its own: ``cache invalidate``."""
    return [
        each
        for name in COMMANDS
        for each in (name, *(f"{name} {member}" for member in GROUPS.get(name, ())))
    ]


def build(name: str) -> TyperCommand | Group:
    """Return the command of that name, as in ``names``, its module loaded."""
    within, _, last = name.rpartition(" ")
    module, summary = _members(within)[last]
    found = importlib.import_module(f"stateroom.cli.{module}")
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    if name in GROUPS:
        start = app.callback(cls=Group, invoke_without_command=True, help=found.HELP)
        start(show_help)
    else:
        name_of = f"{last}_" if keyword.iskeyword(last) else last
        function: Function = getattr(found, name_of)
        add = app.command(last, cls=Lean, short_help=summary, help=_help(function))
        add(function)
    command = typer.main.get_command(app)
    assert isinstance(command, TyperCommand | Group)  # noqa: S101 - as declared above
    if isinstance(command, Group):
        command.within = name
    command.params += common()
    return command


def show_help(context: typer.Context) -> None:
    """Print the help where no command is named."""
    if context.invoked_subcommand is None:
        sys.stdout.write(context.get_help() + "\n")


def _members(within: str) -> dict[str, tuple[str, str]]:
    return GROUPS[within] if within else COMMANDS


def _help(function: Function) -> str:
    """Return a command's docstring, its examples left on lines of their own."""
    return (inspect.getdoc(function) or "").replace("Examples:\n", "\b\nExamples:\n")


def common() -> list[TyperOption]:
    """Return the options that every command has, and the program itself."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command()(_common)
    found = typer.main.get_command(app).params
    return [each for each in found if isinstance(each, TyperOption)]


def lightened(params: list[Parameter]) -> list[Parameter]:
    """Return options that take their text as it is.

    Typer loads pydantic to turn text into text, which costs as much time as deciding.
    """
    for param in params:
        if "process_value" not in vars(param):
            _lighten(param)
    return params


def _lighten(param: Parameter) -> None:
    full = param.process_value

    def process_value(ctx: typer.Context, value: object) -> object:
        if value is None and param.required:
            return full(ctx, value)
        if isinstance(value, tuple):
            value = list(value)
        return param.callback(ctx, param, value) if param.callback else value

    param.process_value = process_value  # type: ignore[method-assign,assignment]


def _quiet(context: typer.Context, value: bool) -> None:  # noqa: FBT001 - typer's call
    manner_of(context.meta).quiet |= value


def _verbose(context: typer.Context, value: bool) -> None:  # noqa: FBT001 - as above
    manner_of(context.meta).verbose |= value


def _no_color(context: typer.Context, value: bool) -> None:  # noqa: FBT001 - as above
    manner_of(context.meta).no_color |= value


def manner_of(meta: MutableMapping[str, object]) -> Manner:
    """Return the manner of this run, which its contexts share in their ``meta``."""
    found = meta.setdefault(MANNER, Manner())
    assert isinstance(found, Manner)  # noqa: S101 - nobody else uses this key
    return found


def _common(
    *,
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
