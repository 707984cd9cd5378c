"""What the flows of live data ask for: exchanges with Redis, time, chance, news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from stateroom.errors import Unavailable
from stateroom.flows import Effect, Flow, ask
from stateroom.flows.chance import Now, Random
from stateroom.link import Call, Command, Script, Word
from stateroom.link.exchanges import Exchange

__all__ = (
    "Listen",
    "Look",
    "Moment",
    "Sent",
    "Whole",
    "call",
    "command",
    "listen",
    "look",
    "now_ms",
    "number",
    "random_bytes",
    "send",
    "whole",
)


@dataclass(frozen=True, slots=True)
class Sent(Exchange[list[object]]):
    """Scripts and commands that go out together; the answer is their replies."""

    wanted: Sequence[Call | Command]

    def calls(self) -> Sequence[Call | Command]:
        return self.wanted

    def read(self, replies: Sequence[object]) -> list[object]:
        return list(replies)


@dataclass(frozen=True, slots=True)
class Whole(Sent):
    """Sent and waited for to its end, also when the caller is cancelled meanwhile.

    What is sent after it then finds what it did.
    """


class Moment(NamedTuple):
    """When something was, in seconds since any other moment.

    Attributes:
        real: by the clock of this machine, which never stands still.
        told: by the application's clock, which a test may hold.
    """

    real: float
    told: float

    def until(self, later: Moment) -> float:
        """Return the seconds between two moments, by whichever clock went further."""
        return max(later.real - self.real, later.told - self.told)


@dataclass(frozen=True, slots=True)
class Look(Effect[Moment]):
    """What both clocks say."""


@dataclass(frozen=True, slots=True)
class Listen(Effect[bool]):
    """Wait for something to be pushed to the list of a key, and take it.

    The answer is False when nothing was for so many seconds, or when it could not be
    heard: then only another exchange tells whether Redis is there.
    """

    key: bytes
    seconds: float


def send(*wanted: Call | Command) -> Flow[list[object]]:
    """Send scripts and commands in one exchange; return the reply of each."""
    return (yield from ask(Sent(wanted)))


def call(script: Script, *keys: bytes, words: Sequence[Word] = ()) -> Flow[object]:
    """Run one script; all of its keys share a slot."""
    (reply,) = yield from ask(Sent((Call(script, keys, words),)))
    return reply


def command(*words: Word) -> Flow[object]:
    """Run one command, which names one key or several of one slot."""
    (reply,) = yield from ask(Sent((words,)))
    return reply


def whole(script: Script, *keys: bytes, words: Sequence[Word] = ()) -> Flow[object]:
    """``call``, and its end is waited for also when the caller is cancelled."""
    (reply,) = yield from ask(Whole((Call(script, keys, words),)))
    return reply


def look() -> Flow[Moment]:
    """Return what the clocks say, to measure how much time passes."""
    return (yield from ask(Look()))


def listen(key: bytes, seconds: float) -> Flow[bool]:
    """Wait until something is pushed to a list, and take it; say whether it was."""
    return (yield from ask(Listen(key, seconds)))


def now_ms() -> Flow[int]:
    """Return milliseconds since the epoch, by the application's clock."""
    return (yield from ask(Now()))


def random_bytes(count: int) -> Flow[bytes]:
    """Return so many bytes that nobody can guess."""
    return (yield from ask(Random(count)))


def number(reply: object) -> int:
    """Return the number of a reply, which may be spelled as text.

    Raises:
        Unavailable: it is no number: this is no Redis, or half of one.
    """
    if isinstance(reply, int):
        return reply
    if isinstance(reply, bytes):
        try:
            return int(reply)
        except ValueError:
            pass
    raise Unavailable(f"a reply of another kind: {reply!r:.80}")
