"""redux-persist in a Node process that stays for the run."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import cast

from benchmarks import node
from benchmarks.figures import Measures
from benchmarks.installing import Project
from benchmarks.persist.amplifying import Written, amplification
from benchmarks.persist.delays import percentile
from benchmarks.persist.hydrating import contents
from benchmarks.persist.workload import Sizes, name_of, shelf_of

__all__ = ("PROJECT", "Node", "Waits")

PROJECT = Project(
    folder=Path(__file__).parent / "js",
    programs=("programs.mjs", "storages.mjs"),
    measured=("redux", "redux-persist"),
)


@dataclass(frozen=True, slots=True)
class Waits:
    """What happened while everything changed.

    Attributes:
        delays: as ``delays_of`` returns them.
        writes: of its one document.
        dispatches: meanwhile.
    """

    delays: Sequence[float]
    writes: int
    dispatches: int


class Node(node.Node):
    """The process that runs our programs.

    Args:
        folder: for its files.
        sizes: how much work a round is.
    """

    def __init__(self, folder: Path, sizes: Sizes) -> None:
        super().__init__(PROJECT)
        self._folder = folder
        self._sizes = sizes

    def prepare(self) -> None:
        """Store what is read, and let the compiler learn."""
        path = self._folder / "contents.json"
        path.write_text(json.dumps(contents(self._sizes)), "utf-8")
        self.ask({"do": "fill", "folder": self._at("read"), "path": str(path)})
        for is_kept in (False, True):
            self.dispatch(is_kept=is_kept, span=self._sizes.warmup)

    def measure(self) -> Measures:
        """Return what our side measures, of redux-persist."""
        sizes = self._sizes
        waits = self.churn()
        return {
            "rp_hydrate": self.hydrate(),
            "rp_bare": self.dispatch(is_kept=False, span=sizes.span)[0],
            "rp_kept": self.dispatch(is_kept=True, span=sizes.span)[0],
            "rp_rate": sizes.writes / self.sync()[0],
            "rp_delay_p50": median(waits.delays),
            "rp_delay_p99": percentile(waits.delays, 99),
            "rp_writes": waits.writes,
            **amplification("rp", self.amplify()),
        }

    def hydrate(self) -> float:
        """Return the seconds of reading what is stored."""
        names = [name_of(number) for number in range(self._sizes.slices)]
        order = {"do": "hydrate", "folder": self._at("read"), "names": names}
        return _seconds(self.ask({**order, "times": self._sizes.hydrations}))

    def read(self) -> object:
        """Return the state that was read last."""
        return self.ask({"do": "show"})["state"]

    def dispatch(self, *, is_kept: bool, span: float) -> tuple[float, object]:
        """Return the seconds of a dispatch, and the state after all of them."""
        order = {"do": "dispatch", "kept": is_kept, "count": self._sizes.flat}
        answer = self.ask({**order, "span": span})
        return _seconds(answer), answer["state"]

    def amplify(self) -> list[Written]:
        """Return what a storage is given for a change of each slice."""
        states = {
            name_of(number): shelf_of(size)
            for number, size in enumerate(self._sizes.changed)
        }
        pairs = self.ask({"do": "amplify", "shelves": states})["pairs"]
        return [Written(*each) for each in cast("list[tuple[int, int]]", pairs)]

    def sync(self) -> tuple[float, int]:
        """Return the seconds of all durable writes, and the count that is stored."""
        order = {"do": "sync", "folder": self._fresh()}
        shelf = shelf_of(self._sizes.written)
        answer = self.ask({**order, "shelf": shelf, "writes": self._sizes.writes})
        return _seconds(answer), cast("int", answer["count"])

    def churn(self) -> Waits:
        """Return what happened while slices changed all the time."""
        sizes = self._sizes
        states = {
            name_of(each): shelf_of(sizes.churned) for each in range(sizes.slices)
        }
        order: Mapping[str, object] = {
            "do": "churn",
            "folder": self._fresh(),
            "shelves": states,
            "throttle": sizes.max_delay,
            "span": sizes.churn,
        }
        answer = self.ask(order)
        return Waits(
            cast("list[float]", answer["delays"]),
            cast("int", answer["writes"]),
            cast("int", answer["dispatches"]),
        )

    def _at(self, name: str) -> str:
        folder = self._folder / name
        folder.mkdir(exist_ok=True)
        return str(folder)

    def _fresh(self) -> str:
        return tempfile.mkdtemp(dir=self._folder)


def _seconds(answer: Mapping[str, object]) -> float:
    return cast("float", answer["seconds"])
