"""The JSON Schema and the loader accept the same documents, but for a known list."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError, validators

from stateroom.catalogue import CODES, INPUTS, PRESETS, json_schema, read_catalogue
from stateroom.catalogue.declaring import ITEM_KEYS, OVERRIDE_KEYS
from stateroom.catalogue.impossible import IMPOSSIBLE
from stateroom.catalogue.inputs import CHOICES
from stateroom.catalogue.reading import SUPPRESS_KEYS
from stateroom.catalogue.schema import LOADER_ONLY
from stateroom.errors import CatalogueError

PUBLISHED = Path(__file__).parents[2] / "docs" / "schema" / "stateroom.schema.json"
WHY = {"code": "PER006", "reason": "why"}

Documents: TypeAlias = st.SearchStrategy[object]


def pattern_of_ecma(
    validator: object, pattern: str, instance: object, schema: object
) -> Iterator[ValidationError]:
    """Match as JSON Schema says: ``$`` is the very end, not before a line break."""
    del validator, schema
    if isinstance(instance, str) and not re.search(
        pattern.replace("$", r"\Z"), instance
    ):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


VALIDATOR = validators.extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"pattern": pattern_of_ecma}
)(json_schema())


def fits(document: object) -> bool:
    return bool(VALIDATOR.is_valid(document))


def refusals(document: object) -> list[str]:
    """Return what the loader says is wrong with a document."""
    try:
        read_catalogue(document)
    except CatalogueError as error:
        return [each.message for each in error.problems]
    return []


def item(**declared: object) -> dict[str, object]:
    return {"items": {"it": declared}}


def override(**declared: object) -> dict[str, object]:
    return item(override={"ttl": "5m", "reason": "why"} | declared)


def suppress(**declared: object) -> dict[str, object]:
    return {"items": {"it": {}}, "suppress": [WHY | declared]}


def test_the_published_schema_is_the_generated_one() -> None:
    assert json.loads(PUBLISHED.read_text("utf-8")) == json_schema()


def test_the_schema_is_a_schema_and_names_no_host() -> None:
    Draft202012Validator.check_schema(json_schema())
    assert "/" not in str(json_schema()["$id"])


VALID = [
    {},
    {"app": {"name": "careers", "memory_budget": "256 MiB"}},
    {"app": {"memory_budget": 0}},
    {"$schema": "./stateroom.schema.json", "items": {}},
    {"items": {"A.b_c-1": {}}},
    item(title="", owner="Zürich"),
    item(tags=["Job", "Job:42", "a:b:c"]),
    *(item(like=name) for name in PRESETS),
    *(item(**{key: value}) for key, values in CHOICES.items() for value in values
      if INPUTS[key].kind == "choice"),
    *(item(staleness=value) for value in ("exact", "30m", " 1.5 H ", "90", 60, 0.5)),
    *(item(size=value) for value in ("0", "10 KiB", "2mb", 5, 5.0, 1 << 50)),
    item(immutable=True, offline=False, cardinality=0, load_ms=1e15),
    override(),
    override(tier="none", key="a key", reason="two\nlines"),
    suppress(),
    suppress(item="it", until="2030-12-31"),
]  # fmt: skip

INVALID = [
    [],
    {"app": []},
    {"ap": {}},
    {"$schema": 1},
    {"app": {"name": "A"}},
    {"app": {"name": "a\n"}},
    {"app": {"name": "x" * 33}},
    {"app": {"memory_budget": "1 TB"}},
    {"items": []},
    {"items": {"a b": {}}},
    {"items": {"a\n": {}}},
    {"items": {"": {}}},
    {"items": {"x": "ui"}},
    item(like="referense"),
    item(read_per_hour=1),
    item(title=1),
    item(title="a\nb"),
    item(owner=None),
    item(tags="Job"),
    item(tags=[""]),
    item(tags=["Job:"]),
    item(tags=[":42"]),
    item(tags=["a", "a"]),
    item(tags=[f"t{number}" for number in range(17)]),
    item(audience="all"),
    item(immutable="true"),
    item(immutable=1),
    *(item(staleness=value) for value in ("Exact", "0s", 0, -1, True, "5 min", "5m\n")),
    *(item(staleness=value) for value in (36_500 * 86_400 + 1, "1" * 17 + "s", None)),
    *(item(size=value) for value in ("big", -1, 1.5, (1 << 50) + 1, "10 Ki")),
    *(item(cardinality=value) for value in (1.5, -1, "5", True)),
    *(item(load_ms=value) for value in (-0.1, "5", 1e15 + 1, False)),
    item(override={}),
    item(override={"ttl": "5m"}),
    item(override={"reason": "why"}),
    override(reason=" \n "),
    override(reason="\x00"),
    override(tier="Redis"),
    override(ttl=0),
    override(key=" "),
    override(why="so"),
    {"suppress": {}},
    {"suppress": [{}]},
    {"suppress": [{"code": "PER006"}]},
    suppress(code="PER999"),
    suppress(reason=""),
    suppress(until="soon"),
    suppress(until="2030-1-1"),
    suppress(till="2030-01-01"),
]  # fmt: skip

ONLY_THE_LOADER: dict[str, tuple[object, str]] = {
    "answers of one item that exclude each other": (
        item(audience="tab", horizon="record"),
        "what only one tab sees ends with the tab, so it cannot survive it",
    ),
    "a suppression of an item that the file does not declare": (
        suppress(item="other"),
        "no such item",
    ),
    "a day that no calendar has, such as 2030-02-30": (
        suppress(until="2030-02-30"),
        "no such day",
    ),
    "a duration in text above 100 years, or a size in text above 1 PiB": (
        item(licence_ttl="36501d"),
        "a duration must be above zero and at most 100 years",
    ),
    "a size in text that is no whole number of bytes, such as 1.5 B": (
        item(size="1.5 B"),
        "a size must be a whole number of bytes",
    ),
    "a duration in a number of more than six decimals": (
        item(licence_ttl=0.0000001),
        'not a duration such as "90s", "5m", "1h", "7d", or whole seconds',
    ),
    "half of a surrogate pair in a text": (
        item(title="\ud800"),
        "a text holds a control character or half of a character",
    ),
}
SEEN_BY_PARSING = {"a key or table that stands twice"}
"""No document can show it any more: tests of loading do."""


@pytest.mark.parametrize("document", VALID, ids=str)
def test_a_valid_document_passes_both(document: object) -> None:
    assert (refusals(document), fits(document)) == ([], True)


@pytest.mark.parametrize("document", INVALID, ids=lambda each: repr(each)[:60])
def test_an_invalid_document_is_refused_by_both(document: object) -> None:
    assert refusals(document) != []
    assert not fits(document)


@pytest.mark.parametrize("kind", ONLY_THE_LOADER)
def test_what_only_the_loader_can_refuse_fits_the_schema(kind: str) -> None:
    document, message = ONLY_THE_LOADER[kind]
    assert (refusals(document), fits(document)) == ([message], True)


def test_the_list_of_what_only_the_loader_refuses_is_complete() -> None:
    assert {*ONLY_THE_LOADER, *SEEN_BY_PARSING} == set(LOADER_ONLY)


KNOWN = {message for _, message in ONLY_THE_LOADER.values()} | {
    "a size must be between zero and 1 PiB",
    *(row.because for row in IMPOSSIBLE),
}
NUMERIC = ("what never changes is not written", "cost = ")


def is_known(message: str) -> bool:
    """Say whether a refusal is of the list; those with numbers by their beginning."""
    words = message.replace('"exact" or a duration', "a duration")
    return words in KNOWN or message.startswith(NUMERIC)


# Right values, nearly right ones, and plainly wrong ones.
ODD: Documents = st.sampled_from(
    [None, True, False, 0, -1, 0.5, 1.5, 60, 1e-7, 1e16, "", " ", "x", "exact", "none",
     "5m", "0s", "1.5h", "90", "5 m", "36501d", "10 KiB", "1.5 B", "1.5 KiB", "a\nb",
     "redis", "2030-12-31", "2030-02-30", "PER006", "ui", "it", "\ud800", "Job:", [],
     ["Job"], ["Job", "Job"], ["a:b:c", ""], [1], {}, {"reason": "why"}]
)  # fmt: skip


def values_of(key: str) -> Documents:
    if key in CHOICES and INPUTS[key].kind == "choice":
        return st.sampled_from(CHOICES[key]) | ODD
    if key == "like":
        return st.sampled_from(list(PRESETS)) | ODD
    if key == "code":
        return st.sampled_from(list(CODES)) | ODD
    return ODD


def tables(keys: tuple[str, ...]) -> st.SearchStrategy[dict[str, object]]:
    known = st.sampled_from(keys).flatmap(
        lambda key: st.tuples(st.just(key), values_of(key))
    )
    odd = st.tuples(st.sampled_from(["", "Like", "ttl", "it"]), ODD)
    pairs = st.lists(st.one_of(known, known, known, odd), max_size=5)
    return pairs.map(dict)


OVERRIDES = tables(OVERRIDE_KEYS).map(lambda table: {"reason": "why"} | table)
ITEMS = st.one_of(
    tables(ITEM_KEYS), st.builds(lambda each: {"override": each}, OVERRIDES), ODD
)
SUPPRESSIONS = tables(SUPPRESS_KEYS).map(lambda table: WHY | table)
DOCUMENTS: Documents = st.fixed_dictionaries(
    {},
    optional={
        "app": tables(("name", "memory_budget")) | ODD,
        "items": st.dictionaries(
            st.sampled_from(["it", "a.b", "a b", ""]), ITEMS, max_size=2
        )
        | ODD,
        "suppress": st.lists(SUPPRESSIONS | ODD, max_size=2) | ODD,
        "item": ODD,
    },
)


@given(DOCUMENTS)
def test_the_schema_and_the_loader_agree_on_any_document(document: object) -> None:
    found = refusals(document)
    if fits(document):
        assert [message for message in found if not is_known(message)] == []
    else:
        assert found != []
