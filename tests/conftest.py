"""What every test runs under: how hard Hypothesis looks, and what it repeats."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

pytest_plugins = ("tests.fixtures_servers",)

# No deadline: a slow machine is not a bug, and each test has its own time limit.
settings.register_profile("dev", deadline=None)
# The same examples on every run: a red run can be repeated from its log alone.
settings.register_profile(
    "ci", deadline=None, max_examples=300, derandomize=True, print_blob=True
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The one event loop that our asyncio driver runs on."""
    return "asyncio"
