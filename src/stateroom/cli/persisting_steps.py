"""Puts records from elsewhere in their place: all are judged before one is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from stateroom.cli.persisting_writing import next_revision, put
from stateroom.cli.reply import note
from stateroom.errors import PersistError, UsageError
from stateroom.persist.records import Record, encode_record
from stateroom.persist.storages import Storage
from stateroom.persist.surveying import Holding, look

__all__ = ("Step", "refuse", "step_for", "write")


@dataclass(frozen=True, slots=True)
class Step:
    """One record, and what it is to take the place of.

    Attributes:
        record: what is to be written.
        holding: what is there.
    """

    record: Record
    holding: Holding

    @property
    def is_same(self) -> bool:
        """Whether it is there already, to the byte."""
        current = self.holding.current
        return current is not None and current.data == encode_record(self.record)

    @property
    def is_free(self) -> bool:
        """Whether nothing is there."""
        return self.holding.current is None and self.holding.previous is None


def step_for(storage: Storage, record: Record) -> Step:
    """Return the step for a record, with a revision above what is there."""
    holding = look(storage, record.key)
    step = Step(record, holding)
    if step.is_free or step.is_same:
        return step
    revision = max(next_revision(holding), record.revision)
    return Step(replace(record, revision=revision), holding)


def refuse(steps: Iterable[Step], *, replaces: bool) -> None:
    """Refuse steps over what must not be replaced, or is not to be.

    Raises:
        UsageError: something is there, and ``replaces`` is False; or it can be replaced
            by the application alone.
    """
    for each in steps:
        holding = each.holding
        if holding.unread:
            raise UsageError(f"{holding.key}: it cannot be read: {holding.unread}")
        for found in (holding.current, holding.previous):
            if found is not None and found.condition in {"newer", "sealed"}:
                raise UsageError(
                    f"{holding.key}: {found.reason}; nothing takes its place",
                    hint="import it from within the application",
                )
    taken = [each.record.key for each in steps if not (each.is_free or each.is_same)]
    if taken and not replaces:
        raise UsageError(
            f"there already: {', '.join(taken)}; nothing is written",
            hint="--replace takes their place, and they stay as previous generations",
        )


def write(storage: Storage, steps: Iterable[Step]) -> None:
    """Write what is not there yet; what was written before a failure is told.

    Raises:
        WriteConflict: somebody has written since it was looked at.
        PersistError: the storage does not do it.
    """
    done: list[str] = []
    for each in steps:
        if each.is_same:
            continue
        try:
            put(storage, each.holding, each.record)
        except PersistError:
            told = ", ".join(done) or "nothing"
            note(f"written before that: {told}")
            raise
        done.append(each.record.key)
