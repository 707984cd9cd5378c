"""A cluster, for asyncio: what goes to several nodes goes at the same time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import TypeVar, cast

from stateroom.errors import TierError, Unavailable
from stateroom.flows import Effect, run_async
from stateroom.link.doors_async import async_door_to
from stateroom.link.faults import late
from stateroom.link.node_async import AsyncNode
from stateroom.link.patience import Patience
from stateroom.link.ports import Command
from stateroom.link.replies import (
    as_commands,
    checked,
    forgotten,
    text_of,
)
from stateroom.link.routing import Answer, Map, Part, Pause, Send, routed
from stateroom.link.scripts import Call
from stateroom.link.sentinels import Rota
from stateroom.link.slots import Slots, named, node_name, read_slots
from stateroom.link.targets import Budgets, Place, Target

__all__ = ("AsyncCluster",)

T = TypeVar("T")


class AsyncCluster:
    """A Redis Cluster: a node for each primary, and the map of its slots."""

    is_cluster = True

    def __init__(self, target: Target, budgets: Budgets) -> None:
        self._target = target
        self._budgets = budgets
        self._patience_s = budgets.connect_s + budgets.operation_s
        self._rota = Rota(target.hosts)
        self._nodes: dict[Place, AsyncNode] = {}
        self._slots: Slots | None = None
        self._lock = asyncio.Lock()

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        replies = await self.run([("GET", key) for key in keys])
        return [each if isinstance(each, bytes) else None for each in replies]

    async def run(self, calls: Sequence[Call | Command]) -> list[object]:
        if not calls:
            return []
        commands = as_commands(calls)
        replies = await self._exchange(commands)
        again = forgotten(replies, calls)
        if again:
            texts = await self._exchange([text_of(calls[at]) for at in again])
            for at, reply in zip(again, texts, strict=True):
                replies[at] = reply
        return checked(replies, commands)

    async def nodes(self) -> list[str]:
        return [node_name(each) for each in await self.primaries()]

    async def scan(
        self, node: str, cursor: int, pattern: str, count: int
    ) -> tuple[int, list[bytes]]:
        slots = self._slots or await self._mapped(None)
        found = self._node(named(node, slots.primaries))
        return await found.scan(node, cursor, pattern, count)

    async def on_each(self, command: Command) -> list[object]:
        """Return the reply of every primary to one command."""
        nodes = [self._node(place) for place in await self.primaries()]
        return [(await each.run([command]))[0] for each in nodes]

    async def aclose(self) -> None:
        nodes, self._nodes = self._nodes, {}
        for each in nodes.values():
            await each.aclose()

    async def primaries(self) -> tuple[Place, ...]:
        """Return host and port of every primary, as the cluster says now."""
        return (await self._mapped(self._slots)).primaries

    async def perform(self, effect: Effect[T]) -> T:
        """Do what an exchange asks for."""
        asked: object = effect  # a class pattern narrows it; Effect[T] it does not
        match asked:
            case Send([part]):
                return cast("T", [await self._answer(part)])
            case Send(parts):
                return cast("T", await asyncio.gather(*map(self._answer, parts)))
            case Map(wrong):
                return cast("T", await self._mapped(wrong))
            case Pause():
                seconds = asked.length(time.monotonic())
                await asyncio.sleep(seconds)
                return cast("T", seconds > 0)
        raise TypeError(f"nobody performs {effect!r}")

    async def _exchange(self, commands: Sequence[Command]) -> list[object]:
        try:
            # Each node has a deadline of its own; all turns together have this one.
            async with Patience(self._patience_s):
                end = time.monotonic() + self._budgets.operation_s
                flow = routed(commands, self._slots, end=end)
                return await run_async(flow, self)
        except TimeoutError as error:
            raise late(str(commands[0][0]), self._patience_s) from error

    async def _answer(self, part: Part) -> Answer:
        try:
            return await self._node(part.place).exchange(part.commands)
        except TierError as error:
            self._rota.failed(part.place)
            return error

    async def _mapped(self, wrong: Slots | None) -> Slots:
        """Return the map; read it, unless another task has done so meanwhile."""
        async with self._lock:
            if self._slots is None or self._slots is wrong:
                self._slots = await self._read_map()
            return self._slots

    async def _read_map(self) -> Slots:
        last: TierError | None = None
        for place in self._rota.turns():
            node = self._node(place)
            try:
                reply = (await node.run([("CLUSTER", "SLOTS")]))[0]
            except Unavailable as error:
                last = error
            else:
                self._rota.answered(place)
                return await self._adopted(read_slots(reply, place))
        raise Unavailable(f"no node of {self._target.shown} answers") from last

    async def _adopted(self, slots: Slots) -> Slots:
        """Know the nodes of a map, and let go of others."""
        self._rota.know(slots.places)
        for place in [each for each in self._nodes if each not in slots.places]:
            await self._nodes.pop(place).aclose()
        return slots

    def _node(self, place: Place) -> AsyncNode:
        node = self._nodes.get(place)
        if node is None:
            door = async_door_to(self._target.at(place), self._budgets)
            node = self._nodes[place] = AsyncNode(door, self._budgets)
        return node
