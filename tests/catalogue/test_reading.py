"""Reading a document: everything it may say, and every way in which it may be wrong."""

from __future__ import annotations

import datetime as dt

import pytest

from stateroom.catalogue import App, Override, Suppression, declare
from stateroom.catalogue.declaring import MOST_TAGS
from stateroom.catalogue.reading import MOST_ITEMS, read_catalogue
from stateroom.errors import CatalogueError, Problem

WHY = {"code": "PER006", "reason": "why"}
MOMENT = dt.datetime(2030, 1, 2, 3, 4, tzinfo=dt.UTC)
OVERRIDE = {"ttl": "5m", "reason": "why"}


def problems_of(document: object) -> tuple[Problem, ...]:
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(document)
    return caught.value.problems


def problem_of(document: object) -> Problem:
    (problem,) = problems_of(document)
    return problem


def item(**declared: object) -> dict[str, object]:
    return {"items": {"it": declared}}


def suppress(**declared: object) -> dict[str, object]:
    return {"items": {"it": {}}, "suppress": [WHY | declared]}


def test_an_empty_document_is_a_valid_catalogue() -> None:
    found = read_catalogue({})
    assert (found.app, found.items, found.suppressions) == (App(), {}, ())


def test_a_document_may_say_where_its_schema_is_but_only_as_text() -> None:
    assert read_catalogue({"$schema": "x.json", "items": {}}).items == {}
    with pytest.raises(CatalogueError, match="where the schema is"):
        read_catalogue({"$schema": 1})


def test_everything_that_a_document_may_say_is_read() -> None:
    found = read_catalogue(
        {
            "app": {"name": "careers", "memory_budget": "1 MiB"},
            "items": {"a.b": {"like": "draft", "tags": ["Job"], "override": OVERRIDE}},
            "suppress": [WHY | {"item": "a.b", "until": "2030-12-31"}],
        }
    )
    assert found.app == App(name="careers", memory_budget=1 << 20)
    assert found.items["a.b"].tags == ("Job",)
    assert found.items["a.b"].override == Override(reason="why", ttl=300)
    assert found.suppressions == (
        Suppression(
            code="PER006",
            reason="why",
            item="a.b",
            until="2030-12-31",
            where="suppress[0]",
        ),
    )


def test_items_keep_the_order_of_the_document() -> None:
    assert list(read_catalogue({"items": {"b": {}, "a": {}}}).items) == ["b", "a"]


def test_a_day_is_read_from_a_date_and_from_text() -> None:
    days = [dt.date(2030, 1, 2), "2030-01-02"]
    found = read_catalogue({"suppress": [WHY | {"until": day} for day in days]})
    assert [each.until for each in found.suppressions] == ["2030-01-02"] * 2


def test_the_lines_of_a_reason_are_joined() -> None:
    override = {"tier": "none", "reason": "first\n  second\tthird\r\n"}
    found = declare("it", override=override).override
    assert found == Override(reason="first second third", tier="none")


