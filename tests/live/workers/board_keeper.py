"""Rebuilds a leaderboard and never comes to its end: to be killed amid it.

``python -m tests.live.workers.board_keeper URL NAMESPACE LEASE`` says ``amid`` when
two batches are on the new board.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator

from stateroom.live import Live

PATIENT_S = 10.0


def ledger() -> Iterator[tuple[str, float]]:
    """Return two batches of one row, and then nothing, for ever."""
    yield "half", 1
    yield "a board", 2
    sys.stdout.write("amid\n")
    sys.stdout.flush()
    while True:
        signal.pause()


def main(url: str, namespace: str, lease: str) -> None:
    """Begin."""
    with Live(url, namespace=namespace, timeout=PATIENT_S) as live:
        board = live.leaderboard("points", ties="first").blocking
        board.rebuild(ledger(), batch=1, lease=float(lease))


if __name__ == "__main__":
    main(*sys.argv[1:])
