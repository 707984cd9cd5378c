"""A plan that says which originals move, so that a lock may give them a new home.

The file names every move; whoever writes it has seen to the data itself.

    [[move]]
    item = "selected-roles"
    from = "persist"
    to = "database"
    reason = "users asked for their roles on every device"
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable

import msgspec

from stateroom.decide.lock import Change
from stateroom.errors import MoveNeeded, UsageError

__all__ = ("Move", "Plan", "check_plan", "parse_plan", "print_plan")


class Move(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One item's originals, from one home to another, e.g. ``redis/live``."""

    item: str
    from_: str = msgspec.field(name="from")
    to: str
    reason: str


class Plan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every move that one writing of the lock makes."""

    move: tuple[Move, ...] = ()


def parse_plan(text: str, path: str) -> Plan:
    """Read a plan.

    Raises:
        UsageError: it is not TOML, or not a plan.
    """
    try:
        plan = msgspec.convert(tomllib.loads(text), Plan)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"{path}: not a plan of moves: {error}",
            hint="it lists [[move]] tables with item, from, to and reason",
        ) from error
    blank = [move.item for move in plan.move if not move.reason.strip()]
    if blank:
        raise UsageError(f"{path}: the move of {blank[0]} gives no reason")
    return plan


def check_plan(moves: Iterable[Change], plan: Plan | None) -> None:
    """Return when every move is planned.

    Raises:
        MoveNeeded: naming those that are not, with the plan that would do.
    """
    planned = {(m.item, m.from_, m.to) for m in plan.move} if plan else set()
    open_moves = [m for m in moves if (m.item, *_homes(m)) not in planned]
    if not open_moves:
        return
    names = tuple(move.item for move in open_moves)
    told = "; ".join(
        f"{m.item} from {_homes(m)[0]} to {_homes(m)[1]}" for m in open_moves
    )
    raise MoveNeeded(
        f"this would move live originals: {told}",
        items=names,
        hint="move the data, describe it in a plan, and pass it with --moved PLAN:\n"
        + print_plan(open_moves),
    )


def print_plan(moves: Iterable[Change]) -> str:
    """Print the plan that allows ``moves``, with reasons left to fill in."""
    tables = []
    for move in moves:
        before, after = _homes(move)
        tables.append(
            f'[[move]]\nitem = "{move.item}"\nfrom = "{before}"\nto = "{after}"\n'
            'reason = ""\n'
        )
    return "\n".join(tables)


def _homes(move: Change) -> tuple[str, str]:
    return move.homes or (move.before, move.after)
