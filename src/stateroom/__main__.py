"""Runs the command line: ``python -m stateroom``."""

from __future__ import annotations

from stateroom.cli import main

if __name__ == "__main__":
    main()
