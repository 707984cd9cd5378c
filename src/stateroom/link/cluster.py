"""A cluster, blocking: every batch is one pipeline per node, redirections followed."""

from __future__ import annotations

from collections.abc import Sequence

from redis.cluster import ClusterNode, RedisCluster

from stateroom.link.faults import CLIENT_ERRORS, translated
from stateroom.link.ports import Command
from stateroom.link.replies import (
    as_commands,
    checked,
    forgotten,
    scan_command,
    scanned,
    text_of,
)
from stateroom.link.scripts import Call
from stateroom.link.settings import cluster_settings, made
from stateroom.link.targets import Budgets, Target

__all__ = ("Cluster",)


class Cluster:
    """A Redis Cluster. The map of its slots is redis-py's business."""

    is_cluster = True

    def __init__(self, target: Target, budgets: Budgets) -> None:
        self._settings = cluster_settings(target, budgets) | {
            "socket_timeout": budgets.operation_s
        }
        self._hosts = target.hosts
        self._client: RedisCluster | None = None

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        replies = self.run([("GET", key) for key in keys])
        return [each if isinstance(each, bytes) else None for each in replies]

    def run(self, calls: Sequence[Call | Command]) -> list[object]:
        commands = as_commands(calls)
        replies = self._exchange(commands)
        for at in forgotten(replies, calls):
            replies[at] = self._exchange([text_of(calls[at])])[0]
        return checked(replies, commands)

    def nodes(self) -> list[str]:
        return [f"{host}:{port}" for host, port in self.primaries()]

    def scan(
        self, node: str, cursor: int, pattern: str, count: int
    ) -> tuple[int, list[bytes]]:
        try:
            client = self._open()
            found = client.get_node(node_name=node)
            command = scan_command(cursor, pattern, count)
            reply = client.execute_command(*command, target_nodes=found)
        except CLIENT_ERRORS as error:
            raise translated(error, "SCAN") from error
        return scanned(reply)

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def primaries(self) -> list[tuple[str, int]]:
        """Return host and port of every primary, as the cluster says now."""
        try:
            return [(str(n.host), int(n.port)) for n in self._open().get_primaries()]
        except CLIENT_ERRORS as error:
            raise translated(error, "CLUSTER SLOTS") from error

    def _exchange(self, commands: Sequence[Command]) -> list[object]:
        try:
            pipeline = self._open().pipeline(transaction=False)
            for each in commands:
                pipeline.execute_command(*each)
            return list(pipeline.execute(raise_on_error=False))
        except CLIENT_ERRORS as error:
            raise translated(error, str(commands[0][0])) from error

    def _open(self) -> RedisCluster:
        if self._client is None:
            nodes = [ClusterNode(host, port) for host, port in self._hosts]
            self._client = made(RedisCluster)(startup_nodes=nodes, **self._settings)
        return self._client
