"""``decide``: the document, the table, answers on the line, the lock."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import msgspec
import pytest

from stateroom.catalogue import Catalogue, declare
from stateroom.cli import decisions
from stateroom.cli.plain import render
from stateroom.decide import decide as decide_all
from tests.cli.running import ROOT, SEED, run

PLACES = [
    "redis", "persist", "session", "database", "source", "transport", "computed",
    "cdn", "process", "cookie", "nowhere",
]  # fmt: skip
TIER = {"enum": ["redis", "persist", "session"]}
TIERS = {"type": "array", "items": TIER, "uniqueItems": True}
KIND = {"enum": ["cache", "auth", "live", None]}
TEXT = {"type": "string"}


def record(**fields: object) -> dict[str, object]:
    """An object that has at least these fields; more may be added."""
    return {"type": "object", "properties": fields, "required": list(fields)}


DECISION = record(
    item=TEXT,
    home=record(place={"enum": PLACES}, kind=KIND),
    copies={
        "type": "array",
        "items": record(
            tier=TIER,
            kind=KIND,
            ttl_seconds={"type": ["number", "null"], "exclusiveMinimum": 0},
            key={"type": ["string", "null"]},
            scope={"enum": ["public", "group", "user", "device", None]},
            tags={"type": "array", "items": TEXT},
        ),
    },
    tiers=TIERS,
    rule={"type": ["string", "null"]},
    why={"type": "array", "items": TEXT, "minItems": 1},
    why_not={"type": "object", "additionalProperties": TEXT},
    flips={
        "type": "array",
        "items": record(
            **{"input": TEXT, "from": {"type": ["string", "null"]}},
            to=TEXT,
            tiers=TIERS,
        ),
    },
    confidence={"type": "number", "exclusiveMinimum": 0, "maximum": 1},
    ask={"anyOf": [{"type": "null"}, record(input=TEXT, question=TEXT)]},
    findings={
        "type": "array",
        "items": record(code=TEXT, level={"enum": ["info", "warning", "error"]}),
    },
)
DOCUMENT = record(
    schema_version={"const": "1.0"},
    ruleset=record(name=TEXT, hash=TEXT),
    decisions={"type": "array", "items": DECISION},
)
"""The shape that other tools rely on, as the project's first issue states it."""

CATALOGUE = """
[app]
name = "shop"

[items.theme]
like = "preference"

[items.cart]
like = "draft"
"""


@pytest.fixture
def catalogue(folder: Path) -> Path:
    path = folder / "stateroom.toml"
    path.write_text(CATALOGUE)
    return path


def decided(*words: str) -> dict[str, dict[str, object]]:
    done = run("decide", *words, "--format", "json")
    return {each["item"]: each for each in json.loads(done.out)["decisions"]}


@pytest.mark.parametrize(
    "words",
    [
        (SEED,),
        (SEED, "--rules", "seed-flowchart"),
        ("--input", "audience=user"),
        (SEED, "--item", "theme"),
    ],
    ids=["seed", "flowchart", "unknown", "one"],
)
def test_the_document_has_the_shape_that_others_rely_on(words: tuple[str, ...]) -> None:
    done = run("decide", *words, "--format", "json")
    jsonschema.Draft202012Validator(DOCUMENT).validate(json.loads(done.out))
    assert done.status in {0, 1}


def test_tiers_are_those_of_home_and_copies_sorted() -> None:
    for each in decided(SEED).values():
        home, copies = each["home"], each["copies"]
        assert isinstance(home, dict)
        assert isinstance(copies, list)
        used = {home["place"], *(copy["tier"] for copy in copies)}
        assert each["tiers"] == sorted(used & {"redis", "persist", "session"})


def test_the_seed_has_every_item_in_the_order_of_the_file() -> None:
    items = tomllib.loads(Path(SEED).read_text("utf-8"))["items"]
    assert list(decided(SEED)) == list(items)
    lines = run("decide", SEED).out.splitlines()
    assert [line.split()[0] for line in lines[2 : 2 + len(items)]] == list(items)


def test_the_table_ends_with_a_summary_and_notes_the_next_command() -> None:
    done = run("decide", SEED)
    assert "51 items: 10 in persist, 25 in redis, 14 in session, 2 in none" in done.out
    assert done.err.startswith("next: stateroom explain ")


def test_findings_of_level_info_are_status_0_and_warnings_1() -> None:
    assert run("decide", SEED).status == 0
    assert run("decide", "--input", "audience=user").status == 1


def test_the_file_of_this_folder_is_the_default(catalogue: Path) -> None:
    assert list(decided()) == ["theme", "cart"]
    assert catalogue.exists()


def test_an_empty_catalogue_is_decided(folder: Path) -> None:
    (folder / "stateroom.toml").write_text("")
    done = run("decide")
    assert (done.status, done.out) == (0, "0 items. Findings: none.\n")


