"""Shows the facts of the tiers: as text of 80 columns, and in Markdown."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from stateroom.decide.ruleset import TIERS
from stateroom.decide.tables import to_markdown
from stateroom.decide.tiers import (
    EVENTS,
    READERS,
    SOURCES,
    TierFacts,
    tiers_table,
)

__all__ = ("tiers_markdown", "tiers_text")

WIDTH = 80
NAME = 13
"""Columns of the widest name, ``redis/cache``, and a gap."""


def tiers_text() -> str:
    """Return the facts as plain text, no line longer than 80 columns."""
    table = tiers_table()
    parts = [
        "Is it still there after ...",
        *_grid(list(EVENTS), [(t, list(t.survives.values())) for t in table]),
        "",
        "Who sees one and the same value?",
        *_grid(list(READERS), [(t, _seen(t)) for t in table]),
        "",
        "What is it for, how large may it be, how fast is it?",
        *(line for facts in table for line in _about(facts)),
        "",
        *_legend(),
    ]
    return "\n".join(parts) + "\n"


def tiers_markdown() -> str:
    """Return the facts as Markdown tables, with notes and sources."""
    table = tiers_table()
    return "\n".join(
        (
            _section("What it survives", EVENTS.values(), map(_survival, table)),
            _section("Who sees it", READERS.values(), map(_readers, table)),
            _section("For what, how large, how fast", _ABOUT, map(_words, table)),
            _section("What else to know", ("notes", "sources"), map(_notes, table)),
            _section("Sources", ("what",), SOURCES.items()),
        )
    )


_ABOUT = ("where", "used for", "limit", "from a server", "from a browser")


def _section(title: str, heads: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    return f"### {title}\n\n{to_markdown(['', *heads], rows)}"


def _survival(facts: TierFacts) -> list[str]:
    return [facts.name, *facts.survives.values()]


def _readers(facts: TierFacts) -> list[str]:
    return [facts.name, *_seen(facts)]


def _words(facts: TierFacts) -> list[str]:
    about = [facts.where, facts.used_for, facts.limit]
    return [facts.name, *about, facts.from_server, facts.from_browser]


def _notes(facts: TierFacts) -> list[str]:
    return [facts.name, "\n".join(facts.notes), ", ".join(facts.sources)]


def _seen(facts: TierFacts) -> list[str]:
    return ["yes" if reader in facts.seen_by else "no" for reader in READERS]


def _grid(heads: list[str], rows: list[tuple[TierFacts, list[str]]]) -> Iterator[str]:
    """Yield a table: the tiers, a gap, all other places."""
    width = (WIDTH - NAME) // len(heads)
    yield _line("", [head.replace("_", " ") for head in heads], width)
    for is_tier in (True, False):
        for facts, cells in rows:
            if (facts.place in TIERS) == is_tier:
                yield _line(facts.name, cells, width)
        if is_tier:
            yield ""


def _line(head: str, cells: list[str], width: int) -> str:
    return (head.ljust(NAME) + "".join(cell.ljust(width) for cell in cells)).rstrip()


def _about(facts: TierFacts) -> Iterator[str]:
    yield from _wrapped(facts.name, facts.used_for)
    for name, words in (
        ("where", facts.where),
        ("limit", facts.limit),
        ("server", facts.from_server),
        ("browser", facts.from_browser),
        *(("note", note) for note in facts.notes),
    ):
        yield from _wrapped(f"  {name}", words)


def _wrapped(name: str, words: str) -> list[str]:
    head = name.ljust(NAME)
    return textwrap.wrap(
        words, WIDTH, initial_indent=head, subsequent_indent=" " * NAME
    )


def _legend() -> Iterator[str]:
    yield from textwrap.wrap(
        "part: see the notes. server: one read by a server process. browser: one read "
        "by a browser, through the network where it must. The two do not compare.",
        WIDTH,
    )
