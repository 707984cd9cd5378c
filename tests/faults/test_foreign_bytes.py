"""Bytes that are damaged, somebody else's or forged: a miss, and never an error."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest

from stateroom.cache import Cache
from stateroom.cache.envelope import CHECKED_FROM, SOFT_AT
from tests.faults.conftest import OpensBlocking, OpensCache
from tests.faults.jobs import Gate, Jobs, Plain
from tests.faults.sources import Source
from tests.faults.watching import engine_of
from tests.servers.processes import RedisProcess

OURS, THEIRS = b"o" * 32, b"t" * 32
FOREIGN = [
    b"", b"0", b"no entry", b"SR", b"SR\x01" + b"\0" * 57, b"\xff" * 200, b"null",
    b'{"value": "forged"}', pickle.dumps("forged"),
]  # fmt: skip


def bytes_of(cache: Cache, key: str) -> bytes:
    """Return what stands under a key."""
    found = engine_of(cache).link.get_many([key.encode()])[0]
    assert found is not None
    return found


def put(cache: Cache, key: str, data: bytes) -> None:
    """Write bytes under a key, past everything."""
    engine_of(cache).link.run([("SET", key, data)])


def damaged(whole: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield every truncation, and every byte with one bit flipped, and where it is."""
    for at in range(len(whole)):
        yield at, whole[:at]
        yield at, whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :]
    yield len(whole), whole + b"x"


@pytest.mark.slow
def test_an_entry_that_is_damaged_anywhere_is_loaded_anew(
    redis_7: RedisProcess, source: Source, open_blocking: OpensBlocking
) -> None:
    plain = Plain(open_blocking(redis_7.url), source, lambda _: None)
    assert plain.static("a") == "a: first"
    key, loads = plain.static.key("a"), 1
    whole = bytes_of(plain.cache, key)
    source.write("a", "new")
    for at, data in damaged(whole):
        put(plain.cache, key, data)
        is_soft_expiry = SOFT_AT <= at < CHECKED_FROM and len(data) == len(whole)
        assert plain.static("a") in ({"new", "a: first"} if is_soft_expiry else {"new"})
        loads += not is_soft_expiry
    assert source.loads("a") >= loads


@pytest.mark.parametrize("data", FOREIGN)
async def test_what_somebody_else_wrote_is_loaded_anew(
    redis_server: RedisProcess, source: Source, open_cache: OpensCache, data: bytes
) -> None:
    jobs = Jobs(open_cache(redis_server.url), source, Gate())
    put(jobs.cache, jobs.static.key("a"), data)
    assert await jobs.static("a") == "a: first"
    assert [await jobs.static("a") for _ in range(2)] == ["a: first"] * 2
    assert source.loads("a") == 1  # and replaced


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [((OURS,), (THEIRS,)), ((OURS,), ()), ((), (THEIRS,))],
    ids=["another key", "unsigned", "signed where none is"],
)
async def test_an_entry_that_is_not_signed_by_us_is_loaded_anew(
    redis_7: RedisProcess,
    source: Source,
    open_cache: OpensCache,
    ours: tuple[bytes, ...],
    theirs: tuple[bytes, ...],
) -> None:
    forger = Jobs(open_cache(redis_7.url, signing_keys=theirs), source, Gate())
    victim = Jobs(open_cache(redis_7.url, signing_keys=ours), source, Gate())
    source.write("a", "forged")
    assert await forger.static("a") == "forged"
    source.write("a", "true")
    assert await victim.static("a") == "true"


async def test_a_signed_entry_is_good_under_its_own_key_and_flags_only(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    jobs = Jobs(open_cache(redis_7.url, signing_keys=(OURS,)), source, Gate())
    source.write("b", "b's")
    await jobs.static("b")
    moved = bytes_of(jobs.cache, jobs.static.key("b"))
    put(jobs.cache, jobs.static.key("a"), moved)
    assert await jobs.static("a") == "a: first"
    for flags in range(16):
        source.write("b", f"b's {flags}")
        put(jobs.cache, jobs.static.key("b"), moved[:3] + bytes([flags]) + moved[4:])
        is_whole = flags == moved[3]
        assert await jobs.static("b") == ("b's" if is_whole else f"b's {flags}")


async def test_an_entry_signed_with_the_key_before_is_still_good(
    redis_7: RedisProcess, source: Source, open_cache: OpensCache
) -> None:
    before = Jobs(open_cache(redis_7.url, signing_keys=(THEIRS,)), source, Gate())
    after = Jobs(open_cache(redis_7.url, signing_keys=(OURS, THEIRS)), source, Gate())
    assert await before.static("a") == await after.static("a") == "a: first"
    assert source.loads("a") == 1
