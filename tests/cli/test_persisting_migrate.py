"""`stateroom persist migrate`: what an application's migrations make of its data."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from stateroom.persist.records import Record, encode_record
from tests.cli.persisting import (
    AT,
    DIRECTORY,
    DRAFTS,
    FILE,
    ROLES,
    document,
    each_place,
    fill,
    flat,
    newest,
    persist,
    record,
    rows,
    scribble,
    stored,
)
from tests.cli.running import on_terminal, uncoloured

APP = """
from dataclasses import dataclass, field

from stateroom.persist.declaring import persist
from stateroom.store import Slice, Store


@dataclass
class Roles:
    chosen: list[str] = field(default_factory=list)


@dataclass
class Drafts:
    title: str = ""


def rename(state):
    print("renaming")
    state["chosen"] = state.pop("selected")
    return state


def fail(state):
    return state["body"]


def grow(state):
    return {"chosen": ["x" * 1000]}


def wrap(state):
    return {"value": state["selected"]}


def names() -> list[str]:
    return []


roles, drafts = Slice("roles", Roles), Slice("drafts", Drafts)
kept = persist(roles, version=2, migrations={2: rename})
failing = persist(drafts, scope="user", version=2, migrations={2: fail})
both = [kept, failing]
store = Store(*both)
unfit = persist(roles, version=2, migrations={2: lambda state: {"chosen": 5}})
large = persist(roles, version=2, migrations={2: grow}, budget=500)
old = persist(roles, version=1)
down = persist(roles, version=1, downgrades={2: lambda state: {"chosen": []}})
busted = persist(roles, version=2, migrations={2: rename}, buster="b2")
for_users = persist(roles, version=2, migrations={2: rename}, scope="user")
whole = persist(Slice("roles", names), version=2, migrations={2: wrap})
"""


@pytest.fixture(autouse=True)
def app(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the application, and forget it after the test."""
    (folder / "careers.py").write_text(APP)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setitem(sys.modules, "careers", sys)
    monkeypatch.delitem(sys.modules, "careers")


def migrate(place: str, name: str, *words: str, status: int = 0) -> dict[str, object]:
    """Return what programs are told of the one record."""
    words = ("migrate", place, "--app", f"careers:{name}", *words)
    (row,) = rows(document(*words, status=status))
    return row


@each_place
def test_it_shows_what_would_change_and_writes_nothing(place: str) -> None:
    fill(place, record())
    before = stored(place, ROLES)
    done = persist("migrate", place, "--app", "careers:kept")
    assert done.status == 1
    assert f"{ROLES}: version 1 -> 2\n" in done.out
    assert '\n-  "selected": [\n+  "chosen": [\n' in done.out
    assert done.out.endswith(f"{place}: 1 would be migrated.\n")
    assert stored(place, ROLES) == before


@each_place
def test_it_writes_when_that_is_said_and_keeps_the_one_before(place: str) -> None:
    fill(place, record(revision=5, until=10**15))
    row = migrate(place, "kept", "--write")
    assert (row["outcome"], row["stored"], row["wanted"]) == ("migrated", 1, 2)
    found = newest(place)
    assert (found.state, found.version) == ({"chosen": ["Cook"]}, 2)
    assert (found.revision, found.at, found.until) == (6, AT, 10**15)
    assert stored(place, ROLES).previous == encode_record(
        record(revision=5, until=10**15)
    )
    assert migrate(place, "kept")["outcome"] == "same"


def test_what_a_migration_prints_is_no_part_of_the_answer() -> None:
    fill(FILE, record())
    done = persist("migrate", FILE, "--app", "careers:kept")
    assert ("renaming" in done.out, "renaming" in done.err) == (False, True)


@each_place
def test_a_failed_migration_names_slice_version_and_error(place: str) -> None:
    fill(place, record(), record(DRAFTS, {"title": "x"}, owner="7"))
    done = persist("migrate", place, "--app", "careers:both", "--write")
    assert done.status == 1
    told = f"{DRAFTS}: drafts: what is stored does not fit and is left as it is: "
    assert f"{told}from version 1 to 2: fail failed: " in flat(done.out)
    assert "KeyError('body')" in done.out
    assert "1 migrated, 1 with a problem, as it was." in done.out
    assert (newest(place, DRAFTS).version, newest(place).version) == (1, 2)


PROBLEMS = [
    ("unfit", record(), "stored does not fit"),
    ("large", record(), "it would have 1,"),
    ("old", record(version=2), "a newer release stored it as version 2"),
    ("whole", record(state={"a": 1}), "wrap failed: KeyError('selected')"),
]


