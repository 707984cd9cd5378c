"""Time travel, and the port that Redux DevTools connect to.

``store.devtools()`` records what is dispatched and gives the tools to look at it and to
go back; with ``port=`` the stock Redux DevTools see the store, too. The history itself
(``lifted``) is a plain function of what was done; the rest carries it to and fro.
"""

from __future__ import annotations

from stateroom.store.devtools.connection import Limits
from stateroom.store.devtools.creating import Creator
from stateroom.store.devtools.sanitising import (
    REDACTED,
    REDACTED_KEYS,
    Sanitiser,
)
from stateroom.store.devtools.starting import DevtoolsOptions, start
from stateroom.store.devtools.tools import Devtools, RecordedAction

__all__ = (
    "REDACTED",
    "REDACTED_KEYS",
    "Creator",
    "Devtools",
    "DevtoolsOptions",
    "Limits",
    "RecordedAction",
    "Sanitiser",
    "start",
)
