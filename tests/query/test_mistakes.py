"""What the errors of the query layer carry, caught from what they are about."""

from __future__ import annotations

from stateroom.errors import ErrorInfo, QueryFailed, ResponseError, TransportError
from tests.query.mistakes import examples

ANSWER = {"detail": "there is no job 7"}


def test_an_answer_that_is_a_refusal_comes_with_what_the_server_says() -> None:
    told = [each for each in examples() if isinstance(each, ResponseError)]
    assert [(each.status, each.data) for each in told] == [(404, ANSWER)]


def test_a_query_that_failed_says_why_as_it_stands_in_the_state() -> None:
    (failed,) = [each for each in examples() if isinstance(each, QueryFailed)]
    assert failed.error == ErrorInfo(
        name="ResponseError",
        message='GET /jobs/7: 404 Not Found: {"detail": "there is no job 7"}',
        code="STR-823",
        status=404,
        data=ANSWER,
    )
    assert (failed.is_unhandled, failed.meta) == (False, {"status": 404})
    assert isinstance(failed.__cause__, ResponseError)


def test_no_answer_says_that_time_was_over_and_that_another_try_may_help() -> None:
    told = [each for each in examples() if isinstance(each, TransportError)]
    assert [(each.is_slow, each.retryable) for each in told] == [(True, True)]