@pytest.mark.usefixtures("catalogue")
def test_items_are_picked_and_shown_in_full_when_it_is_one() -> None:
    assert list(decided("--item", "cart")) == ["cart"]
    assert list(decided("--item", "cart", "--item", "theme")) == ["theme", "cart"]
    assert "why not" in run("decide", "--item", "cart").out


def test_every_item_that_is_missing_is_told_in_the_order_given() -> None:
    words = (each for name in ("zzz", "yyy", "themee") for each in ("--item", name))
    done = run("decide", SEED, *words)
    assert done.status == 2
    assert "has no item 'zzz', 'yyy', 'themee'\n" in done.err
    assert "did you mean theme for 'themee'?" in done.err


def test_an_empty_name_of_a_catalogue_is_told_as_such() -> None:
    done = run("decide", "")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error STR-100: the name of the catalogue is empty\n")


@pytest.mark.parametrize(
    ("absolute", "told"), [(60, "sliding, 1m at most"), (None, "")]
)
def test_a_life_is_sliding_only_where_another_bounds_it(
    absolute: int | None, told: str
) -> None:
    item = declare("session", like="login")
    (found,) = decide_all(Catalogue(items={item.name: item})).decisions
    home = msgspec.structs.replace(
        found.home, ttl_seconds=30, absolute_ttl_seconds=absolute
    )
    changed = msgspec.structs.replace(found, home=home)
    text = render((decisions.tree(item, changed),)).splitlines()[1]
    assert f"ttl 30s {told}".rstrip() in text
    assert ("sliding" in text) == bool(told)


@pytest.mark.usefixtures("catalogue")
def test_answers_replace_those_of_the_file_for_one_item() -> None:
    theme = decided("--item", "theme", "--input", "horizon=account")["theme"]
    assert theme["home"]["place"] == "database"  # type: ignore[index]


@pytest.mark.usefixtures("catalogue")
def test_answers_alone_make_an_item_also_beside_a_catalogue() -> None:
    found = decided("--input", "like=draft", "--input", "offline=yes")
    assert list(found) == ["item"]
    assert found["item"]["confidence"] == 1.0


@pytest.mark.parametrize(
    ("answer", "fact"),
    [
        ("staleness=5m", "staleness = 5m"),
        ("staleness=300", "staleness = 5m"),
        ("staleness=exact", "staleness = exact"),
        ("size=2 MB", "size = 2 MB"),
        ("size=500", "size = 500 B"),
        ("offline=true", "offline = true"),
        ("immutable=no", "immutable = false"),
        ("reads-per-hour=0.5", "reads_per_hour = 0.5"),
        ("cardinality=10_000", "cardinality = 10000"),
    ],
)
def test_answers_are_read_as_a_catalogue_writes_them(answer: str, fact: str) -> None:
    done = run("decide", "--input", "like=generated", "--input", answer)
    assert f"{fact} (given)" in done.out


# ----------------------------------------------------------------------- --write


def test_writing_pins_beside_the_catalogue_and_says_what_changed(
    catalogue: Path,
) -> None:
    first = run("decide", "--write")
    assert first.status == 0
    assert "added theme: persist" in first.out
    lock = catalogue.with_name("stateroom.lock")
    assert tomllib.loads(lock.read_text())["items"]["theme"]["rule"] == "T15"
    assert "nothing changed" in run("decide", "--write").out


def test_writing_beside_a_catalogue_elsewhere(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "shop.toml").write_text(CATALOGUE)
    run("decide", "data/shop.toml", "--write")
    assert (folder / "data" / "stateroom.lock").exists()


def test_a_move_of_originals_needs_a_plan(catalogue: Path) -> None:
    run("decide", "--write")
    before = catalogue.with_name("stateroom.lock").read_text()
    catalogue.write_text(CATALOGUE + 'horizon = "account"\n')
    refused = run("decide", "--write")
    assert (refused.status, refused.out) == (2, "")
    assert refused.err.startswith("error STR-401: ")
    assert catalogue.with_name("stateroom.lock").read_text() == before
    plan = '[[move]]\nitem = "cart"\nfrom = "persist"\nto = "database"\nreason = "so"\n'
    Path("plan.toml").write_text(plan)
    moved = run("decide", "--write", "--moved", "plan.toml")
    assert moved.status == 0
    assert "moved cart: persist -> database" in moved.out


@pytest.mark.usefixtures("catalogue")
def test_writing_gives_one_document_too() -> None:
    document = json.loads(run("decide", "--write", "--format", "json").out)
    jsonschema.Draft202012Validator(DOCUMENT).validate(document)
    assert document["lock"]["path"] == "stateroom.lock"
    changed = [each["item"] for each in document["lock"]["changes"]]
    assert changed == ["cart", "theme"]


def test_the_examples_folder_has_no_lock_left_by_a_test() -> None:
    assert list((ROOT / "examples").glob("*.lock")) == []
