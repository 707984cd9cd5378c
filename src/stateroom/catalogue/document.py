"""A catalogue: an application, its items, and what its owners chose to suppress."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from stateroom.catalogue.findings import Place
from stateroom.catalogue.inputs import INPUTS
from stateroom.catalogue.item import Item

__all__ = ("App", "Catalogue", "Path", "Source", "Suppression", "digest_of")

Path: TypeAlias = tuple[str | int, ...]
"""Where something stands in a document: keys of tables, and indexes of lists from 0."""

DEFAULT_MEMORY = 256 * 1024 * 1024
"""Bytes of Redis for an application that names no budget. The seed says 100-500 MB."""


class App(msgspec.Struct, frozen=True, kw_only=True):
    """The application. ``name`` is the namespace of its keys; the budget is bytes."""

    name: str = "app"
    memory_budget: int = DEFAULT_MEMORY


class Suppression(msgspec.Struct, frozen=True, kw_only=True):
    """A finding that its owners accept for now.

    Attributes:
        code: the finding's code.
        reason: why; never empty.
        item: only for this item; empty means for every item.
        until: ISO date, the last day on which it holds; empty means without end.
        where: dotted path of the suppression in its file.
    """

    code: str
    reason: str
    item: str = ""
    until: str = ""
    where: str = ""


class Source:
    """Where a catalogue came from; finds the place of anything in it.

    The base class knows no file. The loader's subclass looks a path up in the text, on
    request, because positions cost time and are needed for findings only.
    """

    path: str = ""

    def locate(self, where: str | Path) -> Place:
        """Return the place of ``where``, or of its closest parent that stands there.

        Args:
            where: exact as a tuple: ``("items", "theme", "tags", 0)``; or dotted:
                ``"items.theme.tags[0]"``. Names with dots may be quoted,
                ``'items."a.b".ttl'``; unquoted, the longest name that exists is meant.
        """
        del where
        return Place(file=self.path)


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """What data an application has.

    Attributes:
        app: the application.
        items: by name, in the order of the file.
        suppressions: accepted findings.
        source: where it was read from.
    """

    app: App = App()
    items: Mapping[str, Item] = {}
    suppressions: tuple[Suppression, ...] = ()
    source: Source = Source()

    @property
    def digest(self) -> str:
        """Hash of everything that can change a decision; comments do not count."""
        parts = [self.app.name, *(f"{name}={digest_of(i)}" for name, i in self._sorted)]
        return _hash("\n".join(parts).encode())

    @property
    def _sorted(self) -> list[tuple[str, Item]]:
        return sorted(self.items.items())


def digest_of(item: Item) -> str:
    """Return the hash of the facts of one item, 16 hex digits.

    Titles, owners and the split between given and preset do not count: they change no
    decision.
    """
    facts = {name: item.value(name) for name in INPUTS}
    rest = [item.preset_ttl, item.absolute_ttl, sorted(item.tags), item.override]
    return _hash(msgspec.json.encode([facts, rest]))


def _hash(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=8).hexdigest()
