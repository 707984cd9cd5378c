"""Certificates, passwords, sockets, and users who may do little."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from stateroom.cache import Cache
from stateroom.errors import InvalidValue, Refused
from stateroom.link.targets import read_url
from tests.fixtures_servers import MakesRedis
from tests.link.caching import Titles, is_hearing, until_async
from tests.link.conftest import Opens
from tests.link.ears import listening
from tests.servers.cluster import ClusterOf
from tests.servers.processes import RedisProcess

SECRET = "s3cr/et@?#:%+ x"  # noqa: S105 - of nobody
WRITTEN = quote(SECRET, safe="")
GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "cache-connect.md"
NAMESPACE = "careers"
"""As the guide has it."""


def causes(error: BaseException | None) -> Iterator[str]:
    """Yield what an error says, and all that stand behind it."""
    while error is not None:
        yield repr(error)
        yield str(getattr(error, "hint", ""))
        is_shown = not error.__suppress_context__
        error = error.__cause__ or (error.__context__ if is_shown else None)


# ------------------------------------------------------------------- TLS


async def test_a_server_that_an_own_authority_vouches_for_is_trusted(
    own_redis: MakesRedis, opens: Opens
) -> None:
    server = own_redis(tls=True, password="secret")  # noqa: S106 - of nobody
    assert "ssl_ca_certs" in server.url
    link = opens(server.url)
    assert await link.run([("SET", "a", "1")]) == [b"OK"]
    replies = await asyncio.gather(*(link.run([("GET", "a")]) for _ in range(20)))
    assert replies == [[b"1"]] * 20
    with listening(server.url, b"a") as ear:
        await asyncio.to_thread(ear.until_trusted)
        server.cli("DEL", "a")
        ear.until_told(b"a")


async def test_a_server_that_nobody_vouches_for_is_refused(
    own_redis: MakesRedis, opens: Opens
) -> None:
    server = own_redis(tls=True)
    url = server.url.partition("?")[0]
    with pytest.raises(Refused, match=r"(?i)certificate verify failed") as caught:
        await opens(url).run([("PING",)])
    assert "ssl_ca_certs" in caught.value.hint
    unchecked = opens(f"{url}?ssl_cert_reqs=none&ssl_check_hostname=false")
    assert await unchecked.run([("PING",)]) == [b"PONG"]


@pytest.mark.parametrize(
    "parameters",
    ["ssl_ca_certs=/nowhere/hidden.crt", "ssl_min_version=hidden"],
)
async def test_a_parameter_of_no_use_is_refused_before_anything_is_connected(
    opens: Opens, parameters: str
) -> None:
    with pytest.raises(InvalidValue, match=parameters.partition("=")[0]) as caught:
        opens(f"rediss://:hidden@localhost?{parameters}")
    assert "hidden" not in " ".join(causes(caught.value))


# ------------------------------------------------------------------- passwords


@pytest.mark.parametrize("binary", ["6.2", "7"])
async def test_any_password_can_be_written_and_a_wrong_one_is_refused_unprinted(
    own_redis: MakesRedis, opens: Opens, binary: str
) -> None:
    server = own_redis(binary, password=SECRET)
    right = opens(f"redis://:{WRITTEN}@{server.address}")
    assert await right.run([("PING",)]) == [b"PONG"]
    for url in (
        f"redis://:hidden@{server.address}",
        f"redis://alice:hidden@{server.address}",
        f"unix://:hidden@{server.socket}",
    ):
        with pytest.raises(Refused) as caught:
            await opens(url).run([("PING",)])
        assert "password" in caught.value.hint
        assert "hidden" not in " ".join(causes(caught.value))


async def test_a_password_that_changed_is_refused_and_accepted_again(
    own_redis: MakesRedis, opens: Opens
) -> None:
    server = own_redis(config=("user alice on >secret ~* &* +@all",))
    link = opens(f"redis://alice:secret@{server.address}")
    assert await link.run([("PING",)]) == [b"PONG"]
    server.cli("ACL", "SETUSER", "alice", "resetpass", ">other")
    server.cli("CLIENT", "KILL", "USER", "alice")
    with pytest.raises(Refused):
        await link.run([("PING",)])
    server.cli("ACL", "SETUSER", "alice", ">secret")
    assert await link.run([("PING",)]) == [b"PONG"]


async def test_nothing_that_is_logged_or_shown_has_the_password(
    own_redis: MakesRedis, caplog: pytest.LogCaptureFixture
) -> None:
    server = own_redis(password="hidden")  # noqa: S106 - of nobody
    with caplog.at_level(logging.DEBUG):
        for url in (server.url, server.unix_url):
            cache = Cache(url, namespace=NAMESPACE, local=True)
            titles = Titles(cache, {})
            assert await titles.title(1) == "1 first"
            server.pause()
            for n in range(8):
                await titles.title(n)
            server.resume()
            await cache.aclose()
            assert "hidden" not in repr(read_url(url)) + read_url(url).shown
    assert caplog.records
    assert "hidden" not in caplog.text


# ------------------------------------------------------------------- sockets


@pytest.mark.parametrize("password", ["", SECRET])
@pytest.mark.parametrize("binary", ["6.2", "7"])
async def test_a_unix_socket_is_as_good(
    own_redis: MakesRedis, opens: Opens, binary: str, password: str
) -> None:
    server = own_redis(binary, password=password)
    first, second = opens(server.unix_url), opens(f"{server.unix_url}?db=2")
    assert await first.run([("SET", "a", "1")]) == [b"OK"]
    assert await second.get_many([b"a", b"b"]) == [None, None]
    assert await first.get_many([b"a", b"b"]) == [b"1", None]
    with listening(server.unix_url, b"a") as ear:
        await asyncio.to_thread(ear.until_trusted)
        server.cli("SET", "a", "2")
        ear.until_told(b"a")


async def test_databases_are_kept_apart(redis_7: RedisProcess, opens: Opens) -> None:
    other = opens(f"redis://{redis_7.address}/3")
    assert await other.run([("SET", "apart", "3", "EX", 60)]) == [b"OK"]
    assert await opens(redis_7.url).get_many([b"apart"]) == [None]
    assert await other.get_many([b"apart"]) == [b"3"]


# ------------------------------------------------------------------- users


def guided_user() -> str:
    """Return the user that the guide recommends, as a line of configuration."""
    found = re.search(r"ACL SETUSER (careers [^`]*)```", GUIDE.read_text())
    assert found is not None
    # Redis 6.2 gives a new user all channels.
    line = " ".join(found[1].replace("resetchannels", "").split())
    return f"user {line.replace('&', 'resetchannels &', 1)}"


async def live(cache: Cache) -> None:
    """Do whatever a cache does for an application, with copies in the process."""
    await until_async(lambda: is_hearing(cache), "the tracker")
    titles = Titles(cache, {})
    for _ in range(3):  # loaded, read from Redis, and served here
        assert [await titles.title(n) for n in range(20)][1] == "1 first"
    assert set(titles.loads.values()) == {1}
    assert (await titles.title.entry(1)).origin == "hit"
    assert cache.tallies()["title"].local > 0
    assert await titles.title.invalidate(1) == 1
    assert await titles.title.fresh(2) == "2 first"
    await titles.title.refresh(3)
    assert await cache.invalidate_tags("Job:4") == 1
    assert await titles.title.invalidate_all() == 1
    assert await cache.set("greeting", "hello", ttl=60, of=str)
    assert await cache.get("greeting", of=str) == "hello"
    assert await cache.delete("greeting") == 1
    await cache.clear()
    before = sum(titles.loads.values())
    for n in range(20):
        await titles.title(n)
    assert sum(titles.loads.values()) == before + 20


async def live_blocking(cache: Cache) -> None:
    loads = []

    @cache.cached(300, tags=["Job"], name="plain", early=0)
    def plain(number: int) -> str:
        loads.append(number)
        return f"{number}"

    def run() -> None:
        for _ in range(2):
            assert [plain(n) for n in range(5)] == ["0", "1", "2", "3", "4"]
        assert len(loads) == 5
        assert plain.invalidate(1) == 1
        cache.blocking.invalidate_tags("Job")
        cache.blocking.clear()

    await asyncio.to_thread(run)


@pytest.mark.parametrize("binary", ["6.2", "7"])
async def test_the_user_of_the_guide_can_do_all_that_a_cache_does(
    own_redis: MakesRedis, caplog: pytest.LogCaptureFixture, binary: str
) -> None:
    server = own_redis(binary, config=(guided_user(),))
    url = f"redis://careers:SECRET@{server.address}"
    async with Cache(url, namespace=NAMESPACE, local=True, timeout=3.0) as cache:
        await live(cache)
        await live_blocking(cache)
        assert server.cli("ACL", "LOG") == ""
        with pytest.raises(Refused, match="SCAN"):
            await cache.delete_pattern("*")
        server.cli("ACL", "SETUSER", NAMESPACE, "+scan", "+unlink")
        assert (await cache.delete_pattern("*")).count > 0
    assert server.cli("KEYS", f"{NAMESPACE}:v:*") == ""
    assert caplog.text == ""


async def test_a_user_of_another_namespace_touches_none_of_ours(
    own_redis: MakesRedis,
) -> None:
    server = own_redis(config=(guided_user(),))
    url = f"redis://careers:SECRET@{server.address}"
    async with Cache(url, namespace="others", timeout=3.0) as cache:
        with pytest.raises(Refused):
            await cache.get("greeting", of=str)


async def test_a_user_who_may_not_even_give_a_name_gets_through(
    own_redis: MakesRedis, opens: Opens
) -> None:
    server = own_redis(config=("user alice on >secret ~a +get +set",))
    link = opens(f"redis://alice:secret@{server.address}")
    assert await link.run([("SET", "a", "1"), ("GET", "a")]) == [b"OK", b"1"]


@pytest.mark.slow
async def test_the_user_of_the_guide_is_enough_on_a_cluster(
    cluster: ClusterOf,
) -> None:
    words = guided_user().split()[1:]
    more = ("+cluster|slots", "+asking", "+scan", "+unlink")
    try:
        for node in cluster.nodes:
            node.cli("ACL", "SETUSER", *words, *more)
        url = cluster.url.replace("://", "://careers:SECRET@")
        async with Cache(url, namespace=NAMESPACE, local=True, timeout=3.0) as cache:
            await live(cache)
            await live_blocking(cache)
            assert (await cache.delete_pattern("*")).count > 0
        assert [node.cli("ACL", "LOG") for node in cluster.primaries] == [""] * 3
    finally:
        for node in cluster.nodes:
            node.cli("ACL", "DELUSER", NAMESPACE)
