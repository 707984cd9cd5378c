"""The index of tags: what it holds after each step, and whom an invalidation finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stateroom.query.provided import (
    NOTHING_PROVIDED,
    Provided,
    forget,
    invalidated,
    provide,
    provide_many,
    rehydrated,
)
from stateroom.query.tags import WITHOUT_ID, Tag
from stateroom.store import is_frozen

MANY = 200


def index(told: Mapping[str, Iterable[Tag]]) -> Provided:
    provided = NOTHING_PROVIDED
    for key, tags in told.items():
        provided = provide(provided, key, tuple(tags))
    return provided


# ---------------------------------------------------------------------- found


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        (Tag("Job"), ("one", "other", "all", "both")),
        (Tag("Job", 1), ("one", "both")),
        (Tag("Job", "1"), ("one", "both")),
        (Tag("Job", 2), ("other",)),
        (Tag("Job", 3), ()),
        (Tag("User"), ("both",)),
        (Tag("User", WITHOUT_ID[:-1]), ()),
        (Tag("City"), ()),
    ],
)
def test_a_bare_tag_finds_its_kind_and_one_with_an_id_that_id_only(
    tag: Tag, found: tuple[str, ...]
) -> None:
    provided = index(
        {
            "all": [Tag("Job")],
            "one": [Tag("Job", 1)],
            "other": [Tag("Job", 2)],
            "both": [Tag("User", 0), Tag("Job", "1")],
        }
    )
    assert sorted(invalidated(provided, [tag])) == sorted(found)


@pytest.mark.parametrize("falsy", [0, ""])
def test_falsy_ids_are_found_by_themselves(falsy: str | int) -> None:
    provided = index({"none": [Tag("Job")], "falsy": [Tag("Job", falsy)]})
    assert invalidated(provided, [Tag("Job", falsy)]) == ("falsy",)
    assert set(invalidated(provided, [Tag("Job")])) == {"none", "falsy"}


def test_each_query_is_found_once_in_the_order_of_tags_ids_and_time() -> None:
    provided = index(
        {
            "late": [Tag("Job", "x"), Tag("Job", 10)],
            "bare": [Tag("Job")],
            "nine": [Tag("Job", 9)],
            "word": [Tag("Job", "x")],
            "user": [Tag("User")],
        }
    )
    assert invalidated(provided, [Tag("User"), Tag("Job"), Tag("Job", 9)]) == (
        "user", "nine", "late", "word", "bare",
    )  # fmt: skip


def test_an_id_keeps_its_turn_when_its_last_query_is_gone() -> None:
    provided = index({"x": [Tag("Job", "x")], "y": [Tag("Job", "y")]})
    provided = provide(forget(provided, "x"), "again", (Tag("Job", "x"),))
    assert invalidated(provided, [Tag("Job")]) == ("again", "y")


# ---------------------------------------------------------------------- shape


def test_the_index_has_the_shape_that_rtk_query_gives_it() -> None:
    tags = (Tag("Job", 7), Tag("Job"), Tag("Job", 7), Tag("User", ""))
    provided = index({"one": tags, "two": [Tag("Job")]})
    assert provided == Provided(
        {"Job": {"7": ("one",), WITHOUT_ID: ("one", "two")}, "User": {"": ("one",)}},
        {"one": tags, "two": (Tag("Job"),)},
    )


def test_what_a_query_says_takes_the_place_of_what_it_said() -> None:
    provided = index({"q": [Tag("Job", 1), Tag("Job", 2)], "other": [Tag("Job", 2)]})
    provided = provide(provided, "q", (Tag("Job", 2), Tag("User")))
    assert provided == Provided(
        {"Job": {"1": (), "2": ("other", "q")}, "User": {WITHOUT_ID: ("q",)}},
        {"other": (Tag("Job", 2),), "q": (Tag("Job", 2), Tag("User"))},
    )
    assert list(provided.keys) == ["other", "q"]


def test_a_query_that_is_forgotten_is_found_no_more() -> None:
    provided = forget(index({"q": [Tag("Job", 1), Tag("User")]}), "q")
    assert invalidated(provided, [Tag("Job"), Tag("User")]) == ()
    assert provided.keys == {}


def test_the_index_is_frozen_at_every_level() -> None:
    provided = forget(index({"q": [Tag("Job", 1)], "r": [Tag("Job", 1)]}), "q")
    held = [provided.tags, provided.keys, *provided.tags.values()]
    assert all(map(is_frozen, held))


# ----------------------------------------------------------------- identities


def test_the_same_tags_again_change_nothing() -> None:
    provided = index({"q": [Tag("Job", 1)], "r": [], "s": [Tag("Job", 1)]})
    assert provide(provided, "q", (Tag("Job", 1),)) is provided
    assert provide(provided, "r", ()) is provided
    assert forget(provided, "unknown") is provided


def test_a_tag_whose_id_became_text_is_another_tag() -> None:
    provided = provide(index({"q": [Tag("Job", 1)]}), "q", (Tag("Job", "1"),))
    assert provided.keys["q"][0].id == "1"
    assert provided.tags == {"Job": {"1": ("q",)}}


def test_kinds_that_have_nothing_to_do_with_it_keep_their_identity() -> None:
    provided = index({"q": [Tag("Job", 1)], "r": [Tag("User", 1)]})
    assert (
        provide(provided, "s", (Tag("Job", 2),)).tags["User"] is provided.tags["User"]
    )
    assert forget(provided, "q").tags["User"] is provided.tags["User"]


# --------------------------------------------------------------------- several


def test_a_query_that_is_told_twice_at_once_takes_its_place_at_the_end() -> None:
    tags = (Tag("Job", 1),)
    told = [("a", tags), ("b", tags), ("a", tags)]
    provided = provide_many(NOTHING_PROVIDED, told)
    assert invalidated(provided, tags) == ("b", "a")
    assert provide_many(provided, told) is provided


def test_stored_queries_are_added_behind_those_that_are_there() -> None:
    mine = index({"a": [Tag("Job", 1)], "b": [Tag("Job", 2)]})
    stored = Provided(
        {"Job": {"1": ("b", "c")}, "User": {WITHOUT_ID: ("c",)}},
        {"b": (Tag("Job", 1),), "c": (Tag("Job", 1), Tag("User"))},
    )
    provided = rehydrated(mine, stored)
    assert invalidated(provided, [Tag("Job", 1)]) == ("a", "b", "c")
    assert invalidated(provided, [Tag("Job", 2)]) == ("b",)
    assert provided.keys == {**mine.keys, **stored.keys}


def test_a_query_that_was_stored_twice_stands_once_after_its_next_answer() -> None:
    mine = index({"a": [Tag("Job", 2)]})
    stored = index({"a": [Tag("Job", 1)]})
    provided = provide(rehydrated(mine, stored), "a", (Tag("Job", 2),))
    assert provided.tags["Job"] == {"2": ("a",), "1": ()}


def test_nothing_stored_changes_nothing_that_is_found() -> None:
    mine = index({"a": [Tag("Job", 2)]})
    assert rehydrated(mine, NOTHING_PROVIDED) == mine
    assert rehydrated(NOTHING_PROVIDED, mine) == mine


# ----------------------------------------------------------------- no growing


def test_ids_without_a_query_do_not_grow_for_ever() -> None:
    provided = index({"kept": [Tag("Job", "kept")]})
    for number in range(MANY):
        provided = provide(provided, "list", (Tag("Job", number), Tag("Job", "kept")))
        key = f"job({number})"
        provided = forget(provide(provided, key, (Tag("Job", f"x{number}"),)), key)
    assert len(provided.tags["Job"]) < MANY
    assert invalidated(provided, [Tag("Job")]) == ("list", "kept")


def test_ids_without_a_query_stay_where_most_have_one() -> None:
    told: dict[str, list[Tag]] = {f"{n}": [Tag("Job", n)] for n in range(MANY)}
    provided = index(told)
    for number in range(MANY * 2 // 5):
        provided = forget(provided, f"{number}")
    assert len(provided.tags["Job"]) == MANY


# ----------------------------------------------------------------------- laws

KEYS = st.sampled_from(["a", "b", "c"])
TAGS = st.lists(
    st.builds(Tag, st.sampled_from(["J", "U"]), st.sampled_from([0, 1, "1", "x"]))
    | st.builds(Tag, st.sampled_from(["J", "U"])),
    max_size=3,
).map(tuple)
STEPS = st.lists(st.tuples(KEYS, TAGS | st.none()), max_size=8)


@given(STEPS, TAGS)
def test_those_are_found_that_last_said_so(
    steps: list[tuple[str, tuple[Tag, ...] | None]], broken: tuple[Tag, ...]
) -> None:
    provided, last = NOTHING_PROVIDED, dict[str, tuple[Tag, ...]]()
    for key, tags in steps:
        last.pop(key, None)
        if tags is None:
            provided = forget(provided, key)
        else:
            last[key] = tags
            provided = provide(provided, key, tags)

    def is_hit(tags: tuple[Tag, ...]) -> bool:
        return any(
            tag.kind == each.kind
            and (each == Tag(each.kind) or str(tag.id) == str(each.id))
            for tag in tags
            for each in broken
        )

    expected = {key for key, tags in last.items() if is_hit(tags)}
    assert set(invalidated(provided, broken)) == expected
    assert provided.keys == last
