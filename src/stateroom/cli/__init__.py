"""The command line: parse, call one function, show. Nothing is decided here."""

from __future__ import annotations

import os
import sys

from stateroom.cli.missing import is_foreign, told

__all__ = ("main",)


def main() -> None:
    """Run ``stateroom`` with the arguments of this process, and exit."""
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    if sys.stdout is None:
        sys.stderr.write("error STR-100: standard output is closed\n")
        sys.exit(2)
    try:
        from stateroom.cli.program import run  # noqa: PLC0415 - says what is missing
    except ModuleNotFoundError as error:
        if not is_foreign(error):
            raise
        sys.stderr.write("".join(f"{line}\n" for line in told(error)))
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(130)
    run()
