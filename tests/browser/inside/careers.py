"""An application in the page with three slices: for the device, for a user, and large.

What a test wants of it is done by the functions here; ``begin`` comes first.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from typing import Final, Protocol, TypeVar, cast

from stateroom.errors import NotDurable
from stateroom.persist import (
    AsyncPersistor,
    AsyncStorage,
    Memory,
    Persistor,
    Problem,
    Storage,
    persist,
)
from stateroom.persist.browser import IndexedDB, LocalStorage, LockedLocalStorage
from stateroom.persist.interchange import dump_document, parse_document
from stateroom.store import Slice, Store

__all__ = (
    "adopt",
    "begin",
    "call",
    "conflicts",
    "end",
    "end_all",
    "flush",
    "note",
    "pause",
    "problems",
    "select",
    "shrink_when_full",
    "sign_out",
    "state",
    "status",
    "title",
    "until",
    "write",
    "write_as_another",
)

T = TypeVar("T")
NAMESPACE: Final = "careers"
OWNER: Final = "ada"
PATIENCE: Final = 30.0
"""Seconds that another tab, or the browser, may take."""
QUOTA: Final = 5_000_000
"""Bytes: as many as the slices may have together, and each of them."""
BLOCKING: Final[dict[str, Callable[[], Storage]]] = {
    "LocalStorage": LocalStorage,
    "Memory": Memory,
}
AWAITED: Final[dict[str, Callable[[], AsyncStorage]]] = {
    "IndexedDB": lambda: IndexedDB("careers", timeout=PATIENCE),
    "LockedLocalStorage": lambda: LockedLocalStorage("locked:", timeout=PATIENCE),
}


class _Page(Protocol):
    def setTimeout(self, call: object, delay: float, /) -> object: ...  # noqa: N802 - JavaScript's name


@dataclass
class Roles:
    selected: list[str] = field(default_factory=list)
    title: str = ""
    loading: bool = False


@dataclass
class Letter:
    lines: list[str] = field(default_factory=list)


@dataclass
class Notes:
    text: str = ""


class Application:
    """What a page remembers of one application.

    Attributes:
        problems: what was reported, in order.
        changed: set at every change.
    """

    def __init__(self, kind: str, *, max_delay: float, poll: float | None) -> None:
        self.roles = Slice("roles", Roles)
        self.letter = Slice("letter", Letter)
        self.notes = Slice("notes", Notes)
        self.select = self.roles.reducer(_select)
        self.title = self.roles.reducer(_title)
        self.write = self.letter.reducer(_write)
        self.note = self.notes.reducer(_note)
        self.store = Store(
            persist(
                self.roles,
                fields={"selected", "title"},
                transient={"loading"},
                max_delay=max_delay,
            ),
            persist(self.letter, scope="user", max_delay=max_delay),
            persist(self.notes, max_delay=max_delay, budget=QUOTA),
        )
        self.problems: list[Problem] = []
        self.shrinks = False
        self.changed = asyncio.Event()
        self.store.subscribe(self.changed.set)
        self.face: Persistor | AsyncPersistor
        if kind in BLOCKING:
            self.storage: Storage | AsyncStorage = BLOCKING[kind]()
            make: type[Persistor | AsyncPersistor] = Persistor
        else:
            self.storage, make = AWAITED[kind](), AsyncPersistor
        self.face = make(
            self.store,
            self.storage,
            namespace=NAMESPACE,
            owner=OWNER,
            budget=QUOTA,
            poll=poll,
            on_full=self._on_full,
            on_problem=self.problems.append,
        )

    def _on_full(self, problem: Problem) -> None:
        if self.shrinks:
            self.store.dispatch(self.note("short"))


_running: dict[str, Application] = {}


def _select(state: Roles, role: str) -> None:
    state.selected.append(role)
    state.loading = True


def _title(state: Roles, title: str) -> None:
    state.title = title


def _write(state: Letter, line: str) -> None:
    state.lines.append(line)


def _note(state: Notes, text: str) -> None:
    state.text = text


async def done(result: T | Awaitable[T]) -> T:
    """Return what a persistor of either kind gives."""
    return await result if inspect.isawaitable(result) else result


def ending(face: Persistor | AsyncPersistor) -> Awaitable[None] | None:
    """Close a persistor of either kind; give the result to ``done``."""
    if isinstance(face, AsyncPersistor):
        return face.aclose()
    face.close()
    return None


async def begin(kind: str, max_delay: float, poll: float | None) -> str:
    """Begin the application anew on a storage, hydrate it, and say how it stands.

    One that ran on a storage of this kind is closed. Another tab's goes on.

    Args:
        kind: of the storage.
        max_delay: milliseconds until a change is written.
        poll: seconds between looks for others' writes; None for never.
    """
    if kind in _running:
        await end(kind)
    made = _running[kind] = Application(kind, max_delay=max_delay, poll=poll)
    return str((await done(made.face.hydrate())).phase)


async def end(kind: str) -> None:
    """Close the application, and its storage."""
    ended = _running.pop(kind)
    await done(ending(ended.face))
    await done(ended.storage.close())


def select(kind: str, role: str) -> None:
    _running[kind].store.dispatch(_running[kind].select(role))


def title(kind: str, text: str) -> None:
    _running[kind].store.dispatch(_running[kind].title(text))


def write(kind: str, line: str) -> None:
    _running[kind].store.dispatch(_running[kind].write(line))


def note(kind: str, text: str, times: int) -> None:
    """Let the notes be a text, so many times."""
    _running[kind].store.dispatch(_running[kind].note(text * times))


async def flush(kind: str) -> dict[str, str]:
    """Flush; return why which slices are not stored."""
    try:
        await done(_running[kind].face.flush())
    except NotDurable as error:
        return dict(error.reasons)
    return {}


def pause(kind: str) -> None:
    """Write nothing of itself any more."""
    _running[kind].face.pause()


async def sign_out(kind: str) -> None:
    """Sign out, and erase what is the user's."""
    await done(_running[kind].face.sign_out())


