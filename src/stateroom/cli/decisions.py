"""Shows decisions: a table of many, a tree of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from stateroom.catalogue.findings import LEVELS, Finding
from stateroom.catalogue.inputs import INPUTS
from stateroom.catalogue.item import Item
from stateroom.catalogue.units import format_duration
from stateroom.cli.blocks import (
    Branch,
    Column,
    Line,
    Span,
    Style,
    Table,
    Words,
    joined,
)
from stateroom.decide.answers import percent, text_of
from stateroom.decide.decision import Copy, Decision, Decisions, Flip, HomePlace
from stateroom.decide.sizing import describe

__all__ = (
    "answers_changed",
    "compared",
    "finding_branch",
    "summary",
    "table",
    "tree",
)

_COLUMNS = (
    Column("item"),
    Column("home", keeps=True),
    Column("copies"),
    Column("tiers"),
    Column("rule", keeps=True),
    Column("attend to"),
)
_MARKS: dict[str, Style] = {
    "given": "good",
    "preset": "info",
    "assumed": "faint",
    "unknown": "warning",
}
_LEVELS: dict[str, Style] = {"error": "error", "warning": "warning", "info": "info"}


def table(decisions: Decisions) -> Table:
    """Return a row per item: home, copies, tiers, rule, and what to attend to."""
    return Table(columns=_COLUMNS, rows=tuple(map(_row, decisions.decisions)))


def summary(decisions: Decisions) -> Line:
    """Return how many items use each tier, and how many findings there are."""
    all_tiers = Counter(tier for each in decisions.decisions for tier in each.tiers)
    none = sum(not each.tiers for each in decisions.decisions)
    parts = [f"{count} in {tier}" for tier, count in sorted(all_tiers.items())]
    if none:
        parts.append(f"{none} in none of the three")
    levels = Counter(found.level for found in decisions.findings)
    found = [f"{levels[each]} {each}" for each in reversed(LEVELS) if levels[each]]
    number = len(decisions.decisions)
    items = f"{number:,} item{'s' * (number != 1)}"
    placed = f": {', '.join(parts)}" if parts else ""
    return Line(f"{items}{placed}. Findings: {', '.join(found) or 'none'}.")


def tree(item: Item, decision: Decision, *, flips: bool = True) -> Branch:
    """Return everything that is known about one decision."""
    title = f"  {decision.title}" if decision.title else ""
    parts = [
        Branch(("home: ", *_home(decision.home))),
        *(Branch(("copy: ", *_copy(copy))) for copy in decision.copies),
        Branch("facts", tuple(_facts(item, decision))),
        Branch("why", tuple(_why(decision))),
    ]
    if decision.why_not:
        lines = [f"{tier}: {text}" for tier, text in decision.why_not.items()]
        parts.append(Branch("why not", tuple(map(Branch, lines))))
    parts += _certainty(decision)
    if flips:
        parts.append(_flips(decision))
    if decision.sizing and decision.sizing.entry_bytes is not None:
        parts.append(Branch(f"sizing: {describe(decision.sizing)}"))
    if decision.findings:
        found = tuple(map(finding_branch, decision.findings))
        parts.append(Branch("findings", found))
    return Branch((Span(decision.item, "name"), Span(title, "faint")), tuple(parts))


def finding_branch(finding: Finding) -> Branch:
    """Return a finding with its evidence and its mend."""
    head = (Span(f"{finding.code} {finding.level}", _LEVELS[finding.level]), ": ")
    evidence = f" ({finding.evidence})" if finding.evidence else ""
    mend = (Branch(("fix: ", finding.fix)),) if finding.fix else ()
    return Branch((*head, finding.message + evidence), mend)


def _flip_words(flip: Flip) -> Words:
    """Return a flip, e.g. ``offline false -> true: source, with a copy in persist``."""
    home = "no rule decides" if flip.home == "none" else flip.home
    copies = [tier for tier in flip.tiers if tier != flip.home.partition("/")[0]]
    kept = f", with a copy in {' and '.join(copies)}" if copies else ""
    change = f"{flip.input} {flip.from_ or 'unknown'} -> {flip.to}"
    return (Span(change, "name"), f": {home}{kept}")


def _row(decision: Decision) -> tuple[Words, ...]:
    return (
        Span(decision.item, "name"),
        Span(_place(decision.home.place, decision.home.kind), "place"),
        "\n".join(map(_short_copy, decision.copies)) or Span("-", "faint"),
        " ".join(decision.tiers) or Span("none", "faint"),
        decision.rule or Span("none", "error"),
        _attention(decision),
    )


def _attention(decision: Decision) -> Words:
    marks: list[Words] = []
    if decision.overridden:
        marks.append(Span("override", "info"))
    if decision.confidence < 1:
        marks.append(Span(_sure(decision.confidence), "warning"))
    marks += [Span(each.code, _LEVELS[each.level]) for each in decision.findings]
    return joined(marks, " ") if marks else ""


def _short_copy(copy: Copy) -> str:
    life = f" {format_duration(copy.ttl_seconds)}" if copy.ttl_seconds else ""
    return f"{_place(copy.tier, copy.kind)}{life}"


def _place(place: str, kind: str | None) -> str:
    return f"{place}/{kind}" if kind else place


def _home(home: HomePlace) -> Iterator[str | Span]:
    yield Span(_place(home.place, home.kind), "place")
    life = []
    sliding = " sliding" if home.absolute_ttl_seconds else ""
    if home.ttl_seconds:
        life.append(f"ttl {format_duration(home.ttl_seconds)}{sliding}")
    if home.absolute_ttl_seconds:
        life.append(f"{format_duration(home.absolute_ttl_seconds)} at most")
    yield "".join(f", {each}" for each in life)
    if home.key:
        yield f", key {home.key}"


def _copy(copy: Copy) -> Iterator[str | Span]:
    yield Span(_place(copy.tier, copy.kind), "place")
    if copy.ttl_seconds:
        jitter = f" +-{percent(copy.jitter)}" if copy.jitter else ""
        yield f", ttl {format_duration(copy.ttl_seconds)}{jitter}"
    if copy.key:
        yield f", key {copy.key}"
    if copy.tags:
        yield f", tags {', '.join(copy.tags)}"


def _facts(item: Item, decision: Decision) -> Iterator[Branch]:
    for name in INPUTS:
        origin = item.origin(name)
        value = text_of(item, name)
        if value is None and name not in decision.assumed:
            continue
        if value is None:
            taken = decision.assumed[name]
            yield Branch(
                (f"{name} = ? ", Span(f"unknown, taken as {taken}", "warning"))
            )
            continue
        source = f"preset {item.like}" if origin == "preset" else origin
        yield Branch((f"{name} = {value} ", Span(f"({source})", _MARKS[origin])))


def _why(decision: Decision) -> Iterator[Branch]:
    rule = decision.rule or "no rule"
    read = ", ".join(f"{name} {value}" for name, value in decision.read.items())
    yield Branch((Span(rule, "name"), f" read {read}" if read else " fired"))
    for line in decision.why:
        yield Branch(line)


def _certainty(decision: Decision) -> Iterator[Branch]:
    if decision.overridden:
        before = decision.overridden
        placed = ", ".join(before.tiers) or before.home
        yield Branch(f"override: the rules say {placed}; reason: {before.reason}")
    if decision.ask is None:
        yield Branch("confidence: certain")
        return
    yield Branch(
        (
            Span(f"confidence: {_sure(decision.confidence)}", "warning"),
            f"; best next question: {decision.ask.input}. {decision.ask.question}",
        )
    )


def _flips(decision: Decision) -> Branch:
    if not decision.flips:
        return Branch("no single other answer would change it")
    lines = tuple(Branch(_flip_words(flip)) for flip in decision.flips)
    return Branch("would change with", lines)


def _sure(confidence: float) -> str:
    return "certain" if confidence == 1 else f"{percent(confidence)} sure"


def answers_changed(before: Item, after: Item) -> Iterator[tuple[str, str, str]]:
    """Yield each answer that differs, with what it was and what it is."""
    for name in INPUTS:
        was, now = text_of(before, name) or "?", text_of(after, name) or "?"
        if was != now:
            yield name, was, now


def compared(before: Decision, after: Decision) -> dict[str, tuple[str, str]]:
    """Return what two decisions say, side by side."""
    return {
        name: (say(before) or "none", say(after) or "none")
        for name, say in _SAYINGS.items()
    }


_SAYINGS: dict[str, Callable[[Decision], str | None]] = {
    "home": lambda each: _place(each.home.place, each.home.kind),
    "copies": lambda each: ", ".join(map(_short_copy, each.copies)),
    "tiers": lambda each: " ".join(each.tiers),
    "rule": lambda each: each.rule,
    "certainty": lambda each: _sure(each.confidence),
    "findings": lambda each: " ".join(found.code for found in each.findings),
}
