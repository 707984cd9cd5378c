"""Tags: what descriptions tell of an outcome, and which of them are refused."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

import pytest

from stateroom.errors import ErrorInfo, InvalidQuery
from stateroom.query.arguments import argument_of, parameters_of
from stateroom.query.tags import WITHOUT_ID, Describe, Tag, TagLike, describer, expand
from stateroom.store import UNDEFINED

FAILURE = ErrorInfo(name="ResponseError", status=404)


async def jobs_in(call: object, city: str, *, page: int = 1) -> None: ...
async def job(call: object, job_id: int) -> None: ...


JOBS = parameters_of(jobs_in, endpoint="jobs_in")
JOB = parameters_of(job, endpoint="job")
ULM = argument_of(JOBS, ("Ulm",), {"page": 2})


class Kind(enum.StrEnum):
    JOB = "Job"


def told_by(function: object) -> Describe:
    return describer(function, JOBS, place="what 'jobs_in' provides")


# ------------------------------------------------------------------ the static


def test_text_is_the_bare_tag_of_its_kind_and_none_is_no_tag() -> None:
    told = expand(["Job", None, Tag("Job", 7), Tag("User")])
    assert told == (Tag("Job"), Tag("Job", 7), Tag("User"))
    assert told[0].id is UNDEFINED
    assert expand(None) == expand([]) == ()


@pytest.mark.parametrize("lone", ["Job", Tag("Job")])
def test_a_lone_tag_stands_for_a_list_of_it(lone: str | Tag) -> None:
    assert expand(lone) == (Tag("Job"),)


def test_falsy_ids_are_ids() -> None:
    assert [tag.id for tag in expand([Tag("Job", 0), Tag("Job", "")])] == [0, ""]


def test_an_enumeration_of_texts_may_name_the_kinds() -> None:
    told = expand([Kind.JOB, Tag(Kind.JOB, Kind.JOB)], kinds={"Job"})
    assert told == (Tag("Job"), Tag("Job", "Job"))


def test_a_static_description_holds_for_failures_too() -> None:
    assert expand(["Job"], error=FAILURE) == (Tag("Job"),)


# ----------------------------------------------------------------- by function


def test_a_function_is_given_the_result_and_the_parameters_that_it_names() -> None:
    def provides(jobs: list[int], page: int, city: str) -> Iterable[TagLike]:
        return [*(Tag("Job", each) for each in jobs), Tag("Page", page), Tag(city)]

    told = expand(told_by(provides), [1, 2], arg=ULM)
    expected = (Tag("Job", 1), Tag("Job", 2), Tag("Page", 2), Tag("Ulm"))
    assert told == expected


def test_a_function_may_need_nothing_or_only_the_result() -> None:
    assert expand(told_by(lambda: ["Job"]), [1], arg=ULM) == (Tag("Job"),)
    assert expand(told_by(lambda jobs: jobs), ["Job"], arg=ULM) == (Tag("Job"),)
    assert expand(told_by(lambda _: None), [1], arg=ULM) == ()


def test_a_function_may_yield_its_tags() -> None:
    def provides(jobs: list[int]) -> Iterator[TagLike]:
        yield "Job"
        yield from (Tag("Job", each) for each in jobs)

    assert expand(told_by(provides), [1], arg=ULM) == (Tag("Job"), Tag("Job", 1))


def test_the_single_parameter_of_an_endpoint_goes_by_its_name() -> None:
    provides = describer(lambda _, job_id: [Tag("Job", job_id)], JOB, place="it")
    assert expand(provides, None, arg=0) == (Tag("Job", 0),)


def test_a_function_that_does_not_ask_for_the_error_tells_nothing_of_failures() -> None:
    provides = told_by(lambda jobs: [Tag("Job", each) for each in jobs])
    assert expand(provides, error=FAILURE, arg=ULM) == ()


def test_a_function_that_asks_for_the_error_is_called_for_failures_too() -> None:
    def provides(
        jobs: list[int] | None, error: ErrorInfo | None, city: str
    ) -> Iterable[TagLike]:
        assert (jobs is None) is (error is not None)
        return [Tag("Status", error.status if error else 200), Tag("In", city)]

    told = told_by(provides)
    expected = (Tag("Status", 404), Tag("In", "Ulm"))
    assert expand(told, error=FAILURE, arg=ULM) == expected
    assert expand(told, [], arg=ULM) == (Tag("Status", 200), Tag("In", "Ulm"))


def test_a_function_may_ask_for_what_the_transport_told() -> None:
    def provides(_: object, meta: Mapping[str, object] | None) -> Iterable[TagLike]:
        return [Tag("Etag", str(meta["etag"]))] if meta else []

    told = told_by(provides)
    assert expand(told, 1, arg=ULM, meta={"etag": "x"}) == (Tag("Etag", "x"),)
    assert expand(told, 1, arg=ULM) == ()


# ------------------------------------------------------------------- refusals


def test_a_function_that_needs_what_the_endpoint_has_not_is_refused() -> None:
    with pytest.raises(InvalidQuery, match="its parameter 'town' is none of those"):
        told_by(lambda jobs, town: [])


def test_a_parameter_that_is_called_error_cannot_be_told_from_the_error() -> None:
    async def jobs(call: object, error: str) -> None: ...

    parameters = parameters_of(jobs, endpoint="jobs")
    describer(lambda _: [], parameters, place="it")
    with pytest.raises(InvalidQuery, match="'error' is a parameter of the endpoint"):
        describer(lambda _, error: [], parameters, place="it")


def test_a_coroutine_function_is_refused() -> None:
    async def provides(jobs: object) -> list[str]:
        return []

    with pytest.raises(InvalidQuery, match="found a coroutine function"):
        told_by(provides)


def test_what_a_function_raises_is_told_with_its_place() -> None:
    def provides(jobs: list[int]) -> Iterator[TagLike]:
        yield Tag("Job", {1: 2}[len(jobs)])

    with pytest.raises(InvalidQuery) as caught:
        expand(told_by(provides), [], arg=ULM, place="what 'jobs_in' provides")
    assert str(caught.value) == (
        "what 'jobs_in' provides: the function raised KeyError: 0"
    )
    assert isinstance(caught.value.__cause__, KeyError)


def test_a_kind_that_is_not_declared_is_refused() -> None:
    with pytest.raises(InvalidQuery) as caught:
        expand([Tag("Jbo", 1)], kinds={"User", "Job"}, place="it")
    assert str(caught.value) == "it: found the tag 'Jbo', declared are Job, User"
    assert caught.value.hint == "QueryApi(..., tags=(..., 'Jbo')) declares it"


@pytest.mark.parametrize(
    "odd", [None, True, 1.0, UUID(int=1), ("a",)], ids=lambda odd: type(odd).__name__
)
def test_an_id_that_is_neither_text_nor_a_whole_number_is_refused(odd: object) -> None:
    tag = Tag("Job", odd)  # type: ignore[arg-type] # what a type checker refuses
    with pytest.raises(InvalidQuery, match="expected a text or a whole number"):
        expand([tag])


def test_the_word_for_no_id_is_no_id() -> None:
    with pytest.raises(InvalidQuery, match="stands for no id"):
        expand([Tag("Job", WITHOUT_ID)])


@pytest.mark.parametrize("odd", [7, {"Job": 1}, [7], [("Job", 1)], [["Job"]], b"Job"])
def test_what_is_no_tag_is_refused(odd: object) -> None:
    with pytest.raises(InvalidQuery, match="expected tags"):
        expand(odd)  # type: ignore[arg-type] # as above
