"""Addresses: how a base and a path are joined, and that no path leads out of it."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.errors import InvalidQuery
from stateroom.query.addresses import Base, query_of
from stateroom.query.calls import Request
from stateroom.store import UNDEFINED

API = "https://api.example.org"


class Kind(enum.Enum):
    PART_TIME = "part-time"


def address(base: str, path: str, **params: object) -> str:
    return Base(base).address(Request(method="GET", path=path, params=params))


@pytest.mark.parametrize(
    ("base", "path", "whole"),
    [
        (API, "/jobs", f"{API}/jobs"),
        (API, "jobs", f"{API}/jobs"),
        (f"{API}/", "/jobs", f"{API}/jobs"),
        (f"{API}/v1", "/jobs", f"{API}/v1/jobs"),
        (f"{API}/v1/", "jobs/", f"{API}/v1/jobs/"),
        (f"{API}/v1", "", f"{API}/v1"),
        (f"{API}/v1", "?page=2", f"{API}/v1?page=2"),
        (f"{API}/v1?key=k", "/jobs?page=2", f"{API}/v1/jobs?key=k&page=2"),
        (API, f"{API}/jobs?page=2", f"{API}/jobs?page=2"),
        (API, "HTTPS://API.example.org:443/jobs", "https://API.example.org:443/jobs"),
        (API, "//api.example.org/jobs", f"{API}/jobs"),
        ("", f"{API}/jobs", f"{API}/jobs"),
        ("http://[::1]:8000", "/jobs", "http://[::1]:8000/jobs"),
        (API, "/jobs:search", f"{API}/jobs:search"),
    ],
)
def test_a_path_stands_below_its_base(base: str, path: str, whole: str) -> None:
    assert address(base, path) == whole


@pytest.mark.parametrize(
    ("path", "whole"),
    [
        ("/skills/C#", f"{API}/skills/C%23"),
        ("/skills/a b", f"{API}/skills/a%20b"),
        ("/skills/100%", f"{API}/skills/100%25"),
        ("/skills/a%2Fb", f"{API}/skills/a%2Fb"),
        ("/städte/Köln", f"{API}/st%C3%A4dte/K%C3%B6ln"),
        ("/jobs?q=C#&x=ü", f"{API}/jobs?q=C%23&x=%C3%BC"),
        ("/a\r\nb", f"{API}/a%0D%0Ab"),
        ("/a\\b", f"{API}/a%5Cb"),
    ],
)
def test_what_a_url_cannot_have_is_quoted(path: str, whole: str) -> None:
    assert address(API, path) == whole


@pytest.mark.parametrize(
    "path",
    [
        "https://other.example/jobs",
        "http://api.example.org/jobs",
        "https://api.example.org:444/jobs",
        "//other.example/jobs",
        "https://api.example.org.other.example/",
    ],
)
def test_a_path_does_not_lead_to_another_server(path: str) -> None:
    with pytest.raises(InvalidQuery, match=r"is not of https://api\.example\.org"):
        address(API, path)


@pytest.mark.parametrize(
    "path",
    [
        "https://api.example.org@other.example/",
        "https:///jobs",
        "https://api.example.org:port/",
        "ftp://api.example.org/",
        "https://api.example.org\\@other.example/",
    ],
)
def test_a_path_that_only_looks_like_a_url_is_refused(path: str) -> None:
    with pytest.raises(InvalidQuery):
        address(API, path)


@pytest.mark.parametrize("step", ["..", ".", "%2e%2E", "%2E.", ".%2e"])
def test_a_path_does_not_lead_upwards(step: str) -> None:
    for path in (f"/jobs/{step}/admin", f"{step}/admin", f"/jobs/{step}?x=1"):
        with pytest.raises(InvalidQuery, match=r"a step of the path is '\.' or '\.\.'"):
            address(API, path)
    assert address(API, f"/jobs?to={step}").endswith(step)


def test_without_a_base_a_path_has_nowhere_to_go() -> None:
    with pytest.raises(InvalidQuery, match="the transport has no base_url"):
        address("", "/jobs")


@pytest.mark.parametrize(
    "base",
    [
        "api.example.org",
        "ftp://api.example.org",
        "https://",
        "https://a b",
        "https://api.example.org/#top",
        "https://api.example.org:0",
        "https://[::1",
    ],
)
def test_a_base_that_is_no_address_is_refused(base: str) -> None:
    with pytest.raises(InvalidQuery, match=r"base_url: .* is no URL of http or https"):
        Base(base)


def test_a_base_with_a_password_is_refused_and_the_password_not_shown() -> None:
    with pytest.raises(InvalidQuery, match="no place for a password") as caught:
        Base("https://me:hunter2@api.example.org")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a b", "x=a+b"),
        (True, "x=true"),
        (1.5, "x=1.5"),
        (10**20, "x=100000000000000000000"),
        ("", "x="),
        (None, ""),
        (UNDEFINED, ""),
        ([], ""),
        (["a", None, 2], "x=a&x=2"),
        (("a",), "x=a"),
        ({"b", "a"}, "x=a&x=b"),
        (Kind.PART_TIME, "x=part-time"),
        (dt.date(2026, 7, 25), "x=2026-07-25"),
        (uuid.UUID(int=1), "x=00000000-0000-0000-0000-000000000001"),
    ],
)
def test_a_parameter_stands_as_one_would_write_it(value: object, text: str) -> None:
    assert query_of({"x": value}) == text


@pytest.mark.parametrize("value", [{"a": 1}, [["a"]], object(), float("nan")])
def test_a_parameter_that_has_no_text_is_refused_by_name(value: object) -> None:
    with pytest.raises(InvalidQuery, match="params: 'x': found"):
        query_of({"x": value})


@given(st.dictionaries(st.text(), st.text() | st.lists(st.text())))
def test_every_parameter_comes_back_from_the_query_string(
    params: dict[str, str | list[str]],
) -> None:
    pairs = [
        (name, each)
        for name, value in params.items()
        for each in ([value] if isinstance(value, str) else value)
    ]
    clean = [
        (a.encode("utf-8", "replace").decode(), b.encode("utf-8", "replace").decode())
        for a, b in pairs
    ]
    assert parse_qsl(query_of(params), keep_blank_values=True) == clean


@given(st.text())
def test_whatever_the_path_the_server_is_the_same(path: str) -> None:
    try:
        found = urlsplit(address(f"{API}/v1", path))
    except InvalidQuery:
        return
    assert f"{found.scheme}://{found.netloc}".lower() == API
    assert found.path == "/v1" or found.path.startswith("/v1/")


@given(st.text(st.characters(codec="utf-8")))
def test_a_step_that_was_quoted_arrives_as_it_was(name: str) -> None:
    if name in {".", ".."}:
        return
    whole = address(API, f"/jobs/{quote(name, safe='')}")
    assert whole == f"{API}/jobs/{quote(name, safe='')}"
