"""How many programs were compared, and which deviations that took."""

from __future__ import annotations

from collections import Counter

from tests.oracle.comparing import compare
from tests.oracle.families import Family
from tests.oracle.real import Json
from tests.oracle.terms import text

__all__ = ("Tally",)


class Tally:
    """Compares, and counts."""

    def __init__(self) -> None:
        self.compared: Counter[str] = Counter()
        self.distinct: dict[str, set[int]] = {}
        self.deviations: Counter[str] = Counter()

    def compare(self, family: Family, program: dict[str, Json], real: Json) -> None:
        """Run a program in Python, and hold it against what it did in JavaScript.

        Raises:
            Difference: it did not do the same.
        """
        used = compare(family.name, program, real, family.trace(program))
        self.compared[family.name] += 1
        self.distinct.setdefault(family.name, set()).add(hash(text(program)))
        self.deviations.update(used)

    def counts(self) -> dict[str, list[int]]:
        """By family: how many were compared, and how many different ones."""
        return {
            name: [count, len(self.distinct[name])]
            for name, count in self.compared.items()
        }
