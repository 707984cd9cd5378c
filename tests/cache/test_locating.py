"""Locators: bind as the function itself does, and never mix two callers up."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.cache.canonical import SIMPLE, canonical, encode_simple
from stateroom.cache.generated import Plan, compiled
from stateroom.cache.locating import LONGEST_REMEMBERED, Locator, locator
from stateroom.cache.parameters import parameters_of
from stateroom.catalogue.keys import PUBLIC, Scope
from stateroom.errors import InvalidValue, UsageError

Place = tuple[Scope, bytes]
KINDS = list(inspect._ParameterKind)  # noqa: SLF001 - the only list of them there is


def place(scope: Scope, packed: bytes) -> Place:
    return scope, packed


class Counter:
    """Counts what is made."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, _scope: Scope, _packed: bytes) -> int:
        self.made += 1
        return self.made


def search(query: str, limit: int = 10, *, exact: bool = False) -> None: ...


def test_one_call_spelled_in_several_ways_is_one_entry() -> None:
    locate = locator(search, make=place)
    expected = (PUBLIC, canonical(("a", 10, False)))
    assert locate("a") == expected
    assert locate(query="a") == expected
    assert locate("a", 10) == expected
    assert locate(limit=10, exact=False, query="a") == expected


def test_values_of_different_types_are_different_entries() -> None:
    locate = locator(search, make=place)
    several = (1, 1.0, True, "1", b"1", None, "", [1], (1,), {1: 1}, 2**64, "\ud800")
    assert len({locate(each) for each in several}) == len(several)
    assert len({locate(each) for each in several}) == len(several)


names = ["a", "b", "self", "type", "_", "_memo", "__owner", "AttributeError", "ä"]


@st.composite
def signatures(draw: st.DrawFn) -> inspect.Signature:
    kinds = sorted(draw(st.lists(st.sampled_from(KINDS), max_size=5)))
    parameters: list[inspect.Parameter] = []
    free = draw(st.permutations(names))
    has_default = False
    for kind, name in zip(kinds, free, strict=False):
        alone = kind in {KINDS[2], KINDS[4]}
        if alone and any(each.kind == kind for each in parameters):
            continue
        has_default = (has_default and kind < KINDS[2]) or draw(st.booleans())
        default = "default" if has_default and not alone else inspect.Parameter.empty
        parameters.append(inspect.Parameter(name, kind, default=default))
    return inspect.Signature(parameters)


def function_with(signature: inspect.Signature) -> Callable[[], object]:
    """Return a function that tells what its parameters hold."""
    space: dict[str, object] = {}
    exec(f"def drawn{signature}: return locals()", space)  # noqa: S102 - names above
    return cast("Callable[[], object]", space["drawn"])


arguments = st.sampled_from([1, "x", None, (1,), ["x"], 2**70])


@given(
    signatures(),
    st.lists(arguments, max_size=4),
    st.dictionaries(st.sampled_from(names), arguments, max_size=4),
)
def test_arguments_are_bound_as_the_function_binds_them(
    signature: inspect.Signature, args: list[object], kwargs: dict[str, object]
) -> None:
    function = function_with(signature)
    locate = locator(function, make=place)
    try:
        held = cast("Locator[dict[str, object]]", function)(*args, **kwargs)
    except TypeError as error:
        with pytest.raises(TypeError, match=re.escape(str(error))):
            locate(*args, **kwargs)
        return
    expected = PUBLIC, canonical(tuple(held[name] for name in signature.parameters))
    assert locate(*args, **kwargs) == expected
    assert locate(*args, **kwargs) == expected


@given(
    signatures(),
    st.lists(arguments, max_size=4),
    st.dictionaries(st.sampled_from(names), arguments, max_size=4),
)
def test_arguments_are_bound_as_inspect_binds_them(
    signature: inspect.Signature, args: list[object], kwargs: dict[str, object]
) -> None:
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError:
        # Before 3.13 it refuses f(a=1) for f(a=0, /, **rest), which Python does not.
        return
    bound.apply_defaults()
    locate = locator(function_with(signature), make=place)
    expected = PUBLIC, canonical(tuple(bound.arguments.values()))
    assert locate(*args, **kwargs) == expected


@pytest.mark.parametrize(
    ("args", "kwargs"), [((), {}), ((1, 2, 3), {}), (("a",), {"nope": 1})]
)
def test_wrong_arguments_raise_what_the_function_itself_would_raise(
    args: tuple[object, ...], kwargs: dict[str, object]
) -> None:
    plain = cast("Locator[None]", search)
    with pytest.raises(TypeError) as expected:
        plain(*args, **kwargs)
    with pytest.raises(TypeError) as caught:
        locator(search, make=place)(*args, **kwargs)
    assert str(caught.value) == str(expected.value)


