"""What is generated is complete: whatever the program knows stands on its page."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from docs import generate
from docs.making import codes, commands, flowchart, rules, seed, shapes
from stateroom.catalogue.codes import CODES, FAMILIES
from stateroom.catalogue.impossible import IMPOSSIBLE
from stateroom.catalogue.inputs import INPUTS
from stateroom.catalogue.item import build_item
from stateroom.catalogue.presets import PRESETS
from stateroom.catalogue.reading import declare
from stateroom.cli.commands import COMMANDS
from stateroom.cli.settings import SETTINGS
from stateroom.decide.properties import PROPERTIES
from stateroom.decide.ruleset import KINDS, PLACES
from stateroom.decide.rulesets import load_ruleset
from stateroom.decide.tiers import tiers_table
from tests.docs.story import ROOT

DOCS = ROOT / "docs"
WRITTEN = sorted(path for path in DOCS.rglob("*.md"))
NAMES = re.compile(r"`([^`]+)`")


def text_of(name: str) -> str:
    return generate.FRAGMENTS[name]()


def first_cells(text: str) -> list[str]:
    """Return the code in the first cell of every row of every table."""
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def headings(text: str) -> list[str]:
    return re.findall(r"^### (\S+?):? ", text, re.MULTILINE)


def test_every_text_is_asked_for_by_some_page() -> None:
    asked = {
        name
        for path in WRITTEN
        for name in generate.MARK.findall(path.read_text("utf-8"))
    }
    assert asked == set(generate.FRAGMENTS)


@pytest.mark.parametrize("name", generate.FRAGMENTS)
def test_every_text_says_something_and_the_same_each_time(name: str) -> None:
    text = text_of(name)
    assert len(text) > 80
    assert text == text_of(name)


@pytest.mark.parametrize("name", generate.FRAGMENTS)
def test_every_row_of_a_table_has_as_many_cells_as_its_head(name: str) -> None:
    for table in re.findall(r"(?:^\|.*\|\n)+", text_of(name), re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
        assert len(widths) == 1, table


def test_a_page_that_asks_for_what_is_not_made_is_refused() -> None:
    with pytest.raises(KeyError, match="nothing is generated under the name 'news'"):
        generate.filled("<!-- generated: news -->\n")


def test_a_page_is_filled_where_it_asks_and_nowhere_else() -> None:
    quoted = "`<!-- generated: kinds -->`"
    text = generate.filled(f"before {quoted}\n<!-- generated: kinds -->\nafter\n")
    assert text == f"before {quoted}\n{text_of('kinds').rstrip()}\nafter\n"


class TestCatalogue:
    def test_every_input_has_its_row_with_its_values(self) -> None:
        text = text_of("inputs")
        assert first_cells(text) == list(INPUTS)
        for each, row in zip(INPUTS.values(), text.splitlines()[2:], strict=True):
            assert set(each.values) <= set(NAMES.findall(row))

    def test_every_value_of_a_choice_is_explained(self) -> None:
        text = text_of("input-values")
        for each in INPUTS.values():
            for value, words in each.values.items():
                assert f"| `{value}` | {words} |" in text

    def test_every_preset_is_there_and_declares_itself(self) -> None:
        text = text_of("presets")
        assert headings(text) == list(PRESETS)
        for name in PRESETS:
            section = text.partition(f"### {name} ")[2].partition("\n### ")[0]
            told = re.findall(r"^\| `(\w+)` \| `(.+)` \|$", section, re.MULTILINE)
            said = declare(name, **tomllib.loads("\n".join(map(" = ".join, told))))
            filled_in = build_item(name, {}, like=name)
            for key in said.given:
                assert (key, said.value(key)) == (key, filled_in.value(key))
            assert said.given == set(PRESETS[name].inputs)

    def test_every_impossible_combination_is_told_with_its_mend(self) -> None:
        text = text_of("impossible")
        for each in IMPOSSIBLE:
            assert f"| {each.because} | {each.mend} |" in text


class TestRules:
    def test_every_block_row_and_overlay_has_its_reason(self) -> None:
        ours, text = load_ruleset(), text_of("rules")
        assert headings(text) == [row.id for row in (*ours.rows, *ours.overlays)]
        for block in ours.blocks:
            assert f"## {block.name}\n\n{block.about}" in text
        for row in (*ours.rows, *ours.overlays):
            assert row.because[1:].rstrip(".") in text

    def test_every_condition_of_every_row_is_said(self) -> None:
        ours, text = load_ruleset(), text_of("rules")
        for block in ours.blocks:
            part = text.partition(f"## {block.name}\n")[2].partition("\n## ")[0]
            asked = {name for row in block.rows for when in row.when for name in when}
            assert [name for name in asked if name not in part] == []

    def test_the_cells_that_rows_decide_add_up_to_all_that_are_possible(self) -> None:
        numbers = re.findall(r"^Decides ([\d,]+) cells", text_of("rules"), re.MULTILINE)
        told = sum(int(number.replace(",", "")) for number in numbers)
        assert told == rules.proof().possible

    def test_every_row_is_in_the_flowchart_and_in_its_source(self) -> None:
        drawn, source = flowchart.drawn(), flowchart.source()
        for row in (*load_ruleset().rows, *load_ruleset().overlays):
            assert f"[{row.id}](rules.md#{row.id})" in drawn
            assert f"row_{row.id}" in source

    def test_a_row_that_a_page_names_is_in_the_table(self) -> None:
        ours = {row.id for row in (*load_ruleset().rows, *load_ruleset().overlays)}
        pages = [path for path in WRITTEN if path.parent.name != "decisions"]
        named = {
            row
            for path in pages
            for row in re.findall(r"\b[TC]\d\d\b", path.read_text("utf-8"))
        }
        assert named - ours == {"T29"}  # the row that a how-to adds

    def test_every_property_is_told_with_what_it_promises(self) -> None:
        text = text_of("properties")
        assert headings(text) == [each.name for each in PROPERTIES]
        for each in PROPERTIES:
            assert each.statement[1:] in text
            assert each.why[1:] in text

    def test_the_proof_has_found_nothing(self) -> None:
        assert rules.proof().is_clean
        held = f"{len(PROPERTIES)} of {len(PROPERTIES)} safety properties hold"
        assert held in text_of("space")

    def test_every_column_is_told(self) -> None:
        columns = load_ruleset().columns
        assert first_cells(text_of("columns")) == [each.name for each in columns]


class TestSeed:
    def test_the_flowchart_agrees_with_30_contradicts_14_and_is_silent_on_7(
        self,
    ) -> None:
        counts = seed.agreement().by_tiers
        assert (counts["same"], counts["differs"], counts["silent"]) == (30, 14, 7)
        assert "agrees with 30, contradicts 14 and is silent on 7" in text_of(
            "seed-summary"
        )

    def test_the_numbers_are_typed_nowhere_in_the_documentation(self) -> None:
        pages = [path for path in WRITTEN if "seed" in path.read_text("utf-8").lower()]
        typed = re.compile(r"\b30\b.{0,60}\b14\b.{0,60}\b7\b", re.DOTALL)
        assert [p.name for p in pages if typed.search(p.read_text("utf-8"))] == []

    def test_the_table_has_every_example_once_and_adds_up(self) -> None:
        rows = text_of("seed-table").splitlines()[2:]
        words = [row.rsplit(" | ", 1)[1].strip(" |*") for row in rows]
        assert len(rows) == len(seed.agreement().items) == 51
        assert [words.count(word) for word in ("agrees", "contradicts", "silent")] == [
            30,
            14,
            7,
        ]

    def test_every_changed_cell_is_counted(self) -> None:
        text = text_of("seed-cells")
        total = re.search(r"cells, ([\d,]+) \(", text)
        rows = re.findall(r"^\| ([\d,]+) \|", text, re.MULTILINE)
        rest = re.search(r"And ([\d,]+) cells", text)
        told = [*rows, rest[1] if rest else "0"]
        assert total is not None
        assert sum(int(each.replace(",", "")) for each in told) == int(
            total[1].replace(",", "")
        )


class TestCodes:
    def test_every_code_is_listed_once_under_its_family(self) -> None:
        text = codes.index()
        listed = re.findall(r"^\| \[(\w+)\]\(findings/\1\.md\) \|", text, re.MULTILINE)
        families = re.findall(r"^## (\w{3}): ", text, re.MULTILINE)
        assert sorted(listed) == sorted(CODES)
        assert families == list(FAMILIES)

    def test_every_code_has_its_page(self) -> None:
        pages = generate.pages()
        assert list(pages) == [f"reference/findings/{code}.md" for code in CODES]
        for code, text in zip(CODES, pages.values(), strict=True):
            assert text.startswith(f"# {code}: {CODES[code].title}\n")

    def test_a_code_that_a_page_names_exists(self) -> None:
        pattern = re.compile(rf"\b(?:{'|'.join(FAMILIES)})\d{{3}}\b")
        named = {
            code
            for path in WRITTEN
            for code in pattern.findall(path.read_text("utf-8"))
        }
        assert named - set(CODES) == set()


class TestCommands:
    def test_every_command_is_told_by_its_own_help(self) -> None:
        text = text_of("commands")
        told = re.findall(r"^## stateroom ?(\w*) \{", text, re.MULTILINE)
        assert told == ["", *COMMANDS]
        for name in COMMANDS:
            assert f"Usage: stateroom {name} " in text

    @pytest.mark.parametrize("name", COMMANDS)
    def test_help_fits_80_columns_and_has_an_example(self, name: str) -> None:
        text = commands.help_of(name)
        assert [line for line in text.splitlines() if len(line) > 80] == []
        assert f"    stateroom {name}" in text or name in ("schema", "tiers")

    def test_every_setting_is_told(self) -> None:
        assert first_cells(text_of("settings")) == list(SETTINGS)

    def test_a_command_that_a_page_runs_exists(self) -> None:
        named = {
            word
            for path in WRITTEN
            for word in re.findall(r"`stateroom ([a-z]+)", path.read_text("utf-8"))
        }
        assert named - set(COMMANDS) == set()


class TestPlaces:
    def test_every_place_and_kind_is_told(self) -> None:
        assert first_cells(text_of("places")) == list(PLACES)
        assert first_cells(text_of("kinds")) == list(KINDS)

    def test_every_place_that_is_described_stands_there_at_length(self) -> None:
        text = text_of("tiers") + text_of("other-places")
        assert sorted(headings(text)) == sorted(each.name for each in tiers_table())
        for each in tiers_table():
            assert each.used_for in text


class TestShapes:
    @pytest.mark.parametrize(
        "shape", [*shapes.DECISION, *shapes.LOCK], ids=lambda shape: shape.__name__
    )
    def test_every_field_is_told_and_described(
        self, shape: type[msgspec.Struct]
    ) -> None:
        text = text_of("decision-json") + text_of("lock-shape")
        section = text.partition(f"### {shape.__name__} ")[2].partition("\n### ")[0]
        fields = [each.encode_name for each in msgspec.structs.fields(shape)]
        assert first_cells(section) == fields
        assert re.findall(r"\|  \|$", section, re.MULTILINE) == []

    def test_every_type_that_is_named_is_described(self) -> None:
        text = text_of("decision-json") + text_of("lock-shape")
        anchors = set(re.findall(r"\(#(\w+)\)", text))
        assert anchors <= set(re.findall(r"\{ #(\w+) \}", text))

    def test_nothing_of_python_is_said_of_a_document(self) -> None:
        assert "None" not in text_of("decision-json")


def test_no_page_names_a_folder_of_some_machine() -> None:
    places = re.compile(r"/(?:home|Users|work|tmp|root|opt)/")
    texts: dict[Path | str, str] = {
        path: path.read_text("utf-8") for path in WRITTEN
    } | {name: text_of(name) for name in generate.FRAGMENTS}
    assert [name for name, text in texts.items() if places.search(text)] == []
