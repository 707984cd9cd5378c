"""What the client raises, and what it means: the weather, or a mistake."""

from __future__ import annotations

import ssl

import pytest
from redis import exceptions

from stateroom.errors import Refused, TierError, Unavailable
from stateroom.link.faults import CLIENT_ERRORS, is_demoted, late, translated

IN_SCRIPT = "Error running script (call to f_1): @user_script:1: @user_script: 1: "
"""What Redis 6.2 puts before the error of a command in a script."""

WEATHER: list[BaseException] = [
    exceptions.ConnectionError("Connection closed by server."),
    exceptions.ConnectionError("Error 111 connecting to localhost:6379."),
    exceptions.BusyLoadingError("Redis is loading the dataset in memory"),
    exceptions.MaxConnectionsError("Too many connections"),
    exceptions.ReadOnlyError("You can't write against a read only replica."),
    exceptions.ResponseError(IN_SCRIPT + "-READONLY You can't write against a replica"),
    exceptions.ClusterDownError("CLUSTERDOWN Hash slot not served"),
    exceptions.MasterDownError("MASTERDOWN Link with MASTER is down"),
    exceptions.TryAgainError("Multiple keys request during rehashing of slot"),
    exceptions.AskError("1 127.0.0.1:7000"),
    exceptions.InvalidResponse("Protocol error, got 'H' as reply type byte"),
    exceptions.ResponseError("MISCONF Errors writing to the AOF file"),
    exceptions.ResponseError("NOREPLICAS Not enough good replicas to write."),
    exceptions.ResponseError(IN_SCRIPT + "-NOREPLICAS Not enough good replicas"),
    exceptions.ResponseError("BUSY Redis is busy running a script."),
    exceptions.ResponseError("UNKILLABLE Sorry the script already executed writes"),
    ConnectionResetError("reset by peer"),
    BrokenPipeError(),
    EOFError("a reply of another length"),
]
SLOW: list[BaseException] = [
    exceptions.TimeoutError("Timeout reading from socket"),
    TimeoutError(),
]
FULL: list[BaseException] = [
    exceptions.OutOfMemoryError("command not allowed when used memory > 'maxmemory'."),
    exceptions.ResponseError(IN_SCRIPT + "-OOM command not allowed when used memory"),
    exceptions.ResponseError("-OOM command not allowed when used memory > 'maxmemory'"),
]
MISTAKES: list[tuple[BaseException, str]] = [
    (exceptions.AuthenticationError("Authentication required."), "password"),
    (exceptions.AuthenticationError("invalid username-password pair"), "password"),
    (exceptions.NoPermissionError("no permissions to access a key"), "password"),
    (exceptions.ResponseError(IN_SCRIPT + "-NOPERM this user has none"), "password"),
    (exceptions.ResponseError("WRONGTYPE Operation against a key"), "mistake"),
    (exceptions.ResponseError("unknown command 'GETT'"), "mistake"),
    (exceptions.ResponseError("value BUSY is not an integer"), "mistake"),
    (exceptions.ClusterCrossSlotError("Keys in request don't hash"), "mistake"),
    (exceptions.NoScriptError("No matching script."), "mistake"),
    (exceptions.DataError("Invalid input of type: 'NoneType'."), "mistake"),
    (exceptions.MovedError("1 127.0.0.1:7000"), "redis+cluster://"),
]


def names(errors: list[BaseException]) -> list[str]:
    return [f"{type(each).__name__} {str(each)[-30:]}" for each in errors]


@pytest.mark.parametrize("error", WEATHER, ids=names(WEATHER))
def test_what_passes_is_weather(error: BaseException) -> None:
    found = translated(error, "MGET")
    assert isinstance(found, Unavailable)
    assert (found.is_slow, found.is_full) == (False, False)
    assert found.retryable


@pytest.mark.parametrize("error", SLOW, ids=names(SLOW))
def test_an_answer_that_did_not_come_is_slow(error: BaseException) -> None:
    found = translated(error, "MGET")
    assert isinstance(found, Unavailable)
    assert (found.is_slow, found.is_full) == (True, False)


@pytest.mark.parametrize("error", FULL, ids=names(FULL))
def test_a_server_without_memory_is_full(error: BaseException) -> None:
    found = translated(error, "EVALSHA")
    assert isinstance(found, Unavailable)
    assert (found.is_slow, found.is_full) == (False, True)


@pytest.mark.parametrize(
    ("error", "hint"), MISTAKES, ids=names([each for each, _ in MISTAKES])
)
def test_what_does_not_pass_is_a_mistake_and_says_what_to_do(
    error: BaseException, hint: str
) -> None:
    found = translated(error, "MGET")
    assert isinstance(found, Refused)
    assert hint in found.hint
    assert not found.retryable


def test_a_certificate_that_nobody_vouches_for_is_no_weather() -> None:
    caught = _with_cause(
        exceptions.ConnectionError("Error connecting"),
        ssl.SSLCertVerificationError("self-signed certificate in certificate chain"),
    )
    found = translated(caught, "MGET")
    assert isinstance(found, Refused)
    assert "ssl_ca_certs" in found.hint


def test_a_refusal_inside_of_a_failed_connection_is_one() -> None:
    caught = exceptions.ConnectionError("invalid username-password pair")
    caught.__cause__ = exceptions.AuthenticationError("invalid username-password pair")
    assert isinstance(translated(caught, "MGET"), Refused)


def _with_cause(error: Exception, cause: Exception) -> Exception:
    """Raise one error while another is handled, as redis-py does, and return it."""
    try:
        try:
            raise cause
        except ssl.SSLError:
            raise error  # noqa: B904 - as redis-py does
    except exceptions.RedisError as caught:
        return caught


@pytest.mark.parametrize("error", [*WEATHER, *SLOW, *FULL, *(e for e, _ in MISTAKES)])
def test_everything_is_translated_and_says_what_was_tried(error: BaseException) -> None:
    assert isinstance(error, CLIENT_ERRORS)
    found = translated(error, "MGET")
    assert isinstance(found, TierError)
    assert str(found).startswith("MGET: ")
    assert len(str(found)) > len("MGET: ")


@pytest.mark.parametrize(
    ("reply", "is_so"),
    [
        (
            exceptions.ReadOnlyError("You can't write against a read only replica."),
            True,
        ),
        (exceptions.ResponseError(IN_SCRIPT + "-READONLY You can't write"), True),
        (exceptions.ResponseError("WRONGTYPE"), False),
        (exceptions.OutOfMemoryError("command not allowed"), False),
        (b"READONLY You can't write", False),
        (None, False),
    ],
)
def test_a_server_that_became_a_replica_tells_so(reply: object, *, is_so: bool) -> None:
    assert is_demoted(reply) is is_so


def test_a_deadline_that_passed_names_itself() -> None:
    error = late("MGET", 0.25)
    assert error.is_slow
    assert str(error) == "MGET: no answer within 0.25 s"
