"""The area ``live``: what it declares, and that each side measures what it says.

All is tried on a real Redis server, with little work: no speed is judged here.
"""

from __future__ import annotations

import importlib.util
import os
import shutil

import pytest

from benchmarks.areas.live import AREA, prepared
from benchmarks.live.workload import Sizes, seconds_each

LACKING = [
    *([] if importlib.util.find_spec("itsdangerous") else ["itsdangerous"]),
    *([] if shutil.which("redis-server") else ["redis-server"]),
]
TINY = Sizes(calls=2, blocks=2, members=50, turns=20)
TARGETS = {
    "quota_check_vs_redis_py": 1.3,
    "leaderboard_rank_1m_vs_redis_py": 1.3,
    "mutex_handover_p50_ms": 5,
}

# In CI all of it is there, or the run shall fail.
needs_peers = pytest.mark.skipif(
    bool(LACKING) and "CI" not in os.environ, reason=f"needs {', '.join(LACKING)}"
)


def test_each_figure_has_the_target_that_was_promised() -> None:
    declared = {each.name: each.at_most for each in AREA.figures if each.at_most}
    assert declared == TARGETS
    assert "session_load_us" in {each.name for each in AREA.figures}


def test_rounds_are_enough_for_a_median_and_work_is_as_large_as_promised() -> None:
    assert AREA.rounds >= 5
    assert Sizes().members == 1_000_000


def test_the_version_of_the_server_is_told() -> None:
    assert set(AREA.peers()) == {"redis-server"}


async def test_sides_are_measured_in_turns_and_as_often() -> None:
    called: list[str] = []

    async def one(number: int) -> None:
        called.append(f"one {number}")

    async def other(number: int) -> None:
        called.append(f"other {number}")

    told = await seconds_each((one, other), Sizes(calls=1, blocks=2))
    assert called == ["one 0", "other 1", "one 2", "other 3"]
    assert len(told) == 2


@needs_peers
@pytest.mark.slow
@pytest.mark.timeout(120)
def test_the_area_measures_all_that_its_figures_need() -> None:
    needed = {name for each in AREA.figures for name in (each.of, each.beside) if name}
    measured: dict[str, float] = {}
    with prepared(TINY) as sides:
        for side in sides.values():
            measured |= side()
    assert needed - set(measured) == set()
    assert min(measured.values()) > 0
