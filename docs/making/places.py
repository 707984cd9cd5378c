"""Where data can live: the places, the kinds of Redis, and what each survives."""

from __future__ import annotations

from collections.abc import Iterator

from docs.making.markdown import bullets, code, table
from stateroom.decide.ruleset import KINDS, PLACES
from stateroom.decide.tiers import EVENTS, READERS, SOURCES, TierFacts, tiers_table

__all__ = ("kinds", "others", "places", "tiers")

TIERS = ("redis", "persist", "session")


def places() -> str:
    """Return every place that a decision can name."""
    rows = ((code(name), words) for name, words in PLACES.items())
    return table(("place", "data lives in"), rows)


def kinds() -> str:
    """Return how Redis holds data."""
    rows = ((code(name), words) for name, words in KINDS.items())
    return table(("kind", "for what"), rows)


def tiers() -> str:
    """Return what the three tiers survive, who sees them, and each tier at length."""
    found = [each for each in tiers_table() if each.place in TIERS]
    return "\n".join(
        [
            table(("does it survive", *_names(found)), _survival(found)),
            table(("is it seen by", *_names(found)), _readers(found)),
            *map(_at_length, found),
            _sources(found),
        ]
    )


def others() -> str:
    """Return the same of every other place."""
    found = [each for each in tiers_table() if each.place not in TIERS]
    return "\n".join(
        [
            table(("does it survive", *_names(found)), _survival(found)),
            *map(_at_length, found),
        ]
    )


def _names(found: list[TierFacts]) -> list[str]:
    return [code(each.name) for each in found]


def _survival(found: list[TierFacts]) -> Iterator[list[str]]:
    for event, words in EVENTS.items():
        yield [words, *(each.survives[event] for each in found)]


def _readers(found: list[TierFacts]) -> Iterator[list[str]]:
    for reader, words in READERS.items():
        yield [words, *("yes" if reader in each.seen_by else "no" for each in found)]


def _at_length(facts: TierFacts) -> str:
    rows = (
        ("where the bytes are", facts.where),
        ("for what", facts.used_for),
        ("how much", facts.limit),
        ("one read by a server", facts.from_server),
        ("one read by a browser", facts.from_browser),
    )
    notes = f"\n{bullets(facts.notes)}" if facts.notes else ""
    return (
        f"### {facts.name} {{ #{facts.name.replace('/', '-')} }}\n\n"
        + table(("what", "how it is"), rows)
        + notes
    )


def _sources(found: list[TierFacts]) -> str:
    names = dict.fromkeys(name for each in found for name in each.sources)
    return f"Sources:\n\n{bullets(SOURCES[name] for name in names)}"
