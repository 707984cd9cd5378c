"""Declarations that would make a wrong key are refused when a function is decorated."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Annotated, Literal, NewType, cast

import pytest
from fastapi import (
    BackgroundTasks,
    Depends,
    Query,
    Request,
    Response,
    Security,
    WebSocket,
)
from fastapi.responses import JSONResponse
from fastapi.security import SecurityScopes
from sqlalchemy.orm import Session, scoped_session
from starlette.requests import HTTPConnection

from stateroom.cache.canonical import canonical
from stateroom.cache.locating import locator
from stateroom.cache.parameters import check_parameters, name_of
from stateroom.errors import UsageError

if TYPE_CHECKING:
    from tests.cache.encodable import Point as Unknown


def current_user() -> int:
    return 7


class OwnSession(Session):
    pass


# The class itself cannot be imported without greenlet.
class AsyncSession:
    __module__ = "sqlalchemy.ext.asyncio.session"


UserId = Annotated[int, Depends(current_user)]
Db = NewType("Db", Session)


class Lookalike:
    """A class of an application with the name of a framework's."""

    def find(self) -> None: ...

    @classmethod
    def of_class(cls) -> None: ...


Lookalike.__name__ = "Request"


def default(it: object = Session()) -> None: ...


def request(it: Request) -> None: ...
def optional(it: Request | None = None) -> None: ...
def connection(it: HTTPConnection) -> None: ...
def web_socket(it: WebSocket) -> None: ...
def response(it: Response) -> None: ...
def json_response(it: JSONResponse) -> None: ...
def tasks(it: BackgroundTasks) -> None: ...
def scopes(it: SecurityScopes) -> None: ...
def session(it: Session) -> None: ...
def own_session(*, it: OwnSession) -> None: ...
def thread_session(it: scoped_session[Session]) -> None: ...
def async_session(it: AsyncSession) -> None: ...
def quoted(it: list[Session]) -> None: ...
def inner(it: Callable[[Session], int]) -> None: ...
def new_type(it: Db) -> None: ...
def beside_unknown(it: Request, other: Unknown) -> Unknown | None: ...
def depends(it: int = Depends(current_user)) -> None: ...
def security(it: int = Security(current_user)) -> None: ...
def annotated(it: Annotated[int, Depends(current_user)]) -> None: ...
def secured(it: Annotated[int, Security(current_user)]) -> None: ...
def alias(it: UserId) -> None: ...
def optional_alias(it: UserId | None = None) -> None: ...
def injected_session(it: Annotated[Session, Depends(current_user)]) -> None: ...


def fine(
    query: Annotated[str, Query(max_length=9)],
    kind: Literal["Request", "Session"],
    own: Lookalike,
    *words: str,
    plain: int = 1,
    **filters: object,
) -> Session | None: ...


def two(user: UserId, session: Session, query: str = "") -> None: ...


HANDLES: list[object] = [
    *(request, optional, connection, web_socket, response, json_response, tasks),
    *(scopes, session, own_session, thread_session, async_session, quoted, inner),
    *(new_type, beside_unknown, default),
]
INJECTED: list[object] = [
    *(depends, security, annotated, secured, alias, optional_alias, injected_session),
]


def check(
    function: object, *, ignore: Collection[str] = (), scope: str | None = None
) -> None:
    """Check a function of which only its parameters matter."""
    plain = cast("Callable[[], object]", function)
    check_parameters(plain, ignore=ignore, scope=scope)


@pytest.mark.parametrize("function", HANDLES, ids=name_of)
def test_what_belongs_to_one_request_is_no_part_of_a_key(function: object) -> None:
    with pytest.raises(UsageError, match="cannot be part of a key") as caught:
        check(function)
    assert name_of(function) in str(caught.value)
    assert 'ignore=("it",)' in caught.value.hint
    assert "scope=" in caught.value.hint


@pytest.mark.parametrize("function", INJECTED, ids=name_of)
def test_what_is_injected_must_be_the_scope_or_ignored(function: object) -> None:
    with pytest.raises(UsageError, match="filled in by Depends") as caught:
        check(function)
    assert 'if the result depends on it, choose scope="it"' in caught.value.hint
    assert 'ignore=("it",)' in caught.value.hint


@pytest.mark.parametrize("function", [*HANDLES, *INJECTED], ids=name_of)
def test_all_of_it_may_be_ignored_or_name_the_owner(function: object) -> None:
    check(function, ignore=("it",))
    check(function, scope="it")
    check(function, scope="group:it.state.team_id")


def test_annotations_need_not_be_strings() -> None:
    def later(it: object) -> None: ...

    check(later)
    later.__annotations__["it"] = Request | None
    with pytest.raises(UsageError, match="parameter 'it'"):
        check(later)


def test_each_such_parameter_has_to_be_named() -> None:
    check(two, ignore=("session",), scope="user")
    with pytest.raises(UsageError, match="parameter 'user'"):
        check(two, ignore=("session",))
    with pytest.raises(UsageError, match="parameter 'session'"):
        check(two, scope="user")


def test_ordinary_parameters_are_accepted() -> None:
    check(fine)


def test_a_locator_checks_its_function() -> None:
    with pytest.raises(UsageError, match="parameter 'it'"):
        locator(request, make=lambda scope, _packed: scope)


@pytest.mark.parametrize(
    ("ignore", "hint"),
    [
        (("sesion",), "did you mean 'session'?"),
        (("xyzzy",), ""),
        (("querry",), "query"),
    ],
)
def test_an_unknown_ignored_name_is_refused(ignore: tuple[str, ...], hint: str) -> None:
    with pytest.raises(UsageError, match="user, session, query") as caught:
        check(two, ignore=ignore)
    assert hint in caught.value.hint


def test_a_text_is_no_collection_of_names() -> None:
    with pytest.raises(UsageError) as caught:
        check(two, ignore="session")
    assert caught.value.hint == "ignore=('session',)"


@pytest.mark.parametrize(
    ("scope", "hint"),
    [
        ("usr", "did you mean 'user'?"),
        ("group:sesion.team", "did you mean 'session'?"),
        ("groups:user.team", "did you mean 'group:user.team'?"),
        ("device:user", ""),
        ("", ""),
        ("user.", ""),
        ("user:", ""),
        ("user..id", ""),
        ("user.id()", ""),
        ("user[0]", ""),
        ("user.class", ""),
        ("user id", ""),
        ("None", ""),
    ],
)
def test_a_scope_that_cannot_be_read_is_refused(scope: str, hint: str) -> None:
    with pytest.raises(UsageError, match="scope=") as caught:
        check(two, scope=scope)
    assert caught.value.hint == hint


@pytest.mark.parametrize("scope", ["words", "group:filters.team"])
def test_several_arguments_are_no_owner(scope: str) -> None:
    with pytest.raises(UsageError, match="not one value"):
        check(fine, scope=scope)


def test_what_has_no_readable_parameters_is_refused() -> None:
    several: list[object] = [vars(Lookalike)["of_class"], range, 3]
    for function in several:
        with pytest.raises(UsageError, match="cannot be read"):
            check(function)


def test_a_bound_method_is_refused_as_its_object_would_be_missing() -> None:
    with pytest.raises(UsageError, match="bound to an object"):
        check(Lookalike().find)


def test_a_partial_function_keeps_its_parameters() -> None:
    partial = functools.partial(two, query="q")
    check(partial, ignore=("user", "session"))
    locate = locator(
        partial, ignore=("user", "session"), make=lambda _scope, packed: packed
    )
    assert locate(1, 2) == canonical(("q",))
