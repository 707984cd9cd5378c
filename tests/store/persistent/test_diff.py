from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stateroom.store.persistent import Difference, PersistentMap
from stateroom.store.persistent.differing import unshared

LETTERS = PersistentMap({"a": 1, "b": 2, "c": 3})
LARGE = PersistentMap(dict.fromkeys(range(100_000), "old"))

Values = st.sampled_from("vwxyz")
Changes = st.lists(
    st.one_of(
        st.tuples(st.just("set"), st.integers(0, 300), Values),
        st.tuples(st.just("remove"), st.integers(0, 300), Values),
    ),
    max_size=40,
)
Step = tuple[str, int, str]


def test_a_difference_names_what_came_what_changed_and_what_went() -> None:
    newer = LETTERS.update({"b": 9, "x": 8}).remove("c")
    assert newer.diff(LETTERS) == Difference(
        added={"x": 8}, changed={"b": 9}, removed={"c": 3}
    )
    assert LETTERS.diff(newer) == Difference(
        added={"c": 3}, changed={"b": 2}, removed={"x": 8}
    )


def test_a_map_does_not_differ_from_itself_nor_from_equal_values() -> None:
    assert not LETTERS.diff(LETTERS)
    assert not LETTERS.set("a", 9).set("a", 1).diff(LETTERS)
    assert LETTERS.set("a", 9).diff(LETTERS)


def test_values_differ_by_identity() -> None:
    one, other = [1], [1]
    made = PersistentMap({"a": one})
    assert made.set("a", other).diff(made).changed == {"a": other}


def test_only_what_is_not_shared_is_looked_at() -> None:
    newer = LARGE.set(70_000, "new")
    rows = (LARGE._values, newer._values)  # noqa: SLF001 - sharing is not seen outside
    assert list(unshared(*rows)) == [70_000]
    assert newer.diff(LARGE).changed == {70_000: "new"}


def test_maps_of_different_heights_are_compared() -> None:
    small = PersistentMap(dict.fromkeys(range(4_096), "old"))
    taller = small.set(9_999, "new")
    assert taller.diff(small) == Difference({9_999: "new"}, {}, {})
    assert small.diff(taller) == Difference({}, {}, {9_999: "new"})


def test_branches_that_gained_different_keys_are_told_apart() -> None:
    one, other = LETTERS.set("x", 7), LETTERS.set("y", 7)
    assert one.diff(other) == Difference({"x": 7}, {}, {"y": 7})


def test_maps_of_different_origin_are_compared_as_a_whole() -> None:
    assert PersistentMap({"a": 1, "z": 2}).diff(LETTERS) == Difference(
        added={"z": 2}, changed={}, removed={"b": 2, "c": 3}
    )


@given(Changes, Changes, Changes)
def test_a_difference_leads_from_the_older_map_to_the_newer(
    common: list[Step], left: list[Step], right: list[Step]
) -> None:
    root = changed(PersistentMap(dict.fromkeys(range(70), "u")), common)
    older, newer = changed(root, left), changed(root, right)
    found = newer.diff(older)
    led = older.update(found.changed).update(found.added).remove(*found.removed)
    assert (led == newer, newer == led) == (True, True)
    assert dict(led) == dict(newer)
    assert bool(found) == (dict(older) != dict(newer))
    assert (older == newer) == (dict(older) == dict(newer))


def changed(
    made: PersistentMap[int, str], steps: list[Step]
) -> PersistentMap[int, str]:
    for verb, key, value in steps:
        if verb == "set":
            made = made.set(key, value)
        elif key in made:
            made = made.remove(key)
    return made
