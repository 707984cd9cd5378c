"""What the children of the crash tests count: a state that tells whether it is whole.

Each change raises a counter by one. The words and the seal follow from it, so that a
state in which anything is cut off, mixed or old in part is told from a whole one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from stateroom.persist import Persisted, persist
from stateroom.persist.settings import Durability, Migration
from stateroom.store import Slice

__all__ = (
    "MOVED",
    "NAMES",
    "Tally",
    "advance",
    "fault_in",
    "moved_tallies",
    "tallies",
    "tally_of",
)

NAMES = ("relaxed", "throttled", "fsync", "replayed")
"""The slices; three of them are named for their durability."""

_DURABILITIES: dict[str, Durability] = {
    "relaxed": "relaxed",
    "throttled": "throttled",
    "fsync": "fsync",
    "replayed": "throttled",
}
_LONGEST = 60
_LARGE = 2_500
"""Words: a record has 200 bytes to 2 KiB, longer and shorter ones in turn; one in
sixteen has 50 KiB, which is many pages and several blocks."""


@dataclass(slots=True)
class Tally:
    count: int = 0
    words: list[str] = field(default_factory=list)
    seal: str = ""


def words_of(count: int) -> list[str]:
    size = _LARGE if count % 16 == 15 else count * 7 % _LONGEST
    return [f"word-{count}-{n}-é☃" for n in range(size)]


def seal_of(name: str, count: int, words: list[str]) -> str:
    text = "|".join((name, str(count), *words))
    return hashlib.sha256(text.encode()).hexdigest()


def tally_of(name: str, count: int) -> Tally:
    """Return the state that a slice has after so many changes."""
    if count == 0:
        return Tally()
    words = words_of(count)
    return Tally(count, words, seal_of(name, count, words))


def fault_in(name: str, state: Tally) -> str:
    """Say what is wrong with a state; empty when it is whole."""
    if Tally(state.count, [*state.words], state.seal) == tally_of(name, state.count):
        return ""
    return f"{state.count}:{len(state.words)}:{state.seal[:8]}".replace(" ", "_")


def advance(name: str) -> dict[str, str]:
    """Return the action that raises the counter of a slice."""
    return {"type": f"{name}/advance"}


def _sliced(name: str) -> Slice[Tally]:
    tally = Slice(name, Tally)

    def reduce(state: Tally) -> None:
        made = tally_of(name, state.count + 1)
        state.count, state.words, state.seal = made.count, made.words, made.seal

    tally.reducer(name="advance")(reduce)
    return tally


def tallies() -> tuple[Persisted[Tally], ...]:
    """Return new slices of all kinds, each kept."""
    return tuple(kept_tally(name) for name in NAMES)


def moved_tallies() -> tuple[Persisted[Tally], ...]:
    """Return them as a later release has them: each counter is ``MOVED`` higher."""
    return tuple(
        kept_tally(name, version=2, migrations={2: _moving(name)}) for name in NAMES
    )


MOVED = 1_000


def _moving(name: str) -> Migration:
    def move(state: dict[str, object]) -> dict[str, object]:
        count = state["count"]
        assert isinstance(count, int)
        return asdict(tally_of(name, count + MOVED))

    return move


def kept_tally(
    name: str, *, version: int = 1, migrations: Mapping[int, Migration] | None = None
) -> Persisted[Tally]:
    """Return a new slice of one kind, kept."""
    return persist(
        _sliced(name),
        version=version,
        migrations=migrations,
        durability=_DURABILITIES[name],
        max_delay=3,
        reconcile="replay" if name == "replayed" else "three_way",
    )
