"""Sets accepted findings aside, and judges the acceptances themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from stateroom.catalogue.codes import CODES
from stateroom.catalogue.document import Catalogue, Suppression
from stateroom.catalogue.findings import Finding
from stateroom.catalogue.values import nearest
from stateroom.check.report import Suppressed
from stateroom.decide.review import finding
from stateroom.errors import CatalogueError, Problem

__all__ = ("Split", "suppress")


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """Findings by whether somebody accepted them.

    Attributes:
        open: those that nobody did, with what is wrong about the acceptances.
        suppressed: those that somebody did.
    """

    open: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]


def suppress(
    findings: Iterable[Finding], catalogue: Catalogue, *, today: date
) -> Split:
    """Split ``findings`` by the catalogue's suppressions.

    Args:
        findings: of the whole catalogue: where only some were judged, a suppression
            would seem to match nothing.
        catalogue: whose owners accept findings.
        today: a suppression holds on the day it names and not on the day after.

    Raises:
        CatalogueError: a suppression names no code, or no day.
    """
    findings = tuple(findings)
    _check(catalogue)
    active = [s for s in catalogue.suppressions if not _has_expired(s, today)]
    by = {index: _match(each, active) for index, each in enumerate(findings)}
    told = [f for s in catalogue.suppressions for f in _judge(s, findings, today)]
    return Split(
        open=(*(f for i, f in enumerate(findings) if by[i] is None), *told),
        suppressed=tuple(
            Suppressed(finding=each, reason=found.reason, until=found.until)
            for index, each in enumerate(findings)
            if (found := by[index])
        ),
    )


def _check(catalogue: Catalogue) -> None:
    """Refuse what the loader refuses, for a catalogue that was made in Python."""
    problems = tuple(
        Problem(
            where=f"{each.where or 'suppress'}.code",
            message="not a code",
            found=f'"{each.code}"',
            allowed="a code of `stateroom rules`",
            nearest=nearest(each.code, CODES),
            file=catalogue.source.path,
        )
        for each in catalogue.suppressions
        if each.code not in CODES
    )
    if problems:
        raise CatalogueError(problems=problems)


def _has_expired(suppression: Suppression, today: date) -> bool:
    try:
        return bool(suppression.until) and today > date.fromisoformat(suppression.until)
    except ValueError:
        problem = Problem(
            where=f"{suppression.where or 'suppress'}.until",
            message="not a day",
            found=f'"{suppression.until}"',
            allowed='a day such as "2026-12-31"',
        )
        raise CatalogueError(problems=(problem,)) from None


def _match(found: Finding, active: Iterable[Suppression]) -> Suppression | None:
    return next((each for each in active if _is_about(each, found)), None)


def _is_about(suppression: Suppression, found: Finding) -> bool:
    is_same = suppression.code == found.code
    return is_same and suppression.item in ("", found.item)


def _judge(
    suppression: Suppression, findings: tuple[Finding, ...], today: date
) -> Iterator[Finding]:
    matching = sum(_is_about(suppression, found) for found in findings)
    number = "1 finding" if matching == 1 else f"{matching:,} findings"
    name = " of ".join(p for p in (suppression.code, suppression.item) if p)
    if _has_expired(suppression, today):
        yield finding(
            "SUP001",
            f"the suppression of {name} ended on {suppression.until}",
            item=suppression.item,
            about=f"suppress.{suppression.code}",
            evidence=f"{number}, accepted because: {suppression.reason}",
            fix="mend what it hid, then drop it; or decide anew until when",
        )
    elif not matching:
        yield finding(
            "SUP002",
            f"the suppression of {name} matches nothing",
            item=suppression.item,
            about=f"suppress.{suppression.code}",
            evidence=f"accepted because: {suppression.reason}",
            fix="drop it",
        )
