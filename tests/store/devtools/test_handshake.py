"""Requests to open a WebSocket, and how each is answered."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.store.devtools.handshake import Answer, judge

GOOD = {
    "Host": "127.0.0.1:8000",
    "Upgrade": "websocket",
    "Connection": "keep-alive, Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def asked(
    first: str = "GET /socketcluster/ HTTP/1.1",
    *,
    origins: tuple[str, ...] = (),
    changed: Mapping[str, str | None] | None = None,
) -> Answer:
    """The answer to a good request with some headers changed or left out."""
    headers = {**GOOD, **(changed or {})}
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return judge("\r\n".join((first, *lines, "", "")).encode(), origins=origins)


def test_a_good_request_is_accepted_with_the_proof_of_the_rfc() -> None:
    answer = asked()
    assert answer.status == 101
    # RFC 6455, 1.3
    assert (
        dict(answer.headers)["Sec-WebSocket-Accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    )
    assert answer.encode().startswith(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade:")
    assert answer.encode().endswith(b"\r\n\r\n")


@pytest.mark.parametrize("path", ["/socketcluster", "/socketcluster/?t=1"])
def test_the_path_may_be_written_without_a_slash_and_with_a_query(path: str) -> None:
    assert asked(f"GET {path} HTTP/1.1").status == 101


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "http://localhost:3000",
        "https://localhost",
        "http://127.0.0.1:8080",
        "http://[::1]:5173",
        "chrome-extension://lmhkpmbekcpmknklioeibfkpmmfibljd",
        "moz-extension://6b4e2b5c-5f4c-4f4e-8f4e-2b5c5f4c4f4e",
    ],
)
def test_pages_of_this_machine_and_extensions_may_connect(origin: str | None) -> None:
    assert asked(changed={"Origin": origin}).status == 101


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://localhost.evil.example",
        "http://evil.example/#http://localhost",
        "http://localhost@evil.example",
        "https://chrome-extension.evil.example",
        "file://",
        "null",
        "",
        "http://[",
        "xhttp://localhost",
    ],
)
def test_any_other_origin_is_refused(origin: str) -> None:
    answer = asked(changed={"Origin": origin})
    assert answer.status == 403
    assert "origin" in answer.text


def test_another_origin_can_be_allowed() -> None:
    allowed = ("https://*.example.org",)
    assert (
        asked(changed={"Origin": "https://dev.example.org"}, origins=allowed).status
        == 101
    )
    assert (
        asked(changed={"Origin": "https://example.com"}, origins=allowed).status == 403
    )


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "[::1]:8000"]
)
def test_a_host_that_is_this_machine_is_accepted(host: str) -> None:
    assert asked(changed={"Host": host}).status == 101


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil.example",
        "localhost.evil.example:8000",
        "10.0.0.1",
        "[",
        "0.0.0.0",  # noqa: S104 - nobody binds to it
    ],
)
def test_a_name_that_was_bound_to_this_machine_by_somebody_else_is_refused(
    host: str | None,
) -> None:
    answer = asked(changed={"Host": host})
    assert answer.status == 403
    assert "Host" in answer.text


@pytest.mark.parametrize(
    ("first", "status"),
    [
        ("POST /socketcluster/ HTTP/1.1", 405),
        ("GET / HTTP/1.1", 404),
        ("GET /socketcluster/ HTTP/1.0", 400),
        ("GET /socketcluster/", 400),
        ("", 400),
        ("GET  /socketcluster/ HTTP/1.1", 400),
    ],
)
def test_another_request_is_told_what_is_wrong(first: str, status: int) -> None:
    answer = asked(first)
    assert answer.status == status
    assert f"Content-Length: {len(answer.text) + 1}".encode() in answer.encode()


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("Upgrade", None, 426),
        ("Upgrade", "h2c", 426),
        ("Connection", "close", 426),
        ("Sec-WebSocket-Version", "8", 426),
        ("Sec-WebSocket-Version", None, 426),
        ("Sec-WebSocket-Key", None, 400),
        ("Sec-WebSocket-Key", "short", 400),
        ("Sec-WebSocket-Key", "c2hvcnQ=", 400),
        ("Bad header", "x", 400),
        (" folded", "x", 400),
        ("nul", "\0", 400),
    ],
)
def test_a_request_that_is_no_websocket_is_refused(
    name: str, value: str | None, status: int
) -> None:
    assert asked(changed={name: value}).status == status


@pytest.mark.parametrize("name", ["host", "ORIGIN", "sec-websocket-key"])
def test_a_header_that_decides_may_not_be_given_twice(name: str) -> None:
    first = f"GET /socketcluster/ HTTP/1.1\r\n{name}: localhost\r\n{name}: localhost"
    assert asked(first, changed={"Origin": "http://localhost"}).status == 400


@given(st.binary(max_size=300))
def test_no_request_makes_the_judge_fail(garbage: bytes) -> None:
    assert judge(garbage + b"\r\n\r\n").status in {400, 403, 405}
