"""The command ``check``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, NamedTuple

import typer

from stateroom.catalogue.document import Catalogue
from stateroom.catalogue.findings import LEVELS, Finding, Level
from stateroom.check.baseline import baseline_of
from stateroom.check.baselinefile import read_baseline, write_baseline
from stateroom.check.checking import check as check_catalogue
from stateroom.check.formats import FORMATS, render
from stateroom.check.formats.wording import (
    counted,
    headline,
    next_command,
    notes,
    summary,
)
from stateroom.check.report import Report
from stateroom.cli import catalogues
from stateroom.cli.blocks import Block, Line, Span, Style
from stateroom.cli.options import File, Rules
from stateroom.cli.pinning import beside
from stateroom.cli.progress import watched
from stateroom.cli.reply import Reply
from stateroom.cli.settings import Settings
from stateroom.decide.engine import Engine
from stateroom.decide.lockfile import read_lock
from stateroom.decide.ruleset import Ruleset
from stateroom.decide.rulesets import DEFAULT, load_ruleset

__all__ = ("check",)

Codes = list[str] | None
Select = Annotated[
    Codes,
    typer.Option(
        "--select",
        metavar="CODE",
        help="Only these codes or families, as SEC or TTL001.",
    ),
]
Ignore = Annotated[
    Codes,
    typer.Option("--ignore", metavar="CODE", help="Not these codes or families."),
]
Baseline = Annotated[
    str | None,
    typer.Option(
        "--baseline", metavar="PATH", help="Report only what this file does not hold."
    ),
]
WriteBaseline = Annotated[
    str | None,
    typer.Option(
        "--write-baseline", metavar="PATH", help="Accept what is found now, in a file."
    ),
]
Form = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help=f"{', '.join(FORMATS)}.",
        autocompletion=lambda: list(FORMATS),
    ),
]
FailOn = Annotated[
    str | None,
    typer.Option(
        "--fail-on",
        metavar="LEVEL",
        help=f"The least level that gives status 1: {', '.join(LEVELS)}.",
        autocompletion=lambda: list(LEVELS),
    ),
]
ExitZero = Annotated[
    bool, typer.Option("--exit-zero", help="Status 0 also when there are findings.")
]
_STYLES: dict[str, Style] = {"error": "error", "warning": "warning", "info": "info"}


def check(
    file: File = None,
    *,
    select: Select = None,
    ignore: Ignore = None,
    baseline: Baseline = None,
    write: WriteBaseline = None,
    rules: Rules = None,
    form: Form = None,
    fail_on: FailOn = None,
    exit_zero: ExitZero = False,
) -> Reply:
    """Find what needs attention in a catalogue and its lock.

    Every finding has a code; stateroom rules CODE explains it. Exit status 1 when one
    is of level warning or error.

    Examples:
      stateroom check
      stateroom check examples/seed.toml --select SEC,TTL
      stateroom check --format sarif > stateroom.sarif
      stateroom check --write-baseline stateroom-baseline.json
      stateroom check --baseline stateroom-baseline.json --fail-on error
    """
    settings = Settings()
    form = settings.form(form, FORMATS)
    wanted = _wanted(settings, select, ignore, fail_on)
    held = None if write else settings.value("baseline", baseline)
    ruleset = load_ruleset(settings.value("rules", rules))
    report = _report(catalogues.read(file, settings), ruleset, wanted, held)
    if write:
        write_baseline(write, baseline_of(report.findings))
    is_failed = report.failed and not exit_zero and not write
    return Reply(
        text=lambda: _coloured(report),
        plain=lambda: render(report),
        data=lambda: render(report, form),  # type: ignore[arg-type]
        form=form,
        status=int(is_failed),
        notes=_written(write, report) if write else (),
    )


class _Wanted(NamedTuple):
    """Which findings are to be reported, and which make the check fail."""

    select: tuple[str, ...]
    ignore: tuple[str, ...]
    fail_on: Level


def _wanted(
    settings: Settings, select: Codes, ignore: Codes, fail_on: str | None
) -> _Wanted:
    bound = settings.value("fail-on", fail_on)
    return _Wanted(
        select=settings.find("select", _listed(select)).parts,
        ignore=settings.find("ignore", _listed(ignore)).parts,
        fail_on=next(level for level in LEVELS if level == bound),
    )


def _listed(codes: Codes) -> str | None:
    return ",".join(codes) if codes else None


def _report(
    catalogue: Catalogue, ruleset: Ruleset, wanted: _Wanted, baseline: str | None
) -> Report:
    engine = Engine(ruleset, catalogue.app)
    return check_catalogue(
        catalogue,
        engine.decide_all(watched(catalogue.items.values())),
        read_lock(beside(catalogue)),
        today=datetime.now().astimezone().date(),
        proof=_proved(ruleset),
        select=wanted.select,
        ignore=wanted.ignore,
        baseline=read_baseline(baseline) if baseline else None,
        fail_on=wanted.fail_on,
    )


def _proved(ruleset: Ruleset) -> tuple[Finding, ...] | None:
    """Return what is wrong with the rules; ours are proved before they are released."""
    if ruleset.name == DEFAULT and not ruleset.path:
        return None
    from stateroom.decide.proof import prove  # noqa: PLC0415 - foreign rules only

    return prove(ruleset).findings


def _coloured(report: Report) -> Iterator[Block]:
    for each in report.findings:
        yield from _finding(each, Span(f"[{each.level}]", _STYLES[each.level]))
    for accepted in report.suppressed:
        until = f", until {accepted.until}" if accepted.until else ""
        yield from _finding(accepted.finding, Span(f"[suppressed{until}]", "faint"))
        yield Line(("reason: ", accepted.reason), indent=2)
    if report.findings or report.suppressed:
        yield Line()
    yield Line(Span(summary(report), "heading"))
    for text in notes(report):
        yield Line(Span(text, "faint"), indent=2)
    if command := next_command(report):
        yield Line(f"next: {command}")


def _finding(found: Finding, mark: Span) -> Iterator[Block]:
    place = f"{found.place} " if found.place.file else ""
    code = Span(found.code, mark.style)
    yield Line((Span(place, "faint"), code, f" {headline(found)} ", mark))
    if mark.style == "faint":
        return
    if found.evidence:
        yield Line((Span("evidence: ", "faint"), found.evidence), indent=2)
    yield Line((Span("fix: ", "good"), found.fix), indent=2)


def _written(path: str, report: Report) -> tuple[str, ...]:
    return (f"{path}: {counted(len(report.findings), 'finding')} accepted from now on",)
