"""Of two processes that write the same record, one is killed: the other loses nothing.

Nor does the one that is killed, of what it was told is stored; and its locks end with
it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.crash.births import Child, Nursery
from tests.crash.seeds import seed

KILLS = max(10, int(os.environ.get("STATEROOM_KILLS", "200")) // 10)
LONGEST_S = 0.03


class Shared:
    """The place in which all count, and what is known of it.

    Attributes:
        acked: name -> the last counter of which its owner was told that it is stored.
        did: name -> how often its owner counted.
        faults: everything that must not be.
    """

    def __init__(self, nursery: Nursery, kind: str, place: Path) -> None:
        self._bear: Callable[[str], Child] = lambda name: nursery.bear(
            "sharing", kind, place, name
        )
        self.acked: Counter[str] = Counter()
        self.did: Counter[str] = Counter()
        self.faults: list[str] = []

    def begin(self, name: str, *, beside: Child | None = None) -> Child:
        """Begin a child, and judge what it finds beside one that goes on counting."""
        self._catch_up(beside)
        least = self.acked.copy()
        child = self._bear(name)
        found = child.until("ready")
        self._catch_up(beside)
        held = {line[1]: int(line[2]) for line in found if line[0] == "held"}
        for each in least:
            if not least[each] <= held.get(each, 0) <= self.did[each]:
                self.faults.append(f"{each}: {least[each]}, {held}, {self.did[each]}")
        if found[-1] != ["ready", "ready"]:
            self.faults.append(f"it stands badly: {found[-1]}")
        return child

    def hear(self, lines: list[list[str]]) -> None:
        for verb, name, *rest in lines:
            if verb == "did":
                self.did[name] += 1
            elif verb == "acked":
                self.acked[name] = int(rest[0])

    def _catch_up(self, child: Child | None) -> None:
        if child is not None:
            child.listen(0)
            self.hear(child.taken())


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["files", "sqlite"])
def test_a_writer_that_is_killed_beside_another_costs_neither_anything(
    nursery: Nursery, tmp_path: Path, kind: str
) -> None:
    dice, shared = Random(seed()), Shared(nursery, kind, tmp_path)
    survivor = shared.begin("w")
    for number in range(KILLS):
        other = shared.begin(f"w{number}", beside=survivor)
        shared.hear(other.until("acked"))
        other.listen(dice.random() * LONGEST_S)
        killed, survivor = dice.sample((survivor, other), 2)
        killed.end()
        shared.hear(killed.taken())
        # The locks of who was killed are free: the other can store.
        shared.hear(survivor.until("acked"))
        assert shared.faults == []
    survivor.end()
    shared.hear(survivor.taken())
    shared.begin("last").end()
    assert shared.faults == []
