"""The twins of the scripts of leaderboards: dicts of scores, sorted when asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stateroom.live.leaderboard_rebuild_scripts import ABANDON, BEGIN, FILL, SETTLE
from stateroom.live.leaderboard_scripts import (
    CHANGE,
    LARGEST,
    PAGE,
    REMOVE,
    ROWS_AT_ONCE,
    SEAT_BYTES,
    STANDINGS,
)
from stateroom.live.twins import command_twin, script_twin
from stateroom.live.twins.sorted_sets import shown
from stateroom.live.twins.table import Table

__all__: tuple[str, ...] = ()

Words = Sequence[bytes]
EXTRA_MS = 1_000


@dataclass(frozen=True, slots=True)
class Board:
    """A sorted set, and the hash of its seats where ties are broken."""

    table: Table
    board: bytes
    seats: bytes
    is_first: bool

    @property
    def scores(self) -> dict[bytes, float]:
        return self.table.get(self.board, dict) or {}

    def spelled(self, member: bytes) -> bytes | None:
        if not self.is_first:
            return member
        seats: dict[bytes, bytes] = self.table.get(self.seats, dict) or {}
        return seats[member] + member if member in seats else None

    def score(self, member: bytes) -> float | None:
        name = self.spelled(member)
        return None if name is None else self.scores.get(name)

    def rows(self) -> list[tuple[float, bytes]]:
        return sorted((score, name) for name, score in self.scores.items())

    def better(self, score: float) -> int:
        return sum(each < score for each in self.scores.values())

    def above(self, member: bytes, score: float) -> int:
        if not self.is_first:
            return self.better(score)
        mine = (score, self.spelled(member) or b"")
        return sum((each, name) < mine for name, each in self.scores.items())

    def place(self, member: bytes, score: float) -> None:
        scores: dict[bytes, float] = self.table.make(self.board, dict, dict)
        name = member
        if self.is_first:
            seats: dict[bytes, bytes] = self.table.make(self.seats, dict, dict)
            number = int(seats.get(b"", b"0")) + 1
            scores.pop(self.spelled(member) or b"", None)
            seats[b""] = b"%d" % number
            seats[member] = b"%0*d" % (SEAT_BYTES, number)
            name = seats[member] + member
        scores[name] = score

    def change(self, op: bytes, member: bytes, *, by: float, most: float) -> bool:
        was = self.score(member)
        score = (was or 0.0) + by if op == b"add" else by
        if op == b"add" and abs(score) > most:
            return False
        if was is None or (was != score and not (op == b"best" and was < score)):
            self.place(member, score)
        return True

    def remove(self, member: bytes) -> int:
        name = self.spelled(member)
        if name is None or name not in self.scores:
            return 0
        del self.scores[name]
        if self.is_first:
            seats: dict[bytes, bytes] = self.table.make(self.seats, dict, dict)
            del seats[member]
        self.table.settle(self.board)
        return 1

    def trim(self, most: bytes) -> None:
        over = len(self.scores) - int(most) if most else 0
        if over <= 0:
            return
        for _, name in self.rows()[-min(over, ROWS_AT_ONCE) :]:
            self.remove(name[SEAT_BYTES:] if self.is_first else name)


@script_twin(STANDINGS)
def _standings(table: Table, keys: Words, words: Words) -> object:
    board = _board(table, keys, words)
    found: list[object] = [len(board.scores)]
    for member in words[1:]:
        score = board.score(member)
        if score is None:
            found += [None, None]
        else:
            found += [shown(score), board.above(member, score)]
    return found


@script_twin(PAGE)
def _page(table: Table, keys: Words, words: Words) -> object:
    board = _board(table, keys, words)
    rows = board.rows()
    first, end = _range(board, rows, words)
    chosen = rows[first:end]
    if not chosen:
        return [len(rows), 0, 0, []]
    before = first if board.is_first else board.better(chosen[0][0])
    flat = [each for score, name in chosen for each in (name, shown(score))]
    return [len(rows), first, before, flat]


def _range(
    board: Board, rows: list[tuple[float, bytes]], words: Words
) -> tuple[int, int]:
    """Return where a page begins, and where it ends: that row is not on it."""
    match words[1:]:
        case [b"top", offset, count]:
            return int(offset), int(offset) + int(count)
        case [b"around", member, before, after]:
            score = board.score(member)
            if score is None:
                return 0, 0
            at = rows.index((score, board.spelled(member) or b""))
            return max(0, at - int(before)), at + int(after) + 1
        case [b"between", low, high, count]:
            first = board.better(float(low))
            end = sum(score <= float(high) for score, _ in rows)
            return first, min(end, first + int(count))
    raise AssertionError(words)


@script_twin(CHANGE)
def _change(table: Table, keys: Words, words: Words) -> object:
    board = _board(table, keys, words)
    op, member, text, largest, most, ms, once_ms = words[1:]
    once = next(iter(keys[4:]), b"")
    if once and table.get(once, bytes) is not None:
        if board.score(member) is None:
            return [b"0", board.better(0.0), len(board.scores), 0]
    else:
        if not board.change(op, member, by=float(text), most=float(largest)):
            return None
        _note(table, keys[2:4], op, member, text)
        if once:
            table.put(once, b"", int(once_ms))
    score = board.score(member) or 0.0
    before = board.above(member, score)
    board.trim(most)
    if ms:
        table.end_in(board.board, int(ms))
        table.end_in(board.seats, int(ms))
    is_kept = board.score(member) is not None
    return [shown(score), before, len(board.scores), int(is_kept)]


@script_twin(REMOVE)
def _remove(table: Table, keys: Words, words: Words) -> object:
    board = _board(table, keys, words)
    count = 0
    for member in words[1:]:
        count += board.remove(member)
        _note(table, keys[2:4], b"remove", member, b"")
    if not board.scores:
        table.delete(board.seats)
    return count


@script_twin(BEGIN)
def _begin(table: Table, keys: Words, words: Words) -> object:
    if table.get(keys[0], bytes) not in {None, words[0]}:
        return max(1, table.left_ms(keys[0]))
    for each in keys[1:]:
        table.delete(each)
    table.put(keys[0], words[0], int(words[1]))
    return 0


@script_twin(FILL)
def _fill(table: Table, keys: Words, words: Words) -> object:
    mode, token, lease_ms, most, *rows = words
    if table.get(keys[0], bytes) != token:
        return 0
    shadow = Board(table, keys[2], keys[3], is_first=mode == b"first")
    for score, member in zip(rows[::2], rows[1::2], strict=True):
        shadow.change(b"put", member, by=float(score), most=0.0)
    for _ in range(0, len(rows), 2 * ROWS_AT_ONCE):
        shadow.trim(most)
    _renew(table, keys, int(lease_ms))
    return 1


@script_twin(SETTLE)
def _settle(table: Table, keys: Words, words: Words) -> object:
    mode, token, lease_ms, most, ms, at_once = words
    rebuild, journal, shadow_key, shadow_seats, board_key, seats, rebuilt = keys
    board = Board(table, board_key, seats, is_first=mode == b"first")
    if table.get(rebuilt, bytes) == token:
        return [b"done", len(board.scores)]
    if table.get(rebuild, bytes) != token:
        return [b"lost", 0]
    shadow = Board(table, shadow_key, shadow_seats, is_first=board.is_first)
    notes: list[bytes] = table.get(journal, list) or []
    count = 3 * int(at_once)
    for at in range(0, min(count, len(notes)), 3):
        _repeat(shadow, *notes[at : at + 3])
        shadow.trim(most)
    del notes[:count]
    if notes:
        _renew(table, keys[:4], int(lease_ms))
        return [b"more", len(notes) // 3]
    for each in (rebuild, journal, board_key, seats):
        table.delete(each)
    for key, new in ((shadow_key, board_key), (shadow_seats, seats)):
        _swap_in(table, key, new, ms)
    table.put(rebuilt, token, int(lease_ms))
    return [b"done", len(board.scores)]


@script_twin(ABANDON)
def _abandon(table: Table, keys: Words, words: Words) -> object:
    if table.get(keys[0], bytes) != words[0]:
        return 0
    return sum(map(table.delete, keys))


@command_twin("ZCARD")
def _count(table: Table, words: Words) -> object:
    return len(table.get(words[0], dict) or {})


def _board(table: Table, keys: Words, words: Words) -> Board:
    seats = keys[1] if len(keys) > 1 else b""
    return Board(table, keys[0], seats, is_first=words[0] == b"first")


def _repeat(shadow: Board, op: bytes, member: bytes, number: bytes) -> None:
    if op == b"remove":
        shadow.remove(member)
    else:
        shadow.change(op, member, by=float(number), most=float(LARGEST))


def _swap_in(table: Table, shadow: bytes, key: bytes, ms: bytes) -> None:
    found = table.get(shadow, dict)
    if found is not None:
        table.delete(shadow)
        table.put(key, found, int(ms) if ms else None)


def _note(table: Table, keys: Words, *note: bytes) -> None:
    rebuild, journal = keys
    if table.get(rebuild, bytes) is not None:
        notes: list[bytes] = table.make(journal, list, list)
        notes += note
        table.end_in(journal, table.left_ms(rebuild) + EXTRA_MS)


def _renew(table: Table, keys: Words, ms: int) -> None:
    rebuild, *others = keys
    table.end_in(rebuild, ms)
    for each in others:
        table.end_in(each, ms + EXTRA_MS)
