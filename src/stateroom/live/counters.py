"""A number that many change at once: none of the changes is lost.

add ── below the least, above the most ─► kept inside, and said so
    ╲─ window is over ─────────────────► begins at 0 again
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo

from stateroom.errors import InvalidValue
from stateroom.flows import Flow
from stateroom.link import Script
from stateroom.live.calendars import Period, check_period, window_at
from stateroom.live.effects import call, command, now_ms, number
from stateroom.live.kinds import Head, Place

__all__ = ("ADD", "BlockingCounter", "Counter", "CounterRule")

MOST = 2**63 - 1
"""What Redis counts to, in either direction."""

ADD = Script(
    "counter.add",
    """
local window = redis.call('HGET', KEYS[1], 'w')
local value = 0
if window == ARGV[2] then
  value = redis.call('HGET', KEYS[1], 'n') or 0
else
  redis.call('DEL', KEYS[1])
end
-- Lua counts in doubles: only Redis itself counts exactly.
redis.call('HSET', KEYS[1], 'w', ARGV[2], 'n', value)
value = redis.call('HINCRBY', KEYS[1], 'n', ARGV[1])
local bound = nil
if ARGV[3] ~= '' and value < tonumber(ARGV[3]) then bound = ARGV[3] end
if ARGV[4] ~= '' and value > tonumber(ARGV[4]) then bound = ARGV[4] end
if bound then redis.call('HSET', KEYS[1], 'n', bound) end
if ARGV[5] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[5]) end
return redis.call('HGET', KEYS[1], 'n')
""",
)
"""KEYS: the counter. ARGV: by, window, least, most, ms until it goes; each may be ''
but the first. Returns the value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterRule:
    """What was declared of a counter.

    Attributes:
        window: the period after which it begins anew; None for never.
        zone: whose calendar that is.
        least: it does not go below; None for no bound.
        most: it does not go above; None for no bound.
    """

    window: Period | None = None
    zone: tzinfo = UTC
    least: int | None = None
    most: int | None = None

    def __post_init__(self) -> None:
        if self.window is not None:
            check_period(self.window)
        least = -MOST if self.least is None else self.least
        if least > (MOST if self.most is None else self.most):
            raise InvalidValue(
                "not the bounds of a counter: the least is above the most",
                found=f"at_least={self.least}, at_most={self.most}",
            )


def add(place: Place, rule: CounterRule, by: int) -> Flow[int]:
    """Add to a counter; return what it is then."""
    if not -MOST <= by <= MOST:
        raise InvalidValue(
            f"{place.item}: not a number to add", found=str(by)[:40], allowed="64 bits"
        )
    window, ms = yield from _window(rule)
    bounds = ("" if each is None else each for each in (rule.least, rule.most))
    words = (by, window, *bounds, ms)
    return number((yield from call(ADD, place.key, words=words)))


def read(place: Place, rule: CounterRule) -> Flow[int]:
    """Return what a counter is; 0 where nobody counted."""
    window, _ = yield from _window(rule)
    reply = yield from command("HMGET", place.key, "w", "n")
    found = reply if isinstance(reply, list) else [None, None]
    is_current = found[0] == str(window).encode()
    return number(found[1]) if is_current and found[1] is not None else 0


def reset(place: Place) -> Flow[None]:
    """Bring a counter back to 0."""
    yield from command("DEL", place.key)


def _window(rule: CounterRule) -> Flow[tuple[int | str, int | str]]:
    """Return the start of the window, and the ms until it ends; '' for none."""
    if rule.window is None:
        return ("", "")
    now = yield from now_ms()
    window = window_at(now, rule.window, rule.zone)
    return (window.start_ms, window.end_ms - now)


class Counter:
    """A number in Redis, awaited; see ``Live.counter``."""

    def __init__(self, head: Head[CounterRule]) -> None:
        self._head = head

    def of(
        self,
        *parts: str | int,
        user: str | int | None = None,
        group: str | int | None = None,
    ) -> Counter:
        """Return the counter of somebody, or of something: ``counter.of(user=7)``."""
        return Counter(self._head.of(*parts, user=user, group=group))

    @property
    def blocking(self) -> BlockingCounter:
        """The same for blocking code."""
        return BlockingCounter(self._head)

    async def add(self, by: int = 1) -> int:
        """Add ``by``, which may be negative; return what it is then.

        Raises:
            Unavailable: no answer. It may have been added, or not.
        """
        head = self._head
        return await head.engine.run_async(add(head.place, head.rule, by))

    async def get(self) -> int:
        """Return what it is; 0 where nobody counted."""
        head = self._head
        return await head.engine.run_async(read(head.place, head.rule))

    async def reset(self) -> None:
        """Bring it back to 0."""
        await self._head.engine.run_async(reset(self._head.place))


class BlockingCounter:
    """``Counter`` for blocking code."""

    def __init__(self, head: Head[CounterRule]) -> None:
        self._head = head

    def of(
        self,
        *parts: str | int,
        user: str | int | None = None,
        group: str | int | None = None,
    ) -> BlockingCounter:
        """Return the counter of somebody, or of something: ``counter.of(user=7)``."""
        return BlockingCounter(self._head.of(*parts, user=user, group=group))

    def add(self, by: int = 1) -> int:
        """Add ``by``, which may be negative; return what it is then."""
        head = self._head
        return head.engine.run(add(head.place, head.rule, by), "counter.add")

    def get(self) -> int:
        """Return what it is; 0 where nobody counted."""
        head = self._head
        return head.engine.run(read(head.place, head.rule), "counter.get")

    def reset(self) -> None:
        """Bring it back to 0."""
        self._head.engine.run(reset(self._head.place), "counter.reset")
