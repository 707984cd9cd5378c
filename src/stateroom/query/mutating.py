"""The changes that a client makes, and what happens before and after, in its order."""

from __future__ import annotations

import weakref
from collections.abc import Mapping

from stateroom import signals
from stateroom.query.actions import RequestArg, batched
from stateroom.query.asking import Mutation
from stateroom.query.core import Core
from stateroom.query.fetching import Run
from stateroom.query.invalidating import Invalidating
from stateroom.query.reporting import report_end
from stateroom.query.results import MutationResult, mutation_result
from stateroom.query.tags import Tag
from stateroom.query.telling import fulfilment, rejection
from stateroom.query.tending import Tending

__all__ = ("Mutations",)


class Mutations:
    """The mutations of one client."""

    def __init__(
        self, core: Core, *, invalidating: Invalidating, tending: Tending
    ) -> None:
        self._core = core
        self._types = core.types
        self._invalidating = invalidating
        self._tending = tending
        self._running: dict[str, Run] = {}
        self._faces: dict[str, weakref.ref[object]] = {}

    def result_of(self, name: str) -> MutationResult[object]:
        """Return what is known of a mutation, by its request id or fixed key."""
        return mutation_result(self._core.state.mutations.get(name))

    def start(self, mutation: Mutation[object], *, key: str | None, track: bool) -> Run:
        """Begin a change."""
        core = self._core
        definition = core.definition(mutation)
        about: RequestArg = {
            "type": "mutation",
            "endpointName": mutation.endpoint,
            "originalArgs": mutation.arg,
            "track": track,
            "fixedCacheKey": key,
        }
        run = Run(core, definition, about=about, key=key or "", settle=self._settle)
        name = run.key = key or run.request_id
        # Under both names, as RTK Query does, which makes the order of ``abort_all``.
        self._running[run.request_id] = self._running[name] = run
        core.begin(run, self._types.mutation_pending)
        self._invalidating.begin(run.request_id)
        if name in core.state.mutations:
            # With a fixed key, that of the mutation before.
            self._tending.removed(name)
            self._tending.added(run, name, read=lambda: self.result_of(name))
        if definition.on_started is not None:
            self._tending.started(run, read=lambda: self.result_of(name))
        run.begin()
        return run

    def reset(self, request_id: str, key: str | None) -> None:
        """Take what is known of a mutation out of the state."""
        named = {"requestId": request_id, "fixedCacheKey": key}
        self._core.send(batched(self._types.mutation_removed, named))
        self._tending.removed(key or request_id)

    def hold(self, request_id: str, face: weakref.ref[object]) -> None:
        """Keep what is known of a mutation for as long as ``face`` is alive."""
        self._faces[request_id] = face

    def let_go(self, request_id: str) -> None:
        """Take a mutation that nobody holds out of the state, when it has ended."""
        self._faces.pop(request_id, None)
        core = self._core
        if not core.is_closed and request_id not in self._running:
            core.soon(lambda: self._drop(request_id))

    def _drop(self, request_id: str) -> None:
        if not self._core.is_closed and request_id in self._core.state.mutations:
            self.reset(request_id, None)

    async def end_all(self) -> None:
        """Abort all of them, and wait until the state says so."""
        running = tuple(self._running.values())
        self.abort_all()
        for run in running:
            await run.ended()

    def abort_all(self) -> None:
        """Wait for none of them any more."""
        for run in tuple(self._running.values()):
            run.abort()

    def _settle(self, run: Run) -> None:
        for name in (run.request_id, run.key):
            if self._running.get(name) is run:
                del self._running[name]
        core, tags = self._core, tuple[Tag, ...]()
        error = core.try_send(self._end_of(run))
        if error is not None:
            core.report(error, "an outcome could not be written")
        if signals.recorder is not None:
            report_end(run, api=core.api.name, now_ms=core.timers.now_ms())
        if run.error is None or run.is_handled:
            tags = core.tags_of(run)
        self._invalidating.end(run.request_id, tags)
        if run.error is None:
            self._tending.loaded(run)
        else:
            self._tending.rejected(run)
        is_bare = run.about["track"] and not run.about["fixedCacheKey"]
        if is_bare and run.request_id not in self._faces:
            core.soon(lambda: self._drop(run.request_id))

    def _end_of(self, run: Run) -> Mapping[str, object]:
        types, now = self._types, self._core.timers.now_ms
        if run.error is None:
            return fulfilment(types.mutation_fulfilled, run, now_ms=now())
        return rejection(types.mutation_rejected, run)
