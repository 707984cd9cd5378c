"""A whole application in Python: the twin of ``js/persisting.mjs``.

The root reducer there is one slice here, whose state is a mapping; its whitelist and
blacklist are ``fields`` and ``transient``, and its document is the slice's record. So
a reconciler sees the same three states in both. Versions, which begin with -1 there and
with 1 here, are shifted by ``SHIFT``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, cast

from stateroom.errors import NotDurable
from stateroom.persist import Persistor, persist
from stateroom.persist.actions import REHYDRATE
from stateroom.persist.persisted import Persisted
from stateroom.persist.settings import Migration
from stateroom.persist.status import SliceStatus
from stateroom.persist.storages import Memory
from stateroom.store import UNDEFINED, Slice, Store
from stateroom.testing.timing import ManualClock
from tests.oracle.performing import perform
from tests.oracle.persist.named import (
    RECONCILERS,
    migrations,
    reduce_slice,
    transforms,
)
from tests.oracle.persist.terms import build, defined, plain
from tests.oracle.real import Json
from tests.oracle.recipes import Boom

__all__ = (
    "SHIFT",
    "UNKNOWN",
    "Application",
    "config_of",
    "kept_names",
    "kept_root",
    "version_of",
)

Program = dict[str, Json]
State = dict[str, object]

SHIFT: Final = 2
UNKNOWN: Final = "gone"
"""A field that a document has, and the application does not."""


def names_of(program: Program) -> list[str]:
    return [cast("str", name) for name, _ in slices_of(program)]


def slices_of(program: Program) -> list[list[Json]]:
    return cast("list[list[Json]]", program["slices"])


def config_of(program: Program) -> Program:
    return cast("Program", program["config"])


def kept_names(program: Program) -> list[str] | None:
    """The fields that are written; None for any."""
    config = config_of(program)
    if not {"whitelist", "blacklist"} & config.keys():
        return None
    white = cast("list[str]", config.get("whitelist", [*names_of(program), UNKNOWN]))
    return [
        name
        for name in white
        if name not in cast("list[str]", config.get("blacklist", []))
    ]


def version_of(program: Program) -> int:
    """The version of the slice here."""
    return cast("int", config_of(program).get("version", -1)) + SHIFT


# ------------------------------------------------------------------ the slice


def root_of(program: Program) -> Slice[State]:
    """The root reducer, as one slice; ``combineReducers``, or what keeps all."""
    given = {cast("str", name): each for name, each in slices_of(program)}
    start = {
        name: reduce_slice(UNDEFINED, {"type": ""}, name=name, given=each)
        for name, each in given.items()
    }
    root = Slice("root", lambda: dict(start))
    is_loose = program.get("isLoose") is True

    def reduce(state: State, action: Mapping[str, object]) -> State:
        made = dict(state) if is_loose else {}
        for name, each in given.items():
            held = state.get(name, UNDEFINED)
            made[name] = reduce_slice(held, action, name=name, given=each)
        same = made.keys() == state.keys() and all(
            made[name] is state[name] for name in made
        )
        return state if same else made

    root.matcher(lambda action: not str(action["type"]).startswith("@@"))(reduce)
    return root


def steps_of(program: Program) -> dict[int, Migration] | None:
    """The migrations, which begin with 0 there; a field without a value is none."""
    named = config_of(program).get("migrations")
    if named is None:
        return None if version_of(program) == 1 else {version_of(program): dict}
    made = {to + SHIFT: each for to, each in migrations(named).items()}

    def without_holes(step: Callable[[State], object]) -> Migration:
        return lambda state: cast("State", defined(step(state)))

    return {
        to: without_holes(each)
        for to, each in made.items()
        if 1 < to <= version_of(program)
    }


def keeps_reduced(
    inbound: Mapping[str, object], original: object, reduced: object
) -> object:
    """What ``stateReconciler: false`` is."""
    return reduced


def kept_root(program: Program) -> Persisted[State]:
    """The persisted slice of a program."""
    config, kept = config_of(program), kept_names(program)
    named = config.get("reconciler", "autoMergeLevel1")
    reconcile = RECONCILERS[cast("str", named)] if named else keeps_reduced
    return persist(
        root_of(program),
        fields=kept if "whitelist" in config else None,
        transient=[] if kept is None else {*names_of(program)} - {*kept},
        version=version_of(program),
        migrations=steps_of(program),
        reconcile=cast(
            "Callable[[Mapping[str, object], State, State], State]", reconcile
        ),
        transforms=transforms(config.get("transforms")),
    )


# ------------------------------------------------------------ the application


class Application:
    """Does the steps of a program, and tells what came of it.

    Attributes:
        rehydrated: of each REHYDRATE, its payload and whether it has an error.
        threw: the steps that raised.
    """

    def __init__(self, program: Program, storage: Memory) -> None:
        self.rehydrated: list[Json] = []
        self.threw: list[Json] = []
        self._storage = storage
        self._is_asked = self._is_read = False
        self._part = kept_root(program)
        self._store = Store(self._part)
        self._store.tap(self._note)
        self.persistor: Persistor = Persistor(
            self._store, storage, background=False, poll=None, clock=ManualClock()
        )

    def _note(self, action: Mapping[str, object] | None) -> None:
        if action is None or action.get("type") != REHYDRATE:
            return
        payload = action["payload"]
        told = plain(UNDEFINED if payload is None else payload)
        self.rehydrated.append([told, "err" in action])

    @property
    def state(self) -> Mapping[str, object]:
        """The state as a whole."""
        return self._store[self._part]

    @property
    def status(self) -> SliceStatus:
        """How it stands with it."""
        return self.persistor.status().slices["root"]

    def run(self, steps: list[Json]) -> list[Json]:
        """Do steps, and return the state after each."""
        states: list[Json] = []
        for step in steps:
            try:
                perform(self, step)
            except Boom:
                self.threw.append(cast("list[Json]", step)[0])
            states.append(plain(self.state))
        return states

    def close(self) -> None:
        """Store what can be, and end."""
        try:
            self.persistor.close()
        except NotDurable:
            assert not self.status.phase.is_written  # it says why in the status

    # -- steps

    def do_persist(self) -> None:
        self._is_asked = True

    def do_dispatch(self, kind: Json, *payload: Json) -> None:
        action: dict[str, object] = {"type": kind}
        if payload:
            action["payload"] = build(payload[0])
        self._store.dispatch(action)

    def do_settle(self) -> None:
        if self._is_asked and not self._is_read:
            self.persistor.hydrate()
            self._is_read = True
        self.persistor.tick()

    def do_tick(self, wait: Json) -> None:
        self.do_settle()

    def do_flush(self) -> None:
        if self.status.phase.is_written:
            self.persistor.flush()
