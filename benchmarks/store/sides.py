"""All sides of the area ``store``: Node's, those of the peers in Python, and ours."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from benchmarks.figures import Measures, Sides
from benchmarks.store.entities import measure_memory, updating
from benchmarks.store.handwritten import handwritten
from benchmarks.store.node import Node, started
from benchmarks.store.ours import listening, storing
from benchmarks.store.peer_store import python_redux
from benchmarks.store.producing import copying, producing
from benchmarks.store.programs import Programs, measure
from benchmarks.store.proxies import observing, patching
from benchmarks.store.reads import reading
from benchmarks.store.selectors import selecting
from benchmarks.store.travelling import travelling
from benchmarks.store.workload import Sizes

__all__ = ("INLINED_PROGRAMS", "NODE_PROGRAMS", "prepared", "programs_of")

NODE_PROGRAMS = (
    "rtk_flat",
    "rtk_noop",
    "rtk_toggle",
    "js_flat",
    "js_toggle",
    "reselect_hit",
)
INLINED_PROGRAMS = ("rtk_flat", "rtk_noop", "rtk_toggle")


@contextmanager
def prepared(sizes: Sizes) -> Iterator[Sides]:
    """Start Node, make all states, and yield what is measured on them."""
    warm = replace(sizes, span=sizes.warmup)
    with (
        started(items=sizes.items) as node,
        started(items=sizes.items, is_inlined=True) as inlined,
    ):
        _measure_node(node, NODE_PROGRAMS, warm)
        _measure_node(inlined, INLINED_PROGRAMS, warm)
        groups = programs_of(sizes)
        # Nobody pays for a look through the large states of somebody else.
        gc.collect()
        gc.freeze()
        try:
            yield {
                "Redux Toolkit": partial(_measure_node, node, NODE_PROGRAMS, sizes),
                **{
                    name: partial(measure, each, sizes) for name, each in groups.items()
                },
                "stateroom, memory": partial(measure_memory, sizes),
                "Redux Toolkit, bundled": partial(_inlined, inlined, sizes),
            }
        finally:
            gc.unfreeze()


def programs_of(sizes: Sizes) -> dict[str, Programs]:
    """Return all programs in this process, by whose they are."""
    return {
        "stateroom": storing(sizes),
        "python-redux": python_redux(sizes),
        "stateroom, produce": producing(sizes),
        "stateroom, copies": copying(sizes),
        "by hand": handwritten(sizes),
        "patchdiff": patching(sizes),
        "observ": observing(sizes),
        "stateroom, listeners": listening(sizes),
        "stateroom, selectors": selecting(sizes),
        "stateroom, reads": reading(sizes),
        "stateroom, entities": updating(sizes),
        "stateroom, devtools": travelling(sizes),
    }


def _measure_node(node: Node, programs: Sequence[str], sizes: Sizes) -> Measures:
    return {name: _seconds(node, name, sizes) for name in programs}


def _inlined(node: Node, sizes: Sizes) -> Measures:
    return {f"{name}_inlined": _seconds(node, name, sizes) for name in INLINED_PROGRAMS}


def _seconds(node: Node, program: str, sizes: Sizes) -> float:
    count = sizes.toggles if "toggle" in program else sizes.flat
    return node.seconds_of(program, count, span=sizes.span)
