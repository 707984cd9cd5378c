"""What is done with a leaderboard: points, ranks, and who stands around whom.

add, put ── same event as before ──────► nothing changes; the standing is told again
        ╲── sum reaches 2**53 ─────────► refused; nothing changes
         ╲─ board is being rebuilt ────► also noted, and repeated on the new board
read ────── window is not kept any more ► nobody stands there; Redis is not asked

Each is one exchange with Redis, and one moment of it. What Redis does is told in
``leaderboard_scripts``; how a board is rebuilt, in ``leaderboard_rebuilds``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar, cast

from stateroom.errors import Unavailable
from stateroom.flows import Flow
from stateroom.link import Word
from stateroom.live.effects import call, command, number
from stateroom.live.events import ONCE_MS, once_keys
from stateroom.live.kinds import Head, Place
from stateroom.live.leaderboard_rules import (
    LeaderboardRule,
    Standing,
    check_count,
    refused,
)
from stateroom.live.leaderboard_scripts import CHANGE, PAGE, REMOVE, STANDINGS
from stateroom.live.leaderboard_sheets import Sheet, sheet_for
from stateroom.live.refusals import check_flag

__all__ = (
    "Change",
    "around",
    "between",
    "change",
    "change_to",
    "count",
    "remove",
    "sheet_to_change",
    "standings",
    "top",
)

M = TypeVar("M", bound=str | int)
Op: TypeAlias = Literal["add", "put", "best"]


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done with the score of a member.

    Attributes:
        op: ``add`` points; ``put`` a score; put it where it is the ``best`` one.
        number: points or score.
        once: names the event, so that it counts once; None when it has no name.
    """

    op: Op
    number: float
    once: str | None = None


def change_to(score: float, *, if_better: bool) -> Change:
    """Return the change that puts a score; or leaves one that is as good."""
    check_flag(if_better, "not whether only a better score is put: if_better")
    return Change("best" if if_better else "put", score)


def change(
    head: Head[LeaderboardRule[M]], member: M, change: Change
) -> Flow[Standing[M]]:
    """Change a score; return where the member stands then.

    Raises:
        InvalidValue: the member or the number is none, the sum would be too large, or
            the window is not kept any more.
    """
    place, rule = head.place, head.rule
    name = rule.spelled(member, place.item)
    text = rule.stored(change.number, place.item)
    once = once_keys(place, change.once)
    sheet = yield from sheet_to_change(place, rule)
    words: tuple[Word, ...] = (
        rule.ties, change.op, name, text, rule.largest_sum(change.number),
        *("" if each is None else each for each in (rule.most, sheet.ms)), ONCE_MS,
    )  # fmt: skip
    keys = (sheet.board, sheet.seats, sheet.rebuild, sheet.journal, *once)
    reply = yield from call(CHANGE, *keys, words=words)
    if reply is None:
        raise refused(
            f"{place.item}: the sum would be too large, nothing is added to {member!r}",
            change.number,
            "a sum of less than 2**53; of floats, a finite one",
        )
    score, above, total, is_kept = _listed(reply, 4)
    return Standing(
        member, _score(rule, score), number(above) + 1, number(total), bool(is_kept)
    )


def remove(head: Head[LeaderboardRule[M]], members: Sequence[M]) -> Flow[int]:
    """Take members off; return how many were there."""
    place, rule = head.place, head.rule
    names = [rule.spelled(each, place.item) for each in members]
    sheet = yield from sheet_for(place, rule)
    if sheet is None or not names:
        return 0
    keys = (sheet.board, sheet.seats, sheet.rebuild, sheet.journal)
    return number((yield from call(REMOVE, *keys, words=(rule.ties, *names))))


