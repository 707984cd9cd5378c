"""Releases of one application, that keeps slices of every shape.

Each change is a token that is nobody else's, so that it can be told from any other in
what is stored, whatever was merged with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from stateroom.persist import add_numbers, persist
from stateroom.persist.persisted import Persisted
from stateroom.persist.settings import Migration
from stateroom.store import EntityAdapter, EntityState, Slice
from stateroom.store.actions import Action

__all__ = ("HIDDEN", "Entry", "Job", "late_entry", "release")

HIDDEN: Final = "TRANSIENT"
"""Stands in what is never to be stored, and nowhere else."""
Act = Callable[[str], Action]


@dataclass(frozen=True, slots=True)
class Entry:
    """One slice of a release.

    Attributes:
        part: the slice, kept.
        acts: what can be done to it: ``add``, ``drop``, ``name``, and so on.
    """

    part: Persisted[object]
    acts: Mapping[str, Act]


@dataclass(slots=True)
class Roles:
    """What was chosen."""

    selected: list[str] = field(default_factory=list)
    title: str = ""
    secret: str = ""


@dataclass(slots=True)
class RicherRoles:
    """As ``Roles``, with a field that other releases do not know."""

    selected: list[str] = field(default_factory=list)
    title: str = ""
    secret: str = ""
    extra: str = ""


@dataclass(slots=True)
class ChosenRoles:
    """As ``Roles``, of the next version: a field has another name."""

    chosen: list[str] = field(default_factory=list)
    title: str = ""
    secret: str = ""


@dataclass(slots=True)
class Tally:
    """A counter."""

    count: int = 0
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """An entity."""

    id: str


def renamed(state: dict[str, object]) -> dict[str, object]:
    state["chosen"] = state.pop("selected")
    return state


def negated(state: dict[str, object]) -> dict[str, object]:
    return {name: -cast("int", number) for name, number in state.items()}


def _roles(
    kind: type[object], where: str, *, transient: frozenset[str], version: int = 1
) -> Entry:
    roles = Slice("roles", kind)

    @roles.reducer
    def add(state: object, token: str) -> None:
        getattr(state, where).append(token)

    @roles.reducer
    def drop(state: object, token: str) -> None:
        getattr(state, where).remove(token)

    @roles.reducer
    def name(state: object, token: str) -> None:
        setattr(state, "title", token)  # noqa: B010 - one of several classes

    @roles.reducer
    def hide(state: object, token: str) -> None:
        setattr(state, "secret", f"{HIDDEN}{token}")  # noqa: B010 - as above

    @roles.reducer
    def enrich(state: object, token: str) -> None:
        setattr(state, "extra", token)  # noqa: B010 - as above

    acts: dict[str, Act] = {"add": add, "drop": drop, "name": name, "hide": hide}
    if kind is RicherRoles:
        acts["enrich"] = enrich
    migrations: dict[int, Migration] = {2: renamed} if version > 1 else {}
    kept = persist(roles, transient=transient, version=version, migrations=migrations)
    return Entry(kept, acts)


def _number(token: str) -> int:
    return 1 + sum(token.encode())


def _numbers(*, version: int = 1, goes_back: bool = True) -> Entry:
    numbers = Slice("numbers", dict[str, int])
    sign = 1 if version == 1 else -1

    @numbers.reducer
    def add(state: dict[str, int], token: str) -> None:
        state[token] = sign * _number(token)

    @numbers.reducer
    def drop(state: dict[str, int], token: str) -> None:
        del state[token]

    kept = persist(
        numbers,
        version=version,
        migrations={2: negated} if version > 1 else None,
        downgrades={2: negated} if version == 1 and goes_back else None,
    )
    return Entry(cast("Persisted[object]", kept), {"add": add, "drop": drop})


def _notes() -> Entry:
    notes = Slice("notes", list[str])

    @notes.reducer
    def add(state: list[str], token: str) -> None:
        state.append(token)

    @notes.reducer
    def drop(state: list[str], token: str) -> None:
        state.remove(token)

    kept = persist(notes)
    return Entry(cast("Persisted[object]", kept), {"add": add, "drop": drop})


def _jobs() -> Entry:
    jobs, adapter = Slice("jobs", EntityState[Job, str]), EntityAdapter[Job, str]()

    @jobs.reducer
    def add(state: EntityState[Job, str], token: str) -> None:
        adapter.add_one(state, Job(token))

    @jobs.reducer
    def drop(state: EntityState[Job, str], token: str) -> None:
        adapter.remove_one(state, token)

    kept = persist(jobs)
    return Entry(cast("Persisted[object]", kept), {"add": add, "drop": drop})


def _counter(name: str, *, replays: bool) -> Entry:
    counter = Slice(name, Tally)

    @counter.reducer
    def count(state: Tally, token: str) -> None:
        state.count += 1

    @counter.reducer
    def hide(state: Tally, token: str) -> None:
        state.secret = f"{HIDDEN}{token}"

    kept = (
        persist(counter, transient={"secret"}, reconcile="replay")
        if replays
        else persist(counter, transient={"secret"}, merge={"count": add_numbers})
    )
    return Entry(cast("Persisted[object]", kept), {"count": count, "hide": hide})


def _table(name: str, *, is_users: bool) -> Entry:
    table = Slice(name, dict[str, int])

    @table.reducer
    def add(state: dict[str, int], token: str) -> None:
        state[token] = _number(token)

    @table.reducer
    def drop(state: dict[str, int], token: str) -> None:
        del state[token]

    kept = persist(table, scope="user" if is_users else "device", durability="fsync")
    return Entry(cast("Persisted[object]", kept), {"add": add, "drop": drop})


def late_entry() -> Entry:
    """Return the slice that comes when the application is at work."""
    return _table("late", is_users=False)


def release(name: str) -> dict[str, Entry]:
    """Return the slices of a release: A, or one that is B richer, C newer, D poorer."""
    made = [
        _roles_of(name),
        _numbers(version=2 if name == "C" else 1, goes_back=name != "D"),
        _notes(),
        _counter("visits", replays=True),
        _counter("sums", replays=False),
        _table("mine", is_users=True),
    ]
    if name != "D":
        made.append(_jobs())
    return {each.part.key: each for each in made}


def _roles_of(name: str) -> Entry:
    hidden = frozenset({"secret"})
    if name == "B":
        return _roles(RicherRoles, "selected", transient=hidden)
    if name == "C":
        return _roles(ChosenRoles, "chosen", transient=hidden, version=2)
    if name == "D":
        return _roles(Roles, "selected", transient=hidden | {"title"})
    return _roles(Roles, "selected", transient=hidden)
