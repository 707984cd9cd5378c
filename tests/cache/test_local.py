"""Local copies: bounded, and gone as soon as a change is told."""

from __future__ import annotations

import pytest

from stateroom.cache import local as module
from stateroom.cache.hits import MISS, local_hits
from stateroom.cache.local import ANNOUNCED_AGE_S
from stateroom.cache.tally import Tally
from stateroom.catalogue.keys import PUBLIC
from tests.cache.copies import (
    NAMER,
    copy_of,
    found_by,
    holding,
    is_counted,
    room_for,
    served_by,
)

# ---------------------------------------------------------------------- bounds


def test_copies_take_no_more_than_they_may_and_the_oldest_goes() -> None:
    local = room_for(3)
    for key in (b"a", b"b", b"c", b"d"):
        local.keep(key, copy_of(), mark=0)
    assert list(local.copies) == [b"b", b"c", b"d"]
    assert local.used_bytes == local.most_bytes
    assert is_counted(local)


def test_a_copy_counts_more_than_its_payload() -> None:
    local = room_for(1)
    local.keep(b"a", copy_of(size=101), mark=0)
    assert not local.copies
    local.keep(b"a", copy_of(size=100), mark=0)
    assert list(local.copies) == [b"a"]


def test_a_copy_larger_than_all_there_is_drives_nobody_out() -> None:
    local = holding(b"a")
    local.keep(b"b", copy_of(size=100_000), mark=0)
    assert list(local.copies) == [b"a"]


def test_what_was_served_since_gets_a_second_chance_and_only_one() -> None:
    local = room_for(3)
    for key in (b"a", b"b", b"c"):
        local.keep(key, copy_of(), mark=0)
    local.copies[b"a"].is_used = True
    local.keep(b"d", copy_of(), mark=0)
    assert list(local.copies) == [b"c", b"d", b"a"]
    for key in (b"e", b"f", b"g"):
        local.keep(key, copy_of(), mark=0)
    assert list(local.copies) == [b"e", b"f", b"g"]


def test_eviction_ends_when_everything_was_served() -> None:
    local = room_for(3)
    for key in (b"a", b"b", b"c", b"d"):
        copy = copy_of()
        copy.is_used = True
        local.keep(key, copy, mark=0)
    assert list(local.copies) == [b"b", b"c", b"d"]


def test_another_copy_takes_the_place_of_the_first() -> None:
    local = holding(b"a", b"b")
    local.keep(b"a", copy_of("newer", size=50), mark=0)
    assert local.copies[b"a"].value == "newer"
    assert is_counted(local)


def test_copies_live_shorter_where_only_announcements_tell() -> None:
    local = room_for(1)
    assert local.age_s == 60.0
    local.is_announced = True
    assert local.age_s == ANNOUNCED_AGE_S
    local.most_age_s = 1.0
    assert local.age_s == 1.0


# --------------------------------------------------------------------- changes


def test_a_changed_key_is_gone_and_no_other() -> None:
    local = holding(b"a", b"b", b"c")
    local.changed([b"b", b"nobody's"])
    assert list(local.copies) == [b"a", b"c"]
    assert is_counted(local)


def test_dropped_is_everything_also_what_is_on_its_way() -> None:
    local = holding(b"a", b"b")
    mark = local.mark
    local.drop()
    local.keep(b"c", copy_of(), mark=mark)
    assert (list(local.copies), local.used_bytes, local.drops) == ([], 0, 1)
    local.keep(b"c", copy_of(), mark=local.mark)
    assert list(local.copies) == [b"c"]


def test_an_answer_that_is_older_than_a_change_of_its_key_is_not_kept() -> None:
    local = room_for(10)
    asked_at = local.mark
    local.changed([b"a"])
    local.keep(b"a", copy_of("of before the change"), mark=asked_at)
    assert not local.copies
    local.keep(b"a", copy_of("of after it"), mark=local.mark)
    assert list(local.copies) == [b"a"]


def test_a_change_of_another_key_on_the_way_does_no_harm() -> None:
    local = room_for(10)
    asked_at = local.mark
    local.changed([b"b"])
    local.keep(b"a", copy_of(), mark=asked_at)
    assert list(local.copies) == [b"a"]


