"""Requests that are answered: what goes out by httpx, and what comes back."""

from __future__ import annotations

import asyncio
import importlib
import json
import math
import subprocess
import sys
from typing import cast

import httpx
import pytest

from stateroom.errors import InvalidQuery, MissingExtra, ResponseError
from stateroom.query import transports
from stateroom.query.calls import QueryCall, Request
from stateroom.query.transports import HttpxTransport
from tests.query.transports.answering import JOBS
from tests.query.transports.serving import Site


def get(path: str, **headers: str) -> Request:
    return Request(method="GET", path=path, headers=headers)


async def test_an_answer_comes_back_whole(transport: HttpxTransport) -> None:
    answer = await transport.send(get("/jobs"))
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.content) == JOBS


async def test_a_refusal_is_an_answer_too(transport: HttpxTransport) -> None:
    answer = await transport.send(get("/status/503"))
    assert (answer.status, json.loads(answer.content)) == (
        503,
        {"detail": "503"},
    )


async def test_an_answer_without_content_is_empty(transport: HttpxTransport) -> None:
    answer = await transport.send(get("/empty"))
    assert (answer.status, answer.content) == (204, b"")


async def test_a_status_that_nobody_knows_is_told_as_it_is(
    transport: HttpxTransport,
) -> None:
    assert (await transport.send(get("/status/599"))).status == 599


async def test_a_body_and_its_headers_arrive(
    transport: HttpxTransport, site: Site
) -> None:
    call = QueryCall(transport)
    await call.post("/echo", json={"title": "Köchin"}, headers={"X-One": "1"})
    (asked,) = site.asked
    assert (asked.method, asked.content.decode()) == ("POST", '{"title":"Köchin"}')
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["x-one"] == "1"


async def test_parameters_stand_behind_those_of_the_base(site: Site) -> None:
    transport = HttpxTransport(f"{site.origin}/echo/?key=a%20b")
    call = QueryCall(transport)
    params = {"city": "Köln & Bonn", "page": [1, 2], "draft": False, "not": None}
    await call.get("more?x=1", params=params)
    await transport.aclose()
    assert site.asked[0].target == (
        "/echo/more?key=a%20b&x=1&city=K%C3%B6ln+%26+Bonn&page=1&page=2&draft=false"
    )


async def test_headers_are_asked_for_before_each_request(site: Site) -> None:
    tokens = iter(["first", "second"])

    async def headers(request: Request) -> dict[str, str]:
        return {"Authorization": f"Bearer {next(tokens)} for {request.path}"}

    transport = HttpxTransport(site.origin, headers=headers)
    for path in ("/jobs", "/empty"):
        await transport.send(get(path))
    await transport.aclose()
    found = [each.headers["authorization"] for each in site.asked]
    assert found == ["Bearer first for /jobs", "Bearer second for /empty"]


async def test_the_headers_of_a_request_go_before_those_of_the_transport(
    site: Site,
) -> None:
    transport = HttpxTransport(site.origin, headers={"X-One": "all", "X-Two": "all"})
    await transport.send(get("/jobs", **{"x-one": "this"}))
    await transport.aclose()
    (asked,) = site.asked
    assert (asked.headers["x-one"], asked.headers["x-two"]) == ("this", "all")


async def test_what_is_packed_is_unpacked(transport: HttpxTransport) -> None:
    assert (await transport.send(get("/packed/1000"))).content == bytes(1000)


async def test_an_answer_that_is_larger_than_may_be_is_refused_early(
    site: Site,
) -> None:
    transport = HttpxTransport(site.origin, limit=100_000)
    assert len((await transport.send(get("/zeros/100000"))).content) == 100_000
    for path in ("/zeros/100001", "/packed/20000000"):
        with pytest.raises(ResponseError, match="more than 100,000 bytes"):
            await transport.send(get(path))
    await transport.aclose()


async def test_a_body_that_is_larger_than_may_be_is_not_sent(site: Site) -> None:
    transport = HttpxTransport(site.origin, limit=10)
    request = Request(method="POST", path="/echo", content=b"01234567890")
    with pytest.raises(InvalidQuery, match="a body of 11 bytes; the limit is 10"):
        await transport.send(request)
    assert site.asked == []


async def test_connections_are_used_again_and_let_go_of(
    transport: HttpxTransport, site: Site
) -> None:
    for _ in range(3):
        await transport.send(get("/jobs"))
    assert site.connections == 1
    await transport.aclose()
    await transport.send(get("/jobs"))
    assert site.connections == 2


