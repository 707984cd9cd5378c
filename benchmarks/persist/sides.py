"""All sides of the area ``persist``: redux-persist on Node, and ours."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial

from benchmarks.figures import Sides
from benchmarks.persist.amplifying import measure_amplification
from benchmarks.persist.delays import measure_delays
from benchmarks.persist.dispatching import Dispatching
from benchmarks.persist.footprint import measure_import, measure_memory
from benchmarks.persist.hydrating import Hydrating
from benchmarks.persist.node import Node
from benchmarks.persist.places import scratch
from benchmarks.persist.syncing import Syncing
from benchmarks.persist.workload import Sizes

__all__ = ("prepared",)


@contextmanager
def prepared(sizes: Sizes) -> Iterator[Sides]:
    """Start Node, store what is read, and yield what is measured."""
    with scratch() as home:
        folders = {
            name: home / name for name in ("node", "read", "kept", "synced", "code")
        }
        for folder in folders.values():
            folder.mkdir()
        with (
            Node(folders["node"], sizes) as node,
            closing(Dispatching(folders["kept"], sizes)) as dispatching,
            closing(Syncing(folders["synced"], sizes)) as syncing,
        ):
            node.prepare()
            hydrating = Hydrating(folders["read"], sizes)
            gc.collect()
            gc.freeze()  # nobody pays for a look through what somebody else has made
            try:
                yield {
                    "redux-persist": node.measure,
                    "stateroom, reading": hydrating.measure,
                    "stateroom, dispatches": dispatching.measure,
                    "stateroom, bytes": partial(measure_amplification, home, sizes),
                    "stateroom, delays": partial(measure_delays, home, sizes),
                    "stateroom, syncing": syncing.measure,
                    "stateroom, import": partial(
                        measure_import, folders["code"], sizes
                    ),
                    "stateroom, memory": partial(
                        measure_memory, hydrating.plain, sizes
                    ),
                }
            finally:
                gc.unfreeze()
