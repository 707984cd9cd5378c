"""The area ``live``: quotas, ranks, a mutex and login sessions, beside bare Redis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from benchmarks.cache.servers import version_of_redis
from benchmarks.figures import Area, Figure, Sides
from benchmarks.live.workload import Sizes

__all__ = ("AREA", "prepared")


@contextmanager
def prepared(sizes: Sizes | None = None) -> Iterator[Sides]:
    """Start a server and worker processes, and yield what is measured.

    Args:
        sizes: how much work a round is; those of the declared figures if none are
            given.
    """
    # redis-py and itsdangerous are needed by this area alone.
    from benchmarks.live import sides  # noqa: PLC0415 - on use, as said above

    with sides.prepared(sizes or Sizes()) as opened:
        yield opened


def _versions() -> Mapping[str, str]:
    return {"redis-server": version_of_redis()}


AREA = Area(
    name="live",
    about="quotas, ranks, a mutex and login sessions on one Redis",
    figures=(
        Figure(
            name="quota_check_vs_redis_py",
            about="time of one take over INCR and EXPIRE of redis-py in one exchange",
            unit="x",
            of="quota_take",
            beside="quota_bare",
            how="ratio",
            at_most=1.3,
        ),
        Figure(
            name="quota_rate_vs_redis_py",
            about="the same of a smooth rate (GCRA)",
            unit="x",
            of="quota_rate",
            beside="quota_bare",
            how="ratio",
        ),
        Figure(
            name="quota_take_us",
            about="one take, awaited",
            unit="us",
            of="quota_take",
        ),
        Figure(
            name="leaderboard_rank_1m_vs_redis_py",
            about="time of a standing over ZRANK and ZSCORE, one million members",
            unit="x",
            of="rank_standing",
            beside="rank_bare",
            how="ratio",
            at_most=1.3,
        ),
        Figure(
            name="leaderboard_rank_1m_us",
            about="one standing of a million, awaited",
            unit="us",
            of="rank_standing",
        ),
        Figure(
            name="mutex_handover_p50_ms",
            about="from giving a mutex back until another process has it, half of them",
            unit="ms",
            of="mutex_handover_p50",
            at_most=5,
        ),
        Figure(
            name="mutex_handover_p99_ms",
            about="the same, all but one in a hundred",
            unit="ms",
            of="mutex_handover_p99",
        ),
        Figure(
            name="session_load_us",
            about="load a login session",
            unit="us",
            of="session_load",
        ),
        Figure(
            name="session_signed_us",
            about="read a signed cookie as Starlette does, which cannot be taken back",
            unit="us",
            of="session_signed",
        ),
    ),
    open=prepared,
    packages=("redis", "hiredis", "msgspec", "itsdangerous"),
    peers=_versions,
)
