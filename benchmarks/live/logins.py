"""Loading a login session, beside a signed cookie that needs no server."""

from __future__ import annotations

import asyncio
import json
import time
from base64 import b64decode, b64encode
from dataclasses import dataclass
from statistics import median

import itsdangerous

from benchmarks.cache.servers import Server
from benchmarks.figures import Measures
from benchmarks.live.workload import Sizes, seconds_each
from stateroom.live import Live

__all__ = ("measure_logins",)

MAX_AGE_S = 43_200


@dataclass(frozen=True)
class Rights:
    """What is kept with a session, on both sides."""

    role: str = "user"
    team: int = 7


def measure_logins(server: Server, sizes: Sizes) -> Measures:
    """Return what it takes to know who is logged in.

    Starlette's session middleware signs the session itself, as JSON in base 64, by
    itsdangerous: this does the same with what comes in. Such a cookie cannot be taken
    back; that is the difference which the exchange with Redis pays for.
    """
    ours = asyncio.run(_measure(server, sizes))
    return {"session_load": ours, "session_signed": _signed(sizes)}


async def _measure(server: Server, sizes: Sizes) -> float:
    async with Live(server.url(), namespace="logins") as live:
        sessions = live.login_sessions(data=Rights)
        token = (await sessions.start(7, Rights())).token

        async def load(_: int) -> object:
            return await sessions.load(token)

        found = await sessions.load(token)
        assert found is not None
        assert found.data == Rights()
        return (await seconds_each((load,), sizes))[0]


def _signed(sizes: Sizes) -> float:
    signer = itsdangerous.TimestampSigner("a secret of 32 random characters")
    content = {"user": "7", "role": "user", "team": 7}
    cookie = signer.sign(b64encode(json.dumps(content).encode())).decode()

    def load() -> object:
        return json.loads(b64decode(signer.unsign(cookie, max_age=MAX_AGE_S)))

    assert load() == content
    taken = []
    for _ in range(sizes.blocks):
        start = time.perf_counter()
        for _ in range(sizes.calls):
            load()
        taken.append((time.perf_counter() - start) / sizes.calls)
    return median(taken)
