"""A wrong ruleset is refused with every problem it has, each at its place."""

from __future__ import annotations

import copy

import pytest

from stateroom.decide.parsing import read_ruleset
from stateroom.errors import RulesetError
from tests.decide.documents import Document, document_of, row_of, tables

SMALL: Document = {
    "name": "small",
    "about": "two rows",
    "columns": ["audience", "size"],
    "blocks": [
        {
            "name": "all",
            "hit": "unique",
            "about": "",
            "rows": [
                {
                    "id": "A",
                    "when": {"audience": ["tab"]},
                    "home": "session",
                    "because": "one tab",
                },
                {
                    "id": "B",
                    "when": [
                        {"audience": ["user"]},
                        {"audience": ["group", "public"], "size": "<= 1 KiB"},
                    ],
                    "home": "redis/cache",
                    "copies": ["persist"],
                    "because": "others",
                },
            ],
        }
    ],
    "overlays": [
        {
            "id": "O",
            "when": {"home": ["session"]},
            "copies": ["persist"],
            "because": "more",
        }
    ],
}

WRONG: list[tuple[str, object, str, str]] = [
    # path of the changed value, new value, place of the problem, part of the message
    ("name", "", "name", "missing, or not text"),
    ("name", 3, "name", "missing, or not text"),
    ("nmae", "x", "nmae", "unknown key"),
    ("columns", None, "columns", "not a column"),
    ("columns", [], "columns", "not a column"),
    ("columns", ["audience", "size", "sice"], "columns", "not a column"),
    ("columns", ["audience", "size", ["size"]], "columns", "not a column"),
    ("columns", ["audience", "size", "audience"], "columns", "once only"),
    ("blocks", None, "blocks", "not a list of tables"),
    ("blocks", ["x"], "blocks", "not a list of tables"),
    ("blocks.0.hit", "any", "blocks[0].hit", "not a hit policy"),
    ("blocks.0.name", " ", "blocks[0].name", "missing, or not text"),
    ("blocks.0.rwos", [], "blocks[0].rwos", "unknown key"),
    ("blocks.0.rows", 1, "blocks[0].rows", "not a list of tables"),
    ("blocks.0.rows.0.id", None, "blocks[0].rows[0].id", "missing, or not text"),
    ("blocks.0.rows.1.id", "A", "blocks[0].rows[1].id", "used once only"),
    ("overlays.0.id", "A", "overlays[0].id", "used once only"),
    ("blocks.0.rows.0.when", None, "blocks[0].rows[0].when", "not a list of tables"),
    ("blocks.0.rows.0.when", "x", "blocks[0].rows[0].when", "not a list of tables"),
    (
        "blocks.0.rows.0.when",
        {"audiense": ["tab"]},
        "blocks[0].rows[0].when.audiense",
        "unknown key",
    ),
    (
        "blocks.0.rows.0.when",
        {"cost": ["free"]},  # an input, but no column of this table
        "blocks[0].rows[0].when.cost",
        "unknown key",
    ),
    (
        "blocks.0.rows.0.when",
        {"home": ["session"]},  # only overlays may ask for the home
        "blocks[0].rows[0].when.home",
        "unknown key",
    ),
    ("blocks.0.rows.0.when.audience", "tab", "blocks[0].rows[0].when.audience", "cell"),
    ("blocks.0.rows.0.when.audience", [], "blocks[0].rows[0].when.audience", "cell"),
    ("blocks.0.rows.0.when.audience", [1], "blocks[0].rows[0].when.audience", "cell"),
    (
        "blocks.0.rows.0.when.audience",
        ["tab", {}],
        "blocks[0].rows[0].when.audience",
        "cell",
    ),
    ("blocks.0.rows.0.when.size", 5, "blocks[0].rows[0].when.size", "not a cell"),
    ("blocks.0.rows.0.when.size", ["x"], "blocks[0].rows[0].when.size", "not a cell"),
    ("blocks.0.rows.0.when.size", "1 KiB", "blocks[0].rows[0].when.size", "interval"),
    ("blocks.0.rows.0.when.size", "< 0 B", "blocks[0].rows[0].when.size", "no number"),
    ("blocks.0.rows.0.home", None, "blocks[0].rows[0].home", "not a place"),
    ("blocks.0.rows.0.home", "redis", "blocks[0].rows[0].home", "not a place"),
    ("blocks.0.rows.0.home", ["session"], "blocks[0].rows[0].home", "not a place"),
    ("blocks.0.rows.0.copies", ["cdn"], "blocks[0].rows[0].copies", "not a copy"),
    ("blocks.0.rows.0.copies", "persit", "blocks[0].rows[0].copies", "not a copy"),
    ("blocks.0.rows.0.because", "", "blocks[0].rows[0].because", "missing"),
    ("overlays", {}, "overlays", "not a list of tables"),
    ("overlays.0.home", "session", "overlays[0].home", "unknown key"),
    ("overlays.0.copies", None, "overlays[0].copies", "not a copy"),
    ("overlays.0.when.home", ["redis"], "overlays[0].when.home", "not a cell"),
]


