"""Arguments: what a call is given, as one value, and back."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.errors import DraftMisuse, InvalidQuery
from stateroom.query.arguments import (
    Parameters,
    argument_of,
    fitted,
    parameters_of,
    spread,
)
from stateroom.store import UNDEFINED, create_draft, is_frozen


async def every(call: object) -> None: ...
async def one(call: object, job_id: int) -> None: ...
async def one_or_none(call: object, city: str | None = None) -> None: ...
async def by_name(call: object, *, page: int = 1) -> None: ...
async def several(call: object, city: str, *, page: int = 1) -> None: ...
async def many(call: object, a: int, /, b: int, c: int = 3, *, d: int = 4) -> None: ...
async def listed(call: object, ids: list[int], by: str = "id") -> None: ...


def of(function: object) -> Parameters:
    return parameters_of(function, endpoint="jobs")


def argument(function: object, *args: object, **kwargs: object) -> object:
    return argument_of(of(function), args, kwargs)


# ---------------------------------------------------------------- the argument


def test_a_call_without_parameters_has_no_argument() -> None:
    assert argument(every) is UNDEFINED


def test_the_value_of_a_single_parameter_is_the_argument() -> None:
    assert argument(one, 7) == argument(one, job_id=7) == 7
    assert argument(one_or_none) is argument(one_or_none, None) is None


def test_several_parameters_make_a_mapping_with_the_defaults_in_it() -> None:
    expected = {"city": "Ulm", "page": 1}
    calls = [
        argument(several, "Ulm"),
        argument(several, "Ulm", page=1),
        argument(several, page=1, city="Ulm"),
    ]
    assert calls == [expected] * 3
    assert [list(each) for each in calls if isinstance(each, Mapping)] == [
        ["city", "page"]
    ] * 3


def test_a_single_parameter_that_has_only_a_name_makes_a_mapping() -> None:
    assert argument(by_name) == {"page": 1}
    assert argument(by_name, page=2) == {"page": 2}


def test_positions_and_names_mix_as_in_any_call() -> None:
    assert argument(many, 1, 2) == {"a": 1, "b": 2, "c": 3, "d": 4}
    assert argument(many, 1, d=0, b=5) == {"a": 1, "b": 5, "c": 3, "d": 0}


@pytest.mark.parametrize(
    ("args", "kwargs", "reason"),
    [
        ((), {}, "missing a required argument: 'city'"),
        (("Ulm", 2), {}, "too many positional arguments"),
        (("Ulm",), {"city": "Bonn"}, "multiple values for argument 'city'"),
        (("Ulm",), {"pages": 2}, "got an unexpected keyword argument 'pages'"),
    ],
)
def test_a_call_that_python_would_refuse_is_refused_by_its_reason(
    args: tuple[object, ...], kwargs: dict[str, object], reason: str
) -> None:
    with pytest.raises(InvalidQuery) as caught:
        argument_of(of(several), args, kwargs)
    assert str(caught.value) == f"endpoint 'jobs': {reason}"
    assert caught.value.hint == "call it as jobs(city, *, page=1)"


@pytest.mark.parametrize(
    ("function", "args", "kwargs"),
    [
        (every, (1,), {}),
        (every, (), {"a": 1}),
        (one, (), {}),
        (one, (1, 2), {}),
        (one, (1,), {"job_id": 1}),
        (by_name, (1,), {}),
        (many, (), {"a": 1, "b": 2}),
    ],
)
def test_no_wrong_call_becomes_an_argument(
    function: object, args: tuple[object, ...], kwargs: dict[str, object]
) -> None:
    with pytest.raises(InvalidQuery, match="endpoint 'jobs': "):
        argument_of(of(function), args, kwargs)


def test_an_argument_is_frozen_and_not_the_callers_own() -> None:
    ids = [1, 2]
    given_alone, given_among = argument(one, ids), argument(listed, ids)
    ids.append(3)
    assert given_alone == [1, 2]
    assert given_among == {"ids": [1, 2], "by": "id"}
    assert is_frozen(given_alone)
    assert is_frozen(given_among)


def test_a_default_is_not_shared_with_the_function() -> None:
    default = [1]

    async def jobs(call: object, ids: list[int] = default, page: int = 1) -> None: ...

    parameters = of(jobs)
    default.append(2)
    assert argument_of(parameters, (), {}) == {"ids": [1], "page": 1}


def test_a_draft_is_no_argument() -> None:
    with pytest.raises(DraftMisuse):
        argument(one, create_draft([1]))


# ------------------------------------------------------------------- and back


@pytest.mark.parametrize(
    ("function", "args", "kwargs", "back"),
    [
        (every, (), {}, ((), {})),
        (one, (7,), {}, ((7,), {})),
        (by_name, (), {}, ((), {"page": 1})),
        (several, ("Ulm",), {}, (("Ulm",), {"page": 1})),
        (many, (1, 2), {"d": 0}, ((1, 2, 3), {"d": 0})),
    ],
)
def test_an_argument_leads_back_to_its_call(
    function: object,
    args: tuple[object, ...],
    kwargs: dict[str, object],
    back: tuple[tuple[object, ...], dict[str, object]],
) -> None:
    parameters = of(function)
    assert spread(parameters, argument_of(parameters, args, kwargs)) == back


@given(st.integers(), st.integers(), st.integers(), st.integers())
def test_calling_again_with_what_came_back_is_the_same_call(
    a: int, b: int, c: int, d: int
) -> None:
    parameters = of(many)
    arg = argument_of(parameters, (a, b), {"c": c, "d": d})
    args, kwargs = spread(parameters, arg)
    assert argument_of(parameters, args, kwargs) == arg


def test_an_argument_of_an_older_version_gets_defaults_for_what_is_new() -> None:
    assert spread(of(several), {"city": "Ulm"}) == (("Ulm",), {"page": 1})
    assert of(several).as_mapping({"city": "Ulm"}) == {"city": "Ulm", "page": 1}


@pytest.mark.parametrize("arg", [{"page": 2}, "Ulm", None, UNDEFINED, 7])
def test_an_argument_that_does_not_fit_is_refused(arg: object) -> None:
    with pytest.raises(InvalidQuery) as caught:
        spread(of(several), arg)
    assert str(caught.value) == (
        f"endpoint 'jobs': found the argument {arg!r}, expected a mapping with city, "
        "page"
    )


def test_an_argument_is_known_by_the_names_of_its_parameters() -> None:
    assert of(every).as_mapping(UNDEFINED) == {}
    assert of(one).as_mapping(7) == {"job_id": 7}


# ----------------------------------------------------------------- declaration


def test_a_function_for_any_number_of_arguments_is_refused() -> None:
    async def any_ids(call: object, *ids: int) -> None: ...
    async def any_filters(call: object, **filters: str) -> None: ...

    with pytest.raises(InvalidQuery, match=r"it takes \*ids"):
        of(any_ids)
    with pytest.raises(InvalidQuery, match=r"it takes \*\*filters"):
        of(any_filters)


def test_a_function_without_a_place_for_the_call_is_refused() -> None:
    async def nothing() -> None: ...
    async def only_named(*, page: int = 1) -> None: ...

    for function in (nothing, only_named):
        with pytest.raises(InvalidQuery, match="no parameter for the call itself"):
            of(function)


def test_what_is_no_function_is_refused() -> None:
    with pytest.raises(InvalidQuery, match="parameters cannot be read"):
        of("jobs")


def test_a_function_beside_an_endpoint_names_what_it_needs() -> None:
    def page_first(page: int, city: str) -> None: ...
    def after_result(result: object, /, *, city: str, error: object) -> None: ...
    def with_default(city: str, kind: str = "Job") -> None: ...

    names = of(several)
    assert fitted(page_first, names, place="it") == ("page", "city")
    assert fitted(with_default, names, place="it") == ("city",)
    told = fitted(after_result, names, place="it", before=1, extras=("error",))
    assert told == ("city", "error")


@pytest.mark.parametrize("name", ["town", "*city", "**city"])
def test_a_function_beside_an_endpoint_that_needs_more_is_refused(name: str) -> None:
    def by_town(town: str) -> None: ...
    def by_all(*city: str) -> None: ...
    def by_names(**city: str) -> None: ...

    function = {"town": by_town, "*city": by_all, "**city": by_names}[name]
    with pytest.raises(InvalidQuery) as caught:
        fitted(function, of(several), place="the key of 'jobs'")
    assert str(caught.value).startswith(f"the key of 'jobs': its parameter '{name}")
    assert str(caught.value).endswith("the endpoint has: city, page")
