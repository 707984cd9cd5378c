"""Requests by a real browser's ``fetch``: answers, failures, and what is given up."""

from __future__ import annotations

import json

import pytest

from stateroom.errors import InvalidQuery
from stateroom.query.transports import FetchTransport
from tests.browser.inside import fetching
from tests.browser.tabs import Profile, Tab
from tests.query.transports.answering import JOBS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]

JSON = "application/json"
LONG = 60.0
SOON = 0.2
"""Seconds, of a timeout that is to end."""


def test_outside_of_a_browser_it_says_where_it_runs() -> None:
    with pytest.raises(InvalidQuery, match="in a browser, under Pyodide") as told:
        FetchTransport()
    assert told.value.hint == "take HttpxTransport here"


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/jobs", [200, JSON, json.dumps(JOBS)]),
        ("/status/503", [503, JSON, '{"detail": "503"}']),
        ("/status/404", [404, JSON, '{"detail": "404"}']),
        ("/empty", [204, "text/plain", ""]),
        ("/zeros/100000", [200, "application/octet-stream", "\0" * 100_000]),
        ("/redirect/302?to=/live/jobs", [200, JSON, json.dumps(JOBS)]),
        ("/packed/3", [200, JSON, "\0\0\0"]),
    ],
)
def test_an_answer_comes_back_whole(tab: Tab, path: str, answer: list[object]) -> None:
    assert tab.run(fetching.send, "GET", path, None) == answer


def test_a_worker_asks_as_a_page_does(profile: Profile) -> None:
    worker = profile.open("worker.html")
    found = worker.run(fetching.send, "GET", "/jobs", None)
    assert found == [200, JSON, json.dumps(JOBS)]


def test_a_body_parameters_and_headers_arrive(tab: Tab) -> None:
    params: dict[str, object] = {"city": "Köln & Bonn", "page": [1, 2], "x": None}
    told = tab.run(fetching.echo, params, {"title": "Köchin \u2603"})
    assert isinstance(told, dict)
    assert told["target"] == "/echo?city=K%C3%B6ln+%26+Bonn&page=1&page=2"
    content = told["content"].encode("latin-1").decode()
    assert content == '{"title":"Köchin \u2603"}'
    wanted = {"x-token": "one", "x-one": "1", "content-type": JSON}
    assert wanted.items() <= told["headers"].items()


def test_headers_are_asked_for_before_each_request(tab: Tab) -> None:
    assert tab.run(fetching.tokens, "first", "second") == ["first", "second"]


@pytest.mark.parametrize("path", ["/cut", "/reset", "/half", "/no-gzip", "/loop"])
def test_a_line_that_is_cut_is_no_answer(tab: Tab, path: str) -> None:
    name, message, is_slow = tab.run(fetching.fail, "GET", path, None, LONG)
    assert (name, is_slow) == ("TransportError", False)
    assert str(message).startswith(f"GET {path}: TypeError: ")


@pytest.mark.parametrize("path", ["/never", "/begun"])
def test_a_slow_answer_is_given_up(tab: Tab, path: str) -> None:
    found = tab.run(fetching.fail, "GET", path, None, SOON)
    assert found == [
        "TransportError",
        f"GET {path}: no whole answer within 0.2 s",
        True,
    ]


@pytest.mark.parametrize("path", ["/never", "/begun"])
def test_a_cancelled_request_is_given_up_at_the_server(tab: Tab, path: str) -> None:
    assert tab.run(fetching.cancel, path) == "CancelledError"


@pytest.mark.parametrize("path", ["/never", "/begun"])
def test_what_nobody_wants_any_more_is_given_up_at_the_server(
    tab: Tab, path: str
) -> None:
    assert tab.run(fetching.lose, path) == "Aborted: left"


@pytest.mark.parametrize("path", ["/zeros/100001", "/packed/20000000"])
def test_an_answer_that_is_larger_than_may_be_is_refused(tab: Tab, path: str) -> None:
    name, message, _ = tab.run(fetching.fail, "GET", path, None, LONG)
    assert name == "ResponseError"
    assert message == f"GET {path}: 200, and more than 100,000 bytes"


def test_a_body_with_get_is_refused_as_a_browser_does(tab: Tab) -> None:
    name, message, _ = tab.run(fetching.fail, "GET", "/jobs", "body", LONG)
    assert (name, message) == (
        "InvalidQuery",
        "GET /jobs: a browser sends no body with it",
    )


def test_where_the_page_may_not_ask_is_no_answer(profile: Profile) -> None:
    tab = profile.open()
    name, _, _ = tab.run(fetching.fail_elsewhere, "http://127.0.0.1:9")
    assert name == "TransportError"
    assert "Content Security Policy" in str(tab.problems)
    tab.problems.clear()
