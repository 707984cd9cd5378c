"""A baseline holds back what was there, and tells what no longer is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stateroom.catalogue.findings import Finding
from stateroom.check import (
    Baseline,
    Gone,
    baseline_of,
    check,
    parse_baseline,
    print_baseline,
    read_baseline,
    write_baseline,
)
from stateroom.check.baseline import compare
from stateroom.decide import decide
from stateroom.errors import UsageError
from tests.check.running import HEAD, TODAY, load


def found(name: str, code: str = "PER006") -> Finding:
    return Finding(code=code, level="info", message="m", item=name, input="horizon")


A, B = found("a"), found("b")


def test_only_new_findings_are_reported() -> None:
    result = compare((A, B), baseline_of((A,)), codes=("PER006",))
    assert (result.new, result.held, result.gone) == ((B,), 1, ())


def test_of_the_same_finding_the_one_too_many_is_new() -> None:
    result = compare((A, A, A), baseline_of((A, A)), codes=("PER006",))
    assert (result.new, result.held) == ((A,), 2)


def test_an_entry_that_occurs_less_often_is_told_with_its_count() -> None:
    result = compare((A,), baseline_of((A, A, A, B)), codes=("PER006",))
    assert result.gone == (
        Gone(fingerprint="PER006:a:horizon", count=2),
        Gone(fingerprint="PER006:b:horizon", count=1),
    )


def test_an_entry_of_a_code_that_was_not_judged_is_left_alone() -> None:
    assert compare((), baseline_of((A,)), codes=("SEC001",)).gone == ()


def test_a_suppressed_finding_still_occurs() -> None:
    result = compare((), baseline_of((A,)), codes=("PER006",), accepted=(A,))
    assert result.gone == ()


def test_a_baseline_reads_well_in_a_diff() -> None:
    assert print_baseline(baseline_of((B, A, A))) == (
        '{\n  "schema_version": "1.0",\n  "findings": {\n'
        '    "PER006:a:horizon": 2,\n    "PER006:b:horizon": 1\n  }\n}\n'
    )


def test_a_printed_baseline_is_read_back() -> None:
    baseline = baseline_of((B, A, A))
    assert parse_baseline(print_baseline(baseline)) == baseline


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "{}",
        '{"version": "2.1.0", "runs": []}',
        '{"schema_version": "1.0"}',
        '{"findings": {}}',
        '{"schema_version": "1.0", "findings": {"a": "b"}}',
        '{"schema_version": "2.0", "findings": {}}',
        b"\xff",
    ],
)
def test_what_is_no_baseline_is_refused_by_name(text: str | bytes) -> None:
    with pytest.raises(UsageError, match=r"old\.json"):
        parse_baseline(text, "old.json")


def test_a_later_minor_version_is_read() -> None:
    text = '{"schema_version": "1.7", "findings": {}, "more": 1}'
    assert parse_baseline(text).findings == {}


def test_a_baseline_is_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    write_baseline(path, baseline_of((A,)))
    assert read_baseline(path) == baseline_of((A,))


def test_a_file_that_is_not_there_is_refused_with_how_to_write_it(
    tmp_path: Path,
) -> None:
    with pytest.raises(UsageError, match="no such file") as caught:
        read_baseline(tmp_path / "none.json")
    assert "--write-baseline" in caught.value.hint


def test_a_pipe_is_not_told_to_be_missing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "baseline.json")
    with pytest.raises(UsageError, match="is not a regular file"):
        read_baseline(tmp_path / "baseline.json")


def test_a_baseline_behind_a_link_is_written_where_the_link_leads(
    tmp_path: Path,
) -> None:
    link = tmp_path / "link.json"
    link.symlink_to("baseline.json")
    write_baseline(link, baseline_of((A,)))
    assert link.is_symlink()
    assert read_baseline(tmp_path / "baseline.json") == baseline_of((A,))


def test_a_baseline_can_be_written_to_a_device() -> None:
    write_baseline("/dev/null", baseline_of((A,)))
    assert Path("/dev/null").is_char_device()


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        write_baseline(tmp_path / "none" / "baseline.json", Baseline())


def test_a_check_against_its_own_baseline_is_clean(tmp_path: Path) -> None:
    text = HEAD + '[items.letter]\nlike = "draft"\n'
    catalogue = load(tmp_path, text)
    decisions = decide(catalogue)
    before = check(catalogue, decisions, today=TODAY)
    assert before.findings != ()
    held = baseline_of(before.findings)
    moved = load(tmp_path, "# a line above\n" + text)
    after = check(moved, decisions, today=TODAY, baseline=held, fail_on="info")
    assert (after.findings, after.baselined, after.failed) == ((), 1, False)
    assert "PER006" not in after.passed