@pytest.mark.parametrize(
    ("document", "where", "nearest"),
    [
        # the document
        ([], "", ""),
        (None, "", ""),
        ({"item": {}}, "item", "items"),
        ({"theme": {"like": "ui"}}, "theme", "items.theme"),
        ({"zebra": {}}, "zebra", ""),
        ({"items": []}, "items", ""),
        ({"app": "careers"}, "app", ""),
        ({"suppress": {}}, "suppress", ""),
        ({"suppress": ["PER006"]}, "suppress[0]", ""),
        # the application
        ({"app": {"nam": "careers"}}, "app.nam", "name"),
        ({"app": {"name": "My Careers"}}, "app.name", "my-careers"),
        ({"app": {"name": "a:b{c}%*"}}, "app.name", "a-b-c"),
        ({"app": {"name": ""}}, "app.name", ""),
        ({"app": {"name": 5}}, "app.name", ""),
        ({"app": {"memory_budget": "much"}}, "app.memory_budget", ""),
        # names of items
        ({"items": {"job search": {}}}, 'items."job search"', "job-search"),
        ({"items": {"Zürich": {}}}, 'items."Zürich"', "Zurich"),
        ({"items": {"-x": {}}}, "items.-x", "x"),
        ({"items": {"": {}}}, 'items.""', ""),
        ({"items": {"x" * 65: {}}}, f'items."{"x" * 61}..."', "x" * 64),
        ({"items": {"a\nb": {}}}, r'items."a\nb"', "a-b"),
        # items
        ({"items": {"it": "ui"}}, "items.it", ""),
        (item(like="referense"), "items.it.like", "reference"),
        (item(like=None), "items.it.like", ""),
        (item(read_per_hour=1), "items.it.read_per_hour", "reads_per_hour"),
        (item(preset="ui"), "items.it.preset", "like"),
        (item(ttl="5m"), "items.it.ttl", "override.ttl"),
        (item(audience="tabb"), "items.it.audience", "tab"),
        (item(title=5), "items.it.title", ""),
        (item(title="a\x1bb"), "items.it.title", ""),
        (item(owner="\ud800"), "items.it.owner", ""),
        # tags
        (item(tags="Job"), "items.it.tags", ""),
        (item(tags=["Job", ""]), "items.it.tags[1]", ""),
        (item(tags=["Job:"]), "items.it.tags[0]", '"Job"'),
        (item(tags=[":42"]), "items.it.tags[0]", '"42"'),
        (item(tags=["a\tb"]), "items.it.tags[0]", ""),
        (item(tags=[7]), "items.it.tags[0]", ""),
        (item(tags=["Job", "Job"]), "items.it.tags[1]", ""),
        (item(tags=[f"t{i}" for i in range(MOST_TAGS + 1)]), "items.it.tags", ""),
        # overrides
        (item(override="none"), "items.it.override", ""),
        (item(override={"ttl": "5m"}), "items.it.override", ""),
        (item(override={"reason": "why"}), "items.it.override", ""),
        (item(override=OVERRIDE | {"reason": " \n"}), "items.it.override.reason", ""),
        (item(override=OVERRIDE | {"reason": 1}), "items.it.override.reason", ""),
        (item(override=OVERRIDE | {"tier": "x"}), "items.it.override.tier", ""),
        (item(override=OVERRIDE | {"tier": None}), "items.it.override.tier", ""),
        (item(override=OVERRIDE | {"ttl": "0s"}), "items.it.override.ttl", ""),
        (item(override=OVERRIDE | {"key": "  "}), "items.it.override.key", ""),
        (item(override=OVERRIDE | {"size": 5}), "items.it.override.size",
         "items.it.size"),
        (item(override=OVERRIDE | {"reson": 5}), "items.it.override.reson", "reason"),
        # suppressions
        (suppress(code="PER06"), "suppress[0].code", "PER006"),
        (suppress(code=6), "suppress[0].code", ""),
        (suppress(reason=""), "suppress[0].reason", ""),
        (suppress(item="its"), "suppress[0].item", "it"),
        (suppress(until="2030-02-30"), "suppress[0].until", ""),
        (suppress(until="20300101"), "suppress[0].until", ""),
        (suppress(until=MOMENT), "suppress[0].until", "2030-01-02"),
        (suppress(untill="2030-01-01"), "suppress[0].untill", "until"),
        ({"suppress": [{"code": "PER006"}]}, "suppress[0]", ""),
        ({"suppress": [{"reason": "why"}]}, "suppress[0]", ""),
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_document_is_refused_at_its_place_with_the_nearest_spelling(
    document: object, where: str, nearest: str
) -> None:
    problem = problem_of(document)
    assert (problem.where, problem.nearest) == (where, nearest)
    assert problem.message
    assert problem.found or problem.allowed
    assert str(problem).isprintable()


def test_every_problem_of_a_document_is_told_at_once() -> None:
    wrong = {
        "app": {"name": "A"},
        "items": {
            "a": {"like": "x", "size": "y", "tags": [1, 2]},
            "b": {"override": {"tier": "z"}},
        },
        "suppress": [{}],
    }
    assert {each.where for each in problems_of(wrong)} == {
        "app.name", "items.a.like", "items.a.size", "items.a.tags[0]",
        "items.a.tags[1]", "items.b.override", "items.b.override.tier", "suppress[0]",
    }  # fmt: skip


def test_answers_that_exclude_each_other_are_refused_at_the_last_one_given() -> None:
    problem = problem_of(item(horizon="record", audience="tab"))
    assert problem.where == "items.it.horizon"
    assert problem.found == 'audience = "tab", horizon = "record"'
    assert 'audience = "user"' in problem.allowed


def test_an_answer_from_a_preset_is_named_as_such() -> None:
    problem = problem_of(item(like="profile", audience="tab"))
    assert problem.where == "items.it.audience"
    assert 'horizon = "account" (from like = "profile")' in problem.found


def test_a_cost_that_was_worked_out_points_at_what_was_measured() -> None:
    problem = problem_of(item(audience="tab", authority="derived", load_ms=500))
    assert problem.where == "items.it.load_ms"
    assert 'cost = "costly" (worked out)' in problem.found


@pytest.mark.parametrize(
    ("document", "where"),
    [
        (item(like="profil", audience="tab", horizon="record"), "items.it.like"),
        (item(like="profile", audience="tab", horizon="x"), "items.it.horizon"),
        (
            item(audience="tab", authority="derived", like="generated", load_ms="x",
                 horizon="moment"),
            "items.it.load_ms",
        ),
    ],
    ids=str,
)  # fmt: skip
def test_what_could_not_be_read_contradicts_nothing(
    document: object, where: str
) -> None:
    assert problem_of(document).where == where


def test_more_items_than_a_catalogue_may_have_are_refused_as_one_problem() -> None:
    many = {"items": {f"i{n}": 5 for n in range(MOST_ITEMS + 1)}}
    assert problem_of(many).message == "too many items"


def test_as_many_items_as_a_catalogue_may_have_are_read() -> None:
    tables: dict[str, object] = {f"i{n}": {} for n in range(MOST_ITEMS)}
    assert len(read_catalogue({"items": tables}).items) == MOST_ITEMS


def test_the_message_lists_fifty_problems_and_counts_the_rest() -> None:
    wrong = {"items": {f"i{n}": 5 for n in range(53)}}
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(wrong)
    lines = str(caught.value).splitlines()
    assert (len(lines), lines[-1]) == (51, "... and 3 more")
    assert len(caught.value.problems) == 53


def test_a_declared_item_equals_the_same_item_of_a_file() -> None:
    said = {"like": "draft", "staleness": "30m", "tags": ["Job"], "override": OVERRIDE}
    assert declare("it", **said) == read_catalogue(item(**said)).items["it"]


def test_a_tuple_of_tags_is_as_good_as_a_list() -> None:
    assert declare("it", tags=("Job", "Job:42")).tags == ("Job", "Job:42")


def test_declaring_refuses_what_a_file_would_be_refused_for() -> None:
    with pytest.raises(CatalogueError) as caught:
        declare("my item", audience="tabb")
    assert [each.where for each in caught.value.problems] == [
        'items."my item"',
        'items."my item".audience',
    ]
