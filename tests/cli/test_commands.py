"""What each command is for, beyond what holds for all."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from pathlib import Path

import pytest

from stateroom.catalogue import CODES, PRESETS, load
from tests.cli.running import SEED, run

OPEN = '[items.open]\naudience = "user"\n'
SOON_BAD = """
[items.feed]
like = "search-results"
staleness = "5m"

[items.feed.override]
ttl = "1h"
reason = "nobody complained"
"""


# --------------------------------------------------------------- explain, whatif


def test_explain_tells_where_each_fact_is_from(folder: Path) -> None:
    (folder / "stateroom.toml").write_text(
        '[items.search]\nlike = "search-results"\nstaleness = "30m"\n'
    )
    text = run("explain", "search").out
    assert "staleness = 30m (given)" in text
    assert "cost = costly (preset search-results)" in text
    (folder / "stateroom.toml").write_text(OPEN)
    text = run("explain", "open").out
    assert "immutable = false (assumed)" in text
    assert "sensitivity = ? unknown" in text
    assert "best next question" in text


def test_explain_tells_all_there_is_about_a_decision() -> None:
    text = run("explain", "xp-transactions", SEED).out
    for part in (
        "home: source", "copy: redis/cache, ttl 10m +-10%", "T11 read authority",
        "why not", "persist: ", "session: ", "would change with",
        "staleness 10m -> exact", "sizing: 1,000 x", "expected hit ratio",
        "TTL005 info", "fix: ",
    ):  # fmt: skip
        assert part in text, part


def test_explain_shows_an_override_with_its_reason(folder: Path) -> None:
    (folder / "stateroom.toml").write_text(SOON_BAD)
    done = run("explain", "feed")
    assert "nobody complained" in done.out
    assert done.status == 1


def test_whatif_compares_before_and_after() -> None:
    done = run("whatif", "theme", SEED, "--input", "horizon=account")
    assert done.status == 0
    rows = {line.split()[0]: line.split()[1:] for line in done.out.splitlines()[2:8]}
    assert rows["horizon"] == ["device", "account"]
    assert rows["home"] == ["persist", "database"]
    assert "This changes where it lives." in done.out


def test_whatif_says_when_nothing_changes() -> None:
    done = run("whatif", "theme", SEED, "--input", "size=1 KiB")
    assert "This does not change where it lives." in done.out


def test_whatif_alone_lists_every_flip_and_each_is_true() -> None:
    flips = json.loads(run("whatif", "theme", SEED, "--format", "json").out)["flips"]
    assert flips
    for flip in flips:
        answer = f"{flip['input']}={flip['to']}"
        found = run("whatif", "theme", SEED, "--input", answer, "--format", "json")
        assert json.loads(found.out)["after"]["tiers"] == flip["tiers"], answer


# ------------------------------------------------------------------- prove, diff


def test_our_rules_are_proved_clean() -> None:
    done = run("prove")
    assert done.status == 0
    assert " 0 in gaps." in done.out
    assert "0 violated" in done.out
    assert "Findings: none" in done.out


def test_the_seeds_flowchart_has_gaps_and_the_row_that_closes_them() -> None:
    done = run("prove", "--rules", "seed-flowchart")
    assert done.status == 1
    assert "TBL001 error: no row decides" in done.out
    assert "[[blocks.rows]]" in done.out


def test_diff_of_rulesets_counts_cells_and_items() -> None:
    done = run("diff", "seed-flowchart", "stateroom", "--file", SEED)
    assert done.status == 1
    assert "possible cells" in done.out
    assert (
        "seed-flowchart agrees with stateroom on 30, contradicts it on 14 and is "
        "silent on 7" in " ".join(done.out.split())
    )


def test_diff_of_a_ruleset_with_itself_is_nothing() -> None:
    done = run("diff", "stateroom", "stateroom", "--file", SEED)
    assert done.status == 0
    assert "0 of " in done.out


def test_diff_of_locks(folder: Path) -> None:
    (folder / "stateroom.toml").write_text('[items.theme]\nlike = "preference"\n')
    run("decide", "--write")
    Path("stateroom.lock").rename("old.lock")
    (folder / "stateroom.toml").write_text('[items.search]\nlike = "search-results"\n')
    run("decide", "--write")
    done = run("diff", "old.lock", "stateroom.lock")
    assert done.status == 1
    assert "removed theme: persist" in done.out
    assert "added search: source + redis/cache" in done.out
    assert run("diff", "old.lock", "old.lock").status == 0


def test_diff_compares_like_with_like() -> None:
    assert run("diff", "old.lock", "stateroom").status == 2
    assert "no such lock" in run("diff", "old.lock", "new.lock").err


# ------------------------------------------------------------------------- check


@pytest.fixture
def bad(folder: Path) -> Path:
    path = folder / "stateroom.toml"
    path.write_text(SOON_BAD)
    return path


@pytest.mark.usefixtures("bad")
def test_check_tells_the_place_code_evidence_fix_and_the_next_command() -> None:
    done = run("check")
    assert done.status == 1
    line = next(line for line in done.out.splitlines() if "TTL002" in line)
    assert line.startswith("stateroom.toml:")
    assert "fix: " in done.out
    assert "next: stateroom rules TTL002" in done.out


@pytest.mark.usefixtures("bad")
def test_check_can_select_ignore_and_be_lenient() -> None:
    assert run("check", "--ignore", "TTL").status == 0
    assert run("check", "--select", "SEC,KEY").status == 0
    assert run("check", "--select", "TTL002", "--fail-on", "error").status == 1
    assert run("check", "--exit-zero").status == 0


@pytest.mark.usefixtures("bad")
def test_a_baseline_holds_back_what_was_there() -> None:
    written = run("check", "--write-baseline", "base.json")
    assert written.status == 0
    assert "base.json" in written.err
    assert run("check", "--baseline", "base.json").status == 0
    assert run("check").status == 1


@pytest.mark.usefixtures("bad")
@pytest.mark.parametrize("form", ["json", "sarif"])
def test_check_prints_documents(form: str) -> None:
    done = run("check", "--format", form)
    assert (done.status, isinstance(json.loads(done.out), dict)) == (1, True)


@pytest.mark.usefixtures("bad")
def test_check_prints_for_github_and_markdown() -> None:
    assert "::error " in run("check", "--format", "github").out
    assert "| " in run("check", "--format", "markdown").out


def test_check_proves_rules_that_are_not_ours() -> None:
    done = run("check", SEED, "--rules", "seed-flowchart", "--select", "TBL")
    assert (done.status, "TBL001" in done.out) == (1, True)


def test_check_knows_a_lock_that_is_old(folder: Path) -> None:
    catalogue = folder / "stateroom.toml"
    catalogue.write_text('[items.theme]\nlike = "preference"\n')
    run("decide", "--write")
    assert run("check", "--select", "DEC006,DEC007").status == 0
    catalogue.write_text('[items.theme]\nlike = "preference"\nhorizon = "account"\n')
    done = run("check", "--select", "DEC006,DEC007")
    assert done.status == 1
    assert "DEC007" in done.out


# ------------------------------------------------------- rules, tiers, schema, export


def test_rules_lists_rows_and_codes() -> None:
    text = run("rules").out
    for code in CODES:
        assert f"\n{code} " in text
    assert "\nT11 " in text
    assert "\nC01 " in text


def test_a_rule_is_explained_by_its_id_and_a_code_by_its_page() -> None:
    assert "gives: source + redis/cache" in run("rules", "t11").out
    assert run("rules", "SEC001").out.startswith("# SEC001: ")
    assert "F1 of seed-flowchart" in run("rules", "F1", "--rules", "seed-flowchart").out


def test_tiers_tells_every_place() -> None:
    text = run("tiers").out
    for place in ("redis/cache", "persist", "session", "database", "nowhere"):
        assert f"\n{place} " in text


def test_schema_is_a_json_schema() -> None:
    assert json.loads(run("schema").out)["$schema"].startswith(
        "https://json-schema.org"
    )


@pytest.mark.parametrize("what", ["rules", "decisions", "heatmap"])
@pytest.mark.parametrize("to", ["mermaid", "csv", "json", "markdown"])
def test_export_writes_every_kind_in_every_format(what: str, to: str) -> None:
    done = run("export", SEED, "--what", what, "--to", to)
    assert (done.status, done.err) == (0, "")
    if to == "json":
        assert json.loads(done.out)["schema_version"] == "1.0"
    if to == "csv":
        assert len({len(row) for row in csv.reader(io.StringIO(done.out))}) == 1


def test_export_lights_the_way_of_one_item() -> None:
    whole = run("export", "--what", "rules").out
    lit = run("export", SEED, "--what", "rules", "--item", "theme").out
    assert "theme" in lit
    assert lit != whole
    assert run(
        "export", SEED, "--what", "rules", "--item", "theme", "--to", "csv"
    ).status


def test_export_of_decisions_can_be_of_some_items() -> None:
    text = run("export", SEED, "--to", "csv", "--item", "theme").out
    assert [row["item"] for row in csv.DictReader(io.StringIO(text))] == ["theme"]


# ------------------------------------------------------------------------- init


def test_init_writes_a_catalogue_that_decides_without_a_finding_above_info(
    folder: Path,
) -> None:
    done = run("init")
    assert (done.status, "stateroom decide" in done.err) == (0, True)
    items = load(folder / "stateroom.toml").items
    assert {item.like for item in items.values()} == set(PRESETS)
    assert run("decide").status == 0


def test_init_never_writes_over_a_file_unless_told(folder: Path) -> None:
    (folder / "stateroom.toml").write_text("# mine\n")
    refused = run("init")
    assert (refused.status, "--force" in refused.err) == (2, True)
    assert (folder / "stateroom.toml").read_text() == "# mine\n"
    assert run("init", "--force").status == 0
    assert (folder / "stateroom.toml").read_text() != "# mine\n"


def test_init_takes_a_folder_or_a_file_and_names_the_application(folder: Path) -> None:
    run("init", "My Shop 2")
    found = tomllib.loads((folder / "My Shop 2" / "stateroom.toml").read_text("utf-8"))
    assert found["app"]["name"] == "my-shop-2"
    run("init", "data.toml")
    assert (folder / "data.toml").exists()


def test_init_where_nothing_can_be_written_is_an_error(folder: Path) -> None:
    (folder / "file").write_text("")
    done = run("init", "file/below")
    assert (done.status, "Traceback" in done.err) == (2, False)
