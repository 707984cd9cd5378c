"""Prints a report: one module per format, each a function from a report to text."""

from __future__ import annotations

import importlib
from typing import Literal, TypeAlias, get_args

import msgspec

from stateroom.catalogue.legible import legible_parts
from stateroom.check.report import Report

__all__ = ("FORMATS", "Format", "render")

Format: TypeAlias = Literal["text", "json", "sarif", "github", "markdown"]
FORMATS: tuple[Format, ...] = get_args(Format)
"""What ``--format`` names."""


def render(report: Report, format: Format = "text") -> str:  # noqa: A002 - the option
    """Return ``report`` as text of one format, ending with a newline."""
    # On use: SARIF reads the pages, and a check in a terminal need not wait for it.
    module = importlib.import_module(f"stateroom.check.formats.{format}")
    text: str = module.render(_legible(report))
    return text


def _legible(report: Report) -> Report:
    """Return the report without the bytes of a file's name that are no text."""
    try:
        msgspec.json.encode(report)
    except UnicodeEncodeError:
        return msgspec.convert(legible_parts(msgspec.to_builtins(report)), Report)
    return report
