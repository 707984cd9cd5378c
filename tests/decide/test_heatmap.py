"""The heat map: exact shares, every pair of answers, and views that fit their place."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections import Counter

import pytest

from stateroom.decide import load_ruleset
from stateroom.decide.heatmap import Heatmap, heatmap
from stateroom.decide.heatviews import HEAT_FORMATS, export_heatmap
from stateroom.decide.table import compile_table
from stateroom.errors import InvalidValue, UsageError

OURS = load_ruleset()
SEEDS = load_ruleset("seed-flowchart")
NAMES = tuple(column.name for column in OURS.columns)


def counted(down: str, across: str) -> dict[tuple[str, str], Counter[str]]:
    """The same by visiting every cell of the seed's flowchart, one by one."""
    table = compile_table(SEEDS)
    counts: dict[tuple[str, str], Counter[str]] = {}
    for cell in itertools.product(*(range(len(c.pieces)) for c in SEEDS.columns)):
        if table.is_possible(cell):
            said = table.outcome(cell)
            named = {
                column.name: column.pieces[piece]
                for column, piece in zip(SEEDS.columns, cell, strict=True)
            }
            tiers = " + ".join(said.tiers) or ("none" if said.row else "silent")
            counts.setdefault((named[down], named[across]), Counter())[tiers] += 1
    return counts


@pytest.mark.parametrize("ruleset", ["stateroom", "seed-flowchart"])
def test_the_shares_of_a_cell_add_up_to_one(ruleset: str) -> None:
    for cell in heatmap(load_ruleset(ruleset)).cells:
        wanted = pytest.approx(1.0 if cell.possible else 0.0)
        assert sum(cell.tiers.values()) == wanted
        assert sum(cell.homes.values()) == wanted


def test_shares_are_those_of_visiting_every_cell() -> None:
    counts = counted("horizon", "audience")
    for cell in heatmap(SEEDS).cells:
        wanted = counts.get((cell.down, cell.across), Counter())
        assert cell.possible == wanted.total()
        assert cell.tiers == {
            tiers: pytest.approx(n / wanted.total()) for tiers, n in wanted.items()
        }


def test_the_cells_of_any_two_questions_cover_the_same_space() -> None:
    totals = {
        sum(cell.possible for cell in heatmap(OURS, down=one, across=other).cells)
        for one, other in itertools.pairwise(NAMES)
    }
    assert len(totals) == 1


def test_what_cannot_be_is_impossible_and_not_zero() -> None:
    cells = {(cell.down, cell.across): cell for cell in heatmap(OURS).cells}
    assert cells["account", "tab"].possible == 0
    assert cells["account", "tab"].most is None


def test_a_given_answer_narrows_every_cell() -> None:
    secret = heatmap(OURS, given={"sensitivity": "regulated"})
    assert {tiers for cell in secret.cells for tiers in cell.tiers} == {"none"}
    assert secret.given == {"sensitivity": "regulated"}


def test_answers_are_given_as_an_item_holds_them_or_as_rules_print_them() -> None:
    held = {"size": 20_000, "staleness": 60, "offline": True, "hit_ratio": 0.9}
    printed = heatmap(OURS, given=held).given
    assert heatmap(OURS, given=dict(printed)).cells == heatmap(OURS, given=held).cells
    assert printed["staleness"] == "bounded"


def test_a_question_is_asked_once() -> None:
    with pytest.raises(UsageError, match="each question once"):
        heatmap(OURS, down="cost", across="cost")
    with pytest.raises(UsageError, match="each question once"):
        heatmap(OURS, given={"horizon": "device"})


def test_an_unknown_column_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="has no column horizn") as caught:
        heatmap(OURS, down="horizn")
    assert caught.value.hint == "did you mean horizon?"


def test_an_answer_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidValue, match="not an answer to audience"):
        heatmap(OURS, given={"audience": "everybody"}, across="cost")


@pytest.mark.parametrize("names", [*itertools.permutations(NAMES, 2)], ids="-".join)
def test_the_text_fits_a_terminal(names: tuple[str, str]) -> None:
    text = export_heatmap(heatmap(OURS, down=names[0], across=names[1]))
    assert max(map(len, text.splitlines())) <= 80


def test_the_text_shows_letters_with_their_shares() -> None:
    text = export_heatmap(heatmap(SEEDS), "text")
    assert "device   x                P  100%          R   67%" in text
    assert "? no row decides  x impossible" in text


def test_the_csv_has_every_share_and_every_impossible_pair() -> None:
    found = heatmap(OURS)
    rows = list(csv.DictReader(io.StringIO(export_heatmap(found, "csv"))))
    shares = {(r["horizon"], r["audience"], r["tiers"]): r["share"] for r in rows}
    for cell in found.cells:
        for tiers, share in (cell.tiers or {"impossible": 0.0}).items():
            assert shares[cell.down, cell.across, tiers] == f"{share:.6f}"


def test_the_json_has_a_version_and_the_same_numbers() -> None:
    found = heatmap(OURS)
    document = json.loads(export_heatmap(found, "json"))
    assert document["schema_version"] == "1.0"
    assert document["lines"][0][0]["tiers"] == found.lines[0][0].tiers
    assert document["ruleset"] == {"name": "stateroom", "hash": OURS.hash}


def test_the_diagram_has_a_cell_for_each_pair_and_says_what_its_colour_says() -> None:
    found: Heatmap = heatmap(OURS)
    diagram = export_heatmap(found, "mermaid")
    assert diagram.startswith("block-beta\ncolumns 5\n")
    for cell in found.cells:
        assert f"cell_{cell.down}_at_{cell.across}[" in diagram
    assert 'cell_account_at_tab["impossible"]' in diagram


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UsageError, match="there is no format jsn") as caught:
        export_heatmap(heatmap(SEEDS), "jsn")
    assert caught.value.hint == "did you mean json?"
    assert set(HEAT_FORMATS) == {"text", "markdown", "csv", "json", "mermaid"}
