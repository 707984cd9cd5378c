"""The promises of live data, as tests to inherit: for whatever it may stand on.

Provide one fixture, ``backend``, that opens ``Live`` objects on one server (see
``LiveBackend``). Every promise is tested on both faces, with a clock that stands
still. pytest has to be installed, and anyio, whose plugin runs the coroutines.
"""

from __future__ import annotations

import pytest

_PARTS = ("base", "counters")
# Before they are imported: then a failed assertion shows what it compared.
pytest.register_assert_rewrite(*(f"stateroom.testing.live_{each}" for each in _PARTS))

from stateroom.testing.live_base import (  # noqa: E402 - as said above
    LiveBackend,
    LivePromises,
)
from stateroom.testing.live_counters import CounterPromises  # noqa: E402

__all__ = ("CounterPromises", "LiveBackend", "LiveConformance", "LivePromises")


class LiveConformance(CounterPromises):
    """Every promise of every kind."""
