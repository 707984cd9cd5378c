"""A number that many change at once: none of the changes is lost.

add ── below the least, above the most ─► kept inside, and said so
   ╲── window is over ─────────────────► begins at 0 again
    ╲─ later window has begun ─────────► counted there: another clock is ahead
     ╲─ same event as before ──────────► nothing changes; the value is told again
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo

from stateroom.errors import InvalidValue, Unavailable, Undecodable
from stateroom.flows import Flow
from stateroom.link import Script
from stateroom.live.calendars import Period, check_period, check_zone, window_at
from stateroom.live.effects import call, command, now_ms, number
from stateroom.live.events import ONCE_MS, once_keys
from stateroom.live.kinds import Head, Place
from stateroom.live.owners import UNSAID
from stateroom.live.refusals import whole_number

__all__ = ("ADD", "BlockingCounter", "Counter", "CounterRule")

MOST = 2**63 - 1
"""What Redis counts to, in either direction."""
MOST_BOUND = 2**53
"""Bounds are compared by Lua, whose numbers are doubles."""

ADD = Script(
    "counter.add",
    """
local window = redis.call('HGET', KEYS[1], 'w')
local theirs, ours = tonumber(window), tonumber(ARGV[2])
local is_later = theirs and ours and theirs > ours
local is_open = window == ARGV[2] or is_later
if KEYS[2] and redis.call('EXISTS', KEYS[2]) == 1 then
  return is_open and redis.call('HGET', KEYS[1], 'n') or '0'
end
-- Not deleted first: a full server lets a script write that begins so.
if not is_open then
  redis.call('HSET', KEYS[1], 'w', ARGV[2], 'n', 0)
  redis.call('PERSIST', KEYS[1])