def standings(
    head: Head[LeaderboardRule[M]], members: Sequence[M]
) -> Flow[list[Standing[M] | None]]:
    """Return where members stand, in the order asked; None for who is not there."""
    place, rule = head.place, head.rule
    words = (rule.ties, *[rule.spelled(each, place.item) for each in members])
    sheet = yield from sheet_for(place, rule)
    if sheet is None or not members:
        return [None] * len(members)
    reply = yield from call(STANDINGS, *_read_keys(rule, sheet), words=words)
    total, *found = _listed(reply, 1 + 2 * len(members))
    pairs = zip(members, found[::2], found[1::2], strict=True)
    return [
        None
        if score is None
        else Standing(member, _score(rule, score), number(above) + 1, number(total))
        for member, score, above in pairs
    ]


def top(
    head: Head[LeaderboardRule[M]], n: int, *, offset: int
) -> Flow[list[Standing[M]]]:
    """Return the best ``n`` behind the first ``offset``."""
    words = (check_count(offset, "offset"), check_count(n, "n"))
    return (yield from _page(head, ("top", *words)))


def around(
    head: Head[LeaderboardRule[M]], member: M, *, before: int, after: int
) -> Flow[list[Standing[M]]]:
    """Return a member among its neighbours; nobody where the member is not there."""
    name = head.rule.spelled(member, head.place.item)
    words = (check_count(before, "before"), check_count(after, "after"))
    return (yield from _page(head, ("around", name, *words)))


def between(
    head: Head[LeaderboardRule[M]],
    low: float | None,
    high: float | None,
    *,
    n: int,
) -> Flow[list[Standing[M]]]:
    """Return the best ``n`` whose score is in a range, its ends included."""
    place, rule = head.place, head.rule
    texts = [
        None if each is None else rule.stored(each, place.item) for each in (low, high)
    ]
    first, last = texts[:: rule.sign]
    ends = (first or "-inf", last or "+inf")
    return (yield from _page(head, ("between", *ends, check_count(n, "n"))))


def count(head: Head[LeaderboardRule[M]]) -> Flow[int]:
    """Return how many are on the board."""
    sheet = yield from sheet_for(head.place, head.rule)
    if sheet is None:
        return 0
    return number((yield from command("ZCARD", sheet.board)))


def sheet_to_change(place: Place, rule: LeaderboardRule[M]) -> Flow[Sheet]:
    """Return the keys of the window that is meant.

    Raises:
        InvalidValue: it is not kept any more.
    """
    sheet = yield from sheet_for(place, rule)
    if sheet is None:
        raise refused(
            f"{place.item}: the window of that moment is not kept any more",
            rule.when,
            f"the last {rule.keep_windows} and the current one: see keep_windows",
        )
    return sheet


def _page(
    head: Head[LeaderboardRule[M]], words: Sequence[Word]
) -> Flow[list[Standing[M]]]:
    place, rule = head.place, head.rule
    sheet = yield from sheet_for(place, rule)
    if sheet is None:
        return []
    keys = _read_keys(rule, sheet)
    reply = yield from call(PAGE, *keys, words=(rule.ties, *words))
    total, first, above, rows = _listed(reply, 4)
    position, rank = number(first), number(above) + 1
    found: list[Standing[M]] = []
    flat = _listed(rows)
    for name, stored in zip(flat[::2], flat[1::2], strict=True):
        position += 1
        score = _score(rule, stored)
        if rule.is_first or (found and score != found[-1].score):
            rank = position
        member = rule.member_of(cast("bytes", name), place)
        found.append(Standing(member, score, rank, number(total)))
    return found


def _read_keys(rule: LeaderboardRule[M], sheet: Sheet) -> tuple[bytes, ...]:
    return (sheet.board, sheet.seats) if rule.is_first else (sheet.board,)


def _score(rule: LeaderboardRule[M], stored: object) -> float:
    if isinstance(stored, bytes):
        return rule.score_of(stored)
    raise Unavailable(f"no score, but {stored!r:.80}")


def _listed(reply: object, length: int | None = None) -> list[object]:
    if isinstance(reply, list) and len(reply) == (length or len(reply)):
        return reply
    raise Unavailable(f"a reply of another kind: {reply!r:.80}")
