"""The command line: parse, call one function, show. Nothing is decided here."""

from __future__ import annotations

import sys

__all__ = ("main",)

_BASE = ("msgspec", "rich", "typer")
"""What every command needs beyond the standard library."""


def main() -> None:
    """Run ``stateroom`` with the arguments of this process, and exit."""
    try:
        from stateroom.cli.program import run  # noqa: PLC0415 - says what is missing
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in _BASE:
            raise
        sys.stderr.write(
            f"error STR-600: the command line needs {error.name}, which is not "
            "installed\nhint: pip install stateroom\n"
        )
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(130)
    run()
