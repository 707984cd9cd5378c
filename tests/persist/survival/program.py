"""A program whose letter is kept: a test tells it what to do, and how it ends.

Each line that it reads is a JSON list of a command and its arguments, and each is
answered by a line of JSON. When its input ends, so does it, and closes nothing.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NamedTuple, TypedDict

from stateroom import signals
from stateroom.errors import NotDurable
from stateroom.persist import Files, Persisted, Persistor, SQLite, Storage, persist
from stateroom.persist.settings import Durability, Migration
from stateroom.store import Slice, Store
from stateroom.store.slice_reducers import SliceReducer

__all__ = ("RELEASES", "Program", "Told")

PATIENCE = 10.0
"""Seconds that a change may take to be stored."""
Lines = dict[str, list[str]]
Plain = dict[str, object]


class Told(TypedDict, total=False):
    """What a program is told when it begins.

    Attributes:
        kind: of its storage.
        release: which of ``RELEASES`` it is.
        listens: whether it stores everything on SIGTERM.
    """

    kind: Literal["files", "sqlite"]
    release: str
    durability: Durability
    max_delay: float
    scope: Literal["device", "user"]
    poll: float | None
    listens: bool


class Release(NamedTuple):
    """How the letter is kept by one release of the program."""

    field: str
    version: int = 1
    migrations: Mapping[int, Migration] = {}
    downgrades: Mapping[int, Migration] = {}


def rename(state: Plain) -> Plain:
    return {"paragraphs": state["lines"]}


def rename_back(state: Plain) -> Plain:
    return {"lines": state["paragraphs"]}


def fail(state: Plain) -> Plain:
    return {"paragraphs": state["line"]}


RELEASES = {
    "first": Release("lines"),
    "second": Release("paragraphs", 2, {2: rename}),
    "broken": Release("paragraphs", 2, {2: fail}),
    "prepared": Release("lines", 1, downgrades={2: rename_back}),
}


class Program:
    """A store with a letter to somebody, a theme, and notes that nobody keeps."""

    def __init__(self, place: Path, told: Told) -> None:
        self.field = RELEASES[told.get("release", "first")].field
        self.letter = lines_slice("letter", self.field)
        self.theme = lines_slice("theme", "names")
        self.notes = lines_slice("notes", "lines")
        self.addressee: Slice[str] = Slice("addressee", lambda: "")
        self.name_it = self.addressee.reducer(renamed)
        self.store = Store(
            kept_letter(self.letter.slice, told),
            persist(self.addressee, max_delay=told.get("max_delay", 20.0)),
            persist(self.theme.slice, transient={"sending"}),
            self.notes.slice,
        )
        storage = storage_in(place, told.get("kind", "files"))
        self.persistor = Persistor(self.store, storage, poll=told.get("poll"))
        self.written = threading.Condition()
        self.changed = threading.Condition()
        self.store.subscribe(self._see)
        signals.install(self._hear)
        if told.get("listens"):
            self.persistor.on_signals(signal.SIGTERM)

    def _hear(self, _: signals.Event) -> None:
        with self.written:
            self.written.notify_all()

    def _see(self) -> None:
        with self.changed:
            self.changed.notify_all()

    # -- what it can be told

    def hydrate(self) -> str:
        return str(self.persistor.hydrate().slices["letter"].phase)

    def write(self, line: str) -> None:
        self.store.dispatch(self.letter.add(line))

    def address(self, name: str) -> None:
        self.store.dispatch(self.name_it(name))

    def write_all(self, text: str) -> None:
        """Change everything: what is kept, what is transient, and what is neither."""
        for each in (self.letter, self.theme, self.notes):
            self.store.dispatch(each.add(text))
            self.store.dispatch(each.send(text))

    def write_durably(self, line: str) -> None:
        self.persistor.dispatch_durable(self.letter.add(line))

    def flush(self) -> str:
        try:
            self.persistor.flush()
        except NotDurable as error:
            return "; ".join(error.reasons.values())
        return "stored"

    def until_stored(self) -> bool:
        """Wait until the writer has stored everything by itself."""
        with self.written:
            return self.written.wait_for(
                lambda: not self.persistor.status().is_dirty, timeout=PATIENCE
            )

    def until_lines(self, count: int) -> bool:
        """Wait until there are so many lines, from wherever."""
        with self.changed:
            return self.changed.wait_for(
                lambda: len(self.lines()) >= count, timeout=PATIENCE
            )

    def refresh(self) -> None:
        self.persistor.refresh()

    def sign_in(self, owner: int) -> None:
        self.persistor.sign_in(owner)

    def sign_out(self) -> None:
        self.persistor.sign_out()

    def sign_out_until_later(self) -> None:
        self.persistor.sign_out(purge=False)

    def purge(self) -> int:
        return self.persistor.purge()

    def let_no_file_grow(self, size: int) -> None:
        """Give files so many bytes: what a disk does that has no room."""
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard if size < 0 else size, hard))

    def lines(self) -> list[str]:
        return self.state()["letter"][self.field]

    def state(self) -> dict[str, Lines]:
        state: dict[str, Lines] = self.store.state  # type: ignore[assignment] # ours
        return {name: each for name, each in state.items() if name != "addressee"}

    def conflicts(self) -> list[str]:
        slices = self.persistor.status().slices.values()
        return [str(conflict) for each in slices for conflict in each.conflicts]

    def phase(self) -> str:
        return str(self.persistor.status().slices["letter"].phase)

    def close(self) -> None:
        self.persistor.close()


def renamed(_: str, name: str) -> str:
    return name


class LinesSlice(NamedTuple):
    """A slice of lines, and of what is under way, with its actions."""

    slice: Slice[Lines]
    add: SliceReducer[Lines, [str]]
    send: SliceReducer[Lines, [str]]


def lines_slice(name: str, field: str) -> LinesSlice:
    lines: Slice[Lines] = Slice(name, lambda: {field: [], "sending": []})

    @lines.reducer
    def add(state: Lines, line: str) -> None:
        state[field].append(line)

    @lines.reducer
    def send(state: Lines, line: str) -> None:
        state["sending"].append(line)

    return LinesSlice(lines, add, send)


def kept_letter(letter: Slice[Lines], told: Told) -> Persisted[Lines]:
    release = RELEASES[told.get("release", "first")]
    return persist(
        letter,
        transient={"sending"},
        version=release.version,
        migrations=release.migrations,
        downgrades=release.downgrades,
        scope=told.get("scope", "device"),
        durability=told.get("durability", "throttled"),
        max_delay=told.get("max_delay", 20.0),
    )


def storage_in(place: Path, kind: str) -> Storage:
    return Files(place / "files") if kind == "files" else SQLite(place / "kept.db")


def main(place: str, told: str) -> None:
    """Do what the lines say, one after the other."""
    program = Program(Path(place), json.loads(told))
    for line in sys.stdin:
        command, *arguments = json.loads(line)
        method: object = getattr(program, command)
        assert callable(method)
        sys.stdout.write(json.dumps(method(*arguments)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
