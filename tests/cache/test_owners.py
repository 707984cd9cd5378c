"""Whose result it is, and whose method: no two of them share an entry."""

from __future__ import annotations

import enum
from types import SimpleNamespace

import pytest

from stateroom.cache.canonical import canonical
from stateroom.cache.locating import locator
from stateroom.catalogue.keys import PUBLIC, Scope
from stateroom.errors import InvalidValue

Place = tuple[Scope, bytes]


def place(scope: Scope, packed: bytes) -> Place:
    return scope, packed


def of_user(user_id: object, query: str = "") -> None: ...


def of_request(query: str, request: object = None) -> None: ...


class Search:
    def __init__(self, key: object) -> None:
        self.key = key

    def __cache_key__(self) -> object:
        return self.key

    def find(self, query: str) -> None: ...

    @classmethod
    def all(cls, query: str) -> None: ...


class OtherSearch(Search):
    pass


class Silent:
    def find(self, query: str) -> None: ...


class Name(str):
    __slots__ = ()


class Role(enum.StrEnum):
    ADMIN = "admin"


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("user_id", Scope.user("7")),
        ("user:user_id", Scope.user("7")),
        ("group:user_id", Scope.group("7")),
    ],
)
def test_the_owner_is_in_the_scope_and_not_in_the_bytes(
    scope: str, expected: Scope
) -> None:
    locate = locator(of_user, make=place, scope=scope)
    assert locate(7, "q") == (expected, canonical(("q",)))
    assert locate("7", "q") == (expected, canonical(("q",)))
    assert locate(user_id=7, query="q") == (expected, canonical(("q",)))
    assert locate(7, ["q"]) == (expected, canonical((["q"],)))


def test_two_owners_never_share_an_entry() -> None:
    locate = locator(of_user, make=place, scope="user_id")
    several = [
        *(locate(each, "q") for each in ("1", 2, "a", Role.ADMIN, 2**70, "a ")),
        locate("1q", ""),
        locate("1", ""),
    ]
    assert len(set(several)) == len(several)
    assert locate(Role.ADMIN, "q") == locate(Name("admin"), "q") == locate("admin", "q")


@pytest.mark.parametrize(
    ("owner", "found"),
    [
        (None, "None"),
        ("", "''"),
        (True, "bool"),
        (1.0, "float"),
        (b"1", "bytes"),
        (["1"], "list"),
        (object(), "object"),
        ("\ud800", "'\\ud800'"),
    ],
)
@pytest.mark.parametrize("query", ["q", ["q"]])
def test_a_call_without_an_owner_is_refused_even_when_a_like_one_was_seen(
    owner: object, found: str, query: object
) -> None:
    locate = locator(of_user, make=place, scope="user_id")
    locate(1, query)
    locate("1", query)
    for _ in range(2):
        with pytest.raises(InvalidValue, match="parameter 'user_id'") as caught:
            locate(owner, query)
        assert caught.value.found == found


def test_the_owner_may_be_an_attribute_of_a_parameter() -> None:
    locate = locator(of_request, make=place, scope="user:request.state.user_id")
    request = SimpleNamespace(state=SimpleNamespace(user_id=7))
    assert locate("q", request) == (Scope.user(7), canonical(("q",)))
    request.state.user_id = 8
    assert locate("q", request) == (Scope.user(8), canonical(("q",)))


@pytest.mark.parametrize(
    "request_",
    [None, SimpleNamespace(), SimpleNamespace(state=SimpleNamespace(user_id=None))],
)
def test_a_path_that_leads_to_no_owner_is_refused(request_: object) -> None:
    locate = locator(of_request, make=place, scope="request.state.user_id")
    with pytest.raises(InvalidValue, match=r"parameter 'request'.*user_id"):
        locate("q", request_)


def test_a_methods_object_is_part_of_the_entry_by_what_it_says_of_itself() -> None:
    locate = locator(Search.find, make=place)
    assert locate(Search(1), "q") == locate(Search(1), query="q")
    several = [Search(1), Search(2), Search("1"), Search(None), OtherSearch(1)]
    several += [Search([1]), Search((1,))]
    assert len({locate(each, "q") for each in several}) == len(several)


def test_a_class_is_part_of_the_entry_by_its_name() -> None:
    inner = vars(Search)["all"].__func__
    locate = locator(inner, make=place)
    assert locate(Search, "q") == locate(Search, "q")
    assert locate(Search, "q") != locate(OtherSearch, "q")


def test_an_object_that_says_nothing_of_itself_is_refused_with_both_ways_out() -> None:
    locate = locator(Silent.find, make=place)
    with pytest.raises(InvalidValue, match="Silent has no __cache_key__") as caught:
        locate(Silent(), "q")
    assert "ignore=" in caught.value.hint
    assert "__cache_key__" in caught.value.hint
    shared = locator(Silent.find, make=place, ignore=("self",))
    assert shared(Silent(), "q") == (PUBLIC, canonical(("q",)))


def test_a_methods_object_may_name_the_owner() -> None:
    locate = locator(Search.find, make=place, scope="self.key")
    assert locate(Search(7), "q") == (Scope.user(7), canonical(("q",)))
