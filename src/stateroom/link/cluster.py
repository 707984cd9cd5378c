"""A cluster, blocking: what goes to several nodes is sent to all, then read."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import TypeVar, cast

from stateroom.errors import TierError, Unavailable
from stateroom.flows import Effect, run
from stateroom.link.doors import door_to
from stateroom.link.node import Node, Sent
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

__all__ = ("Cluster",)

T = TypeVar("T")


class Cluster:
    """A Redis Cluster: a node for each primary, and the map of its slots."""

    is_cluster = True

    def __init__(self, target: Target, budgets: Budgets) -> None:
        self._target = target
        self._budgets = budgets
        self._rota = Rota(target.hosts)
        self._nodes: dict[Place, Node] = {}
        self._slots: Slots | None = None
        self._lock = threading.Lock()

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        replies = self.run([("GET", key) for key in keys])
        return [each if isinstance(each, bytes) else None for each in replies]

    def run(self, calls: Sequence[Call | Command]) -> list[object]:
        if not calls:
            return []
        commands = as_commands(calls)
        replies = self._exchange(commands)
        again = forgotten(replies, calls)
        if again:
            texts = self._exchange([text_of(calls[at]) for at in again])
            for at, reply in zip(again, texts, strict=True):
                replies[at] = reply
        return checked(replies, commands)

    def nodes(self) -> list[str]:
        return [node_name(each) for each in self.primaries()]

    def scan(
        self, node: str, cursor: int, pattern: str, count: int
    ) -> tuple[int, list[bytes]]:
        found = self._node(named(node, self._known().primaries))
        return found.scan(node, cursor, pattern, count)

    def on_each(self, command: Command) -> list[object]:
        """Return the reply of every primary to one command."""
        return [self._node(place).run([command])[0] for place in self.primaries()]

    def close(self) -> None:
        nodes, self._nodes = self._nodes, {}
        for each in nodes.values():
            each.close()

    def primaries(self) -> tuple[Place, ...]:
        """Return host and port of every primary, as the cluster says now."""
        return self._mapped(self._slots).primaries

    def perform(self, effect: Effect[T]) -> T:
        """Do what an exchange asks for."""
        asked: object = effect  # a class pattern narrows it; Effect[T] it does not
        match asked:
            case Send(parts):
                return cast("T", self._sent(parts))
            case Map(wrong):
                return cast("T", self._mapped(wrong))
            case Pause():
                seconds = asked.length(time.monotonic())
                time.sleep(seconds)
                return cast("T", seconds > 0)
        raise TypeError(f"nobody performs {effect!r}")

    def _exchange(self, commands: Sequence[Command]) -> list[object]:
        end = time.monotonic() + self._budgets.operation_s
        return run(routed(commands, self._slots, end=end), self)

    def _sent(self, parts: Sequence[Part]) -> list[Answer]:
        nodes = [self._node(each.place) for each in parts]
        under_way = [self._begun(*each) for each in zip(nodes, parts, strict=True)]
        return [
            self._finished(node, part, sent)
            for node, part, sent in zip(nodes, parts, under_way, strict=True)
        ]

    def _begun(self, node: Node, part: Part) -> Sent | TierError:
        try:
            return node.begin(part.commands)
        except TierError as error:
            self._rota.failed(part.place)
            return error

    def _finished(self, node: Node, part: Part, sent: Sent | TierError) -> Answer:
        try:
            return sent if isinstance(sent, TierError) else node.finish(sent)
        except TierError as error:
            self._rota.failed(part.place)
            return error

    def _known(self) -> Slots:
        return self._slots or self._mapped(None)

    def _mapped(self, wrong: Slots | None) -> Slots:
        """Return the map; read it, unless another thread has done so meanwhile."""
        patience = self._budgets.connect_s + self._budgets.operation_s
        if not self._lock.acquire(timeout=patience):
            raise Unavailable("CLUSTER SLOTS: no node has answered", is_slow=True)
        try:
            if self._slots is None or self._slots is wrong:
                self._slots = self._read_map(patience)
            return self._slots
        finally:
            self._lock.release()

    def _read_map(self, patience: float) -> Slots:
        end = time.monotonic() + patience
        last: TierError | None = None
        for place in self._rota.turns():
            try:
                reply = self._node(place).run([("CLUSTER", "SLOTS")])[0]
            except Unavailable as error:
                last = error
            else:
                self._rota.answered(place)
                return self._adopted(read_slots(reply, place))
            if time.monotonic() > end:
                break
        raise Unavailable(f"no node of {self._target.shown} answers") from last

    def _adopted(self, slots: Slots) -> Slots:
        """Know the nodes of a map, and let go of others."""
        self._rota.know(slots.places)
        for place in [each for each in self._nodes if each not in slots.places]:
            self._nodes.pop(place).close()
        return slots

    def _node(self, place: Place) -> Node:
        node = self._nodes.get(place)
        if node is None:
            door = door_to(self._target.at(place), self._budgets)
            node = self._nodes.setdefault(place, Node(door))
        return node
