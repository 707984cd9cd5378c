"""Checks a catalogue: all that can be known from it and its lock, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import msgspec

from stateroom.catalogue.codes import CODES
from stateroom.catalogue.document import Catalogue, Path
from stateroom.catalogue.findings import Finding, Level, Place
from stateroom.check.baseline import Baseline, compare
from stateroom.check.pinning import judge_lock
from stateroom.check.report import Report, Skipped, Suppressed
from stateroom.check.selecting import chosen
from stateroom.check.sharing import judge_sharing
from stateroom.check.sums import judge_sums
from stateroom.check.suppressing import suppress
from stateroom.decide.decision import Decisions
from stateroom.decide.lock import Lock

__all__ = ("check",)

_OF_THE_LOCK = ("DEC006", "DEC007")


def check(
    catalogue: Catalogue,
    decisions: Decisions,
    lock: Lock | None = None,
    *,
    today: date,
    proof: Sequence[Finding] | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    baseline: Baseline | None = None,
    fail_on: Level = "warning",
) -> Report:
    """Return what is to be attended to in a catalogue.

    Args:
        catalogue: the data, with its suppressions.
        decisions: of this catalogue.
        lock: what is pinned, or None when nothing is.
        today: says which suppressions have expired.
        proof: what ``prove`` found in the rules, or None when they were not proved.
        select: codes or families to judge; empty means all.
        ignore: codes or families to leave out.
        baseline: findings that are not reported again, or None.
        fail_on: the least level that makes the check fail.

    Raises:
        UsageError: ``select`` or ``ignore`` names no code.
        CatalogueError: a suppression names no code, or no day.
    """
    skipped = tuple(_skipped(lock, proof))
    missing = {code for each in skipped for code in each.codes}
    codes = [code for code in chosen(select, ignore) if code not in missing]
    found = (*_judged(catalogue, decisions, lock), *(proof or ()))
    split = suppress(found, catalogue, today=today)
    shown = _placed((each for each in split.open if each.code in codes), catalogue)
    accepted = _accepted(split.suppressed, codes, catalogue)
    aside = [each.finding for each in accepted]
    compared = compare(shown, baseline or Baseline(), codes=codes, accepted=aside)
    seen = {each.code for each in (*shown, *aside)}
    return Report(
        catalogue=catalogue.source.path,
        items=len(catalogue.items),
        ruleset=decisions.ruleset.name,
        fail_on=fail_on,
        findings=compared.new,
        suppressed=accepted,
        baselined=compared.held,
        gone=compared.gone,
        passed=tuple(code for code in codes if code not in seen),
        skipped=skipped,
    )


def _skipped(lock: Lock | None, proof: Sequence[Finding] | None) -> Iterator[Skipped]:
    if lock is None:
        yield Skipped(codes=_OF_THE_LOCK, because="there is no lock")
    if proof is None:
        tables = tuple(code for code in CODES if code.startswith("TBL"))
        yield Skipped(codes=tables, because="the rules are ours, and proved")


def _judged(
    catalogue: Catalogue, decisions: Decisions, lock: Lock | None
) -> Iterator[Finding]:
    yield from decisions.findings
    yield from judge_sharing(catalogue, decisions)
    yield from judge_sums(catalogue, decisions)
    if lock is not None:
        yield from judge_lock(catalogue, decisions, lock)


def _accepted(
    suppressed: Iterable[Suppressed], codes: Sequence[str], catalogue: Catalogue
) -> tuple[Suppressed, ...]:
    """Return the accepted findings of ``codes``, with their places, in order."""
    placed = (
        msgspec.structs.replace(each, finding=_with_place(each.finding, catalogue))
        for each in suppressed
        if each.finding.code in codes
    )
    return tuple(sorted(placed, key=lambda each: _order(each.finding)))


def _placed(findings: Iterable[Finding], catalogue: Catalogue) -> list[Finding]:
    """Return the findings with their places, by place and then by code."""
    return sorted((_with_place(each, catalogue) for each in findings), key=_order)


def _order(found: Finding) -> tuple[str, int, int, str, str, str]:
    place = found.place
    name = (found.code, found.item, found.input)
    return (place.file, place.line, place.column, *name)


def _with_place(found: Finding, catalogue: Catalogue) -> Finding:
    if found.place != Place() or found.code.startswith("TBL"):
        return found
    place = catalogue.source.locate(_path_of(found, catalogue))
    return msgspec.structs.replace(found, place=place)


def _path_of(found: Finding, catalogue: Catalogue) -> Path:
    """Return where in the document a finding points at, as keys from the top."""
    first, _, code = found.input.partition(".")
    if first == "suppress":
        return _suppression(code, found.item, catalogue)
    fields = tuple(found.input.split(".")) if found.input else ()
    return ("items", found.item, *fields) if found.item else fields


def _suppression(code: str, item: str, catalogue: Catalogue) -> Path:
    for index, each in enumerate(catalogue.suppressions):
        if (each.code, each.item) == (code, item):
            return ("suppress", index)
    return ()
