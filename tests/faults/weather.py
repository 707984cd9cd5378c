"""What can be wrong between a cache and its Redis, each with its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stateroom.testing import FaultProxy
from tests.servers.processes import RedisProcess

__all__ = ("SILENT", "WEATHER", "Weather")

Change = Callable[[RedisProcess, FaultProxy], None]


@dataclass(frozen=True, slots=True)
class Weather:
    """One fault, and what ends it."""

    name: str
    begin: Change
    end: Change = lambda _, proxy: proxy.pass_through()


def _gone(_: RedisProcess, proxy: FaultProxy) -> None:
    proxy.refuse()
    proxy.reset()


SILENT = (
    Weather(
        "paused", lambda server, _: server.pause(), lambda server, _: server.resume()
    ),
    Weather("black hole", lambda _, proxy: proxy.black_hole()),
    Weather("half open", lambda _, proxy: proxy.half_open()),
    Weather("late", lambda _, proxy: proxy.delay(1.0)),
)
"""Nothing comes, and nothing says so: only a budget helps."""
WEATHER = (
    *SILENT,
    Weather(
        "killed", lambda server, _: server.kill(), lambda server, _: server.restart()
    ),
    Weather("refused", _gone),
    Weather("cut at once", lambda _, proxy: proxy.cut_after(0)),
    Weather("cut amid a reply", lambda _, proxy: proxy.cut_after(25)),
)