def test_an_older_answer_drives_out_the_newer_copy_rather_than_staying() -> None:
    local = room_for(10)
    asked_at = local.mark
    local.changed([b"a"])
    local.keep(b"a", copy_of("newer"), mark=local.mark)
    local.keep(b"a", copy_of("older"), mark=asked_at)
    assert [each.value for each in local.copies.values()] == []


def test_a_tag_is_looked_at_when_its_copy_is_served() -> None:
    local = holding(b"a", b"b", tags=(b"Job", b"Job:1"))
    local.changed([b"Job:2"])
    assert local.is_current(local.copies[b"a"]) is True
    local.changed([b"Job:1"])
    assert [local.is_current(each) for each in local.copies.values()] == [False, False]


def test_a_copy_that_was_found_current_is_not_looked_at_again_until_a_change() -> None:
    local = holding(b"a", tags=(b"Job",))
    copy = local.copies[b"a"]
    local.changed([b"b"])
    assert copy.mark != local.mark
    assert local.is_current(copy) is True
    assert copy.mark == local.mark


def test_an_answer_older_than_a_change_of_its_tag_is_never_current() -> None:
    local = room_for(10)
    asked_at = local.mark
    local.changed([b"Job"])
    local.keep(b"a", copy_of(tags=(b"Job",)), mark=asked_at)
    assert local.is_current(local.copies[b"a"]) is False


def test_what_is_older_than_all_remembered_changes_is_not_trusted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_MARKS", 3)
    local = holding(b"a", tags=(b"Job",))
    asked_at = local.mark
    local.changed([b"b", b"c", b"d"])
    assert local.is_current(local.copies[b"a"]) is True
    local.copies[b"a"].mark = asked_at
    local.changed([b"e"])  # the change of b is forgotten
    assert local.is_current(local.copies[b"a"]) is False
    local.keep(b"b", copy_of(), mark=asked_at)
    assert b"b" not in local.copies
    local.keep(b"b", copy_of(), mark=local.mark)
    assert b"b" in local.copies


def test_a_child_begins_with_nothing_and_with_a_lock_of_its_own() -> None:
    local = holding(b"a")
    local.trusted_until = 100.0
    with local._writing:  # noqa: SLF001 - a thread of the parent holds it at the fork
        local.after_fork()
    assert (list(local.copies), local.trusted_until) == ([], 0.0)
    local.keep(b"b", copy_of(), mark=local.mark)
    assert list(local.copies) == [b"b"]


# ------------------------------------------------------------------------ hits


@pytest.mark.parametrize(
    ("now", "trusted_until", "is_found"),
    [
        (0.0, 200.0, True),
        (99.999, 200.0, True),
        (100.0, 200.0, False),
        (50.0, 50.001, True),
        (50.0, 50.0, False),
        (50.0, 0.0, False),
    ],
)
def test_a_copy_is_served_while_it_is_fresh_and_all_changes_are_told(
    now: float, trusted_until: float, *, is_found: bool
) -> None:
    local, place = served_by(copy_of())
    local.trusted_until = trusted_until
    assert (found_by(local, place, now=now) == "value") == is_found


def test_only_what_nobody_can_change_is_handed_out_as_it_is() -> None:
    shared = object()
    assert found_by(*served_by(copy_of(shared))) is shared
    assert found_by(*served_by(copy_of(b"bytes", is_shared=False))) == "bytes"


def test_a_copy_is_a_hit_until_one_of_its_tags_changes() -> None:
    local, place = served_by(copy_of(tags=(b"Job:1",)))
    local.changed([b"Job:2"])
    assert found_by(local, place) == "value"
    local.changed([b"Job:1"])
    assert found_by(local, place) is MISS


def test_a_hit_counts_and_protects_its_copy_from_eviction() -> None:
    copy, tally = copy_of(), Tally()
    local, place = served_by(copy)
    look = local_hits(local, tally, bytes.decode, lambda: 1.0)
    assert copy.is_used is False
    assert [look(place), look(NAMER.place(PUBLIC, b"other"))] == ["value", MISS]
    assert (tally.local, copy.is_used) == (1, True)
