"""The command ``python -m benchmarks``: measure, and print.

Standard output carries the result only; progress goes to standard error. A missed
target is printed as one, and is no failure of the command.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence

from benchmarks.calibration import ROUNDS, calibrate
from benchmarks.figures import Area
from benchmarks.registry import all_areas
from benchmarks.report import (
    as_json,
    as_list,
    as_table,
    calibration_document,
    calibration_text,
    document_of,
)
from benchmarks.runner import measure

__all__ = ("main",)


def main(
    arguments: Sequence[str] | None = None, *, areas: Mapping[str, Area] | None = None
) -> int:
    """Measure what is asked for and print it; return the exit status.

    Args:
        arguments: of the command line; those of the process where none are given.
        areas: to choose from; all of ours where none are given.
    """
    areas = all_areas() if areas is None else areas
    options = _parser((*areas, "all", "calibrate")).parse_args(arguments)
    if options.area is None:
        print(as_list(areas.values()))
    elif options.area == "calibrate":
        _calibrate(options)
    else:
        chosen = list(areas) if options.area == "all" else [options.area]
        measured = [
            measure(areas[name], rounds=options.rounds, progress=_tell)
            for name in chosen
        ]
        _tell("")
        tables = "\n\n".join(as_table(each) for each in measured)
        print(as_json(document_of(measured)) if options.json else tables)
    return 0


def _calibrate(options: argparse.Namespace) -> None:
    calibration = calibrate(options.rounds or ROUNDS)
    if options.json:
        print(as_json(calibration_document(calibration)))
    else:
        print(calibration_text(calibration))


def _parser(names: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure an area side by side with its peers. Without one, list "
        "the areas.",
    )
    parser.add_argument("area", nargs="?", choices=names, metavar="AREA")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument(
        "--rounds",
        type=_rounds,
        metavar="N",
        help="how often each side is measured; else as often as the area wants",
    )
    return parser


def _rounds(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _tell(text: str) -> None:
    """Print progress: on a terminal in one line that is overwritten, then wiped."""
    if sys.stderr.isatty():
        print(f"\r\x1b[2K{text}", end="", file=sys.stderr, flush=True)
    elif text:
        print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
