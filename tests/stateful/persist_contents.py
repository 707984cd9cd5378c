"""What a record, or a state, has of the tokens that the machines tell apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from stateroom.errors import CorruptRecord
from stateroom.persist.records import Record, decode_record
from stateroom.store import EntityState

__all__ = (
    "LIMIT",
    "NOTHING",
    "Content",
    "content_in",
    "content_of",
    "parts_of",
    "record_of",
)

LIMIT = 1 << 20


@dataclass(frozen=True, slots=True)
class Content:
    """The tokens in it.

    Attributes:
        tokens: what was added, and not dropped.
        count: how often was counted.
        title: what was named last; None where there is none.
        extra: what only one release knows; None where there is none.
    """

    tokens: frozenset[str] = frozenset()
    count: int = 0
    title: object = None
    extra: object = None


NOTHING = Content()


def content_of(item: str, state: object) -> Content:
    """Return what the state of a slice has."""
    match item:
        case "roles":
            where = "chosen" if hasattr(state, "chosen") else "selected"
            return Content(
                _once(getattr(state, where)),
                title=getattr(state, "title"),  # noqa: B009 - one of several classes
            )
        case "visits" | "sums":
            return Content(count=getattr(state, "count"))  # noqa: B009 - a Tally's
        case "jobs":
            table = cast("EntityState[object, str]", state)
            assert set(table.ids) == set(table.entities)
            return Content(_once(table.ids))
        case "notes":
            return Content(_once(cast("list[str]", state)))
        case _:
            return Content(frozenset(cast("Mapping[str, object]", state)))


def parts_of(item: str, state: object) -> Mapping[object, object]:
    """Return the state, and what it is made of, for whoever looks at identity."""
    parts: dict[object, object] = {"the state": state}
    if item == "jobs":
        parts |= cast("EntityState[object, object]", state).entities
    if item == "roles":
        where = "chosen" if hasattr(state, "chosen") else "selected"
        parts[where] = getattr(state, where)
    return parts


def content_in(item: str, record: Record) -> Content:
    """Return what a record has; what it has is of its version."""
    if record.is_purged:
        return NOTHING
    state = cast("Mapping[str, object]", record.state)
    match item:
        case "roles":
            where = "selected" if record.version == 1 else "chosen"
            chosen = _once(state[where])
            return Content(chosen, title=state.get("title"), extra=state.get("extra"))
        case "visits" | "sums":
            return Content(count=cast("int", state["count"]))
        case "jobs":
            ids = state["ids"]
            assert set(cast("list[str]", ids)) == set(
                cast("list[str]", state["entities"])
            )
            return Content(_once(ids))
        case "notes":
            return Content(_once(record.state))
        case _:
            sign = -1 if item == "numbers" and record.version > 1 else 1
            for token, number in state.items():
                assert number == sign * (1 + sum(token.encode()))
            return Content(frozenset(state))


def _once(tokens: object) -> frozenset[str]:
    found = cast("list[str]", tokens)
    assert len(set(found)) == len(found), f"{found}: something is there twice"
    return frozenset(found)


def record_of(key: str, data: bytes | None) -> Record | None:
    """Return the record that bytes are; None when they are none."""
    if data is None:
        return None
    try:
        return decode_record(data, key=key, limit=LIMIT)
    except CorruptRecord:
        return None
