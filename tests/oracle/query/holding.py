"""Holds what our query layer does against RTK Query."""

from __future__ import annotations

import json
from typing import Final, cast

from tests.oracle.comparing import Difference, first_difference
from tests.oracle.families import Family
from tests.oracle.query.comparing import compared
from tests.oracle.query.performing import trace_query
from tests.oracle.query.programs import Program, Trace
from tests.oracle.real import Json, Real
from tests.oracle.tally import Tally
from tests.oracle.terms import text

__all__ = ("Held", "both", "hold")

FAMILY: Final = "query-mixed"


def hold(program: Program, real: Json, ours: Json) -> tuple[str, ...]:
    """Say which deviations it took to find two traces equal.

    Raises:
        Difference: none were enough.
    """
    if text(real) == text(ours):
        return ()
    there, here = real, ours
    used: tuple[str, ...] = ()
    if isinstance(real, list) and isinstance(ours, list):
        traces = cast("list[Trace]", json.loads(json.dumps([real, ours])))
        there, here, used = cast(
            "tuple[Json, Json, tuple[str, ...]]", compared(program, *traces)
        )
    if text(there) == text(here):
        return used
    where, one, other = first_difference(there, here)
    at = where.split("/")[1]
    step = cast("list[Json]", program["steps"])[int(at)] if at.isdigit() else None
    raise Difference(
        f"{text(program)}\n  at {where}, {text(step)}\n"
        f"  JavaScript {text(one)}\n  Python     {text(other)}"
    )


def both(real: Real, program: Program) -> Trace:
    """What a program does in both.

    Raises:
        Difference: it is not the same.
    """
    trace = real.trace(FAMILY, program)
    hold(program, trace, cast("Json", trace_query(program)))
    return cast("Trace", trace)


class Held(Tally):
    """Counts what is held against RTK Query, together with all else that is counted."""

    def __init__(self, tally: Tally) -> None:
        super().__init__()
        self.compared = tally.compared
        self.distinct = tally.distinct
        self.deviations = tally.deviations

    def compare(self, family: Family, program: Program, real: Json) -> None:
        """Run a program in Python, and hold it against what it did in JavaScript.

        Raises:
            Difference: it did not do the same.
        """
        used = hold(program, real, family.trace(program))
        self.compared[family.name] += 1
        self.distinct.setdefault(family.name, set()).add(hash(text(program)))
        self.deviations.update(used)
