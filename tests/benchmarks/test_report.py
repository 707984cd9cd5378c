from __future__ import annotations

import json

import pytest

from benchmarks.__main__ import main
from benchmarks.calibration import calibrated
from benchmarks.report import as_json, as_list, as_table, document_of
from benchmarks.runner import Measured
from benchmarks.summary import summarise
from tests.benchmarks.areas import TOY

SAMPLES = {"ours": (0.001, 0.001), "peer": (0.004, 0.004), "hits": (2.0, 2.0)}
AREAS = {"toy": TOY}


def measured(*, calibration: float = 1.0) -> Measured:
    results = [summarise(f, SAMPLES, calibration=calibration) for f in TOY.figures]
    return Measured(area=TOY, results=tuple(results), calibration=calibrated([0.1]))


def test_the_document_has_the_figures_by_name_and_where_they_were_measured() -> None:
    document = document_of([measured()])
    assert {name: document[name] for name in ("toy_ms", "toy_vs_peer")} == {
        "toy_ms": 1.0,
        "toy_vs_peer": 0.25,
    }
    assert isinstance(document["calibration"], float)
    assert document["peers"] == {"a peer": "1.0"}
    assert document["versions"].keys() == {"stateroom", "msgspec", "no-such-package"}  # type: ignore[attr-defined]  # a mapping, as the next line says
    assert document["machine"].keys() == {"cores", "cpu", "os", "python"}  # type: ignore[attr-defined]  # see above


def test_the_document_says_of_each_target_whether_it_is_met() -> None:
    targets = document_of([measured(calibration=2.0)])["targets"]
    assert targets == {
        "toy_ms": {"at_most": 2, "at_most_here": 4, "is_met": True},
        "toy_vs_peer": {"at_most": 0.5, "at_most_here": 0.5, "is_met": True},
        "toy_hits": {"at_least": 3, "at_least_here": 3, "is_met": False},
    }


def test_the_document_is_json() -> None:
    document = document_of([measured()])
    assert json.loads(as_json(document)) == document


def test_the_table_fits_80_columns_and_says_met_or_missed() -> None:
    lines = as_table(measured()).splitlines()
    rows = {line.split()[0]: line for line in lines if line.startswith("toy_")}
    assert max(map(len, lines)) <= 80
    assert "at most 2 " in rows["toy_ms"]
    assert " met " in rows["toy_ms"]
    assert " missed " in rows["toy_hits"]
    assert "met" not in rows["toy_beyond_us"]


def test_the_list_has_a_line_for_each_area() -> None:
    lines = as_list([TOY]).splitlines()
    assert "  toy        an area for tests" in lines


def test_without_an_area_the_command_lists_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([], areas=AREAS) == 0
    assert "an area for tests" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["toy", "all"])
def test_the_command_prints_json_alone_and_its_progress_elsewhere(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name, "--json", "--rounds", "1"], areas=AREAS) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["toy_hits"] == 3
    assert "toy: round 1 of 1" in printed.err


def test_a_calibration_is_printed_with_its_reference(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["calibrate", "--json", "--rounds", "1"], areas=AREAS) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["calibration"] > 0
    assert document["reference"].keys() == {"seconds", "machine", "python"}


@pytest.mark.parametrize("arguments", [["nonsense"], ["toy", "--rounds", "0"]])
def test_what_cannot_be_measured_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(arguments, areas=AREAS)
    assert refused.value.code == 2
    assert "usage: python -m benchmarks" in capsys.readouterr().err
