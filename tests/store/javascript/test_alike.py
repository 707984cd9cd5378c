"""A key of a query and a document of redux-persist have the same parts."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from stateroom.persist.interchange import stringify
from stateroom.query.keys import cache_key

TEXTS = st.text(
    st.characters(exclude_categories=(), exclude_characters="$"), max_size=4
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
INDEXES = st.integers(0, 2**33).map(str)


@given(st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4), max_leaves=12))
def test_they_write_scalars_and_arrays_alike(value: object) -> None:
    assert cache_key("e", value) == f"e({stringify(value)})"


@given(st.dictionaries(TEXTS | INDEXES, SCALARS, max_size=5))
def test_they_write_an_object_alike_whose_keys_are_in_order(
    value: dict[str, object],
) -> None:
    keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
    ordered = {key: value[key] for key in keys}
    assert cache_key("e", value) == f"e({stringify(ordered)})"


def test_they_differ_in_what_is_no_number() -> None:
    assert cache_key("e", math.nan) == 'e({"$float":"nan"})'
    assert stringify(math.nan) == "null"
