"""Rebuilds a leaderboard from its ledger, beside its use: begin, fill, settle.

begin ── somebody else rebuilds ─► Conflict
fill ─── lease has lapsed ───────► Conflict; the old board stands
settle ─ changes were noted ─────► repeated on the new board, then it is swapped in
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeVar, cast

from stateroom.errors import Conflict, TierError, Unavailable
from stateroom.flows import Flow
from stateroom.link import Word
from stateroom.live.effects import call, now_ms, number, random_bytes, whole
from stateroom.live.kinds import Head
from stateroom.live.leaderboard_rebuild_scripts import ABANDON, BEGIN, FILL, SETTLE
from stateroom.live.leaderboard_rules import LeaderboardRule, refused
from stateroom.live.leaderboard_sheets import Sheet
from stateroom.live.leaderboards import sheet_to_change
from stateroom.live.refusals import seconds_of, whole_number

__all__ = (
    "Rebuild",
    "abandon",
    "batched",
    "batched_async",
    "begin",
    "check_batch",
    "check_ledger",
    "fill",
    "settle",
)

M = TypeVar("M", bound=str | int)
R = TypeVar("R")

TOKEN_BYTES: Final = 16
MOST_ROWS: Final = 10_000
"""Rows of one batch: the server does nothing else while it takes them."""
NOTES_AT_ONCE: Final = 1_000
"""Changes that one exchange repeats on the new board."""


@dataclass(frozen=True, slots=True)
class Rebuild:
    """A rebuild that is under way.

    Attributes:
        sheet: what is rebuilt.
        token: tells it from others.
        lease_ms: time that may pass between two of its steps.
    """

    sheet: Sheet
    token: bytes
    lease_ms: int

    @property
    def keys(self) -> tuple[bytes, ...]:
        """What it writes to."""
        sheet = self.sheet
        return (sheet.rebuild, sheet.journal, sheet.shadow, sheet.shadow_seats)


def begin(head: Head[LeaderboardRule[M]], *, lease: float) -> Flow[Rebuild]:
    """Begin: from now on, changes are noted.

    Raises:
        Conflict: another rebuild is under way.
    """
    what = f"{head.place.item}: not a lease"
    lease = seconds_of(lease, what, least=0.001, most=86_400)
    sheet = yield from sheet_to_change(head.place, head.rule)
    token = (yield from random_bytes(TOKEN_BYTES)).hex().encode()
    rebuild = Rebuild(sheet, token, round(lease * 1000))
    left = yield from _begun(rebuild)
    if left:
        raise Conflict(
            f"{head.place.item} is being rebuilt by another",
            hint=f"should that one have died, try again in {left / 1000:.1f} s",
        )
    return rebuild


def _begun(rebuild: Rebuild) -> Flow[int]:
    """Ask for it; return 0, or the ms until another has lapsed."""
    words = (rebuild.token, rebuild.lease_ms)
    try:
        return number((yield from whole(BEGIN, *rebuild.keys, words=words)))
    except GeneratorExit:
        raise
    except BaseException:
        # It may have begun: whoever is cancelled, or got no answer, blocks nobody.
        with suppress(TierError):
            yield from abandon(rebuild)
        raise


def fill(
    head: Head[LeaderboardRule[M]], rebuild: Rebuild, rows: list[tuple[M, float]]
) -> Flow[None]:
    """Put rows of the ledger on the new board.

    Raises:
        Conflict: the lease has lapsed.
        InvalidValue: a row is no member and score.
    """
    rule, item = head.rule, head.place.item
    words: list[Word] = [rule.ties, rebuild.token, rebuild.lease_ms, rule.most or ""]
    for row in rows:
        words += _row(rule, row, item)
    if not number((yield from call(FILL, *rebuild.keys, words=words))):
        raise _lapsed(head, rebuild)


def settle(head: Head[LeaderboardRule[M]], rebuild: Rebuild) -> Flow[int]:
    """Swap the new board in; return how many are on it.

    Raises:
        Conflict: the lease has lapsed.
    """
    rule, sheet = head.rule, rebuild.sheet
    keys = (*rebuild.keys, sheet.board, sheet.seats, sheet.rebuilt)
    while True:
        now = yield from now_ms()
        ms = "" if sheet.until_ms is None else max(1, sheet.until_ms - now)
        words: tuple[Word, ...] = (
            rule.ties, rebuild.token, rebuild.lease_ms, rule.most or "", ms,
            NOTES_AT_ONCE,
        )  # fmt: skip
        reply = yield from call(SETTLE, *keys, words=words)
        match reply:
            case [b"done", total]:
                return number(total)
            case [b"lost", _]:
                raise _lapsed(head, rebuild)
            case [b"more", _]:
                pass
            case _:
                raise Unavailable(f"a reply of another kind: {reply!r:.80}")


def abandon(rebuild: Rebuild) -> Flow[None]:
    """Leave the old board as it is; nothing of the new one stays."""
    yield from call(ABANDON, *rebuild.keys, words=(rebuild.token,))


def check_ledger(ledger: object, *kinds: type) -> None:
    """Raise ``InvalidValue`` for what has no rows, or has them in another way."""
    if isinstance(ledger, kinds) and not isinstance(ledger, str | bytes | Mapping):
        return
    allowed = "rows of a member and a score; of a dict, its items()"
    raise refused("rebuild: not a ledger", ledger, allowed)


def check_batch(size: int) -> None:
    """Raise ``InvalidValue`` where so many rows do not go out at once."""
    whole_number(size, "rebuild: not a batch", least=1, most=MOST_ROWS)


def batched(ledger: Iterable[R], size: int) -> Iterator[list[R]]:
    """Return rows by so many; the ledger is not asked before they are."""
    rows: list[R] = []
    for row in ledger:
        rows.append(row)
        if len(rows) == size:
            yield rows
            rows = []
    if rows:
        yield rows


async def batched_async(
    ledger: Iterable[R] | AsyncIterable[R], size: int
) -> AsyncGenerator[list[R], None]:
    """``batched``, awaited."""
    if not isinstance(ledger, AsyncIterable):
        for each in batched(ledger, size):
            yield each
        return
    rows: list[R] = []
    async for row in ledger:
        rows.append(row)
        if len(rows) == size:
            yield rows
            rows = []
    if rows:
        yield rows


def _row(rule: LeaderboardRule[M], row: object, item: str) -> tuple[str, bytes]:
    """Return the score and the member of a row, as they are stored."""
    try:
        member, score = cast("tuple[M, float]", row)
    except (TypeError, ValueError):
        raise refused(
            f"{item}: not a row of a ledger", row, "a member and a score"
        ) from None
    name = rule.spelled(member, item)
    return rule.stored(score, f"{item}: the row of {member!r:.40}"), name


def _lapsed(head: Head[LeaderboardRule[M]], rebuild: Rebuild) -> Conflict:
    return Conflict(
        f"{head.place.item}: the rebuild has lapsed, the board is as it was",
        hint="the ledger gave no row, or Redis lost its data, for longer than "
        f"lease={rebuild.lease_ms / 1000:g} seconds",
    )
