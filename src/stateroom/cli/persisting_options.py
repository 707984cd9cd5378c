"""The arguments and options that the commands of ``persist`` share."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

from stateroom.errors import UsageError

__all__ = ("Items", "Namespace", "Owner", "Place", "TableName", "whole_number")

LONGEST_NUMBER = 15
"""Digits, of which any number is exact in JavaScript too."""

Place: TypeAlias = Annotated[
    str,
    typer.Argument(metavar="PATH", help="A directory of Files, or a SQLite file."),
]
TableName: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--table",
        metavar="NAME",
        help="Of a SQLite file: the table, as SQLite was given it.",
        show_default=False,
    ),
]
Items: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--item",
        metavar="ITEM",
        help="Only this item, the key of a slice; may be given several times.",
        show_default=False,
    ),
]
Owner: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--owner",
        metavar="ID",
        help='Only records of this user; "" for those of the device.',
        show_default=False,
    ),
]
Namespace: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--namespace",
        metavar="NAME",
        help="Only records of this application.",
        show_default=False,
    ),
]


def whole_number(option: str, text: str | None, *, least: int) -> int | None:
    """Return the number that an option was given; None when it was not.

    Raises:
        UsageError: it is no whole number, or less than ``least``.
    """
    if text is None:
        return None
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER:
        number = int(text)
        if number >= least:
            return number
    raise UsageError(f"{option}: {text!r} is no whole number from {least} on")
