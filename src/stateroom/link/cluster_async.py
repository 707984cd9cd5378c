"""A cluster, for asyncio: every batch is one pipeline per node."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from redis.asyncio.cluster import ClusterNode, RedisCluster

from stateroom.errors import Unavailable
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

__all__ = ("AsyncCluster",)


class AsyncCluster:
    """A Redis Cluster. The map of its slots is redis-py's business."""

    is_cluster = True

    def __init__(self, target: Target, budgets: Budgets) -> None:
        self._settings = cluster_settings(target, budgets) | {"socket_timeout": None}
        self._hosts = target.hosts
        self._budget_s = budgets.connect_s + budgets.operation_s
        self._client: RedisCluster | None = None

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        replies = await self.run([("GET", key) for key in keys])
        return [each if isinstance(each, bytes) else None for each in replies]

    async def run(self, calls: Sequence[Call | Command]) -> list[object]:
        commands = as_commands(calls)
        replies = await self._exchange(commands)
        for at in forgotten(replies, calls):
            replies[at] = (await self._exchange([text_of(calls[at])]))[0]
        return checked(replies, commands)

    async def nodes(self) -> list[str]:
        try:
            client = await self._open().initialize()
            return [str(each.name) for each in client.get_primaries()]
        except CLIENT_ERRORS as error:
            raise translated(error, "CLUSTER SLOTS") from error

    async def scan(
        self, node: str, cursor: int, pattern: str, count: int
    ) -> tuple[int, list[bytes]]:
        try:
            client = self._open()
            found = client.get_node(node_name=node)
            command = scan_command(cursor, pattern, count)
            reply = await client.execute_command(*command, target_nodes=found)
        except CLIENT_ERRORS as error:
            raise translated(error, "SCAN") from error
        return scanned(reply)

    async def aclose(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _exchange(self, commands: Sequence[Command]) -> list[object]:
        doing = str(commands[0][0])
        try:
            async with asyncio.timeout(self._budget_s):
                pipeline = self._open().pipeline(transaction=False)
                for each in commands:
                    _ = pipeline.execute_command(*each)  # queues; nothing to await
                return list(await pipeline.execute(raise_on_error=False))
        except TimeoutError as error:
            text = f"{doing}: no answer within {self._budget_s:g} s"
            raise Unavailable(text, is_slow=True) from error
        except CLIENT_ERRORS as error:
            raise translated(error, doing) from error

    def _open(self) -> RedisCluster:
        if self._client is None:
            nodes = [ClusterNode(host, port) for host, port in self._hosts]
            self._client = made(RedisCluster)(startup_nodes=nodes, **self._settings)
        return self._client
