"""`stateroom persist migrate` where transforms stand between state and storage."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.persisting import FILE, fill, newest, persist, record

APP = """
from dataclasses import dataclass, field

from stateroom.persist import create_transform, persist
from stateroom.store import Slice


@dataclass
class Roles:
    chosen: list[str] = field(default_factory=list)


def backwards(value, *_):
    return value[::-1]


def rename(state):
    return {"chosen": [*state["selected"], "Judge"]}


kept = persist(
    Slice("roles", Roles),
    version=2,
    migrations={2: rename},
    transforms=[create_transform(backwards, backwards)],
)
"""


@pytest.fixture(autouse=True)
def app(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the application, and forget it after the test."""
    (folder / "packing.py").write_text(APP)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setitem(sys.modules, "packing", sys)
    monkeypatch.delitem(sys.modules, "packing")


def test_they_are_undone_before_the_migration_and_done_again_after_it() -> None:
    fill(FILE, record(state={"selected": ["Nurse", "Cook"]}))
    assert persist("migrate", FILE, "--app", "packing:kept", "--write").status == 0
    assert newest(FILE).state == {"chosen": ["Judge", "Nurse", "Cook"]}
