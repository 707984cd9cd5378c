"""The command ``init``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from stateroom.catalogue.template import template
from stateroom.cli.blocks import Line
from stateroom.cli.options import Form
from stateroom.cli.reply import Reply
from stateroom.cli.settings import SETTINGS, Settings
from stateroom.decide.lockfile import replace_text
from stateroom.errors import UsageError

__all__ = ("init",)

Target = Annotated[
    str | None,
    typer.Argument(
        metavar="PATH",
        help="The file, or its folder; ./stateroom.toml where not given.",
        show_default=False,
    ),
]
Force = Annotated[
    bool, typer.Option("--force", help="Write over a catalogue that is there.")
]


def init(
    path: Target = None,
    *,
    force: Force = False,
    form: Form = None,
) -> Reply:
    """Write a commented catalogue to begin with: one item per preset.

    The application is named after the folder. A file that is there is never written
    over, unless --force says so.

    Examples:
      stateroom init
      stateroom init services/shop
      stateroom init data.toml --force
    """
    settings = Settings()
    target = _target(path or settings.value("file"))
    try:
        _write(target, template(_name_of(target)), force=force)
    except FileExistsError:
        raise UsageError(
            f"{target} is there already", hint="write over it with --force"
        ) from None
    except OSError as error:
        raise UsageError(
            f"{target}: cannot be written: {error.strerror or error}"
        ) from error
    return Reply(
        text=lambda: (Line(f"{target} written."),),
        data=lambda: {"schema_version": "1.0", "written": str(target)},
        form=settings.form(form),
        notes=(f"next: stateroom decide {target}",),
    )


def _write(target: Path, text: str, *, force: bool) -> None:
    """Write in one step: where that fails, what was there is left as it was."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and not target.is_file():
        raise UsageError(f"{target}: is not a regular file")
    if force and target.exists():
        # The file that a link leads to, so that the link stays one.
        replace_text(target.resolve(), text)
        return
    with target.open("x"):
        pass  # taken, so that nobody else's file is written over
    try:
        replace_text(target, text)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _target(path: str) -> Path:
    found = Path(path)
    is_folder = found.is_dir() or not found.suffix
    return found / SETTINGS["file"].default if is_folder else found


def _name_of(target: Path) -> str:
    """Return the folder's name in the spelling of an application's."""
    name = re.sub(r"[^a-z0-9]+", "-", target.absolute().parent.name.lower()).strip("-")
    return name if re.fullmatch(r"[a-z][a-z0-9-]{0,30}", name) else "app"