def test_keyword_arguments_are_equal_in_any_order() -> None:
    def filtered(*words: str, **filters: object) -> None: ...

    locate = locator(filtered, make=place)
    assert locate("a", x=1, y=2) == locate("a", y=2, x=1)
    several = [locate("x", 1), locate(x=1), locate(("x", 1)), locate("x", "1")]
    assert len(set(several)) == len(several)


def test_what_was_made_is_remembered_until_there_is_too_much_of_it() -> None:
    count = Counter()
    locate = locator(search, make=count, remembered=2)
    assert [locate("a"), locate("b"), locate("a"), locate(["l"])] == [1, 2, 1, 3]
    assert locate(["l"]) == 3
    assert locate("a") == 4


def test_a_none_that_was_made_is_remembered_as_well() -> None:
    made: list[bytes] = []
    locate = locator(search, make=lambda _scope, packed: made.append(packed))
    locate("a")
    locate("a")
    assert len(made) == 1


def test_long_arguments_are_not_remembered() -> None:
    count = Counter()
    locate = locator(search, make=count)
    long = "x" * LONGEST_REMEMBERED
    assert [locate(long), locate(long), locate([long]), locate([long])] == [1, 2, 3, 4]


def test_nothing_is_remembered_of_a_call_that_failed() -> None:
    def fail(_scope: Scope, _packed: bytes) -> None:
        raise InvalidValue("no such item")

    locate = locator(search, make=fail)
    for _ in range(2):
        with pytest.raises(InvalidValue) as caught:
            locate("a")
        assert caught.value.__context__ is None


def test_at_least_one_call_is_remembered() -> None:
    with pytest.raises(UsageError, match="at least 1"):
        locator(search, make=place, remembered=0)


def test_ignored_parameters_are_no_part_of_the_entry() -> None:
    locate = locator(search, make=place, ignore=("limit", "exact"))
    assert locate("a", 5) == locate("a", limit=6, exact=True)
    assert locate("a", cast("int", object())) == (PUBLIC, canonical(("a",)))


def of_user_with_limit(user_id: int, limit: object) -> None: ...


def test_a_value_without_bytes_is_refused_by_its_parameters_name() -> None:
    locate = locator(search, make=place)
    with pytest.raises(InvalidValue, match="parameter 'limit'"):
        locate("a", object())
    with pytest.raises(InvalidValue, match="parameter 'limit'"):
        locator(of_user_with_limit, make=place, scope="user_id")(1, object())


def test_self_is_a_plain_parameter_outside_of_a_class() -> None:
    def visit(self: object, query: str) -> None: ...

    assert locator(visit, make=place)(1, "q") == (PUBLIC, canonical((1, "q")))


def test_parameters_may_have_the_names_that_generated_code_uses() -> None:
    def named(_memo: int, _type: int, type: int, _: int = 4) -> None: ...  # noqa: A002

    expected = PUBLIC, canonical((1, 2, 3, 4))
    locate = locator(named, make=place)
    assert [locate(1, 2, 3), locate(1, 2, type=3)] == [expected, expected]


@pytest.mark.parametrize(
    ("function", "owner", "seen"),
    [(search, "", ("a", 10, False)), (of_user_with_limit, "user_id", (7, 10))],
)
def test_a_plain_call_that_was_seen_takes_the_quick_way(
    function: Callable[[], object], owner: str, seen: tuple[object, ...]
) -> None:
    parameters = parameters_of(function)
    kept = tuple(each for each in parameters if each != owner)
    names = {
        "Missed": KeyError,
        "encode": encode_simple,
        "locate": None,  # would fail if it was called
        "memo": {canonical(seen): "found"},
        "simple": SIMPLE,
    }
    plan = Plan(parameters=parameters, kept=kept, owner=owner)
    locate = compiled(function, plan, names)
    assert locate(**dict(zip(parameters, seen, strict=True))) == "found"


def test_a_locator_has_the_functions_name_and_parameters() -> None:
    locate = cast("Callable[[], object]", locator(search, make=place))
    assert locate.__qualname__ == search.__qualname__
    assert locate.__name__ == search.__name__
    assert locate.__module__ == search.__module__
    ours, theirs = inspect.signature(locate), inspect.signature(search)
    assert list(ours.parameters) == list(theirs.parameters)
