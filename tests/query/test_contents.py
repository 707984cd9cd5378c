"""Contents: what an answer is by its type, and as what an endpoint asks for."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any, TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.errors import InvalidQuery, ResponseError
from stateroom.query.calls import Response
from stateroom.query.contents import checked, shown, told, typed
from stateroom.store import UNDEFINED

JSON = "application/json"


@dataclass
class Job:
    id: int
    title: str = ""
    since: dt.date | None = None
    tags: list[str] = field(default_factory=list)


class Page(TypedDict):
    jobs: list[Job]
    total: int


def answer(content: bytes, kind: str = JSON, *, status: int = 200) -> Response:
    headers = {"content-type": kind} if kind else {}
    return Response(status=status, headers=headers, content=content)


def read(response: Response, returns: object = UNDEFINED) -> object:
    checked(returns)
    return typed(response, returns, where="GET /jobs")


@pytest.mark.parametrize(
    ("content", "kind", "found"),
    [
        (b'{"a": 1}', JSON, {"a": 1}),
        (b'\xef\xbb\xbf{"a": 1}', "application/json; charset=utf-8", {"a": 1}),
        (b"[1]", "application/problem+json", [1]),
        (b"[1]", "text/json", [1]),
        (b"[1]", "Application/JSON", [1]),
        (b"[1]", "", [1]),
        (b"one", "", "one"),
        (b"one", "text/plain", "one"),
        (b"[1]", "text/plain", "[1]"),
        (b"<a/>", "application/xml", "<a/>"),
        (b"<a/>", "image/svg+xml", "<a/>"),
        (b"K\xf6ln", "text/plain; charset=ISO-8859-1", "Köln"),
        (b"K\xc3\xb6ln", 'text/csv; header=1; charset="utf-8"', "Köln"),
        (b"K\xc3\xb6ln", "text/plain; charset=nobody-knows", "Köln"),
        (b"K\xc3\xb6ln", "text/plain; charset=base64", "Köln"),
        (b"a\xff", "text/plain", "a\ufffd"),
        (b"\x89PNG", "image/png", b"\x89PNG"),
        (b"", JSON, None),
        (b"", "", None),
        (b"null", JSON, None),
    ],
)
def test_the_type_of_an_answer_says_what_it_is(
    content: bytes, kind: str, found: object
) -> None:
    response = answer(content, kind)
    assert read(response) == found
    assert read(response, object) == found
    assert told(response) == found


@pytest.mark.parametrize(
    ("returns", "content", "found"),
    [
        (Job, b'{"id": 1, "title": "Cook"}', Job(1, "Cook")),
        (list[Job], b'[{"id": 1}, {"id": 2}]', [Job(1), Job(2)]),
        (Job | None, b"null", None),
        (Job | None, b"", None),
        (
            Job,
            b'{"id": 1, "since": "2026-07-25"}',
            Job(1, "", dt.date(2026, 7, 25)),
        ),
        (Job, b'{"id": 1, "new": {"$odd": 1}}', Job(1)),
        (Page, b'{"jobs": [{"id": 1}], "total": 1}', {"jobs": [Job(1)], "total": 1}),
        (dict[str, int], b'{"a": 1}', {"a": 1}),
        (tuple[int, str], b'[1, "a"]', (1, "a")),
        (int, b"1152921504606846976", 2**60),
        (str, b'"Cook"', "Cook"),
        (bytes, b'"Cook"', b'"Cook"'),
        (None, b"whatever", None),
        (type(None), b"", None),
        (Any, b"[1]", [1]),
    ],
)
def test_an_answer_is_what_an_endpoint_asks_for(
    returns: object, content: bytes, found: object
) -> None:
    assert read(answer(content), returns) == found


@pytest.mark.parametrize("kind", ["text/plain", "text/html", "", "application/x-odd"])
def test_json_is_read_whatever_it_is_said_to_be(kind: str) -> None:
    assert read(answer(b'{"id": 1}', kind), Job) == Job(1)


@pytest.mark.parametrize("kind", ["text/html", "", "application/octet-stream"])
def test_text_is_read_whatever_it_is_said_to_be(kind: str) -> None:
    assert read(answer(b"[1]", kind), str) == "[1]"


@pytest.mark.parametrize(
    ("returns", "content", "path"),
    [
        (
            list[Job],
            b'[{"id": 1}, {"id": "2"}]',
            r"\[1\].id: found the text '2', expect",
        ),
        (Job, b"[]", "found a list, expected Job"),
        (Job, b"{}", "id"),
        (Job, b"", "found None, expected Job"),
        (
            Page,
            b'{"jobs": [{"id": 1, "tags": [1]}], "total": 1}',
            r"jobs\[0\].tags\[0\]",
        ),
        (str, b"[1]", "found a list, expected str"),
        (int, b"1.5", "found 1.5, expected int"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_with_the_place(
    returns: object, content: bytes, path: str
) -> None:
    with pytest.raises(ResponseError, match=f"^GET /jobs: 200, and .*{path}") as caught:
        read(answer(content), returns)
    assert caught.value.status == 200
    assert caught.value.data == (json.loads(content) if content else None)


@pytest.mark.parametrize("returns", [UNDEFINED, Job, str, object])
@pytest.mark.parametrize(
    "content", [b"{", b"NaN", b"[Infinity]", b"\xff", b"[" * 10**5]
)
def test_what_is_said_to_be_json_and_is_none_is_refused(
    returns: object, content: bytes
) -> None:
    with pytest.raises(ResponseError, match="bytes\\) is no JSON") as caught:
        read(answer(content), returns)
    assert caught.value.data == content.decode("utf-8", "replace")


def test_no_server_can_end_a_page_by_nesting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stateroom.store.nesting.IS_PAGE", True)
    deep = answer(b"[" * 1_001 + b"]" * 1_001)
    with pytest.raises(ResponseError, match="1,001 levels, and a page reads 1,000"):
        read(deep)
    assert told(deep) == deep.content.decode()


def test_a_page_instead_of_data_is_named_and_kept_out_of_the_message() -> None:
    page = answer(b"<html>secret</html>", "text/html; charset=utf-8")
    with pytest.raises(ResponseError) as caught:
        read(page, list[Job])
    assert "(text/html, 19 bytes) is no JSON" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert caught.value.data == "<html>secret</html>"


def test_what_is_told_of_a_failure_never_fails_itself() -> None:
    for content in (b"{", b"\xff", b"[" * 10**5):
        assert isinstance(told(answer(content, status=500)), str)


@pytest.mark.parametrize("returns", [3, lambda: 3, pytest.param([Job], id="list")])
def test_what_no_answer_can_be_is_refused_before_anything_is_asked(
    returns: object,
) -> None:
    with pytest.raises(InvalidQuery, match="returns: found"):
        checked(returns)


def test_a_class_that_refuses_its_fields_refuses_the_answer() -> None:
    @dataclass
    class Even:
        number: int

        def __post_init__(self) -> None:
            if self.number % 2:
                raise ValueError("odd")

    with pytest.raises(ResponseError, match="odd"):
        read(answer(b'{"number": 1}'), Even)


@given(st.binary(), st.text(max_size=40), st.sampled_from([UNDEFINED, Job, str, bytes]))
def test_whatever_comes_it_is_read_or_refused(
    content: bytes, kind: str, returns: object
) -> None:
    response = answer(content, kind)
    with contextlib.suppress(ResponseError):
        read(response, returns)
    told(response)


@pytest.mark.parametrize(
    ("content", "kind", "text"),
    [
        (b'{"detail": "title: too\\nlong"}', JSON, ': {"detail": "title: too\\nlong"}'),
        (b"no such\n  job", "text/plain", ": no such job"),
        ("Köln".encode(), "text/plain", ": Köln"),
        (b"x" * 201, "text/plain", f": {'x' * 200}..."),
        (b"[" + b"1," * 150 + b"1]", JSON, f": {'[' + '1, ' * 66 + '1'}..."),
        (b'"\\ud800"', JSON, ": \\ud800"),
        (b"<h1>Bad gateway</h1>", "text/html; charset=utf-8", ""),
        (b"\x00\x01", "image/png", ""),
        (b"", JSON, ""),
        (b" ", "text/plain", ""),
    ],
)
def test_a_message_shows_the_beginning_of_what_the_server_says(
    content: bytes, kind: str, text: str
) -> None:
    found = shown(answer(content, kind, status=409))
    assert found == text
    assert found.encode().decode() == found  # a log can write it
