"""An index that is made at once is the one that is made query by query."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stateroom.query.provided import NOTHING_PROVIDED, indexed, provide_many
from stateroom.query.tags import Tag
from stateroom.store.undefined import UNDEFINED

TAGS = st.builds(
    Tag,
    st.sampled_from(["Job", "User"]),
    st.sampled_from([UNDEFINED, 0, 1, "1", "", "a"]),
)


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(TAGS).map(tuple)))
def test_it_is_the_same_at_once(told: dict[str, tuple[Tag, ...]]) -> None:
    made = indexed(told)
    one_by_one = provide_many(NOTHING_PROVIDED, told.items())
    assert made == one_by_one
    for kind, ids in one_by_one.tags.items():
        assert [*made.tags[kind]] == [*ids]
    assert [*made.keys] == [*one_by_one.keys]
