"""The families of random programs about the persisted tier; see ``oracle.families``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.oracle.families import Family
from tests.oracle.persist.interchanging import (
    make_read,
    make_reconciled,
    make_texts,
    make_values,
    make_written,
    trace_read,
    trace_reconciled,
    trace_text,
    trace_value,
    trace_written,
)

__all__ = ("FAMILIES", "SOURCES")

SOURCES: Final = Path(__file__).resolve().parent / "js"
"""The npm project with redux-persist, and the programs that run it."""

FAMILIES: Final = (
    Family("text", make_texts, trace_text, 25),
    Family("value", make_values, trace_value, 20),
    Family("written", make_written, trace_written, 20),
    Family("read", make_read, trace_read, 15),
    Family("reconciled", make_reconciled, trace_reconciled, 20),
)
"""Their shares are of ``PROGRAMS``, beside those of the store."""
