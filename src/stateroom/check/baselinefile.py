"""Reads and writes the baseline file. The only I/O of ``check``, pages aside."""

from __future__ import annotations

import os
from pathlib import Path

from stateroom.check.baseline import Baseline, parse_baseline, print_baseline
from stateroom.decide.lockfile import replace_text
from stateroom.errors import UsageError

__all__ = ("read_baseline", "write_baseline")

LARGEST = 64 * 1024 * 1024
"""Bytes of a baseline; one finding has about 50."""


def read_baseline(path: str | os.PathLike[str]) -> Baseline:
    """Return the baseline at ``path``.

    Raises:
        UsageError: it cannot be read, or is not a baseline.
    """
    file = Path(path)
    try:
        if not file.exists():
            raise UsageError(
                f"{file}: there is no such file",
                hint="write it with: stateroom check --write-baseline PATH",
            )
        if not file.is_file():
            raise UsageError(f"{file}: is not a regular file")
        if file.stat().st_size > LARGEST:
            raise UsageError(f"{file}: larger than {LARGEST:,} bytes")
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error}") from error
    return parse_baseline(data, str(file))


def write_baseline(path: str | os.PathLike[str], baseline: Baseline) -> None:
    """Write ``baseline`` to ``path``, in one step: a failure leaves what was there.

    Raises:
        UsageError: it cannot be written.
    """
    file = Path(path)
    text = print_baseline(baseline)
    try:
        if file.exists() and not file.is_file():
            # A pipe or a device takes the text; there is nothing to replace.
            file.write_text(text, "utf-8", newline="\n")
        else:
            # The file that a link leads to, so that the link stays one.
            replace_text(file.resolve(), text)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error}") from error
