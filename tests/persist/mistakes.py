"""One error of each class of persistence, caught from the mistake that it is about."""

from __future__ import annotations

import errno
import shelve
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from stateroom.errors import NotDurable, OverBudget, PersistError, StateroomError
from stateroom.persist import Mapped, Memory, Persistor, Problem, persist
from stateroom.persist.encrypted import Encrypted
from stateroom.persist.interchange import parse_document
from stateroom.persist.migrating import migrate
from stateroom.persist.records import decode_record
from stateroom.store import Slice, Store

__all__ = ("examples",)

KEY = "careers:p:device:letter"


@dataclass(slots=True)
class Letter:
    text: str = ""
    saving: bool = False


letter = Slice("letter", Letter)


@letter.reducer
def write(state: Letter, text: str) -> None:
    state.text = text


def a_store() -> Store:
    return Store(persist(letter, fields={"text"}, transient={"saving"}))


class FullDisk(dict[str, object]):
    """A mapping on a disk that has no room."""

    def __setitem__(self, key: str, value: object, /) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


def ask_who_is_closed() -> None:
    persistor = Persistor(a_store(), Memory())
    persistor.close()
    persistor.hydrate()


def keep_what_is_not_there() -> None:
    persist(letter, fields={"txt"}, transient={"saving"})


def read_a_shelf_that_is_closed() -> None:
    with tempfile.TemporaryDirectory() as folder:
        with shelve.open(str(Path(folder) / "shelf")) as shelf:  # noqa: S301 - ours
            storage = Mapped(shelf)
        storage.read(KEY, limit=1_000)


def write_where_there_is_no_room() -> None:
    Mapped(FullDisk()).write(KEY, b"{}", replaces=None)


def write_what_is_too_large() -> None:
    told: list[Problem] = []
    store = a_store()
    persistor = Persistor(store, Memory(), background=False, on_problem=told.append)
    persistor.hydrate()
    store.dispatch(write("Dear Sir or Madam, " * 20_000))
    with pytest.raises(NotDurable):
        persistor.close()
    # A persistor tells it, and goes on: it is raised nowhere.
    message, _, hint = told[0].message.rpartition("; ")
    assert told[0].code == OverBudget.code
    raise OverBudget(message, size=380_172, budget=262_144, key="letter", hint=hint)


def write_over_what_was_not_seen() -> None:
    storage = Memory()
    storage.write(KEY, b"what another wrote", replaces=None)
    storage.write(KEY, b"ours", replaces=None)


def read_what_was_cut_off() -> None:
    decode_record(b'{"stateroom":1,"su', key=KEY, limit=1_000)


def read_what_a_newer_release_wrote() -> None:
    decode_record(b'{"stateroom":2,"sum":"', key=KEY, limit=1_000)


def rename_text(state: dict[str, object]) -> dict[str, object]:
    return {"text": state["txt"]}


def migrate_what_is_not_there() -> None:
    migrate(
        {"body": "Dear"},
        key="letter",
        stored=1,
        wanted=2,
        migrations={2: rename_text},
        downgrades={},
    )


def flush_what_was_not_read() -> None:
    store = a_store()
    store.dispatch(write("Dear"))
    with Persistor(store, Memory(), background=False):
        pass  # it flushes when it is closed


def read_with_another_key() -> None:
    inner = Memory()
    Encrypted(inner, lambda _: b"1" * 32).write(KEY, b"{}", replaces=None)
    Encrypted(inner, lambda _: b"2" * 32).read(KEY, limit=1_000)


def import_what_is_no_document() -> None:
    parse_document('{"text":"\\"Dear')


MISTAKES: tuple[Callable[[], None], ...] = (
    ask_who_is_closed,
    keep_what_is_not_there,
    read_a_shelf_that_is_closed,
    write_where_there_is_no_room,
    write_what_is_too_large,
    write_over_what_was_not_seen,
    read_what_was_cut_off,
    read_what_a_newer_release_wrote,
    migrate_what_is_not_there,
    flush_what_was_not_read,
    read_with_another_key,
    import_what_is_no_document,
)
"""In the order of their codes, from STR-900 on."""


def caught_from(mistake: Callable[[], None]) -> StateroomError:
    with pytest.raises(PersistError) as caught:
        mistake()
    return caught.value


def examples() -> list[StateroomError]:
    """Return one error of each class."""
    return [*map(caught_from, MISTAKES)]
