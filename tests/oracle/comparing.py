"""Compares two traces: they agree but for what the deviations allow.

Each allowance is named after its row in ``deviations``. What it does is narrow: it
never makes two states equal that hold different values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

from tests.oracle.real import Json
from tests.oracle.terms import text

__all__ = ("Difference", "compare")

Trace = dict[str, Json]


class Difference(AssertionError):
    """The two did not do the same, and no deviation says why."""


def compare(family: str, program: Json, real: Json, ours: Json) -> tuple[str, ...]:
    """Say which deviations it took to find two traces equal.

    Raises:
        Difference: none were enough.
    """
    if text(real) == text(ours):
        return ()
    used: list[str] = []
    for name, allow in ALLOWANCES.get(family, ()):
        changed = allow(real, ours)
        if text(changed[0]) != text(real) or text(changed[1]) != text(ours):
            used.append(name)
        real, ours = changed
        if text(real) == text(ours):
            return tuple(used)
    where, one, other = first_difference(real, ours)
    raise Difference(
        f"{family}: {text(program)}\n"
        f"  at {where}\n  JavaScript {text(one)}\n  Python     {text(other)}"
    )


def first_difference(real: Json, ours: Json, path: str = "") -> tuple[str, Json, Json]:
    """Where two traces part."""
    pairs: Iterable[tuple[object, Json, Json]] = ()
    if isinstance(real, dict) and isinstance(ours, dict):
        keys = {**real, **ours}
        pairs = [
            (key, real.get(key, "absent"), ours.get(key, "absent")) for key in keys
        ]
    elif isinstance(real, list) and isinstance(ours, list) and len(real) == len(ours):
        pairs = [(at, *both) for at, both in enumerate(zip(real, ours, strict=True))]
    for key, one, other in pairs:
        if text(one) != text(other):
            return first_difference(one, other, f"{path}/{key}")
    return path or "/", real, ours


# ------------------------------------------------------------------- patches


def in_any_order(real: Json, ours: Json) -> tuple[Json, Json]:
    """Patches of two containers or keys may come in any order, those of a list not."""
    return _ordered(real), _ordered(ours)


def _ordered(trace: Json) -> Json:
    if not isinstance(trace, dict) or "patches" not in trace:
        return trace
    return {
        key: _grouped(cast("list[list[Json]]", each))
        if key in {"patches", "inverse"}
        else each
        for key, each in trace.items()
    }


def _grouped(patches: list[list[Json]]) -> Json:
    groups: dict[str, list[Json]] = {}
    for patch in patches:
        path = cast("list[Json]", patch[1])
        groups.setdefault(text(path[:-1]), []).append(patch)
        if path and isinstance(path[-1], str):  # of a key, or "*": of a set
            groups[text(path[:-1])].sort(key=text)
    return [patch for key in sorted(groups) for patch in groups[key]]


def without_useless_patches(real: Json, ours: Json) -> tuple[Json, Json]:
    """There may be patches that change nothing there, and are absent here."""
    if not _both_ways(real) or not _both_ways(ours):
        return real, ours
    one, other = cast("Trace", real), cast("Trace", ours)
    for key in ("patches", "inverse"):
        # What is left must stand in the same order.
        known = iter([text(each) for each in cast("list[Json]", one[key])])
        if not all(text(each) in known for each in cast("list[Json]", other[key])):
            return real, ours
    return _without(one, "patches", "inverse"), _without(other, "patches", "inverse")


def finer(real: Json, ours: Json) -> tuple[Json, Json]:
    """What is replaced as a whole there may be changed inside here."""
    if not _both_ways(real) or not _both_ways(ours):
        return real, ours
    one, other = cast("Trace", real), cast("Trace", ours)
    if not all(_is_finer(one[key], other[key]) for key in ("patches", "inverse")):
        return real, ours
    return _without(one, "patches", "inverse"), _without(other, "patches", "inverse")


def _is_finer(real: Json, ours: Json) -> bool:
    there = [cast("list[Json]", each) for each in cast("list[Json]", real)]
    here = [cast("list[Json]", each) for each in cast("list[Json]", ours)]
    only_there = [each[1] for each in there if each not in here]
    only_here = [each[1] for each in here if each not in there]
    if [each for each in there if each in here] != [
        each for each in here if each in there
    ]:
        return False
    return all(
        any(_is_below(path, above) for above in only_there) for path in only_here
    )


def _is_below(path: Json, above: Json) -> bool:
    steps, fewer = cast("list[Json]", path), cast("list[Json]", above)
    return len(fewer) < len(steps) and steps[: len(fewer)] == fewer


def with_right_patches(real: Json, ours: Json) -> tuple[Json, Json]:
    """Where the patches there do not lead there and back, ours must."""
    if not isinstance(real, dict) or "there" not in real:
        return real, ours
    if _both_ways(real) or not _both_ways(ours):
        return real, ours
    names = ("patches", "inverse", "there", "back")
    return _without(real, *names), _without(cast("Trace", ours), *names)


def _both_ways(trace: Json) -> bool:
    if not isinstance(trace, dict) or "patches" not in trace:
        return False
    return trace["there"] is True and trace["back"] is True


def _without(trace: Trace, *names: str) -> Json:
    return {key: each for key, each in trace.items() if key not in names}


# -------------------------------------------------------------------- states


def always_frozen(real: Json, ours: Json) -> tuple[Json, Json]:
    """What is not frozen there must be frozen here all the same."""
    return _mapped(real, _as_frozen), ours


def _as_frozen(node: Trace) -> Trace:
    return {**node, "frozen": True} if "frozen" in node else node


def _mapped(value: Json, change: Callable[[Trace], Trace]) -> Json:
    """Change every mapping of a trace, from the outside inwards."""
    if isinstance(value, list):
        return [_mapped(each, change) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: _mapped(each, change) for key, each in change(value).items()}


Allowance = tuple[str, Callable[[Json, Json], tuple[Json, Json]]]
ALLOWANCES: dict[str, tuple[Allowance, ...]] = {
    "drafts": (
        ("patches-in-another-order", in_any_order),
        ("no-useless-patches", without_useless_patches),
        ("finer-patches", finer),
        ("patches-that-lead-back", with_right_patches),
    ),
    "slices": (("always-frozen", always_frozen),),
}
"""By family: what may differ, tried in this order."""
