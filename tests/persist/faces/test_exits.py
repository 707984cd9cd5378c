"""A program that forgets to close loses nothing that its storages can still take."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from stateroom.persist import Files
from tests.persist.scenes import record_in

PROGRAM = """
import asyncio, sys
from stateroom.persist import AsyncPersistor, Files, Persistor
from stateroom.store import Store
from tests.persist.roles import kept_roles

kept = kept_roles(max_delay=3_600_000)
store = Store(kept.part)
storage = Files(sys.argv[2])

async def main():
    persistor = AsyncPersistor(store, storage)
    await persistor.hydrate()
    store.dispatch(kept.select("Cook"))

if sys.argv[1] == "async":
    asyncio.run(main())
else:
    persistor = Persistor(store, storage)
    persistor.hydrate()
    store.dispatch(kept.select("Cook"))
"""


@pytest.mark.slow
@pytest.mark.parametrize("way", ["blocking", "async"])
def test_what_waits_is_stored_when_the_program_ends(way: str, tmp_path: Path) -> None:
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", PROGRAM]
    ended = subprocess.run(
        [*command, way, str(tmp_path)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    found = record_in(Files(tmp_path))
    assert found.state == {"selected": ["Cook"], "title": ""}
