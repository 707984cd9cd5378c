"""A process that writes to a database under a mutex, when it is told to.

``python -m tests.live.workers.writer URL NAMESPACE DATABASE LEASE`` takes the mutex and
says its fence. For each line that comes in it writes, and says ``written`` or
``refused``. At the end of its input it leaves the block, and says how that ended.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing

from stateroom.errors import MutexLost
from stateroom.live import Live

__all__ = ("PATIENT_S", "say", "write")

PATIENT_S = 10.0


def write(database: str, who: str, fence: int) -> bool:
    """Write, unless somebody with a greater fence has; say whether it was written."""
    with closing(sqlite3.connect(database, timeout=PATIENT_S)) as connection:
        done = connection.execute(
            "UPDATE ledger SET who = ?, fence = ? WHERE fence <= ?", (who, fence, fence)
        )
        connection.commit()
        return done.rowcount == 1


def say(words: object) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


async def main(url: str, namespace: str, database: str, lease: str) -> None:
    async with Live(
        url, namespace=namespace, timeout=PATIENT_S, connect_timeout=PATIENT_S
    ) as live:
        try:
            async with live.mutex("ledger", lease=float(lease)).hold() as held:
                await work(database, held.fence)
        except MutexLost:
            say("lost")
        else:
            say("given back")


async def work(database: str, fence: int) -> None:
    say(fence)
    while await asyncio.to_thread(sys.stdin.readline):
        say("written" if write(database, "worker", fence) else "refused")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