end
-- Lua counts in doubles: only Redis itself counts exactly.
local value = redis.call('HINCRBY', KEYS[1], 'n', ARGV[1])
local bound = nil
if ARGV[3] ~= '' and value < tonumber(ARGV[3]) then bound = ARGV[3] end
if ARGV[4] ~= '' and value > tonumber(ARGV[4]) then bound = ARGV[4] end
if bound then redis.call('HSET', KEYS[1], 'n', bound) end
-- Our window ends before a later one: the key is to stay for that.
if ARGV[5] ~= '' and not is_later then redis.call('PEXPIRE', KEYS[1], ARGV[5]) end
if KEYS[2] then redis.call('SET', KEYS[2], '', 'PX', ARGV[6]) end
return redis.call('HGET', KEYS[1], 'n')
""",
)
"""KEYS: the counter; and an event that counts once, where it has a name. ARGV: by,
window, least, most, ms until it goes, each may be '' but the first; ms for which an
event is remembered. Returns the value."""


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
        check_zone(self.zone)
        for name, bound in (("at_least", self.least), ("at_most", self.most)):
            if bound is not None:
                whole_number(bound, name, least=-MOST_BOUND, most=MOST_BOUND)
        least = -MOST if self.least is None else self.least
        if least > (MOST if self.most is None else self.most):
            raise InvalidValue(
                "not the bounds of a counter: the least is above the most",
                found=f"at_least={self.least}, at_most={self.most}",
            )


def add(
    place: Place, rule: CounterRule, by: int, *, once: str | None = None
) -> Flow[int]:
    """Add to a counter; return what it is then."""
    what = f"{place.item}: not a number to add"
    by = whole_number(by, what, least=-MOST, most=MOST)
    event = once_keys(place, once)
    window, ms = yield from _window(rule)
    bounds = ("" if each is None else each for each in (rule.least, rule.most))
    words = (by, window, *bounds, ms, ONCE_MS)
    return number((yield from call(ADD, place.key, *event, words=words)))


def read(place: Place, rule: CounterRule) -> Flow[int]:
    """Return what a counter is; 0 where nobody counted."""
    window, _ = yield from _window(rule)
    reply = yield from command("HMGET", place.key, "w", "n")
    found = reply if isinstance(reply, list) else [None, None]
    if found[1] is None or not _is_open(found[0], window):
        return 0
    try:
        return number(found[1])
    except Unavailable:
        raise Undecodable(
            f"{place.item}: what stands in Redis is no number: {found[1]!r:.80}",
            key=str(place),
            hint="reset it",
        ) from None


def reset(place: Place) -> Flow[None]:
    """Bring a counter back to 0."""
    yield from command("DEL", place.key)


def _is_open(found: object, window: int | str) -> bool:
    """Say whether the window that stands there is ours, or a later one."""
    if found == str(window).encode():
        return True
    if isinstance(found, bytes) and found.isdigit() and isinstance(window, int):
        return int(found) > window
    return False


def _window(rule: CounterRule) -> Flow[tuple[int | str, int | str]]:
    """Return the start of the window, and the ms until it ends; '' for none."""
    if rule.window is None:
        return ("", "")
    now = yield from now_ms()
    window = window_at(now, rule.window, rule.zone)
    return (window.start_ms, window.end_ms - now)


class Counter:
    """A number in Redis, awaited; see ``Live.counter``.

    Where a connection breaks that was idle, a command is sent again, as the server may
    have closed it long ago: so ``add`` may count twice, also without an error. Under a
    name of its event (``once=``) it counts once.

    Windows are those of the clock that is ahead: as soon as one process has counted in
    the next, the others count there, too.
    """

    def __init__(self, head: Head[CounterRule]) -> None:
        self._head = head

    def of(
        self,
        *parts: str | int,
        user: str | int = UNSAID,
        group: str | int = UNSAID,
    ) -> Counter:
        """Return the counter of somebody, or of something: ``counter.of(user=7)``."""
        return Counter(self._head.of(*parts, user=user, group=group))

    @property
    def blocking(self) -> BlockingCounter:
        """The same for blocking code."""
        return BlockingCounter(self._head)

    async def add(self, by: int = 1, *, once: str | None = None) -> int:
        """Add ``by``, which may be negative; return what it is then.

        Args:
            by: an int of 64 bits.
            once: a name of the event that is counted, such as the id of an order:
                within a day, the same event counts once, whatever is sent again.

        Raises:
            InvalidValue: ``by`` is none.
            Refused: the sum would have more than 64 bits; nothing was added.
            Unavailable: no answer. It may have been added, or not; without ``once``
                also twice, if a connection broke. With it, call again.
            Undecodable: what stands there is no number; it is left as it is.
        """
        head = self._head
        return await head.call_async(
            add(head.place, head.rule, by, once=once), "counter.add"
        )

    async def get(self) -> int:
        """Return what it is; 0 where nobody counted.

        Raises:
            Undecodable: what stands there is no number.
        """
        head = self._head
        return await head.call_async(read(head.place, head.rule), "counter.get")

    async def reset(self) -> None:
        """Bring it back to 0.

        Raises:
            Unavailable: no answer; it may not be 0. Call again: with what was counted
                in between, that is reset, too.
        """
        await self._head.call_async(reset(self._head.place), "counter.reset")


class BlockingCounter:
    """``Counter`` for blocking code."""

    def __init__(self, head: Head[CounterRule]) -> None:
        self._head = head

    def of(
        self,
        *parts: str | int,
        user: str | int = UNSAID,
        group: str | int = UNSAID,
    ) -> BlockingCounter:
        """Return the counter of somebody, or of something: ``counter.of(user=7)``."""
        return BlockingCounter(self._head.of(*parts, user=user, group=group))

    def add(self, by: int = 1, *, once: str | None = None) -> int:
        """Add ``by``, which may be negative; return what it is then."""
        head = self._head
        flow = add(head.place, head.rule, by, once=once)
        return head.call(flow, "counter.add")

    def get(self) -> int:
        """Return what it is; 0 where nobody counted."""
        head = self._head
        return head.call(read(head.place, head.rule), "counter.get")

    def reset(self) -> None:
        """Bring it back to 0."""
        self._head.call(reset(self._head.place), "counter.reset")
