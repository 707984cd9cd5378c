"""The command ``persist verify``."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from stateroom.cli.blocks import Block, Line, Span, clean
from stateroom.cli.options import Form
from stateroom.cli.persisting_choosing import Choice, choice
from stateroom.cli.persisting_opening import opened, unsound
from stateroom.cli.persisting_options import (
    Items,
    Namespace,
    Owner,
    Place,
    TableName,
)
from stateroom.cli.reply import Reply
from stateroom.cli.settings import Settings
from stateroom.errors import StorageUnavailable
from stateroom.persist.faults import Fault, faults
from stateroom.persist.surveying import Holding, Survey

__all__ = ("verify",)


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is not as it should be.

    Attributes:
        key: where; empty for the whole storage.
        problem: what is wrong.
        fix: what to do.
    """

    key: str
    problem: str
    fix: str


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What was verified.

    Attributes:
        storage: the path.
        records: how many were looked at.
        sealed: how many of these are encrypted, so that their inside is not known.
        put_aside: how often damaged bytes were put aside.
        problems: all that is wrong.
    """

    schema_version: str = "1.0"
    storage: str
    records: int
    sealed: int
    put_aside: int
    problems: tuple[Problem, ...]


def verify(
    path: Place,
    *,
    items: Items = None,
    owner: Owner = None,
    namespace: Namespace = None,
    table: TableName = None,
    form: Form = None,
) -> Reply:
    """Check checksums, keys and both generations; say what to do about each problem.

    Damaged bytes that were put aside, and records of a newer release, are told too.
    Exit status 1 when something is told.

    Examples:
      stateroom persist verify ~/.local/share/careers
      stateroom persist verify careers.db --format json
    """
    form = Settings().form(form)
    wanted = choice(items, owner=owner, namespace=namespace)
    broken = unsound(path)
    found = _survey(path, table, wanted, is_broken=bool(broken))
    problems = [*broken, *faults(found)]
    told = Verified(
        storage=clean(path),
        records=len(found.holdings),
        sealed=sum(map(_is_sealed, found.holdings)),
        put_aside=len(found.held),
        problems=tuple(map(_problem, problems)),
    )
    return Reply(
        text=lambda: _text(told),
        data=lambda: told,
        form=form,
        status=int(bool(told.problems)),
    )


def _survey(path: str, table: str | None, wanted: Choice, *, is_broken: bool) -> Survey:
    try:
        with opened(path, table=table) as storage:
            return wanted.survey(storage, path)
    except StorageUnavailable:
        if not is_broken:
            raise
        return Survey(name=path, holdings=())


def _is_sealed(holding: Holding) -> bool:
    return holding.current is not None and holding.current.condition == "sealed"


def _problem(fault: Fault) -> Problem:
    return Problem(
        key=clean(fault.key), problem=clean(fault.text), fix=clean(fault.mend)
    )


def _text(told: Verified) -> Iterator[Block]:
    for each in told.problems:
        name = Span(each.key or told.storage, "name")
        yield Line((name, ": ", Span(each.problem, "error")))
        yield Line((Span("fix: ", "good"), each.fix), indent=2)
    if told.sealed:
        yield Line(f"{told.sealed:,} encrypted: what is inside is not verified.")
    count = len(told.problems)
    problems = f"{count:,} problem{'s' * (count != 1)}" if count else "no problems"
    records = f"{told.records:,} record{'s' * (told.records != 1)}"
    yield Line(Span(f"{told.storage}: {problems} in {records}.", "heading"))
