"""Prints what was measured: as one JSON document, or as tables for 80 columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from benchmarks.calibration import REFERENCE, Calibration
from benchmarks.figures import Area
from benchmarks.machine import describe_machine, versions_of
from benchmarks.runner import Measured
from benchmarks.summary import Result

__all__ = (
    "as_json",
    "as_list",
    "as_table",
    "calibration_document",
    "calibration_text",
    "document_of",
)

DIGITS = 3
"""Significant digits of a figure for people; more would be noise."""
WIDTH = 80
_NAME = 34
_VALUE = 13
_BOUND = 17


def document_of(measured: Sequence[Measured]) -> dict[str, object]:
    """Return the figures by name, and beside them where and how they were measured."""
    results = [result for each in measured for result in each.results]
    ratios = [each.calibration.ratio for each in measured]
    areas = [each.area for each in measured]
    return {
        **{each.figure.name: _rounded(each.value) for each in results},
        "units": {each.figure.name: each.figure.unit for each in results},
        "spreads": {each.figure.name: _rounded(each.spread) for each in results},
        "targets": {
            each.figure.name: _target(each)
            for each in results
            if each.is_met is not None
        },
        **_surroundings(areas, median(ratios)),
    }


def calibration_document(calibration: Calibration) -> dict[str, object]:
    """Return what a calibration alone prints."""
    return {
        "seconds": _rounded(calibration.seconds),
        "spread": _rounded(calibration.spread),
        "reference": {
            "seconds": REFERENCE.seconds,
            "machine": REFERENCE.machine,
            "python": REFERENCE.python,
        },
        **_surroundings((), calibration.ratio),
    }


def as_json(document: Mapping[str, object]) -> str:
    """Return a document as JSON, indented for people too."""
    return json.dumps(document, indent=2)


def as_table(measured: Measured) -> str:
    """Return the figures of an area for people, at most 80 columns wide."""
    area = measured.area
    rows = [line for result in measured.results for line in _rows(result)]
    peers = ", ".join(" ".join(peer) for peer in area.peers().items())
    return "\n".join(
        [
            f"{area.name}: {area.about}",
            "",
            *rows,
            "",
            *([f"beside {peers}"] if peers else []),
            calibration_text(measured.calibration),
        ]
    )


def calibration_text(calibration: Calibration) -> str:
    """Return how fast this machine is, in two lines."""
    machine = describe_machine()
    where = f"{machine['python']} on {machine['cores']} cores, {machine['cpu']}"
    return (
        f"{where[:WIDTH]}\n"
        f"calibration {calibration.ratio:.3f} (+-{calibration.spread:.1%}), by which "
        "bounds in time are multiplied"
    )


def as_list(areas: Iterable[Area]) -> str:
    """Return what can be measured, one line each."""
    known = {area.name: area.about for area in areas} | {
        "all": "every area above",
        "calibrate": "how fast this machine runs Python, beside the reference",
    }
    width = max(map(len, known))
    rows = [f"  {name:<{width}}  {about}" for name, about in known.items()]
    return "\n".join(["python -m benchmarks AREA [--json] [--rounds N]", "", *rows])


def _rows(result: Result) -> tuple[str, str]:
    """Return the line of a figure, and under it what it measures."""
    figure = result.figure
    value = f"{result.value:.{DIGITS}g} {figure.unit}"
    verdict = {None: "", True: "met", False: "missed"}[result.is_met]
    row = f"{figure.name:<{_NAME}}{value:>{_VALUE}}  {_bound(result):<{_BOUND}}"
    return f"{row}{verdict:<7}+-{result.spread:.0%}", f"  {figure.about}"


def _bound(result: Result) -> str:
    if result.at_most is not None:
        return f"at most {result.at_most:.{DIGITS}g}"
    if result.at_least is not None:
        return f"at least {result.at_least:.{DIGITS}g}"
    return ""


def _target(result: Result) -> dict[str, float | bool | None]:
    """Return the target as declared, as it is on this machine now, and if it is met."""
    figure = result.figure
    if figure.at_most is not None:
        bounds = {"at_most": figure.at_most, "at_most_here": result.at_most}
    else:
        bounds = {"at_least": figure.at_least, "at_least_here": result.at_least}
    return {**bounds, "is_met": result.is_met}


def _surroundings(areas: Sequence[Area], calibration: float) -> dict[str, object]:
    packages = dict.fromkeys(name for area in areas for name in area.packages)
    return {
        "machine": describe_machine(),
        "versions": versions_of(packages),
        "peers": {name: v for area in areas for name, v in area.peers().items()},
        "calibration": _rounded(calibration),
    }


def _rounded(number: float) -> float:
    """Keep four significant digits, which is more than any measurement is worth."""
    return float(f"{number:.4g}")
