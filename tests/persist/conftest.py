"""What every test of the persisted tier ends with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.persist.scenes import close_all


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """Close the processes that a test left open, so that none writes at the exit."""
    yield
    close_all()
