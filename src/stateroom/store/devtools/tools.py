"""Time travel in the terminal: what ``store.devtools()`` gives you.

Example::

    tools = store.devtools()
    store.dispatch(add(1))
    store.dispatch(add(2))
    tools.jump(1)  # the store shows the state after the first
    tools.toggle(1)  # as if the first had never been
    tools.detach()
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import NamedTuple, Self, cast

from stateroom.store.devtools.encoding import Encoder
from stateroom.store.devtools.importing import import_command
from stateroom.store.devtools.instrument import Instrument
from stateroom.store.devtools.packets import read_json
from stateroom.store.devtools.sanitising import Sanitiser
from stateroom.store.devtools.serving import Server
from stateroom.store.devtools.tape import Action

__all__ = ("Devtools", "RecordedAction")


class RecordedAction(NamedTuple):
    """One action of the history.

    Attributes:
        id: names it, for ``toggle`` and ``move``; counted since the last commit.
        action: as it was dispatched; ``{"type": "@@INIT"}`` for the committed state.
        timestamp: when, in ms since the Unix epoch.
        is_skipped: it was toggled off.
        error: why the reducer failed at it, when errors are caught; else None.
    """

    id: int
    action: Action
    timestamp: int
    is_skipped: bool
    error: str | None


class Devtools:
    """A store's history, and the port through which Redux DevTools see it.

    It can be used by ``with``: then it is detached at the end.
    """

    def __init__(
        self, instrument: Instrument, *, sanitiser: Sanitiser, server: Server | None
    ) -> None:
        """Use ``start`` instead."""
        self._instrument = instrument
        self._sanitiser = sanitiser
        self._server = server

    def __repr__(self) -> str:
        tape = self._instrument.history.tape
        where = f", {self.url}" if self.url else ""
        return f"<devtools, step {tape.current} of {len(tape.staged) - 1}{where}>"

    # -- looking

    @property
    def actions(self) -> tuple[RecordedAction, ...]:
        """The history, oldest first; the first is not an action but the start."""
        with self._instrument.lock:
            tape = self._instrument.history.tape
            return tuple(
                RecordedAction(
                    step, *tape.actions[step], step in tape.skipped, entry.error
                )
                for step, entry in zip(tape.staged, tape.computed, strict=True)
            )

    @property
    def states(self) -> tuple[object, ...]:
        """The root state after each of ``actions``."""
        with self._instrument.lock:
            entries = self._instrument.history.tape.computed
            return tuple(entry.state for entry in entries)

    @property
    def index(self) -> int:
        """Which of ``states`` the store shows."""
        return self._instrument.history.tape.current

    @property
    def is_time_travelling(self) -> bool:
        """Whether the store shows a state that its own dispatches did not make.

        That is: an earlier one, or one with actions toggled off, moved or imported.
        Whatever writes the state elsewhere (a file, a server) must not while this is
        so; it changes before the listeners are called. ``commit``, ``rollback`` and
        ``reset`` end it.
        """
        return self._instrument.history.is_time_travelling

    @property
    def is_locked(self) -> bool:
        """Whether dispatched actions are ignored."""
        return self._instrument.history.tape.is_locked

    @property
    def is_paused(self) -> bool:
        """Whether dispatched actions are carried out but not recorded."""
        return self._instrument.history.tape.is_paused

    # -- travelling

    def jump(self, index: int) -> None:
        """Show the state at ``index`` of ``states``; -1 is the newest.

        Actions dispatched meanwhile are recorded, but what is shown stays.

        Raises:
            DevtoolsError: there is no such state.
        """
        with self._instrument.lock:
            count = len(self._instrument.history.tape.staged)
            place = index + count if index < 0 else index
            self._do("JUMP_TO_STATE", index=place)

    def toggle(self, action_id: int) -> None:
        """Take an action out of the history, or back in.

        Raises:
            DevtoolsError: there is no action with this id, or it is the start.
            Exception: what a reducer raises without that action. Nothing changes then.
        """
        self._do("TOGGLE_ACTION", id=action_id)

    def move(self, action_id: int, *, before: int) -> None:
        """Move an action before another one.

        Args:
            action_id: of the action.
            before: the other's id; one that is higher than all moves it to the end.

        Raises:
            DevtoolsError: there is no action with this id, or it is the start.
            Exception: what a reducer raises in the new order. Nothing changes then.
        """
        self._do("REORDER_ACTION", actionId=action_id, beforeActionId=before)

    def sweep(self) -> None:
        """Forget the actions that are toggled off."""
        self._do("SWEEP")

    def commit(self) -> None:
        """Make the state that is shown the start of a new history."""
        self._do("COMMIT")

    def rollback(self) -> None:
        """Return to the start of the history, and forget the rest."""
        self._do("ROLLBACK")

    def reset(self) -> None:
        """Return to the state when the devtools were started, and forget the rest."""
        self._do("RESET")

    def pause(self) -> None:
        """Carry actions out without recording them, until ``resume``."""
        self._do("PAUSE_RECORDING", status=True)

    def resume(self) -> None:
        """Record again, from the state that is shown."""
        self._do("PAUSE_RECORDING", status=False)

    def lock(self) -> None:
        """Ignore what is dispatched, until ``unlock``."""
        self._do("LOCK_CHANGES", status=True)

    def unlock(self) -> None:
        """Take actions again."""
        self._do("LOCK_CHANGES", status=False)

    def _do(self, kind: str, **arguments: object) -> None:
        self._instrument.command({"type": kind, **arguments})

    # -- keeping

    def export(self, *, is_sanitised: bool = False) -> dict[str, object]:
        """Return the history as JSON values, in the layout of the DevTools.

        Args:
            is_sanitised: leave out what the monitors are not shown, e.g. to send the
                history to somebody. It cannot be imported then.

        Raises:
            NotPlain: a state or an action has no plain form.
        """
        sanitiser = self._sanitiser if is_sanitised else Sanitiser(keys=())
        encoder = Encoder(
            sanitiser, kind_of=self._instrument.kind_of, is_strict=not is_sanitised
        )
        with self._instrument.lock:
            text = encoder.tape(self._instrument.history.tape)
        return cast("dict[str, object]", read_json(text))

    def import_(
        self, data: Mapping[str, object] | list[object] | str, *, recompute: bool = True
    ) -> None:
        """Replace the history by an exported one.

        Args:
            data: what ``export`` returned, as values or as JSON; a file that the
                DevTools have exported; or a list of actions, which are carried out
                from the initial state.
            recompute: compute the states from the actions; otherwise take them as
                they are, e.g. because the reducers have changed since.

        Raises:
            DevtoolsError: it is none of these, or was sanitised.
            NotPlain: a state is not what its slice holds.
            Exception: what a reducer raises. Nothing changes then.
        """
        reducer = self._instrument.reducer
        self._instrument.command(import_command(data, reducer, is_recomputed=recompute))

    # -- the port

    @property
    def port(self) -> int | None:
        """The port that is listened on; None without one."""
        return None if self._server is None else self._server.port

    @property
    def url(self) -> str | None:
        """Where the DevTools connect to; None without a port."""
        return None if self._server is None else self._server.url

    def close(self) -> None:
        """Close the port, if there is one. The history goes on."""
        if self._server is not None:
            self._server.close()

    def detach(self) -> None:
        """Close the port and leave the store alone, with the state that it shows."""
        self.close()
        self._instrument.detach()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.detach()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        """Detach, and wait until every connection is dropped."""
        self.detach()
        if self._server is not None:
            await self._server.wait_closed()
