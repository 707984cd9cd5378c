"""One Node process for each test process, and the count of what it compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.oracle.real import SOURCES, Real
from tests.oracle.tally import Tally
from tests.tools.npm import cache_of, commands, installed

TALLY = Tally()


@pytest.fixture(scope="session")
def real(request: pytest.FixtureRequest) -> Iterator[Real]:
    """The real packages."""
    found = commands()
    with Real(found, installed(SOURCES, found, cache_of(request.config))) as real:
        yield real


@pytest.fixture(scope="session")
def tally() -> Tally:
    """Counts what is compared, in this process."""
    return TALLY


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many programs were compared, where that is known to one process."""
    counts = TALLY.counts()
    if not counts:
        return
    both = [Counter({name: each[at] for name, each in counts.items()}) for at in (0, 1)]
    terminalreporter.section("oracle")
    for name, (compared, distinct) in sorted(counts.items()):
        terminalreporter.line(f"{name}: {compared} programs, {distinct} different ones")
    terminalreporter.line(
        f"in all: {both[0].total()} programs, {both[1].total()} different ones, "
        "without a difference that is no deviation"
    )
    used = sorted(TALLY.deviations.items())
    terminalreporter.line(
        "deviations met: " + ", ".join(f"{name} {count}" for name, count in used)
    )
