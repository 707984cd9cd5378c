"""What the decision records say was measured, measured again."""

from __future__ import annotations

import itertools
import random
import re
import tomllib
from pathlib import Path

import pytest

from stateroom.cache.judging import refresh_lead_ms
from stateroom.cache.policy import Policy
from stateroom.catalogue.inputs import CHOICES
from stateroom.catalogue.item import build_item
from stateroom.decide.heat import HOUR, expected_hits
from stateroom.decide.parsing import read_ruleset
from stateroom.decide.placing import client_scope
from stateroom.decide.proof import prove
from tests.docs.story import ROOT

RECORDS = ROOT / "docs" / "decisions"
RULES = ROOT / "src" / "stateroom" / "decide" / "rules" / "stateroom.toml"
LONGEST = 75
"""Lines: a record is one page."""


def records() -> list[Path]:
    return sorted(RECORDS.glob("0*.md"))


def simulated_hits(reads_per_hour: float, life: float) -> float:
    """Return the share of 20,000 random reads that a copy of that life answers."""
    draw = random.Random(8)
    now, ends, hits = 0.0, -1.0, 0
    for _ in range(20_000):
        now += draw.expovariate(reads_per_hour / HOUR)
        hits += now < ends
        ends = ends if now < ends else now + life
    return hits / 20_000


def test_records_are_numbered_without_a_gap_and_all_listed() -> None:
    index = (RECORDS / "index.md").read_text("utf-8")
    listed = re.findall(r"^\| \[(\d{4})\]\((\1-\S+\.md)\)", index, re.MULTILINE)
    names = [path.name for path in records()]
    assert listed == [
        (f"{number:04}", name) for number, name in enumerate(names, start=1)
    ]


@pytest.mark.parametrize("path", records(), ids=lambda path: path.stem)
def test_a_record_is_one_page_with_its_parts(path: Path) -> None:
    text = path.read_text("utf-8")
    parts = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert [part for part in parts if part != "Considered"] == [
        "Context",
        "Decision",
        "Cost",
        "Measured how",
    ]
    assert len(text.splitlines()) <= LONGEST


@pytest.mark.parametrize(
    ("reads", "life", "share"),
    [(10, 300, 0.45), (10, 3600, 0.91), (60, 60, 0.5)],
)
def test_random_reads_hit_as_often_as_the_formula_says(
    reads: float, life: float, share: float
) -> None:
    assert expected_hits(reads, life) == pytest.approx(share, abs=0.01)
    assert simulated_hits(reads, life) == pytest.approx(share, abs=0.02)


def test_only_public_data_of_the_device_stays_when_a_user_signs_out() -> None:
    for audience, sensitivity, horizon in itertools.product(
        ("user", "group", "public"), CHOICES["sensitivity"], CHOICES["horizon"]
    ):
        facts = {"audience": audience, "sensitivity": sensitivity, "horizon": horizon}
        is_anybodys = audience == "public" or horizon in {"device", "reload"}
        stays = sensitivity == "public" and is_anybodys
        found = client_scope(build_item("record", dict(facts)))
        assert (facts, found) == (facts, "device" if stays else "user")


def test_secrets_before_what_is_free_would_bring_them_nearer_to_the_browser() -> None:
    document = tomllib.loads(RULES.read_text("utf-8"))
    blocks = document["blocks"]
    names = [block["name"] for block in blocks]
    free, secrets = names.index("computed"), names.index("secrets")
    assert free < secrets
    blocks[free], blocks[secrets] = blocks[secrets], blocks[free]
    verdicts = prove(read_ruleset(document)).properties
    broken = [each.name for each in verdicts if not each.held]
    assert broken == ["sensitivity-never-nears-the-browser"]


def test_jitter_shortens_a_life_by_a_tenth_at_most_and_never_lengthens_it() -> None:
    policy = Policy(ttl_ms=3_600_000)
    draws = [number / 1000 for number in range(1, 1001)]
    lives = [policy.lives(is_kept=True, draw=draw)[0] for draw in draws]
    assert (min(lives), max(lives)) == (3_240_000, 3_599_640)
    assert sum(lives) / len(lives) == pytest.approx(0.95 * 3_600_000, rel=0.001)


def test_what_takes_long_to_load_is_refreshed_earlier_in_proportion() -> None:
    draws = [number / 1000 for number in range(1, 1001)]
    leads = {
        cost: sum(refresh_lead_ms(cost, 1.0, draw) for draw in draws) / len(draws)
        for cost in (100, 1000)
    }
    assert leads[1000] == pytest.approx(10 * leads[100])
    assert leads[1000] == pytest.approx(1000, rel=0.01)
