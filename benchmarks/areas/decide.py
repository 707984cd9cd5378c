"""The area ``decide``: reading catalogues, deciding, proving, and the command line."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.catalogues import catalogue_text
from benchmarks.figures import Area, Figure, Measures, Sides
from benchmarks.processes import fresh, wall_time
from stateroom.catalogue import load
from stateroom.decide import decide, load_ruleset
from stateroom.decide.proof import prove

__all__ = ("AREA", "decide_file", "prepared", "prove_ours")

ITEMS = 10_000
SEED_CATALOGUE = "examples/seed.toml"
STARTS = 5
"""Starts of a process per round, for ``import_ms``: each takes some 20 ms only."""


def decide_file(path: str) -> Measures:
    """Load a catalogue and decide every item of it."""
    start = time.perf_counter()
    catalogue = load(path)
    loaded = time.perf_counter()
    decisions = decide(catalogue).decisions
    end = time.perf_counter()
    assert len(decisions) == len(catalogue.items)
    return {"load": loaded - start, "decide": end - loaded, "both": end - start}


def prove_ours(_: str) -> Measures:
    """Read the shipped ruleset and prove it."""
    start = time.perf_counter()
    proof = prove(load_ruleset())
    taken = time.perf_counter() - start
    assert proof.is_clean
    return {"prove": taken}


def _starts() -> Measures:
    bare, ours = [], []
    for _ in range(STARTS):
        bare.append(wall_time("-c", "pass"))
        ours.append(wall_time("-c", "import stateroom"))
    return {"bare": min(bare), "import": min(ours)}


def _command() -> Measures:
    taken = wall_time("-m", "stateroom", "decide", SEED_CATALOGUE, allowed=(0, 1))
    return {"cli_decide": taken}


def _help() -> Measures:
    return {"cli_help": wall_time("-m", "stateroom", "--help")}


@contextmanager
def prepared(items: int = ITEMS) -> Iterator[Sides]:
    """Write a catalogue of so many items, and yield what is measured."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "stateroom.toml")
        path.write_text(catalogue_text(items), "utf-8")
        yield {
            "a large catalogue": lambda: fresh(decide_file, str(path)),
            "the proof": lambda: fresh(prove_ours),
            "the command": _command,
            "its help": _help,
            "the import": _starts,
        }


AREA = Area(
    name="decide",
    about="load and decide 10,000 items, prove the rules, start the command",
    figures=(
        Figure(
            name="decide_10k_s",
            about="load a file of 10,000 items and decide all of them",
            unit="s",
            of="both",
            at_most=2,
        ),
        Figure(name="load_10k_s", about="of that, loading", unit="s", of="load"),
        Figure(
            name="decide_10k_only_s", about="of that, deciding", unit="s", of="decide"
        ),
        Figure(
            name="prove_s",
            about="read the shipped rules and prove them",
            unit="s",
            of="prove",
            at_most=1,
        ),
        Figure(
            name="cli_decide_s",
            about=f"stateroom decide {SEED_CATALOGUE}, a process",
            unit="s",
            of="cli_decide",
            at_most=0.5,
        ),
        Figure(
            name="cli_help_s",
            about="stateroom --help, a process",
            unit="s",
            of="cli_help",
        ),
        Figure(
            name="import_ms",
            about="import stateroom, beyond bare Python",
            unit="ms",
            of="import",
            beside="bare",
            how="beyond",
            at_most=50,
        ),
    ),
    open=prepared,
    packages=("msgspec", "rich", "typer"),
)
