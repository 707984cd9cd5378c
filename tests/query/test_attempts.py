"""Attempts to have a call send what nobody meant."""

from __future__ import annotations

from typing import cast

import pytest

from stateroom.errors import InvalidQuery
from stateroom.query import QueryCall, Request, Response


class Wire:
    """A transport that keeps what it is given."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    async def send(self, request: Request) -> Response:
        self.requests.append(request)
        return Response(status=204)


async def refused(**options: object) -> InvalidQuery:
    """Send a request with options that are none, and return the error."""
    wire = Wire()
    call = QueryCall(wire)
    with pytest.raises(InvalidQuery) as caught:
        await call.post("/jobs", **options)  # type: ignore[call-overload]
    assert wire.requests == []
    return caught.value


async def test_an_option_that_there_is_not_is_refused_with_the_right_one() -> None:
    error = await refused(parms={"city": "Berlin"})
    assert str(error) == "POST /jobs: a call has no option 'parms'"
    assert error.hint == "did you mean 'params'?"


async def test_an_option_that_is_like_no_other_is_told_which_there_are() -> None:
    error = await refused(cookies={})
    assert error.hint.startswith("known: content, headers, json, ")


@pytest.mark.parametrize("content", [5, [1, 2], object()])
async def test_content_is_bytes_or_text_and_no_number_of_zeros(content: object) -> None:
    error = await refused(content=content)
    assert "expected bytes or text" in str(error)


@pytest.mark.parametrize("content", [b"ab", bytearray(b"ab"), memoryview(b"ab"), "ab"])
async def test_content_may_be_any_kind_of_bytes(content: object) -> None:
    wire = Wire()
    await QueryCall(wire).post("/jobs", content=cast("bytes", content))
    assert wire.requests[0].content == b"ab"
