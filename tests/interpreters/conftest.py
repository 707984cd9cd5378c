"""What every test of another Python needs: one folder for a whole test run."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder that all processes of this run share."""
    base = tmp_path_factory.getbasetemp()
    # Processes of one run have folders beside each other.
    beside = base.parent if hasattr(request.config, "workerinput") else base
    return beside / "interpreters"