def changed(path: str, value: object) -> Document:
    """``SMALL`` with one value replaced; None takes it out."""
    document: Document = copy.deepcopy(SMALL)
    *steps, last = path.split(".")
    place: object = document
    for step in steps:
        place = place[int(step)] if isinstance(place, list) else place[step]  # type: ignore[index]
    assert isinstance(place, dict)
    place[last] = value
    if value is None:
        del place[last]
    return document


def problems_of(document: Document, path: str = "") -> list[tuple[str, str]]:
    with pytest.raises(RulesetError) as refused:
        read_ruleset(document, path)
    return [(problem.where, problem.message) for problem in refused.value.problems]


def test_the_small_ruleset_is_right() -> None:
    ruleset = read_ruleset(SMALL)
    assert [row.id for row in (*ruleset.rows, *ruleset.overlays)] == ["A", "B", "O"]
    assert ruleset.column("size").pieces == ("<= 1 KiB", "> 1 KiB")


@pytest.mark.parametrize(("path", "value", "where", "message"), WRONG)
def test_a_wrong_value_is_refused_at_its_place(
    path: str, value: object, where: str, message: str
) -> None:
    found = problems_of(changed(path, value))
    assert any(at == where and message in text for at, text in found), found


def test_all_problems_are_listed_at_once_with_the_file() -> None:
    document = changed("blocks.0.rows.0.home", "redis")
    document["nmae"] = "x"
    tables(document, "blocks")[0]["hit"] = "any"
    row_of(document, "B")["because"] = ""
    with pytest.raises(RulesetError) as refused:
        read_ruleset(document, "mine.toml")
    problems = refused.value.problems
    assert {problem.file for problem in problems} == {"mine.toml"}
    assert [problem.where for problem in problems] == [
        "nmae",
        "blocks[0].hit",
        "blocks[0].rows[0].home",
        "blocks[0].rows[1].because",
    ]


def test_the_nearest_spelling_is_offered() -> None:
    with pytest.raises(RulesetError, match="did you mean audience"):
        read_ruleset(changed("blocks.0.rows.0.when", {"audiense": ["tab"]}))


def test_one_problem_of_a_cell_is_one_problem() -> None:
    assert len(problems_of(changed("blocks.0.rows.0.when.size", "1 KiB"))) == 1


@pytest.mark.parametrize("document", [{}, {"blocks": [{}]}, {"overlays": [{}]}])
def test_a_ruleset_without_its_parts_is_refused_and_does_not_crash(
    document: Document,
) -> None:
    assert problems_of(document)


def test_layout_does_not_count_in_the_hash_and_meaning_does() -> None:
    when = {"size": "<= 1 KiB", "audience": ["public", "group"]}
    same = copy.deepcopy(SMALL)
    row_of(same, "B")["when"] = [{"audience": ["user"]}, when]
    other = changed("blocks.0.rows.0.home", "computed")
    assert read_ruleset(same, "x.toml").hash == read_ruleset(SMALL).hash
    assert read_ruleset(other).hash != read_ruleset(SMALL).hash


@pytest.mark.parametrize("name", ["stateroom", "seed-flowchart"])
def test_our_rulesets_are_right(name: str) -> None:
    assert read_ruleset(document_of(name)).name == name
