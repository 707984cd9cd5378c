"""One exchange with a cluster: to whom each command goes, and where it goes next.

The text is the same for both drivers. A command follows a slot that has moved (MOVED)
and one that is moving (ASK); when a node does not answer, the map is read again, and
what belongs to another node by now is sent there. Nothing is sent twice to one node.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from redis.exceptions import AskError, ClusterDownError, MovedError, TryAgainError

from stateroom.errors import TierError, Unavailable
from stateroom.flows import Effect, Flow, ask
from stateroom.link.ports import Command
from stateroom.link.slots import Slots, key_of, slot_of
from stateroom.link.targets import Place

__all__ = ("Answer", "Map", "Part", "Pause", "Send", "routed")

MOST_TURNS = 5
"""Times that the commands of one exchange are sent; a slot moves once, or back."""
PAUSE_S = 0.02
"""Seconds until keys that are about to move, one by one, may be in one place."""

Answer = list[object] | TierError


@dataclass(slots=True)
class Part:
    """What one node is to do.

    Attributes:
        at: the position of each command in the exchange; None for a word of ours.
    """

    place: Place
    commands: list[Command] = field(default_factory=list)
    at: list[int | None] = field(default_factory=list)

    def add(self, command: Command, at: int, *, is_asking: bool) -> None:
        """Add a command; to a node that does not own its slot yet, with a word."""
        if is_asking:
            self.commands.append(("ASKING",))
            self.at.append(None)
        self.commands.append(command)
        self.at.append(at)


@dataclass(frozen=True, slots=True)
class Map(Effect[Slots]):
    """Read the map anew, if it is still the one that proved wrong."""

    wrong: Slots | None


@dataclass(frozen=True, slots=True)
class Send(Effect[list[Answer]]):
    """Send each part to its node, all at once; answer by part."""

    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Pause(Effect[None]):
    """Wait for so many seconds."""

    seconds: float


class _Exchange:
    """What is known of one exchange.

    Attributes:
        todo: positions of the commands that have no reply yet.
    """

    def __init__(self, commands: Sequence[Command]) -> None:
        self._commands = commands
        self._keys = [key_of(each) for each in commands]
        self.replies: list[object] = [None] * len(commands)
        self.todo = list(range(len(commands)))
        self._asked: dict[int, Place] = {}
        self._failed: dict[int, tuple[Place, Unavailable]] = {}
        self.has_moved = False
        self.must_wait = False

    def parts(self, slots: Slots, turn: int) -> list[Part]:
        """Return who is to do what; raise where nobody can."""
        parts: dict[Place, Part] = {}
        for at in self.todo:
            place = self._asked.get(at) or self._place(at, slots, turn)
            part = parts.setdefault(place, Part(place))
            part.add(self._commands[at], at, is_asking=at in self._asked)
        return list(parts.values())

    def take(self, part: Part, answer: Answer, slots: Slots) -> None:
        """Take over what a node has answered, or that it has not."""
        if isinstance(answer, Unavailable) and not answer.is_full:
            slots.is_stale = True
            for at in part.at:
                if at is not None:
                    self._failed[at] = (part.place, answer)
                    self._asked.pop(at, None)
                    self.todo.append(at)
        elif isinstance(answer, TierError):
            raise answer
        else:
            for at, reply in zip(part.at, answer, strict=True):
                if at is not None:
                    self._read(at, reply, part.place, slots)

    def _read(self, at: int, reply: object, place: Place, slots: Slots) -> None:
        self._asked.pop(at, None)
        match reply:
            case MovedError():
                slots.moved(int(reply.slot_id), _at(reply, place))
                self.has_moved = True
            case AskError():
                self._asked[at] = _at(reply, place)
            case TryAgainError():
                self.must_wait = True
            case ClusterDownError():
                slots.is_stale = True
                self.replies[at] = reply
                return
            case _:
                self.replies[at] = reply
                return
        self.todo.append(at)

    def _place(self, at: int, slots: Slots, turn: int) -> Place:
        key = self._keys[at]
        if key is None:
            primaries = slots.primaries
            place = primaries[turn % len(primaries)] if primaries else None
        else:
            place = slots.owner(slot_of(key))
        if place is None:
            slots.is_stale = True
            raise Unavailable(f"{self._commands[at][0]!s}: no node serves its slot")
        failed, error = self._failed.get(at, (None, None))
        if error is not None and failed == place:
            raise error
        return place


def routed(commands: Sequence[Command], slots: Slots | None) -> Flow[list[object]]:
    """Return the reply to each command; an error of the server is a reply too.

    Raises:
        Unavailable: a node does not answer, and no other has taken its place; or slots
            move too often.
    """
    exchange = _Exchange(commands)
    for turn in range(MOST_TURNS):
        if slots is None or slots.is_stale:
            slots = yield from ask(Map(slots))
        parts = exchange.parts(slots, turn)
        exchange.todo = []
        answers = yield from ask(Send(parts))
        for part, answer in zip(parts, answers, strict=True):
            exchange.take(part, answer, slots)
        if not exchange.todo:
            # One slot has moved: others may have, too. This exchange knew where to.
            slots.is_stale = slots.is_stale or exchange.has_moved
            return exchange.replies
        exchange.todo.sort()  # in order, per node
        if exchange.must_wait:
            exchange.must_wait = False
            yield from ask(Pause(PAUSE_S))
    raise Unavailable(f"{commands[0][0]!s}: the slot of a key moves again and again")


def _at(redirection: AskError, asked: Place) -> Place:
    """Return where a redirection leads; without a host, to another port of the same."""
    return (redirection.host or asked[0], int(redirection.port))
