"""Snapshots of state: compared always, written only when asked, never in CI."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from stateroom.errors import NotPlain, UsageError
from stateroom.store import Slice, Store
from stateroom.testing import assert_snapshot
from stateroom.testing.snapshots import UPDATE


@dataclass
class Roles:
    selected: list[str] = field(default_factory=list)
    since: date = date(2026, 1, 31)


roles = Slice("roles", Roles)


@roles.reducer
def select(state: Roles, role: str) -> None:
    state.selected.append(role)


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks for an update, and this is no CI, whatever runs these tests."""
    monkeypatch.delenv(UPDATE, raising=False)
    monkeypatch.delenv("CI", raising=False)


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The snapshot of a store in which a nurse is selected."""
    with monkeypatch.context() as patch:
        patch.setenv(UPDATE, "1")
        assert_snapshot(store_of("nurse"), "roles", folder=tmp_path / "kept")
    return tmp_path / "kept" / "roles.json"


def store_of(*selected: str) -> Store:
    store = Store(roles)
    for role in selected:
        store.dispatch(select(role))
    return store


def test_a_snapshot_is_the_plain_form_of_the_whole_state(written: Path) -> None:
    text = written.read_text("utf-8")
    assert json.loads(text) == {"roles": {"selected": ["nurse"], "since": "2026-01-31"}}
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n"


def test_the_same_state_passes(written: Path) -> None:
    assert_snapshot(store_of("nurse"), "roles", folder=written.parent)


def test_another_state_is_told_as_a_difference(written: Path) -> None:
    with pytest.raises(AssertionError) as check:
        assert_snapshot(store_of("nurse", "doctor"), "roles", folder=written.parent)
    told = str(check.value).splitlines()
    assert told[0] == f"the state is not that of {written}:"
    assert '+      "doctor"' in told
    assert told[-1] == f"to take it, set {UPDATE}=1, where CI is not set"


def test_a_snapshot_that_is_not_there_is_asked_for_and_not_written(
    tmp_path: Path,
) -> None:
    with pytest.raises(AssertionError, match=f"to write it, set {UPDATE}=1"):
        assert_snapshot(store_of(), "roles", folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_update_writes_the_state_of_now(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(UPDATE, "1")
    assert_snapshot(store_of("doctor"), "roles", folder=written.parent)
    monkeypatch.delenv(UPDATE)
    assert_snapshot(store_of("doctor"), "roles", folder=written.parent)


@pytest.mark.parametrize("said", ["", "0", "no"])
def test_only_a_clear_yes_updates(
    said: str, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(UPDATE, said)
    with pytest.raises(AssertionError):
        assert_snapshot(store_of("doctor"), "roles", folder=written.parent)


def test_in_ci_a_snapshot_is_compared_whatever_is_asked(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = written.read_bytes()
    monkeypatch.setenv(UPDATE, "1")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(AssertionError, match="the state is not that of"):
        assert_snapshot(store_of("doctor"), "roles", folder=written.parent)
    with pytest.raises(AssertionError, match="there is no snapshot"):
        assert_snapshot(store_of("doctor"), "new", folder=written.parent)
    assert written.read_bytes() == before
    assert list(written.parent.iterdir()) == [written]


def test_the_layout_of_a_snapshot_makes_no_difference(written: Path) -> None:
    written.write_text(json.dumps(json.loads(written.read_text())))
    assert_snapshot(store_of("nurse"), "roles", folder=written.parent)


def test_what_equals_in_python_and_not_in_json_is_a_difference(tmp_path: Path) -> None:
    (tmp_path / "flag.json").write_text('{"flag": 1}')
    with pytest.raises(AssertionError, match="the state is not that of"):
        assert_snapshot({"flag": True}, "flag", folder=tmp_path)


def test_a_snapshot_that_is_not_json_is_told(written: Path) -> None:
    written.write_text("<<<<<<< ours\n{}")
    with pytest.raises(AssertionError, match=r"roles\.json: is not JSON"):
        assert_snapshot(store_of("nurse"), "roles", folder=written.parent)


def test_a_part_of_the_state_has_a_snapshot_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(UPDATE, "1")
    assert_snapshot(store_of("nurse")[roles], "part", folder=tmp_path)
    assert json.loads((tmp_path / "part.json").read_text())["selected"] == ["nurse"]


def test_a_state_without_a_plain_form_is_told_with_its_path(tmp_path: Path) -> None:
    store = Store(lambda state, action: {"job": {"run": print}})
    with pytest.raises(NotPlain) as error:
        assert_snapshot(store, "jobs", folder=tmp_path)
    assert "run" in error.value.path
    assert error.value.__notes__[-1] == "in the slice 'job'"


@pytest.mark.parametrize("name", ["", "../roles", "a/b", ".hidden", "a b"])
def test_a_name_that_would_lie_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the name of a snapshot"):
        assert_snapshot(store_of(), name, folder=tmp_path)


def test_snapshots_lie_beside_the_file_that_asserts() -> None:
    beside = Path(__file__).parent / "snapshots" / "no-such.json"
    with pytest.raises(AssertionError) as check:
        assert_snapshot(store_of(), "no-such")
    assert str(beside) in str(check.value)


def test_whoever_is_no_file_says_where_snapshots_lie() -> None:
    with pytest.raises(UsageError, match="<typed> is no file"):
        exec(  # noqa: S102 - a caller without a file
            compile('check({}, "x")', "<typed>", "exec"), {"check": assert_snapshot}
        )


def test_a_very_long_difference_is_shortened(tmp_path: Path) -> None:
    (tmp_path / "long.json").write_text(json.dumps(list(range(1000))))
    with pytest.raises(AssertionError) as check:
        assert_snapshot(list(range(1000, 2000)), "long", folder=tmp_path)
    told = str(check.value).splitlines()
    assert len(told) == 203
    assert told[-2].endswith(" more lines")
