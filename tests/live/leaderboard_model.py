"""A leaderboard as naive as can be, to hold the real ones against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from stateroom.errors import InvalidValue
from stateroom.live import Standing
from stateroom.live.leaderboard_rules import Order, Ties

__all__ = ("Declared", "NaiveBoard")

Found = list[Standing[str]]
DAY_MS = 86_400_000
EXACT = 2**53


@dataclass(frozen=True)
class Declared:
    """What a board is declared with; a window is a day, and one more is kept."""

    order: Order = "high"
    ties: Ties = "shared"
    most: int | None = None
    has_windows: bool = False


@dataclass
class NaiveBoard:
    """Scores by member, each with the turn in which it was reached."""

    declared: Declared
    now_ms: int = 0
    days: dict[int, dict[str, tuple[float, int]]] = field(default_factory=dict)
    events: set[str] = field(default_factory=set)
    turn: int = 0
    is_bounded: bool = True

    # -- changes

    def add(self, member: str, points: float, once: str | None) -> Standing[str]:
        if once in self.events:
            return self._told(member)
        score = self.scores.get(member, (0.0, 0))[0] + points
        if self.is_bounded and isinstance(points, int) and abs(score) >= EXACT:
            raise InvalidValue("too large")
        if once is not None:
            self.events.add(once)
        return self._set(member, score)

    def put(self, member: str, score: float, *, if_better: bool) -> Standing[str]:
        was = self.scores.get(member)
        if if_better and was is not None and self._cost(was[0]) < self._cost(score):
            score = was[0]
        return self._set(member, score)

    def remove(self, *members: str) -> int:
        return sum(self.scores.pop(each, None) is not None for each in members)

    def rebuild(self, rows: Iterable[tuple[str, float]]) -> int:
        self.scores.clear()
        for member, score in rows:
            self._place(member, score)
        self._trim()
        return len(self.scores)

    # -- reading

    def all(self) -> Found:
        rows = sorted((*self._worth(each), each) for each in self.scores)
        members = [row[-1] for row in rows]
        return [self._standing(each, len(members)) for each in members]

    def top(self, n: int, offset: int) -> Found:
        return self.all()[offset : offset + n]

    def around(self, member: str, before: int, after: int) -> Found:
        found = self.all()
        for at, each in enumerate(found):
            if each.member == member:
                return found[max(0, at - before) : at + after + 1]
        return []

    def between(self, low: float, high: float, n: int) -> Found:
        return [each for each in self.all() if low <= each.score <= high][:n]

    def standings(self, *members: str) -> list[Standing[str] | None]:
        found = {each.member: each for each in self.all()}
        return [found.get(each) for each in members]

    def count(self) -> int:
        return len(self.scores)

    # -- the rest

    @property
    def scores(self) -> dict[str, tuple[float, int]]:
        day = self.now_ms // DAY_MS if self.declared.has_windows else 0
        return self.days.setdefault(day, {})

    def _set(self, member: str, score: float) -> Standing[str]:
        self._place(member, score)
        told = self._told(member)
        self._trim()
        is_kept = member in self.scores
        return Standing(member, told.score, told.rank, len(self.scores), is_kept)

    def _place(self, member: str, score: float) -> None:
        self.turn += 1
        was = self.scores.get(member)
        if was is None or was[0] != score:
            self.scores[member] = (float(score), self.turn)

    def _trim(self) -> None:
        for each in self.all()[self.declared.most or len(self.scores) :]:
            del self.scores[each.member]

    def _told(self, member: str) -> Standing[str]:
        if member in self.scores:
            return self._standing(member, len(self.scores))
        better = sum(self._cost(each) < 0 for each, _ in self.scores.values())
        return Standing(member, 0.0, better + 1, len(self.scores), is_kept=False)

    def _standing(self, member: str, total: int) -> Standing[str]:
        mine = self._worth(member)
        rank = 1 + sum(self._worth(each) < mine for each in self.scores)
        return Standing(member, self.scores[member][0], rank, total)

    def _worth(self, member: str) -> tuple[float, int]:
        """Return what tells who stands above: less is better."""
        score, turn = self.scores[member]
        return self._cost(score), turn if self.declared.ties == "first" else 0

    def _cost(self, score: float) -> float:
        return -score if self.declared.order == "high" else score
