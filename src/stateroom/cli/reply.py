"""What a command answers, and how it is shown: data on stdout, notes on stderr."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TextIO

import msgspec

from stateroom.catalogue.legible import legible, legible_parts
from stateroom.cli import plain
from stateroom.cli.blocks import Block, Verbatim, clean

__all__ = ("Manner", "Reply", "is_coloured", "note", "show")


@dataclass(slots=True)
class Manner:
    """How this run shall speak; filled in from the options that every command has."""

    quiet: bool = False
    verbose: bool = False
    no_color: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer in every form it can be shown in; only the asked one is built.

    Attributes:
        form: ``text`` for people, anything else for programs.
        text: builds the answer for people.
        plain: builds it for pipes, where that is another text; else ``text`` does.
        data: builds the one document for programs: a value to encode as JSON, or text.
        status: the exit status.
        notes: for stderr: what was done, and the next command.
    """

    text: Callable[[], Iterable[Block]]
    plain: Callable[[], str] | None = None
    data: Callable[[], object] | None = None
    form: str = "text"
    status: int = 0
    notes: tuple[str, ...] = ()


def show(reply: Reply, manner: Manner) -> int:
    """Print a reply in the form that was asked for, and return its exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What the encoding does not have is spelled out, and no reason to fail.
        sys.stdout.reconfigure(errors="backslashreplace")
    if reply.form != "text" and reply.data is not None:
        _write_document(reply.data())
    else:
        _write_text(reply, manner)
    sys.stdout.flush()
    if not manner.quiet:
        for each in reply.notes:
            note(each)
    return reply.status


def note(text: str) -> None:
    """Tell the person at the terminal something that is not part of the answer."""
    sys.stderr.write(f"{clean(text)}\n")
    sys.stderr.flush()


def is_coloured(stream: TextIO, manner: Manner) -> bool:
    """Say whether ``stream`` may be given colours. See https://no-color.org."""
    if manner.no_color or os.environ.get("NO_COLOR"):
        return False
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _write_document(document: object) -> None:
    """Write one document as UTF-8, whatever encoding a terminal here would have."""
    if isinstance(document, str):
        data = legible(document).encode("utf-8")
    else:
        data = msgspec.json.format(_json(document), indent=2)
    sys.stdout.flush()
    sys.stdout.buffer.write(data.removesuffix(b"\n") + b"\n")


def _json(document: object) -> bytes:
    try:
        return msgspec.json.encode(document)
    except UnicodeEncodeError:
        return msgspec.json.encode(legible_parts(msgspec.to_builtins(document)))


def _write_text(reply: Reply, manner: Manner) -> None:
    if not sys.stdout.isatty():
        text = reply.plain() if reply.plain else plain.render(reply.text())
        sys.stdout.write(text)
        return
    # Only a terminal pays for loading rich.
    from stateroom.cli import coloured  # noqa: PLC0415

    has_colour = is_coloured(sys.stdout, manner)
    coloured.render(reply.text(), sys.stdout, has_colour=has_colour)


def verbatim(text: str) -> Callable[[], tuple[Block, ...]]:
    """Return the builder of an answer that is one text, the same for everybody."""
    return lambda: (Verbatim(text),)
