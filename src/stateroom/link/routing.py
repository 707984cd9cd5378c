"""One exchange with a cluster: to whom each command goes, and where it goes next.

The text is the same for both drivers. A command follows a slot that has moved (MOVED)
and one that is moving (ASK); when a node does not answer, the map is read again, and
what belongs to another node by now is sent there. Nothing is sent twice to one node,
but a command that it would not begin (TRYAGAIN): while a slot is moved, one by one, the
keys of a command may be on both of its nodes. It is tried again while there is time.
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
FIRST_PAUSE_S = 0.005
LONGEST_PAUSE_S = 0.05
"""Seconds between two attempts at keys that are torn, doubled from the first to the
longest: a slot of a few keys has moved in milliseconds, one of many in seconds."""

_MOVING = "the slot of its keys is being moved, and they are on two nodes for now"

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
class Pause(Effect[bool]):
    """Wait for so many seconds, but not beyond ``end``; say whether that was possible.

    Attributes:
        seconds: to wait.
        end: of the exchange, monotonic seconds.
    """

    seconds: float
    end: float

    def length(self, now: float) -> float:
        """Return the seconds to wait; none where the end has come."""
        return max(0.0, min(self.seconds, self.end - now))


class _Exchange:
    """What is known of one exchange.

    Attributes:
        todo: positions of the commands that have no reply yet.
        has_moved: whether a slot has.
    """

    def __init__(self, commands: Sequence[Command], end: float) -> None:
        self._commands = commands
        self._end = end
        self._keys = [key_of(each) for each in commands]
        self.replies: list[object] = [None] * len(commands)
        self.todo = list(range(len(commands)))
        self._asked: dict[int, Place] = {}
        self._failed: dict[int, tuple[Place, Unavailable]] = {}
        self.has_moved = False
        self._torn: tuple[int, TryAgainError] | None = None
        self._turn = 0
        self._chase = 0
        self._pause_s = FIRST_PAUSE_S

    def parts(self, slots: Slots) -> list[Part]:
        """Return who is to do what; raise where nobody can."""
        parts: dict[Place, Part] = {}
        for at in self.todo:
            place = self._asked.get(at) or self._place(at, slots)
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

    def go_on(self) -> Flow[None]:
        """Let what has moved be sent anew at once, and what is being moved later."""
        self.todo.sort()  # in order, per node
        self._turn += 1
        self._chase += 1
        if self._torn is not None:
            at, reply = self._torn
            if not (yield from ask(Pause(self._pause_s, self._end))):
                text = f"{self._name(at)}: {_MOVING}: {reply}"
                raise Unavailable(text, is_moving=True) from reply
            self._torn, self._chase = None, 0
            self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)
        elif self._chase == MOST_TURNS:
            raise Unavailable(
                f"{self._name(0)}: the slot of a key moves again and again"
            )

    def _name(self, at: int) -> str:
        return str(self._commands[at][0])

    def _read(self, at: int, reply: object, place: Place, slots: Slots) -> None:
        self._asked.pop(at, None)
        match reply:
            case MovedError():
                slots.moved(int(reply.slot_id), _at(reply, place))
                self.has_moved = True
            case AskError():
                self._asked[at] = _at(reply, place)
            case TryAgainError():
                self._torn = (at, reply)
            case ClusterDownError():
                slots.is_stale = True
                self.replies[at] = reply
                return
            case _:
                self.replies[at] = reply
                return
        self.todo.append(at)

    def _place(self, at: int, slots: Slots) -> Place:
        key = self._keys[at]
        if key is None:
            primaries = slots.primaries
            place = primaries[self._turn % len(primaries)] if primaries else None
        else:
            place = slots.owner(slot_of(key))
        if place is None:
            slots.is_stale = True
            raise Unavailable(f"{self._name(at)}: no node serves its slot")
        failed, error = self._failed.get(at, (None, None))
        if error is not None and failed == place:
            raise error
        return place


def routed(
    commands: Sequence[Command], slots: Slots | None, *, end: float
) -> Flow[list[object]]:
    """Return the reply to each command; an error of the server is a reply too.

    Args:
        commands: to send.
        slots: the map; None before it was read.
        end: monotonic seconds until which a slot that is being moved is waited for.

    Raises:
        Unavailable: a node does not answer, and no other has taken its place; or slots
            move too often, or for too long.
    """
    exchange = _Exchange(commands, end)
    while True:
        if slots is None or slots.is_stale:
            slots = yield from ask(Map(slots))
        parts = exchange.parts(slots)
        exchange.todo = []
        answers = yield from ask(Send(parts))
        for part, answer in zip(parts, answers, strict=True):
            exchange.take(part, answer, slots)
        if not exchange.todo:
            # One slot has moved: others may have, too. This exchange knew where to.
            slots.is_stale = slots.is_stale or exchange.has_moved
            return exchange.replies
        yield from exchange.go_on()


def _at(redirection: AskError, asked: Place) -> Place:
    """Return where a redirection leads; without a host, to another port of the same."""
    return (redirection.host or asked[0], int(redirection.port))
