"""Collects what is wrong in a document: every place of it, not only the first.

A reader of one value raises ``InvalidValue``; the reader of a table catches it, notes
the path here and goes on. Paths are tuples, because names may contain dots; they are
printed, and looked up in the text, only when there is something to say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import msgspec

from stateroom.catalogue.document import Path, Source
from stateroom.catalogue.findings import Place
from stateroom.catalogue.wording import nearest, show
from stateroom.errors import CatalogueError, InvalidValue, Problem

__all__ = ("Fault", "Faults", "print_path")

T = TypeVar("T")

LONGEST_KEY = 64
"""Characters; a longer key is shortened in print."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong, before its place in the text is looked up.

    Attributes:
        path: where it stands, from the document's root.
        message: what is wrong; the rest as in ``Problem``.
        place: where it stands in the text; None asks the source.
    """

    path: Path
    message: str
    found: str = ""
    allowed: str = ""
    nearest: str = ""
    place: Place | None = None

    def at(self, source: Source) -> Problem:
        """Return the problem, with the place where ``source`` has it."""
        place = self.place or source.locate(self.path)
        return Problem(
            where=print_path(self.path),
            message=self.message,
            found=self.found,
            allowed=self.allowed,
            nearest=self.nearest,
            file=place.file,
            line=place.line,
            column=place.column,
        )


class Faults:
    """The list that grows while a document is read."""

    def __init__(self) -> None:
        self.all: list[Fault] = []

    def add(
        self,
        path: Path,
        message: str,
        *,
        found: str = "",
        allowed: str = "",
        nearest: str = "",
        place: Place | None = None,
    ) -> None:
        """Note what is wrong at ``path``."""
        fault = Fault(
            path=path,
            message=message,
            found=found,
            allowed=allowed,
            nearest=nearest,
            place=place,
        )
        self.all.append(fault)

    def refuse(self, path: Path, error: InvalidValue) -> None:
        """Note that the value at ``path`` was refused; its hint is the nearest."""
        self.add(
            path,
            str(error),
            found=error.found,
            allowed=error.allowed,
            nearest=error.hint,
        )

    def unknown(
        self, path: Path, what: str, known: Iterable[str], *, meant: str = ""
    ) -> None:
        """Note a key that means nothing where it stands, or is meant for elsewhere."""
        known, key = tuple(known), str(path[-1])
        self.add(
            path,
            f"unknown {what}",
            found=_key(key),
            allowed=", ".join(known),
            nearest=meant or nearest(key, known),
        )

    def take(
        self,
        table: Mapping[str, object],
        key: str,
        path: Path,
        read: Callable[[object], T],
        default: T,
    ) -> T:
        """Read one key of a table; when it is absent or refused, take the default."""
        if key not in table:
            return default
        try:
            return read(table[key])
        except InvalidValue as error:
            self.refuse((*path, key), error)
            return default

    def table(self, raw: object, path: Path, what: str) -> Mapping[str, object]:
        """Return ``raw`` if it is a table; note it and return an empty one if not."""
        if isinstance(raw, Mapping):
            return raw
        self.add(path, f"{what} must be a table", found=show(raw), allowed="a table")
        return {}

    def problems(self, source: Source) -> tuple[Problem, ...]:
        """Return every problem with its place, in the order of the lines."""
        found = [fault.at(source) for fault in self.all]
        return tuple(sorted(found, key=lambda each: (each.line, each.column)))

    def stop(self, source: Source) -> None:
        """Raise ``CatalogueError`` with every problem, when there is one."""
        if self.all:
            raise CatalogueError(problems=self.problems(source))


def print_path(path: Path) -> str:
    """Print a path as people write it: ``items.theme.tags[0]``, ``items."a.b"``."""
    text = "".join(
        f"[{part}]" if isinstance(part, int) else f".{_key(part)}" for part in path
    )
    return text.removeprefix(".")


def _key(key: str) -> str:
    """Spell a key bare where it can be, else quoted and on one line."""
    if _BARE.fullmatch(key) and len(key) <= LONGEST_KEY:
        return key
    short = key if len(key) <= LONGEST_KEY else f"{key[: LONGEST_KEY - 3]}..."
    return json.dumps(short, ensure_ascii=not short.isprintable())
