"""Runs ``tests.faults.workers.herd``: processes that ask at the same moment."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.faults.sources import Source
from tests.faults.stations import ROOT, environment

__all__ = ("herd",)

PATIENCE_S = 40


def herd(
    url: str,
    namespace: str,
    source: Source,
    *,
    count: int,
    face: str = "async",
    used: str = "",
    local: bool = False,
) -> list[str]:
    """Return what each of ``count`` processes got for the entry ``a``.

    Args:
        url: of the Redis.
        namespace: of the cache.
        source: what they load from; a load takes 0.2 s.
        count: how many children ask.
        face: ``async`` or ``blocking``.
        used: how the parent uses the cache before it forks: ``""`` for not at all,
            ``async`` or ``blocking``. It uses it again while and after they run.
        local: whether they keep local copies.
    """
    settings = {
        "url": url, "namespace": namespace, "home": str(source.home),
        "count": str(count), "face": face, "used": used,
        "local": "yes" if local else "",
    }  # fmt: skip
    ran = subprocess.run(
        (sys.executable, "-W", "error", "-m", "tests.faults.workers.herd",
         json.dumps(settings)),
        capture_output=True, check=False, cwd=ROOT, env=environment(), text=True,
        timeout=PATIENCE_S,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout.splitlines()
