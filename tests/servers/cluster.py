"""Starts a Redis Cluster whose nodes can be killed and whose slots can be moved.

A new cluster takes three seconds: for two of them, a node that has just started serves
no slots (``CLUSTER_WRITABLE_DELAY`` in Redis). A failover takes about three: one and a
half until the node counts as failed, then the election.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.servers.binaries import HOST
from tests.servers.processes import RedisProcess, until
from tests.servers.talking import ReplyError

__all__ = ("SLOTS", "ClusterOf")

SLOTS = 16384
NODE_TIMEOUT_MS = 1500
"""Long enough for a busy machine not to lose a node that lives."""
START_LIMIT = 15.0
FAILOVER_LIMIT = 10.0
BATCH = 100
"""Keys that one MIGRATE moves."""
HEALTHY = frozenset(("myself", "master", "slave"))
"""The flags of a node that nobody takes for failed or unknown."""


class ClusterOf:
    """Primaries with one replica each, sharing all slots evenly. Complete when made.

    Args:
        primaries: how many, at least 3: fewer cannot agree on a failover.
        binary: as for ``RedisProcess``.
        config: further lines for every node.

    Attributes:
        nodes: all of them, in the order of their start; killed ones too.
    """

    def __init__(
        self, primaries: int = 3, *, binary: str = "7", config: Sequence[str] = ()
    ) -> None:
        lines = (
            "cluster-enabled yes",
            f"cluster-node-timeout {NODE_TIMEOUT_MS}",
            *config,
        )
        with ExitStack() as stack:
            self.nodes = [
                stack.enter_context(
                    RedisProcess(binary, config=lines, is_one_of_many=True)
                )
                for _ in range(2 * primaries)
            ]
            self._ids = {node.cli("CLUSTER", "MYID"): node for node in self.nodes}
            self._form(primaries)
            self._stack = stack.pop_all()

    @property
    def url(self) -> str:
        """The URL of the cluster, by way of the nodes that run at present."""
        return f"redis+cluster://{','.join(node.address for node in self._running())}"

    @property
    def primaries(self) -> list[RedisProcess]:
        """The running nodes that serve slots, by their first slot."""
        owners = sorted(
            (row.slots[0].start, self._ids[row.node])
            for row in self._rows()
            if row.slots
        )
        return [node for _, node in owners if node.is_running]

    @property
    def replicas(self) -> list[RedisProcess]:
        """All other running nodes."""
        primaries = self.primaries
        return [node for node in self._running() if node not in primaries]

    def primary_of(self, slot: int) -> RedisProcess:
        """Return the node that serves the slot."""
        owner = self._owner(slot, at=self._running()[0])
        if owner is None:
            raise LookupError(f"no node serves slot {slot}")
        return owner

    def slot_of(self, key: str) -> int:
        """Return the slot of a key."""
        return int(self._running()[0].cli("CLUSTER", "KEYSLOT", key))

    def kill_primary(self, index: int = 0) -> RedisProcess:
        """Kill one of ``primaries`` with SIGKILL and return it; do not wait."""
        killed = self.primaries[index]
        killed.kill()
        return killed

    def wait_until_ok(self) -> None:
        """Wait until each slot has a running primary, and all running nodes agree."""
        until(self._is_ok, "the cluster to be ok", within=FAILOVER_LIMIT)

    def is_well(self) -> bool:
        """Say whether nothing is missing: all run, agree, and have what they need."""
        try:
            return self._is_complete()
        except (OSError, LookupError, StopIteration):
            return False  # who does not answer is not well

    def heal(self) -> None:
        """Resume or restart what was stopped, and wait until the cluster is complete.

        A killed primary comes back as the replica of the node that took its place.
        """
        for node in self.nodes:
            if node.is_alive:
                node.resume()
            else:
                node.restart()
        until(self._is_complete, "the cluster to heal", within=FAILOVER_LIMIT)

    def begin_move(self, slot: int, to: RedisProcess) -> None:
        """Begin to move a slot: its owner answers ASK for keys it does not have."""
        owner = self.primary_of(slot)
        to.cli("CLUSTER", "SETSLOT", slot, "IMPORTING", self._id(owner))
        owner.cli("CLUSTER", "SETSLOT", slot, "MIGRATING", self._id(to))

    def finish_move(self, slot: int, to: RedisProcess) -> None:
        """Move the keys of a slot and its ownership, and wait until all nodes know."""
        owner = self.primary_of(slot)
        while keys := owner.cli("CLUSTER", "GETKEYSINSLOT", slot, BATCH).splitlines():
            owner.cli("MIGRATE", HOST, to.port, "", 0, 5000, "KEYS", *keys)
        primaries = [each for each in self.primaries if each not in (to, owner)]
        for node in (to, owner, *primaries):
            node.cli("CLUSTER", "SETSLOT", slot, "NODE", self._id(to))
        until(
            lambda: all(self._owner(slot, at=node) is to for node in self._running()),
            f"all nodes to know where slot {slot} is",
        )

    def move_slot(self, slot: int, to: RedisProcess) -> None:
        """Move a slot with its keys to another primary."""
        self.begin_move(slot, to)
        self.finish_move(slot, to)

    def stop(self) -> None:
        """End all nodes for good."""
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

    def _form(self, primaries: int) -> None:
        for index, node in enumerate(self.nodes):
            node.cli("CLUSTER", "SET-CONFIG-EPOCH", index + 1)
        for index, node in enumerate(self.nodes):  # afterwards: it is refused then
            # Each to each: by gossip alone they would need seconds to hear of all.
            for other in self.nodes[index + 1 :]:
                node.cli("CLUSTER", "MEET", HOST, other.port)
        heads = self.nodes[:primaries]
        bounds = [SLOTS * index // primaries for index in range(primaries + 1)]
        for index, node in enumerate(heads):
            node.cli("CLUSTER", "ADDSLOTS", *range(bounds[index], bounds[index + 1]))
        for head, replica in zip(heads, self.nodes[primaries:], strict=True):
            follow = functools.partial(_replicate, replica, self._id(head))
            until(follow, "nodes to meet")
        until(self._is_complete, "the cluster to form", within=START_LIMIT)

    def _running(self) -> list[RedisProcess]:
        return [node for node in self.nodes if node.is_running]

    def _id(self, node: RedisProcess) -> str:
        return next(key for key, each in self._ids.items() if each is node)

    def _rows(self, at: RedisProcess | None = None) -> list[_Row]:
        node = at or self._running()[0]
        return [_row(line) for line in node.cli("CLUSTER", "NODES").splitlines()]

    def _owner(self, slot: int, *, at: RedisProcess) -> RedisProcess | None:
        """Return the node that serves the slot, as one node knows it."""
        for row in self._rows(at):
            if any(slot in each for each in row.slots):
                return self._ids[row.node]
        return None

    def _is_ok(self) -> bool:
        views = {self._claims(at=node) for node in self._running()}
        return len(views) == 1 and all(map(self._is_ok_at, self._running()))

    def _claims(self, *, at: RedisProcess) -> frozenset[tuple[str, tuple[range, ...]]]:
        """Return who serves what, as one node knows it."""
        return frozenset((row.node, row.slots) for row in self._rows(at) if row.slots)

    def _is_ok_at(self, node: RedisProcess) -> bool:
        owners = [row for row in self._rows(node) if row.slots]
        served = sum(len(each) for row in owners for each in row.slots)
        return (
            "cluster_state:ok" in node.cli("CLUSTER", "INFO")
            and served == SLOTS
            and all(self._ids[row.node].is_running for row in owners)
        )

    def _is_complete(self) -> bool:
        return (
            all(node.is_running for node in self.nodes)
            and self._is_ok()
            and all(self._is_known_well(at=node) for node in self.nodes)
            and all(node.info("master_link_status") == "up" for node in self.replicas)
        )

    def _is_known_well(self, *, at: RedisProcess) -> bool:
        """Say whether a node knows all as healthy, and half of them as replicas."""
        rows = self._rows(at)
        healthy = [row for row in rows if row.flags <= HEALTHY]
        replicas = [row for row in rows if "slave" in row.flags]
        return len(healthy) == len(self.nodes) == 2 * len(replicas)


@dataclass(frozen=True, slots=True)
class _Row:
    """What one node knows of another, or of itself: a line of CLUSTER NODES."""

    node: str
    flags: frozenset[str]
    slots: tuple[range, ...]


def _row(line: str) -> _Row:
    node, _, flags, _, _, _, _, _, *slots = line.split(" ")
    served = [each.split("-") for each in slots if not each.startswith("[")]
    return _Row(
        node,
        frozenset(flags.split(",")),
        tuple(range(int(each[0]), int(each[-1]) + 1) for each in served),
    )


def _replicate(replica: RedisProcess, primary: str) -> bool:
    try:
        replica.cli("CLUSTER", "REPLICATE", primary)
    except ReplyError:
        return False  # it has not met its primary yet
    return True
