"""What the flows of live data ask for: exchanges with Redis, time, chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stateroom.errors import Unavailable
from stateroom.flows import Flow, ask
from stateroom.flows.chance import Now, Random
from stateroom.link import Call, Command, Script, Word
from stateroom.link.exchanges import Exchange

__all__ = ("Sent", "call", "command", "now_ms", "number", "random_bytes", "send")


@dataclass(frozen=True, slots=True)
class Sent(Exchange[list[object]]):
    """Scripts and commands that go out together; the answer is their replies."""

    wanted: Sequence[Call | Command]

    def calls(self) -> Sequence[Call | Command]:
        return self.wanted

    def read(self, replies: Sequence[object]) -> list[object]:
        return list(replies)


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