@pytest.mark.parametrize(
    ("name", "there", "told"), PROBLEMS, ids=lambda each: str(each)[:8]
)
def test_what_the_application_could_not_use_is_a_problem(
    name: str, there: Record, told: str
) -> None:
    fill(FILE, there)
    before = stored(FILE, ROLES)
    row = migrate(FILE, name, "--write", status=1)
    assert (row["outcome"], told in str(row["reason"])) == ("problem", True)
    assert stored(FILE, ROLES) == before


@each_place
def test_damaged_records_are_a_problem_and_stay(place: str) -> None:
    good = encode_record(record())
    scribble(place, (ROLES, good), (ROLES, good[:-1]))
    row = migrate(place, "kept", "--write", status=1)
    assert row["stored"] is None
    assert "its newest generation: the record is damaged" in str(row["reason"])
    assert stored(place, ROLES).current == good[:-1]


@pytest.mark.parametrize(
    ("name", "there", "told"),
    [
        ("kept", record(until=AT), "past its retention"),
        ("busted", record(), "under the buster ''"),
    ],
)
def test_what_the_application_would_not_read_is_left_alone(
    name: str, there: Record, told: str
) -> None:
    fill(FILE, there)
    row = migrate(FILE, name, "--write")
    assert (row["outcome"], told in str(row["reason"])) == ("unused", True)


def test_what_is_purged_is_left_alone() -> None:
    fill(FILE, record())
    persist("purge", FILE, "--all", "--yes")
    assert migrate(FILE, "kept", "--write")["reason"] == "it is purged"


def test_a_downgrade_is_tried_too() -> None:
    fill(FILE, record(version=2))
    assert migrate(FILE, "down", "--write")["outcome"] == "migrated"
    assert (newest(FILE).version, newest(FILE).state) == (1, {"chosen": []})


def test_fields_can_become_one_value() -> None:
    fill(FILE, record())
    migrate(FILE, "whole", "--write")
    assert (newest(FILE).is_whole, newest(FILE).state) == (True, ["Cook"])


@each_place
def test_records_of_other_slices_and_scopes_are_counted_only(place: str) -> None:
    fill(place, record(), record(DRAFTS, owner="7"))
    told = document("migrate", place, "--app", "careers:for_users")
    assert (told["records"], told["others"]) == ([], 2)
    text = persist("migrate", place, "--app", "careers:for_users").out
    assert text == f"{place}: nothing of these slices.\n2 of other slices.\n"


@pytest.mark.parametrize("name", ["both", "store"])
def test_a_list_and_a_store_name_all_their_slices(name: str) -> None:
    fill(FILE, record(), record(DRAFTS, owner="7"))
    told = document("migrate", FILE, "--app", f"careers:{name}", status=1)
    assert [row["key"] for row in rows(told)] == [ROLES, DRAFTS]


MISTAKES = [
    ("careers", "is not MODULE:NAME"),
    ("careers:", "is not MODULE:NAME"),
    ("nowhere:x", "there is no module nowhere here"),
    ("careers.inner:x", "there is no module careers.inner here"),
    ("careers:nothing", "has no attribute 'nothing'"),
    ("careers:roles", "is Slice, in which nothing is kept"),
    ("careers:APP", "has no attribute 'APP'"),
    ("careers:rename", "is function, in which nothing is kept"),
    ("broken:x", "importing broken failed: ZeroDivisionError: division by zero"),
    ("leaving:x", "importing leaving failed: SystemExit: 3"),
    ("needing:x", "importing needing failed: ModuleNotFoundError: No module named"),
]


@pytest.mark.parametrize(("app_name", "told"), MISTAKES, ids=lambda each: each[:12])
def test_an_application_that_cannot_be_used_is_told(app_name: str, told: str) -> None:
    fill(FILE, record())
    Path("broken.py").write_text("1 / 0")
    Path("leaving.py").write_text("raise SystemExit(3)")
    Path("needing.py").write_text("import not_installed_here")
    done = persist("migrate", FILE, "--app", app_name)
    assert (done.status, done.out, told in done.err) == (2, "", True)
    assert len(done.err.splitlines()) <= 2


def test_the_application_must_be_named() -> None:
    fill(FILE, record())
    done = persist("migrate", FILE)
    assert (done.status, "--app" in done.err) == (2, True)


def test_a_diff_is_coloured_on_a_terminal_and_steers_it_nowhere() -> None:
    fill(DIRECTORY, record(state={"selected": ["\x1b]0;owned\x07\u202e"]}))
    done = on_terminal("persist", "migrate", DIRECTORY, "--app", "careers:kept")
    assert (done.status, "\x1b[32m+" in done.out) == (1, True)
    assert [each for each in "\x07\u202e" if each in done.out] == []
    assert '"\\u001b]0;owned\\u0007\\u202e"' in uncoloured(done.out)
