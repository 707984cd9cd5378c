"""The lock: what is pinned, what a change of it is called, and what is refused."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom import signals
from stateroom.catalogue import App, Catalogue
from stateroom.catalogue.item import Override, build_item
from stateroom.catalogue.presets import PRESETS
from stateroom.catalogue.values import Value
from stateroom.decide import decide, load_ruleset
from stateroom.decide.lock import Lock, changes, lock_of
from stateroom.decide.lockfile import lock_path, read_lock, read_plan, write_lock
from stateroom.decide.locktext import parse_lock, print_lock
from stateroom.decide.moves import Plan, check_plan, parse_plan, print_plan
from stateroom.errors import LockError, MoveNeeded, UsageError

MOVED: dict[str, Value] = {"horizon": "account"}


def lock(app: str = "careers", **items: dict[str, Value]) -> Lock:
    """Return a lock of items, each given as its preset with other answers."""
    built = {
        name: build_item(name, dict(said), like=name.partition("_")[0])
        for name, said in items.items()
    }
    catalogue = Catalogue(app=App(name=app), items=built)
    return lock_of(catalogue, decide(catalogue))


def every_preset() -> Lock:
    built = {name: build_item(name, {}, like=name) for name in PRESETS}
    catalogue = Catalogue(items=built)
    return lock_of(catalogue, decide(catalogue))


def test_a_lock_of_every_preset_reads_back_as_it_was_written() -> None:
    written = every_preset()
    assert parse_lock(print_lock(written)) == written


@given(
    name=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True),
    tag=st.text(min_size=1, max_size=20).filter(lambda text: "\ud800" not in text),
    reason=st.text(min_size=1, max_size=40),
    key=st.text(min_size=1, max_size=40),
)
def test_no_name_tag_reason_or_key_breaks_the_file(
    name: str, tag: str, reason: str, key: str
) -> None:
    item = build_item(
        name,
        {},
        like="search-results",
        tags=(tag,),
        override=Override(reason=reason, key=key),
    )
    catalogue = Catalogue(items={name: item})
    written = lock_of(catalogue, decide(catalogue))
    assert parse_lock(print_lock(written)) == written


def test_items_are_sorted_so_that_the_order_of_the_catalogue_is_no_change() -> None:
    one = lock(draft={}, ui={})
    other = lock(ui={}, draft={})
    assert print_lock(one) == print_lock(other)


def test_a_changed_ttl_is_one_changed_line_of_the_decision() -> None:
    before = print_lock(lock(profile={})).splitlines()
    after = print_lock(lock(profile={"staleness": 600})).splitlines()
    told = [new for old, new in zip(before, after, strict=True) if old != new]
    hashes = ("catalogue", "facts")
    assert [line for line in told if not line.startswith(hashes)] == [
        "ttl_seconds = 600"
    ]


def test_an_unchanged_catalogue_changes_nothing() -> None:
    assert changes(every_preset(), every_preset()) == ()


def test_new_and_dropped_items_are_added_and_removed() -> None:
    found = changes(lock(draft={}), lock(ui={}))
    assert [(change.item, change.kind) for change in found] == [
        ("draft", "removed"),
        ("ui", "added"),
    ]


def test_an_original_with_a_new_home_has_moved() -> None:
    (change,) = changes(lock(draft={}), lock(draft=MOVED))
    assert (change.kind, change.homes) == ("moved", ("persist", "database"))


def test_an_original_under_a_new_key_has_moved_too() -> None:
    (change,) = changes(lock(draft={}), lock("other", draft={}))
    assert change.kind == "moved"
    assert change.homes == ("careers:p:u.<user>:draft", "other:p:u.<user>:draft")


def test_derived_data_changes_its_home_without_a_move() -> None:
    exact: dict[str, Value] = {"cost": "free"}
    (change,) = changes(lock(analytics={}), lock(analytics=exact))
    assert (change.kind, change.after) == ("changed", "computed")


def test_a_fact_that_decides_nothing_is_still_told() -> None:
    (change,) = changes(lock(draft={}), lock(draft={"cardinality": 5}))
    assert (change.kind, change.detail) == ("changed", "facts that decide nothing")


def test_a_copy_that_comes_or_goes_is_no_move() -> None:
    (change,) = changes(lock(profile={}), lock(profile={"staleness": "exact"}))
    assert change.kind == "changed"
    assert change.before == "database + redis/cache"
    assert change.after == "database"


def _read(path: Path) -> Lock:
    found = read_lock(path)
    assert found is not None
    return found


class TestFile:
    def test_the_lock_of_a_catalogue_lies_beside_it(self) -> None:
        assert lock_path("a/b/data.toml") == Path("a/b/stateroom.lock")

    def test_no_file_is_no_lock(self, tmp_path: Path) -> None:
        assert read_lock(tmp_path / "stateroom.lock") is None

    def test_what_was_written_is_read_back(self, tmp_path: Path) -> None:
        path = tmp_path / "stateroom.lock"
        told = write_lock(path, every_preset())
        assert read_lock(path) == every_preset()
        assert {change.kind for change in told} == {"added"}

    def test_a_move_is_refused_and_the_old_lock_stays(self, tmp_path: Path) -> None:
        path = tmp_path / "stateroom.lock"
        write_lock(path, lock(draft={}))
        before = path.read_bytes()
        with pytest.raises(MoveNeeded) as refused:
            write_lock(path, lock(draft=MOVED))
        assert refused.value.items == ("draft",)
        assert path.read_bytes() == before

    def test_the_plan_that_a_refusal_prints_is_accepted_with_a_reason(
        self, tmp_path: Path
    ) -> None:
        path, plan = tmp_path / "stateroom.lock", tmp_path / "plan.toml"
        write_lock(path, lock(draft={}))
        with pytest.raises(MoveNeeded) as refused:
            write_lock(path, lock(draft=MOVED))
        stub = refused.value.hint.partition(":\n")[2]
        plan.write_text(stub.replace('reason = ""', 'reason = "asked for"'))
        (change,) = write_lock(path, lock(draft=MOVED), read_plan(plan))
        assert change.kind == "moved"

    def test_a_plan_for_another_home_does_not_do(self, tmp_path: Path) -> None:
        path = tmp_path / "stateroom.lock"
        write_lock(path, lock(draft={}))
        text = '[[move]]\nitem = "draft"\nfrom = "persist"\nto = "redis/live"\n'
        plan = parse_plan(f'{text}reason = "why"\n', "plan.toml")
        with pytest.raises(MoveNeeded):
            write_lock(path, lock(draft=MOVED), plan)

    def test_a_plan_without_a_reason_is_refused(self) -> None:
        moves = changes(lock(draft={}), lock(draft=MOVED))
        with pytest.raises(UsageError, match="gives no reason"):
            parse_plan(print_plan(moves), "plan.toml")

    def test_nothing_moved_needs_no_plan(self) -> None:
        check_plan([], None)
        check_plan([], Plan())

    def test_a_failed_write_leaves_the_old_lock_and_no_litter(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "stateroom.lock"
        write_lock(path, lock(draft={}))
        before = path.read_bytes()

        def full(_descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(LockError, match="No space left"):
            write_lock(path, lock(draft={}, ui={}))
        assert path.read_bytes() == before
        assert [each.name for each in tmp_path.iterdir()] == ["stateroom.lock"]

    def test_a_removed_original_is_remembered_and_cannot_come_back_elsewhere(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "stateroom.lock"
        write_lock(path, lock(draft={}, ui={}))
        write_lock(path, lock(ui={}))
        assert list(_read(path).retired) == ["draft"]
        with pytest.raises(MoveNeeded):
            write_lock(path, lock(ui={}, draft=MOVED))
        (change,) = write_lock(path, lock(ui={}, draft={}))
        assert (change.item, change.kind) == ("draft", "added")
        assert _read(path).retired == {}

    def test_derived_data_that_is_removed_is_forgotten(self, tmp_path: Path) -> None:
        path = tmp_path / "stateroom.lock"
        write_lock(path, lock(analytics={}, ui={}))
        write_lock(path, lock(ui={}))
        assert _read(path).retired == {}

    def test_another_applications_lock_is_not_overwritten(self, tmp_path: Path) -> None:
        path = tmp_path / "stateroom.lock"
        write_lock(path, lock("one", draft={}))
        with pytest.raises(LockError, match="pins the application 'one'"):
            write_lock(path, lock("other", ui={}))

    def test_a_lock_behind_a_link_stays_behind_it(self, tmp_path: Path) -> None:
        (tmp_path / "real").mkdir()
        link = tmp_path / "stateroom.lock"
        link.symlink_to(tmp_path / "real" / "stateroom.lock")
        write_lock(link, lock(draft={}))
        assert link.is_symlink()
        assert _read(tmp_path / "real" / "stateroom.lock") == lock(draft={})

    def test_a_link_to_nowhere_is_not_taken_for_no_lock(self, tmp_path: Path) -> None:
        link = tmp_path / "stateroom.lock"
        link.symlink_to(tmp_path / "gone.lock")
        with pytest.raises(LockError, match="not a regular file"):
            read_lock(link)

    @pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
    def test_a_plan_that_would_never_end_is_refused(self, device: str) -> None:
        with pytest.raises(UsageError, match="not a regular file"):
            read_plan(device)

    def test_what_a_killed_writer_left_is_swept_away(self, tmp_path: Path) -> None:
        (tmp_path / ".stateroom.lock.abc").write_text("half a lock")
        write_lock(tmp_path / "stateroom.lock", lock(draft={}))
        assert [each.name for each in tmp_path.iterdir()] == ["stateroom.lock"]

    def test_an_item_without_a_home_is_not_pinned(self, tmp_path: Path) -> None:
        item = build_item("list", {}, like="reference")
        catalogue = Catalogue(items={"list": item})
        decisions = decide(catalogue, load_ruleset("seed-flowchart"))
        with pytest.raises(LockError, match="no rule gives a home to list"):
            write_lock(tmp_path / "stateroom.lock", lock_of(catalogue, decisions))

    def test_of_two_writers_at_once_one_sees_what_the_other_pinned(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "stateroom.lock"
        results: list[str] = []

        def write(new: Lock) -> None:
            try:
                write_lock(path, new)
                results.append("written")
            except MoveNeeded:
                results.append("refused")

        for _ in range(20):
            path.unlink(missing_ok=True)
            results.clear()
            both = [
                threading.Thread(target=write, args=(lock(draft=said),))
                for said in ({}, MOVED)
            ]
            for each in both:
                each.start()
            for each in both:
                each.join()
            assert sorted(results) == ["refused", "written"]

    def test_permissions_of_the_lock_are_kept(self, tmp_path: Path) -> None:
        path = tmp_path / "stateroom.lock"
        write_lock(path, lock(draft={}))
        path.chmod(0o640)
        write_lock(path, lock(draft={}, ui={}))
        assert path.stat().st_mode & 0o777 == 0o640

    def test_a_written_lock_is_reported(self, tmp_path: Path) -> None:
        heard: list[signals.Event] = []
        path = tmp_path / "stateroom.lock"
        with signals.recording(heard.append):
            write_lock(path, lock(draft={}))
        assert heard == [signals.LockWritten(str(path), 1, ())]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("version = ", "not a lock"),
        ("version = 1", "missing required field"),
        (
            'version = 1\n[items.a]\nrule = "T1"\nfacts = "x"\nhome.place = "x"',
            "items.a",
        ),
        ("version = 2", "newer"),
        ("version = true", "not a lock"),
        ('version = 1\nextra = "x"', "not a lock"),
        ("[" * 5000, "not a lock"),
    ],
)
def test_what_is_no_lock_is_refused_with_its_path(text: str, says: str) -> None:
    with pytest.raises(LockError, match=says) as refused:
        parse_lock(text, "here.lock")
    assert "here.lock" in str(refused.value)


def test_a_lock_that_is_a_directory_or_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bytes.lock").write_bytes(b"\xff\xfe")
    for name in ("", "bytes.lock"):
        with pytest.raises(LockError):
            read_lock(tmp_path / name)
