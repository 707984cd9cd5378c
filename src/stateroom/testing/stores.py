"""A store for tests of an application: it remembers what was dispatched to it."""

from __future__ import annotations

from collections.abc import Sequence

from stateroom.store.batching import Queue, on_tick
from stateroom.store.middleware import Middleware
from stateroom.store.roots import StorePart
from stateroom.store.store import Store
from stateroom.store.undefined import UNDEFINED
from stateroom.testing.recording import ActionRecorder

__all__ = ("RecordedStore",)


class RecordedStore(Store):
    """A store whose actions are recorded, and whose checks are on.

    Attributes:
        recorder: behind every other middleware, so that it has what reducers see.

    Example::

        store = RecordedStore(roles)
        store.dispatch(select("nurse"))
        store.recorder.assert_dispatched(select, payload="nurse")
    """

    def __init__(
        self,
        *parts: StorePart,
        preloaded: object = UNDEFINED,
        middleware: Sequence[Middleware] = (),
        extra: object = None,
        checks: bool = True,
        queue: Queue = on_tick,
    ) -> None:
        """Make a store, and the initial state; the arguments are those of ``Store``."""
        self.recorder: ActionRecorder = ActionRecorder()
        super().__init__(
            *parts,
            preloaded=preloaded,
            middleware=(*middleware, self.recorder),
            extra=extra,
            checks=checks,
            queue=queue,
        )
