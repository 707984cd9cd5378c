"""The report of a whole catalogue: places, order, levels, and what was not judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from stateroom.catalogue.findings import Finding, Level, Place
from stateroom.check import Report, check
from stateroom.decide import decide
from stateroom.decide.lock import Lock, lock_of
from tests.check.running import HEAD, TODAY, checked, codes_of, load

TEXT = """
[items."a.b"]
like = "search-results"

[items."a.b".override]
ttl = "2h"
reason = "dear"

[items.letter]
like = "draft"
"""
EIGHT_GUIDES = "\n".join(
    f'g{n} = {{ like = "reference", offline = true, size = "256 KiB" }}'
    for n in range(8)
)


def report(folder: Path, **options: object) -> Report:
    catalogue = load(folder, HEAD + TEXT)
    return check(catalogue, decide(catalogue), today=TODAY, **options)  # type: ignore[arg-type]


def test_findings_have_places_and_come_in_their_order(tmp_path: Path) -> None:
    found = [(each.code, each.place.line) for each in report(tmp_path).findings]
    assert found == [("TTL002", 9), ("PER006", 12)]


def test_a_place_names_the_file_as_it_was_given(tmp_path: Path) -> None:
    files = {each.place.file for each in report(tmp_path).findings}
    assert files == {str(tmp_path / "stateroom.toml")}


@pytest.mark.parametrize(
    ("fail_on", "failed"), [("info", True), ("warning", False), ("error", False)]
)
def test_a_note_fails_only_who_asks_for_it(
    fail_on: Level, *, failed: bool, tmp_path: Path
) -> None:
    catalogue = load(tmp_path, HEAD + '[items.letter]\nlike = "draft"\n')
    found = check(catalogue, decide(catalogue), today=TODAY, fail_on=fail_on)
    assert found.failed is failed


def test_what_is_not_selected_is_neither_found_nor_passed(tmp_path: Path) -> None:
    found = report(tmp_path, select=["PER"])
    assert codes_of(found) == ["PER006"]
    assert found.passed == ("PER001", "PER005", "PER007")


def test_without_a_lock_its_codes_are_skipped_not_passed(tmp_path: Path) -> None:
    found = report(tmp_path)
    assert {"DEC006", "DEC007"} & set(found.passed) == set()
    assert found.skipped[0].codes == ("DEC006", "DEC007")


def test_with_its_own_lock_a_catalogue_passes(tmp_path: Path) -> None:
    found = report(tmp_path, lock=own_lock(tmp_path))
    assert {"DEC006", "DEC007"} <= set(found.passed)


def own_lock(folder: Path) -> Lock:
    catalogue = load(folder, HEAD + TEXT)
    return lock_of(catalogue, decide(catalogue))


def test_a_lock_of_other_rules_that_decide_the_same_is_older(tmp_path: Path) -> None:
    lock = own_lock(tmp_path)
    rules = type(lock.ruleset)(name="stateroom", hash="0" * 16)
    other = Lock(
        app=lock.app, ruleset=rules, catalogue=lock.catalogue, items=lock.items
    )
    assert "DEC006" in codes_of(report(tmp_path, lock=other))


def test_one_finding_tells_of_all_items_that_differ(tmp_path: Path) -> None:
    lock = own_lock(tmp_path)
    empty = Lock(app=lock.app, ruleset=lock.ruleset, catalogue="", items={})
    found = report(tmp_path, lock=empty, select=["DEC006"])
    (older,) = found.findings
    assert older.message.endswith("2 items differ")
    assert older.evidence == "a.b was added; letter was added"


def test_what_a_proof_found_keeps_its_own_place(tmp_path: Path) -> None:
    gap = Finding(
        code="TBL001", level="error", message="m", place=Place(file="rules.toml")
    )
    found = report(tmp_path, proof=[gap])
    assert gap in found.findings
    assert "TBL002" in found.passed


def test_what_a_proof_found_is_never_at_a_place_of_the_catalogue(
    tmp_path: Path,
) -> None:
    gap = Finding(code="TBL001", level="error", message="m", input="items")
    assert gap in report(tmp_path, proof=[gap]).findings


def test_our_rules_are_not_judged_again(tmp_path: Path) -> None:
    assert [code for code in report(tmp_path).passed if code.startswith("TBL")] == []


def test_counts_go_from_the_most_severe_down(tmp_path: Path) -> None:
    assert list(report(tmp_path).counts.items()) == [
        ("error", 1), ("warning", 0), ("info", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("budget", "codes"),
    [("19 MB", []), ("20 MB", []), ("19999999 B", ["MEM003"]), ("20000000 B", [])],
)
def test_memory_is_summed_and_the_budget_itself_is_kept(
    budget: str, codes: list[str], tmp_path: Path
) -> None:
    text = (
        f'[app]\nname = "careers"\nmemory_budget = "{budget}"\n'
        '[items.a]\nlike = "search-results"\ncardinality = 500\n'
        '[items.b]\nlike = "search-results"\ncardinality = 500\n'
        '[items.c]\nlike = "login"\nsize = 0\n'
    )
    codes = ["MEM003"] if budget == "19 MB" else codes
    catalogue = load(tmp_path, text)
    found = check(catalogue, decide(catalogue), today=TODAY)
    assert codes_of(found) == codes


def test_memory_names_the_largest_and_counts_the_unknown(tmp_path: Path) -> None:
    items = "".join(
        f'[items.i{n}]\nlike = "search-results"\ncardinality = {n}_000\n'
        for n in range(1, 6)
    )
    text = f'[app]\nmemory_budget = "1 MiB"\n{items}' + UNSIZED
    catalogue = load(tmp_path, text)
    found = check(catalogue, decide(catalogue), today=TODAY, select=["MEM"])
    (over,) = found.findings
    assert over.evidence.startswith("i5 95.4 MiB (33%), i4 76.3 MiB (27%), i3 ")
    assert "and 2 more; 1 item of unknown size or cardinality" in over.evidence
    assert (over.item, over.place.line) == ("", 2)


UNSIZED = """
[items.unsized]
audience = "public"
sensitivity = "public"
authority = "derived"
horizon = "account"
cost = "costly"
staleness = "1h"
reads_per_hour = 60
"""


def test_two_mebibytes_may_be_persisted_and_one_record_more_may_not(
    tmp_path: Path,
) -> None:
    eight = f"[items]\n{EIGHT_GUIDES}\n"
    assert codes_of(checked(tmp_path, eight)) == []
    nine = eight + 'more = { like = "reference", offline = true, size = 1 }\n'
    assert codes_of(checked(tmp_path, nine)) == ["PER001"]


def test_a_record_over_its_own_budget_is_not_told_again_in_the_sum(
    tmp_path: Path,
) -> None:
    text = (
        '[items.a]\nlike = "draft"\nsize = "3 MiB"\nhorizon = "account"\n'
        '[items.a.override]\ntier = "persist"\nreason = "r"\n'
    )
    assert codes_of(checked(tmp_path, text)).count("PER001") == 1


@pytest.mark.parametrize(
    ("key", "codes"),
    [
        ("careers:v:pub:other:<fingerprint>:{<digest>}", ["KEY003"]),
        ("careers:v:pub:other:v2:{<digest>}", ["KEY003"]),  # leases have no version
        ("careers:v:pub:third:<fingerprint>:{<digest>}", []),
    ],
)
def test_two_items_may_not_share_a_key(
    key: str, codes: list[str], tmp_path: Path
) -> None:
    text = (
        f'[items.one]\nlike = "search-results"\noverride = {{ key = "{key}", '
        'reason = "r" }\n[items.other]\nlike = "search-results"\n'
    )
    found = checked(tmp_path, text)
    assert codes_of(found) == codes
    assert {each.item for each in found.findings} <= {"one"}


def test_of_three_items_under_one_key_two_are_told(tmp_path: Path) -> None:
    text = "".join(
        f'[items.{name}]\nlike = "search-results"\noverride = {{ key = '
        '"careers:v:pub:same:v1:{<digest>}", reason = "r" }\n'
        for name in ("one", "two", "three")
    )
    assert [each.item for each in checked(tmp_path, text).findings] == ["two", "three"]
