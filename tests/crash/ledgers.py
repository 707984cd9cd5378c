"""What is known of the slices across kills: what must be there, and what may be."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.crash.tallies import NAMES

__all__ = ("Ledger",)


def _zeros() -> dict[str, int]:
    return dict.fromkeys(NAMES, 0)


@dataclass
class Ledger:
    """What children said of one place.

    Attributes:
        acked: the least counter that must be found of each slice.
        did: the greatest that may be.
        revisions: the greatest that was seen.
        faults: everything that must not be.
        acknowledgements: how many came.
    """

    acked: dict[str, int] = field(default_factory=_zeros)
    did: dict[str, int] = field(default_factory=_zeros)
    revisions: dict[str, int] = field(default_factory=_zeros)
    faults: list[str] = field(default_factory=list)
    acknowledgements: int = 0

    def hear(self, lines: list[list[str]]) -> None:
        """Enter what a child said, in its order."""
        for verb, *words in lines:
            if verb == "did":
                self.did[words[0]] += 1
            elif verb == "acked":
                self.acknowledgements += 1
                self.acked[words[0]] = int(words[1])
            elif verb == "found":
                self._enter(*words)

    def _enter(
        self, name: str, count: str, revision: str, _: str, phase: str, fault: str
    ) -> None:
        number = int(count)
        if fault != "whole":
            self.faults.append(f"{name} is not whole: {fault}")
        if phase != "ready":
            self.faults.append(f"{name} is {phase}")
        if not self.acked[name] <= number <= self.did[name]:
            least, most = self.acked[name], self.did[name]
            self.faults.append(f"{name} has {number}, not {least} to {most}")
        if int(revision) < self.revisions[name]:
            now, before = revision, self.revisions[name]
            self.faults.append(f"{name}: revision {now} after {before}")
        # What was found is on the disk, and must be found from now on.
        self.acked[name] = self.did[name] = number
        self.revisions[name] = int(revision)
