"""Slices: cases and their order, wrong declarations, selectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from stateroom.errors import (
    DraftMisuse,
    FrozenState,
    InvalidReducer,
    InvalidSlice,
)
from stateroom.store import (
    NOTHING,
    UNDEFINED,
    Slice,
    Store,
    Undefined,
    produce,
)
from tests.store.roles import (
    Roles,
    clear,
    roles,
    roles_slice,
    select,
)


def order_of(
    action: Mapping[str, object],
    *,
    own: bool,
    extra: bool,
    matchers: int,
    default: bool,
) -> list[str]:
    """Return which cases ran, in order, in a slice that has these."""
    seen: list[str] = []
    one: Slice[dict[str, int]] = Slice("one", dict)

    def noting(name: str) -> Callable[[dict[str, int], object], None]:
        return lambda state, action: seen.append(name)

    if own:

        @one.reducer
        def go(state: dict[str, int]) -> None:
            seen.append("own")

    if extra:
        one.extra("one/go", "other")(lambda state, action: seen.append("extra"))
    for number in range(matchers):
        one.matcher(lambda action: action["type"] != "none")(noting(f"m{number}"))
    if default:
        one.default(lambda state, action: seen.append("default"))
    one.reduce(UNDEFINED, action)
    return seen


ORDERS: list[tuple[str, bool, bool, int, bool, list[str]]] = [
    ("one/go", True, True, 2, True, ["own", "m0", "m1"]),
    ("one/go", False, True, 2, True, ["extra", "m0", "m1"]),
    ("other", True, True, 0, True, ["extra"]),
    ("else", True, True, 2, True, ["m0", "m1"]),
    ("else", True, True, 0, True, ["default"]),
    ("none", True, True, 2, True, ["default"]),
    ("none", True, True, 2, False, []),
]


@pytest.mark.parametrize(
    ("kind", "own", "extra", "matchers", "default", "expected"), ORDERS
)
def test_cases_run_first_then_matchers_then_the_default_if_nothing_ran(
    kind: str,
    *,
    own: bool,
    extra: bool,
    matchers: int,
    default: bool,
    expected: list[str],
) -> None:
    action = {"type": kind}
    found = order_of(action, own=own, extra=extra, matchers=matchers, default=default)
    assert found == expected


def test_each_case_sees_what_the_one_before_it_returned() -> None:
    one: Slice[list[str]] = Slice("one", list)
    one.extra("go")(lambda state, action: ["case"])
    one.matcher(lambda action: True)(lambda state, action: state.append("m"))
    assert one.reduce(UNDEFINED, {"type": "go"}) == ["case", "m"]


def test_a_matcher_can_be_a_creator() -> None:
    one: Slice[list[str]] = Slice("one", list)
    one.matcher(select)(lambda state, action: state.append("m"))
    assert one.reduce([], select("x")) == ["m"]
    assert one.reduce([], clear()) == []


def twice(one: Slice[Roles]) -> None:
    one.reducer(name="a")(lambda state: None)
    one.reducer(name="a")(lambda state: None)


def extra_twice(one: Slice[Roles]) -> None:
    one.extra("a")(lambda state, action: None)
    one.extra("a")(lambda state, action: None)


def extra_after_matcher(one: Slice[Roles]) -> None:
    one.matcher(lambda action: True)(lambda state, action: None)
    one.extra("a")(lambda state, action: None)


def matcher_after_default(one: Slice[Roles]) -> None:
    one.default(lambda state, action: None)
    one.matcher(lambda action: True)(lambda state, action: None)


def two_defaults(one: Slice[Roles]) -> None:
    one.default(lambda state, action: None)
    one.default(lambda state, action: None)


def a_coroutine(one: Slice[Roles]) -> None:
    async def load(state: Roles) -> None: ...

    one.reducer(load)  # type: ignore[arg-type] # what the test is about


def a_generator(one: Slice[Roles]) -> None:
    def steps(state: Roles) -> Iterator[int]:
        yield 1

    one.reducer(steps)  # type: ignore[arg-type] # what the test is about


def of_any_arguments(one: Slice[Roles]) -> None:
    def any_of(state: Roles, *roles: str) -> None: ...

    one.reducer(any_of)


def without_state(one: Slice[Roles]) -> None:
    def nothing() -> None: ...

    one.reducer(nothing)  # type: ignore[arg-type] # what the test is about


def in_use(one: Slice[Roles]) -> None:
    Store(one)
    one.reducer(name="late")(lambda state: None)


def of_no_type(one: Slice[Roles]) -> None:
    one.extra(5)(lambda state, action: None)  # type: ignore[call-overload] # what the test is about


DECLARATIONS: list[tuple[Callable[[Slice[Roles]], None], str]] = [
    (twice, "roles/a is declared twice"),
    (extra_twice, "a is declared twice"),
    (extra_after_matcher, "a is declared after a matcher"),
    (matcher_after_default, "a matcher is declared after the default"),
    (two_defaults, "has two defaults"),
    (a_coroutine, "is a coroutine or generator"),
    (a_generator, "is a coroutine or generator"),
    (of_any_arguments, r"takes \*roles"),
    (without_state, "takes 0 parameters"),
    (in_use, "when the slice is in use already"),
    (of_no_type, "5 is no action creator and no type"),
]


@pytest.mark.parametrize(("declare", "message"), DECLARATIONS)
def test_a_wrong_declaration_is_refused_when_it_is_made(
    declare: Callable[[Slice[Roles]], None], message: str
) -> None:
    with pytest.raises(InvalidSlice, match=message):
        declare(roles_slice())


@pytest.mark.parametrize("name", ["", None, 5])
def test_a_slice_needs_a_name(name: object) -> None:
    with pytest.raises(InvalidSlice, match="needs a name"):
        Slice(name, Roles)  # type: ignore[arg-type] # what the test is about


def test_the_name_of_a_slice_has_no_slash() -> None:
    with pytest.raises(InvalidSlice, match="has no slash; found 'a/b'"):
        Slice("a/b", Roles)


def test_a_slice_is_not_made_of_a_value_that_all_stores_would_share() -> None:
    with pytest.raises(InvalidSlice, match="initial is a class or a function"):
        Slice("roles", Roles())  # type: ignore[arg-type] # what the test is about


def test_the_initial_state_is_new_and_frozen_each_time() -> None:
    first, second = roles.initial(), roles.initial()
    assert (first == second, first is second) == (True, False)
    with pytest.raises(FrozenState):
        first.selected.append("x")


def counter() -> Slice[int | None]:
    one: Slice[int | None] = Slice("counter", lambda: 5)
    one.extra("none")(lambda state, action: NOTHING)
    one.extra("nothing")(lambda state, action: None)
    one.extra("undefined")(lambda state, action: UNDEFINED)  # type: ignore[arg-type,return-value] # what a test is about
    one.extra("six")(lambda state, action: 6)
    return one


def test_a_state_that_is_a_number_is_replaced_by_what_is_returned() -> None:
    assert counter().reduce(UNDEFINED, {"type": "six"}) == 6


def test_nothing_makes_the_state_none_and_none_is_a_state() -> None:
    one = counter()
    assert one.reduce(5, {"type": "none"}) is None
    assert one.reduce(None, {"type": "nothing"}) is None


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("nothing", "counter: the reducer for 'nothing' returned nothing"),
        ("undefined", "counter: the reducer for 'undefined' returned UNDEFINED"),
    ],
)
def test_a_reducer_that_returns_no_state_is_named(kind: str, message: str) -> None:
    with pytest.raises(InvalidReducer, match=message):
        counter().reduce(5, {"type": kind})


def test_misuse_of_a_draft_names_slice_path_and_action() -> None:
    one = roles_slice()

    @one.reducer
    def both(state: Roles) -> Roles:
        state.note = "x"
        return Roles()

    with pytest.raises(DraftMisuse, match="on 'roles/both': the recipe") as caught:
        one.reduce(UNDEFINED, both())
    assert caught.value.path == "roles.note"


def test_inside_another_recipe_a_slice_works_on_the_draft_it_is_given() -> None:
    def outer(draft: dict[str, Roles]) -> None:
        held = draft["roles"]
        assert roles.reduce(held, select("x")) is held

    before = {"roles": Roles()}
    assert produce(before, outer) == {"roles": Roles(["x"])}
    assert before == {"roles": Roles()}


def test_a_selector_of_a_slice_is_called_with_the_root() -> None:
    one = roles_slice()

    @one.selector
    def starting(state: Roles, letter: str) -> int:
        return sum(role.startswith(letter) for role in state.selected)

    root = {"roles": Roles(["ab", "b"])}
    assert starting(root, "a") == starting.unwrapped(root["roles"], letter="a") == 1
    assert starting.at(lambda held: root["roles"])(None, "b") == 1
    assert starting.or_initial({}, "a") == 0


@pytest.mark.parametrize("root", [{}, {"other": 1}, 5])
def test_a_selector_whose_slice_is_not_there_says_so(root: object) -> None:
    one = roles_slice()

    @one.selector
    def count(state: Roles) -> int:
        return len(state.selected)

    with pytest.raises(InvalidSlice, match=r"roles\.count: the state has no slice"):
        count(root)


def test_a_plain_reducer_can_be_typed_with_undefined() -> None:
    def count(state: int | Undefined, action: Mapping[str, object]) -> int:
        return 0 if state is UNDEFINED else state + 1

    assert count(UNDEFINED, {}) == 0
    assert count(1, {}) == 2
