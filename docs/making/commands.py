"""The command line as it explains itself, and its settings."""

from __future__ import annotations

import typer

from docs.making.markdown import code, fenced, joined, table
from stateroom.cli.commands import build, names
from stateroom.cli.program import NAME, app
from stateroom.cli.settings import SETTINGS

__all__ = ("commands", "help_of", "settings")

WIDTH = 80


def commands() -> str:
    """Return the help of the program, of each command, of each in a group."""
    return "\n".join([_section("", help_of("")), *map(_command, names())])


def help_of(name: str) -> str:
    """Return what ``stateroom NAME --help`` prints; without NAME, the program's."""
    command = build(name) if name else typer.main.get_command(app)
    words = f"{NAME} {name}".strip()
    context = command.make_context(words, [], resilient_parsing=True)
    context.terminal_width = WIDTH
    return command.get_help(context)


def settings() -> str:
    """Return every setting with its option, its variable and its default."""
    rows = (
        (
            code(each.name),
            each.about,
            code("FILE" if each.name == "file" else f"--{each.name}"),
            code(each.variable),
            code(each.default) if each.default else "none",
            joined(each.values) or "-",
        )
        for each in SETTINGS.values()
    )
    titles = ("setting", "what it is", "option", "environment", "default", "values")
    return table(titles, rows)


def _command(name: str) -> str:
    return _section(name, help_of(name))


def _section(name: str, text: str) -> str:
    words = f"{NAME} {name}".strip()
    anchor = name.replace(" ", "-") or NAME
    return f"## {words} {{ #{anchor} }}\n\n{fenced(text)}"
