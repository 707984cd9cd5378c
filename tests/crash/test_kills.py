"""A process that is killed at any moment loses nothing that it was told is stored.

STATEROOM_KILLS says how many kills there are, both storages together: 200 if nothing
is said. STATEROOM_SEED repeats the moments of a run; they are never quite the same.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from tests.crash.births import Nursery
from tests.crash.ledgers import Ledger
from tests.crash.seeds import seed

KILLS = int(os.environ.get("STATEROOM_KILLS", "200")) // 2
A_PLACE = 40
"""Kills of one directory; then the next begins, so that the first writes are hit."""
LONGEST_S = 0.015
MOMENTS = ("ready", "acked")


@dataclass
class Count:
    """What the kills of a run met.

    Attributes:
        kills: how many there were.
        acknowledgements: that were held against what was found later.
        amid_writes: kills that left a write half done, as the directory shows.
    """

    kills: int = 0
    acknowledgements: int = 0
    amid_writes: int = 0


def kill_once(
    nursery: Nursery, kind: str, place: Path, *, ledger: Ledger, dice: Random
) -> None:
    """Let a child count for a moment, kill it, and enter what it said."""
    child = nursery.bear("counting", kind, place, dice.getrandbits(32))
    # While it starts and reads; soon after that; or when it was told that it is stored.
    for word in MOMENTS[: dice.choice((0, 1, 1, 2, 2))]:
        ledger.hear(child.until(word))
    child.listen(dice.random() * LONGEST_S)
    child.end()
    ledger.hear(child.taken())


def is_amid_write(place: Path) -> bool:
    """Say whether a directory of files shows that its writer died in a write."""
    lock = place / "files" / ".lock"
    return lock.exists() and lock.read_bytes().endswith(b"?")


def kill_often(nursery: Nursery, kind: str, places: Path, *, seed: int) -> Count:
    """Kill children one after the other; each finds what those before it left."""
    dice, count, ledger = Random(seed), Count(), Ledger()
    for number in range(KILLS):
        if number % A_PLACE == 0:
            ledger = Ledger()
        place = places / str(number // A_PLACE)
        before = ledger.acknowledgements
        kill_once(nursery, kind, place, ledger=ledger, dice=dice)
        count.kills += 1
        count.acknowledgements += ledger.acknowledgements - before
        count.amid_writes += is_amid_write(place)
        assert ledger.faults == [], f"kill {number + 1} of seed {seed}"
    return count


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", ["files", "sqlite"])
def test_what_was_acknowledged_is_there_after_every_kill(
    nursery: Nursery, tmp_path: Path, kind: str
) -> None:
    count = kill_often(nursery, kind, tmp_path, seed=seed())
    print(f"{kind}: {count}")  # noqa: T201 - the figures of a full run; see -rP
    assert count.kills == KILLS
    # They were killed while there was something to lose, and while it was written.
    assert count.acknowledgements > KILLS // 4
    if kind == "files":
        assert count.amid_writes > KILLS // 20
