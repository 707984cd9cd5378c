"""The command ``config``."""

from __future__ import annotations

from collections.abc import Iterator

from stateroom.cli.blocks import Block, Column, Line, Span, Table
from stateroom.cli.options import Form
from stateroom.cli.reply import Reply
from stateroom.cli.settings import SETTINGS, Found, Settings

__all__ = ("config",)


def config(form: Form = None) -> Reply:
    """Show the settings in effect, and where each comes from.

    A flag wins over the environment, that over [tool.stateroom] in ./pyproject.toml,
    and that over the default.

    Examples:
      stateroom config
      STATEROOM_RULES=seed-flowchart stateroom config
      stateroom config --format json
    """
    settings = Settings()
    found = {name: settings.find(name) for name in SETTINGS}
    return Reply(
        text=lambda: _text(found),
        data=lambda: {
            "schema_version": "1.0",
            "settings": {
                name: {"value": each.value, "origin": each.origin}
                for name, each in found.items()
            },
        },
        form=settings.form(form),
    )


def _text(found: dict[str, Found]) -> Iterator[Block]:
    rows = [
        (Span(name, "name"), each.value or "-", each.origin, SETTINGS[name].about)
        for name, each in found.items()
    ]
    titles = (Column("setting", keeps=True), *map(Column, ("value", "origin", "is")))
    yield Table(columns=titles, rows=tuple(rows))
    yield Line()
    yield Line(
        "Change one for a run with its option, for a shell with its variable "
        "(STATEROOM_FAIL_ON), for a project in [tool.stateroom] of pyproject.toml."
    )