def shrink_when_full(kind: str) -> None:
    """Let the notes be short as soon as there is no room."""
    _running[kind].shrinks = True


def state(kind: str) -> dict[str, object]:
    """Return the whole state."""
    running = _running[kind]
    store = running.store
    return {
        "roles": asdict(store[running.roles]),
        "letter": asdict(store[running.letter]),
        "notes": store[running.notes].text[:10],
    }


def status(kind: str) -> dict[str, str]:
    """Return the phase of each slice."""
    found = _running[kind].face.status().slices
    return {key: str(each.phase) for key, each in found.items()}


def conflicts(kind: str) -> list[str]:
    """Return what the last merge of the roles could not keep of both sides."""
    found = _running[kind].face.status().slices["roles"].conflicts
    return [each.path for each in found]


def problems(kind: str) -> list[list[str]]:
    """Return the key and the code of each problem."""
    return [[each.key, each.code] for each in _running[kind].problems]


async def until(kind: str, slice_: str, wanted: object) -> dict[str, object]:
    """Wait until a slice is as wanted, and return the whole state."""
    running = _running[kind]
    try:
        async with asyncio.timeout(PATIENCE):
            while state(kind)[slice_] != wanted:
                running.changed.clear()
                await running.changed.wait()
    except TimeoutError:
        pass  # what there is instead tells more
    return state(kind)


def adopt(kind: str, text: str) -> str:
    """Take what redux-persist has kept; return it as that would write it."""
    found = parse_document(text)
    roles = cast("dict[str, list[str]]", found.fields["roles"])
    for role in roles["selected"]:
        select(kind, role)
    return dump_document(found.fields, version=found.version, position=found.position)


def call(kind: str, role: str) -> None:
    """Select a role in a call of JavaScript's own, which no task of Python's began."""
    create = importlib.import_module("pyodide.ffi").create_once_callable
    here = cast("_Page", importlib.import_module("js"))
    here.setTimeout(create(lambda: select(kind, role)), 0)


async def end_all() -> None:
    """End every application of this tab."""
    for kind in tuple(_running):
        await end(kind)


async def write_as_another(kind: str, role: str) -> None:
    """Store a role from within this page, which a browser tells it nothing of."""
    other = Application(kind, max_delay=0.0, poll=None)
    await done(other.face.hydrate())
    other.store.dispatch(other.select(role))
    await done(ending(other.face))
    await done(other.storage.close())
