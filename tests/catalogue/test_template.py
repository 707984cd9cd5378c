"""The catalogue to begin with: it loads, shows everything, and reads well."""

from __future__ import annotations

import re
import tomllib

import pytest

from stateroom.catalogue import INPUTS, PRESETS, Input, read_catalogue, template
from stateroom.errors import InvalidValue

UNCOMMENTED = re.compile(r"^# (?=[a-z_]+ = |\[)", re.MULTILINE)


def test_it_loads_with_one_item_per_preset() -> None:
    found = read_catalogue(tomllib.loads(template("careers")))
    assert found.app.name == "careers"
    assert [each.like for each in found.items.values()] == list(PRESETS)


def test_it_loads_with_every_comment_that_is_a_line_of_toml_taken_in() -> None:
    text = UNCOMMENTED.sub("", template())
    found = read_catalogue(tomllib.loads(text))
    assert all(each.given for each in found.items.values())
    assert found.items["job-search"].override is not None
    assert [each.item for each in found.suppressions] == ["cover-letter"]


def test_every_line_that_may_be_taken_in_changes_what_the_preset_says() -> None:
    found = read_catalogue(tomllib.loads(UNCOMMENTED.sub("", template())))
    for item in found.items.values():
        preset = PRESETS[str(item.like)].inputs
        assert all(item.value(name) != preset.get(name) for name in item.given)


@pytest.mark.parametrize("question", INPUTS.values(), ids=lambda each: each.name)
def test_the_legend_explains_each_input_and_its_values(question: Input) -> None:
    legend = template().partition("[app]")[0]
    assert f"# {question.name}: " in legend
    for value, meaning in question.values.items():
        assert re.search(
            rf"^#     {value} +{re.escape(meaning)}$", legend, re.MULTILINE
        )


@pytest.mark.parametrize("name", ["app", "x" * 32])
def test_no_line_is_wider_than_eighty_columns_or_ends_in_space(name: str) -> None:
    lines = template(name).splitlines()
    assert [line for line in lines if len(line) > 80 or line != line.rstrip()] == []


def test_it_ends_with_one_line_break() -> None:
    assert re.search(r"[^\n]\n\Z", template())


def test_a_name_that_no_application_can_have_is_refused_with_the_nearest() -> None:
    with pytest.raises(InvalidValue) as caught:
        template("My App")
    assert caught.value.hint == "my-app"