async def test_many_requests_are_on_their_way_at_once(
    transport: HttpxTransport, site: Site
) -> None:
    answers = await asyncio.gather(*(transport.send(get("/jobs")) for _ in range(20)))
    assert [each.status for each in answers] == [200] * 20
    assert len(site.asked) == 20


async def test_no_cookie_of_one_user_is_sent_for_another(
    transport: HttpxTransport, site: Site
) -> None:
    for _ in range(2):
        await transport.send(get("/cookie"))
    assert "cookie" not in site.asked[1].headers


async def test_a_client_of_the_users_is_used_as_it_is_and_stays_open(
    site: Site,
) -> None:
    async with httpx.AsyncClient(base_url=f"{site.origin}/echo") as client:
        transport = HttpxTransport(client=client)
        await transport.send(get("/jobs"))
        await transport.aclose()
        assert not client.is_closed
    assert site.asked[0].target == "/echo/jobs"


async def test_a_client_of_the_users_keeps_its_cookies(site: Site) -> None:
    async with httpx.AsyncClient(base_url=site.origin) as client:
        transport = HttpxTransport(client=client)
        for _ in range(2):
            await transport.send(get("/cookie"))
    assert site.asked[1].headers["cookie"] == "seen=yes"


def test_each_loop_has_connections_of_its_own() -> None:
    transport = HttpxTransport()

    async def ask() -> int:
        site = Site()
        await site.start()
        answer = await transport.send(get(f"{site.origin}/jobs"))
        await transport.aclose()
        await site.stop()
        return answer.status

    assert [asyncio.run(ask()) for _ in range(2)] == [200, 200]


async def test_loops_that_run_at_the_same_time_do_not_meet(
    transport: HttpxTransport, site: Site
) -> None:
    async def ask() -> int:
        answer = await transport.send(get("/jobs"))
        await transport.aclose()
        return answer.status

    await transport.send(get("/jobs"))
    assert await asyncio.to_thread(lambda: asyncio.run(ask())) == 200
    await transport.send(get("/jobs"))
    assert site.connections == 2


@pytest.mark.parametrize("timeout", [0, -1.0, math.nan, "5", True])
def test_a_timeout_that_is_none_is_refused(timeout: object) -> None:
    with pytest.raises(InvalidQuery, match="a number of seconds above 0"):
        HttpxTransport("https://api.example.org", timeout=cast("float", timeout))


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidQuery, match="1 or more; found 0"):
        HttpxTransport("https://api.example.org", limit=0)


@pytest.mark.parametrize("name", ["a b", "", "ä"])
def test_a_header_that_is_none_is_refused_before_any_request(name: str) -> None:
    with pytest.raises(InvalidQuery, match="no name of a header"):
        HttpxTransport("https://api.example.org", headers={name: "x"})


async def test_a_secret_with_a_line_break_is_refused_and_not_shown(
    transport: HttpxTransport,
) -> None:
    with pytest.raises(InvalidQuery) as caught:
        await transport.send(get("/jobs", **{"x-token": "secret\nx-admin: 1"}))
    assert "'x-token' must be one line" in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_a_method_that_is_none_is_refused(transport: HttpxTransport) -> None:
    with pytest.raises(InvalidQuery, match="no method of HTTP"):
        await transport.send(Request(method="GET /x", path="/jobs"))


async def test_a_form_is_sent_as_it_is(transport: HttpxTransport) -> None:
    call = QueryCall(transport)
    kind = "application/x-www-form-urlencoded"
    told = await call.put("/echo", content="a=1", headers={"content-type": kind})
    found = cast("dict[str, object]", told)
    headers = cast("dict[str, str]", found["headers"])
    assert (found["content"], headers["content-type"]) == ("a=1", kind)


def test_without_the_extra_its_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "stateroom.query.transports.httpx")
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(MissingExtra, match="needs the extra 'http'") as caught:
        importlib.import_module("stateroom.query.transports.httpx")
    assert caught.value.extra == "http"


def test_no_transport_is_loaded_before_it_is_named() -> None:
    code = (
        "import sys, stateroom.query.calls, stateroom.query.transports as there\n"
        "print({'httpx', f'{there.__name__}.browser'} & {*sys.modules})"
    )
    asked = subprocess.run(
        (sys.executable, "-c", code), capture_output=True, check=True, text=True
    )
    assert asked.stdout == "set()\n"


def test_a_transport_that_there_is_not_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'CurlTransport'"):
        _ = transports.CurlTransport
    assert dir(transports) == ["FetchTransport", "HttpxTransport"]
