"""Starts a primary, its replicas, and the sentinels that watch over them.

A new set takes a second, and a failover two: half of one until the primary counts as
down, then the election and the replicas' turn to the new primary.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from tests.servers.binaries import HOST
from tests.servers.processes import RedisProcess, until

__all__ = ("SERVICE", "SentinelOf")

SERVICE = "mymaster"
"""The name that the sentinels know the primary by."""
SENTINELS = 3
QUORUM = 2
DOWN_AFTER_MS = 500
FAILOVER_TIMEOUT_MS = 2000
HURRY = (
    *("PING-PERIOD", 250),
    *("ASK-PERIOD", 100),
    *("INFO-PERIOD", 500),
    *("PUBLISH-PERIOD", 100),
)
"""In ms; by default 1000, 1000, 10,000 and 2000.

Without it, a sentinel pings as rarely as every ``DOWN_AFTER_MS``, and at first takes
each new connection for a dead server. And it promotes only a replica that it has heard
of in the last five periods of ping, so these may not be shorter than a fifth of the
1000 ms between two reports of a replica whose primary is down.
"""
START_LIMIT = 15.0
FAILOVER_LIMIT = 10.0


class SentinelOf:
    """A primary with replicas, and three sentinels. Complete when made.

    Args:
        replicas: how many.
        config: further lines for the primary and the replicas.

    Attributes:
        servers: the primary of the beginning, then the replicas; killed ones too.
        sentinels: the three.
    """

    def __init__(self, replicas: int = 2, *, config: Sequence[str] = ()) -> None:
        with ExitStack() as stack:
            first = stack.enter_context(RedisProcess(config=config))
            follow = (*config, f"replicaof {HOST} {first.port}")
            self.servers = [
                first,
                *(
                    stack.enter_context(RedisProcess(config=follow))
                    for _ in range(replicas)
                ),
            ]
            # Before the sentinels: they ask for replicas when they start, then rarely.
            until(self._is_replicated, "replicas to follow", within=START_LIMIT)
            lines = _watching(first.port)
            self.sentinels = [
                stack.enter_context(
                    RedisProcess(config=lines, sentinel=True, is_one_of_many=True)
                )
                for _ in range(SENTINELS)
            ]
            for each in self.sentinels:
                each.cli("SENTINEL", "DEBUG", *HURRY)
            until(self._is_complete, "sentinels to meet", within=START_LIMIT)
            self._stack = stack.pop_all()

    @property
    def url(self) -> str:
        """The URL of the service, by way of all sentinels, dead ones too."""
        places = ",".join(each.address for each in self.sentinels)
        return f"redis+sentinel://{places}/{SERVICE}/0"

    @property
    def primary(self) -> RedisProcess:
        """The server that the first running sentinel names; it may be dead."""
        return self._named_by(next(each for each in self.sentinels if each.is_running))

    @property
    def replicas(self) -> list[RedisProcess]:
        """All other running servers."""
        return [each for each in self._running() if each is not self.primary]

    def kill_primary(self) -> RedisProcess:
        """Kill the primary with SIGKILL and return it; do not wait."""
        killed = self.primary
        killed.kill()
        return killed

    def wait_until_ok(self) -> None:
        """Wait until all sentinels name the same running primary, and others follow."""
        until(self._is_ok, "a failover", within=FAILOVER_LIMIT)

    def is_well(self) -> bool:
        """Say whether nothing is missing: all run, agree, and have what they need."""
        try:
            return self._is_complete()
        except (OSError, LookupError, StopIteration):
            return False  # who does not answer is not well

    def heal(self) -> None:
        """Resume or restart what was stopped, and wait until all is complete.

        A killed primary comes back as a replica.
        """
        for each in (*self.servers, *self.sentinels):
            if each.is_alive:
                each.resume()
            else:
                each.restart()
        until(self._is_ok, "one primary", within=FAILOVER_LIMIT)
        primary = self.primary
        for each in self.servers:
            if each is not primary and _follows(each) != primary.port:
                # The sentinels would do so too, after they have waited for a while.
                each.cli("REPLICAOF", HOST, primary.port)
        until(self._is_complete, "the service to heal", within=FAILOVER_LIMIT)

    def stop(self) -> None:
        """End all for good."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _running(self) -> list[RedisProcess]:
        return [each for each in self.servers if each.is_running]

    def _named_by(self, sentinel: RedisProcess) -> RedisProcess:
        said = sentinel.cli("SENTINEL", "GET-MASTER-ADDR-BY-NAME", SERVICE)
        port = int(said.splitlines()[-1])
        return next(each for each in self.servers if each.port == port)

    def _is_ok(self) -> bool:
        running = [each for each in self.sentinels if each.is_running]
        named = {self._named_by(each).port for each in running}
        primary = self.primary
        return (
            named == {primary.port}
            and primary.is_running
            and primary.info("role") == "master"
        )

    def _is_replicated(self) -> bool:
        return all(each.info("master_link_status") == "up" for each in self.servers[1:])

    def _is_complete(self) -> bool:
        return (
            self._is_ok()
            and all(
                _follows(each) == self.primary.port
                and each.info("master_link_status") == "up"
                for each in self.replicas
            )
            and all(map(self._is_informed, self.sentinels))
        )

    def _is_informed(self, sentinel: RedisProcess) -> bool:
        """Say whether a sentinel knows all others, and nobody as down."""
        lines = sentinel.cli("SENTINEL", "MASTER", SERVICE).splitlines()
        fields = dict(zip(lines[::2], lines[1::2], strict=False))
        return (
            fields["flags"] == "master"
            and int(fields["num-other-sentinels"]) == SENTINELS - 1
            and int(fields["num-slaves"]) == len(self.servers) - 1
            and self._sees_all_replicas(sentinel)
        )

    def _sees_all_replicas(self, sentinel: RedisProcess) -> bool:
        lines = sentinel.cli("SENTINEL", "REPLICAS", SERVICE).splitlines()
        flags = [
            value
            for name, value in zip(lines[::2], lines[1::2], strict=False)
            if name == "flags"
        ]
        return flags == ["slave"] * (len(self.servers) - 1)


def _watching(port: int) -> list[str]:
    """Return the lines of a sentinel's configuration."""
    return [
        f"sentinel monitor {SERVICE} {HOST} {port} {QUORUM}",
        f"sentinel down-after-milliseconds {SERVICE} {DOWN_AFTER_MS}",
        f"sentinel failover-timeout {SERVICE} {FAILOVER_TIMEOUT_MS}",
        f"sentinel parallel-syncs {SERVICE} 2",
    ]


def _follows(server: RedisProcess) -> int:
    """Return the port of the primary that a server follows, 0 for none."""
    return int(server.info("master_port") or 0)
