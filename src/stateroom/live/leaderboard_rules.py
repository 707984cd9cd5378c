"""What is declared of a leaderboard, and how members and scores are spelled."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import (
    Final,
    Generic,
    Literal,
    NamedTuple,
    TypeAlias,
    TypeVar,
    cast,
    get_args,
)

from stateroom.errors import Undecodable, UsageError
from stateroom.live.calendars import (
    Period,
    check_period,
    check_zone,
)
from stateroom.live.kinds import Place
from stateroom.live.leaderboard_scripts import LARGEST, SEAT_BYTES
from stateroom.live.refusals import INT64, refused

__all__ = (
    "LeaderboardRule",
    "Order",
    "Span",
    "Standing",
    "Ties",
    "check_count",
    "refused",
)

M = TypeVar("M", bound=str | int)
Order: TypeAlias = Literal["high", "low"]
Ties: TypeAlias = Literal["shared", "first"]

MOST_WINDOWS: Final = 1_000
"""Windows of the past; each of them is looked for in the calendar."""
EXACT: Final = 2**53
"""Up to here, in either direction, a double holds every whole number."""


@dataclass(frozen=True, slots=True)
class Standing(Generic[M]):
    """Where a member stands.

    Attributes:
        member: who.
        score: what they have.
        rank: 1 for the best. With shared ties it is one more than how many have a
            better score: 1, 2, 2, 4.
        total: how many are on the board.
        is_kept: whether the member is on the board. False in the answer to a change
            only: they are not among the best ``most``, or a change that was counted
            before is told again after they were removed.
    """

    member: M
    score: float
    rank: int
    total: int
    is_kept: bool = True


class Span(NamedTuple):
    """The window that is meant, and while when it is.

    Attributes:
        from_ms: the first moment at which it is this one.
        before_ms: the first at which it is another.
        start_ms: when the window begins.
        until_ms: when it is not kept any more.
    """

    from_ms: int
    before_ms: int
    start_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderboardRule(Generic[M]):
    """What was declared of a leaderboard.

    Attributes:
        members: ``str`` or ``int``.
        order: whether high or low scores are better.
        ties: whether members with one score share a rank, or the first stands above.
        window: the period after which a new board begins; None for one board.
        zone: whose calendar that is.
        keep_windows: how many windows of the past are kept beside the current one.
        most: members that are kept, the best ones; None for all.
        when: the window that is meant: 0 for the current one, -1 for the one before
            it, or the one of a moment.
        spans: the last span that was found, as a calendar costs more than a memory.
    """

    members: type[M]
    order: Order = "high"
    ties: Ties = "shared"
    window: Period | None = None
    zone: tzinfo = UTC
    keep_windows: int = 2
    most: int | None = None
    when: int | datetime = 0
    spans: list[Span] = field(
        default_factory=list, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if self.members not in (str, int):
            raise refused(
                "not what members of a leaderboard are", self.members, "str or int"
            )
        _check_word(self.order, "order", get_args(Order))
        _check_word(self.ties, "ties", get_args(Ties))
        if self.window is not None:
            check_period(self.window)
        check_count(self.keep_windows, "keep_windows")
        if self.keep_windows > MOST_WINDOWS:
            raise refused("keep_windows", self.keep_windows, f"up to {MOST_WINDOWS}")
        check_zone(self.zone)
        if self.most is not None:
            check_count(self.most, "most", least=1)

    @property
    def is_first(self) -> bool:
        """Whether who reached a score first stands above."""
        return self.ties == "first"

    @property
    def sign(self) -> int:
        """By what a score is multiplied before it is stored: the least is the best."""
        return -1 if self.order == "high" else 1

    @property
    def form(self) -> str:
        """Names how it is spelled in Redis, where that is not as by default.

        What another declaration has written is not misread: it stands elsewhere.
        """
        low = "low" if self.order == "low" else ""
        return low + ("first" if self.is_first else "")

    def at(self, when: int | datetime) -> LeaderboardRule[M]:
        """Return the rule of another window.

        Raises:
            UsageError: there are no windows.
            InvalidValue: it is no window that may be kept.
        """
        if self.window is None:
            raise UsageError(
                "in_window: this leaderboard has no windows",
                hint='declare it with a window: window="week"',
            )
        if isinstance(when, datetime):
            if when.utcoffset() is None:
                raise refused("in_window: not a moment", when, "an aware datetime")
        elif not self._is_kept(when):
            raise refused(
                "in_window: not a window that is kept",
                when,
                f"{-self.keep_windows} to 0, or an aware datetime",
            )
        return replace(self, when=when)

    def _is_kept(self, when: object) -> bool:
        is_number = isinstance(when, int) and not isinstance(when, bool)
        return is_number and when in range(-self.keep_windows, 1)

    # -- members and scores, as Redis has them

    def spelled(self, member: M, item: str) -> bytes:
        """Return how a member is written.

        Raises:
            InvalidValue: it is not of the declared type; empty; or no Unicode text.
        """
        is_text = self.members is str
        name = _text_bytes(member) if is_text else _int_bytes(member)
        if name is not None:
            return name
        raise refused(
            f"{item}: not a member of this leaderboard",
            member,
            "text, not empty" if is_text else "an int of 64 bits",
        )

    def member_of(self, name: bytes, place: Place) -> M:
        """Return the member of a name on the board.

        Raises:
            Undecodable: it is none of the declared type.
        """
        raw = name[SEAT_BYTES:] if self.is_first else name
        try:
            text = raw.decode()
            return cast("M", text if self.members is str else int(text))
        except ValueError:
            raise Undecodable(
                f"{place.item}: {raw[:80]!r} on it is no {self.members.__name__}",
                key=str(place),
                hint="declare the members it has, or rebuild it under another name",
            ) from None

    def stored(self, score: float, item: str) -> str:
        """Return a score, or points, as it is stored.

        Raises:
            InvalidValue: it is no number; not finite; or an int beyond 2**53, where a
                double does not hold every whole number any more.
        """
        found: object = score
        if isinstance(found, int) and not isinstance(found, bool):
            if -EXACT <= found <= EXACT:
                return str(self.sign * int(found))
        elif isinstance(found, float) and math.isfinite(found):
            return repr(self.sign * float(found) + 0.0)  # 0.0 and no -0.0
        raise refused(
            f"{item}: not a score",
            found,
            "a finite float, or an int from -2**53 to 2**53",
        )

    def largest_sum(self, points: float) -> str:
        """Return how far a score may go by adding.

        Whole points are never rounded: 2**53 itself may be a sum that was.
        """
        return str(EXACT - 1) if isinstance(points, int) else LARGEST

    def score_of(self, stored: bytes) -> float:
        """Return the score that is stored so."""
        return self.sign * float(stored) + 0.0


def check_count(count: object, name: str, *, least: int = 0) -> int:
    """Return a count, or raise ``InvalidValue``: Lua adds two of them exactly."""
    is_number = isinstance(count, int) and not isinstance(count, bool)
    if is_number and isinstance(count, int) and least <= count < EXACT:
        return count
    raise refused(f"{name}: not a count", count, f"an int, {least} or more")


def _text_bytes(found: object) -> bytes | None:
    try:
        return found.encode() or None if isinstance(found, str) else None
    except UnicodeEncodeError:
        return None


def _int_bytes(found: object) -> bytes | None:
    if not isinstance(found, int) or isinstance(found, bool):
        return None
    return b"%d" % found if -INT64 <= found < INT64 else None


def _check_word(found: object, name: str, allowed: tuple[str, ...]) -> None:
    if found not in allowed:
        raise refused(f"not the {name} of a leaderboard", found, " or ".join(allowed))
