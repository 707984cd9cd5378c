"""Structs of msgspec in the plain form, and what registers them."""

from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest

from stateroom.errors import NotPlain
from stateroom.store import Slice, Store, freeze, from_plain, to_plain
from tests.store.drafts.kinds import Struct


class Renamed(msgspec.Struct, tag="renamed", rename="camel", kw_only=True):
    the_title: str
    inner: list[Struct] = []
    best: Struct | None = None


VALUE = Renamed(the_title="a", inner=[Struct(tags=["x"])], best=Struct(title="b"))


@pytest.mark.parametrize("value", [VALUE, freeze(VALUE)])
def test_a_struct_goes_to_its_plain_form_and_back(value: Renamed) -> None:
    plain = to_plain(value)
    assert plain == {
        "the_title": "a",
        "inner": [{"title": "a", "tags": ["x"]}],
        "best": {"title": "b", "tags": []},
    }
    back = from_plain(Renamed, plain)
    assert (back, type(back)) == (VALUE, Renamed)


def test_a_struct_without_a_field_that_it_needs_is_refused_with_the_path() -> None:
    with pytest.raises(NotPlain, match="the_title"):
        from_plain(Renamed, {"inner": []})


def test_a_slice_may_be_a_struct() -> None:
    one = Slice("one", Struct)

    @one.reducer
    def tag(state: Struct, name: str) -> None:
        state.tags.append(name)

    store = Store(one)
    store.dispatch(tag("x"))
    assert (store[one], msgspec.json.encode(store[one])) == (
        Struct(tags=["x"]),
        b'{"title":"a","tags":["x"]}',
    )


FIRST = """
import msgspec
from stateroom.store import from_plain, to_plain
class One(msgspec.Struct):
    a: int
print(to_plain(One(1)), from_plain(One, {"a": 2}))
"""
WITHOUT = """
import sys
sys.modules["msgspec"] = None
from stateroom.store import Slice, Store, to_plain
print(to_plain(Store(Slice("a", dict)).state))
"""


@pytest.mark.parametrize(
    ("program", "printed"), [(FIRST, "{'a': 1} One(a=2)\n"), (WITHOUT, "{'a': {}}\n")]
)
def test_structs_are_known_where_msgspec_is_and_not_needed_where_it_is_not(
    program: str, printed: str
) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (ran.stdout, ran.stderr) == (printed, "")
