"""Patches from outside: whatever they say, they reach the state's own data only."""

from __future__ import annotations

from collections import UserDict
from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from stateroom.errors import InvalidPatch
from stateroom.store import freeze, thaw
from stateroom.store.patches import apply_patches

SHARED: dict[str, int] = {}


@dataclass(slots=True)
class Todo:
    title: str = "a"
    tags: list[str] = field(default_factory=list)
    registry: ClassVar[dict[str, int]] = SHARED

    @property
    def shown(self) -> str:
        return self.title

    def rename(self) -> None:
        """Be what a path must not lead to."""


@dataclass
class Failure(Exception):
    code: int = 0


BASE = {
    "todo": Todo(),
    "list": [1, [2]],
    "pair": (1, [2]),
    "set": {1, 2},
    "failure": Failure(3),
    "foreign": UserDict({"a": 1}),
    "text": "abc",
}
PATHS: list[tuple[object, ...]] = [
    ("todo", "__class__"),
    ("todo", "__dict__"),
    ("todo", "registry"),
    ("todo", "registry", "evil"),
    ("todo", "shown"),
    ("todo", "rename"),
    ("todo", "rename", "__globals__"),
    ("todo", "_stateroom_live"),
    ("todo", "_stateroom_node", "base"),
    ("list", "__class__"),
    ("list", -1),
    ("list", -1, 0),
    ("list", True),
    ("list", True, 0),
    ("list", "0"),
    ("list", 9),
    ("pair", 1),
    ("pair", -1, 0),
    ("failure", "code"),
    ("foreign", "a"),
    ("text", 0),
]


@pytest.mark.parametrize("op", ["add", "replace", "remove"])
@pytest.mark.parametrize("path", PATHS)
def test_a_path_that_leads_past_the_data_is_refused(
    path: tuple[object, ...], op: str
) -> None:
    state = freeze(BASE)
    with pytest.raises(InvalidPatch, match=f"cannot {op}"):
        apply_patches(state, [{"op": op, "path": path, "value": 1}])
    assert (thaw(state), SHARED) == (BASE, {})
    assert (state["failure"].code, dict(state["foreign"])) == (3, {"a": 1})  # type: ignore[attr-defined,call-overload] # of a mixed dict


@pytest.mark.parametrize(
    ("patch", "message"),
    [
        ({"op": "add", "path": ("text",)}, "has a value"),
        ({"op": "replace", "path": ()}, "has a value"),
        ({"op": "remove", "path": ("set", 0)}, "named by its value"),
        ({"op": "add", "path": ("set", 0), "value": [1]}, r"\[1\] cannot be in a set"),
        ({"op": "add", "path": b"ab", "value": 1}, "the path of a patch is a tuple"),
        ({"op": "add", "path": {"a": 1}, "value": 1}, "the path of a patch is a tuple"),
        ({"op": "add", "path": {"a"}, "value": 1}, "the path of a patch is a tuple"),
    ],
)
def test_a_patch_that_lacks_something_is_refused(
    patch: dict[str, object], message: str
) -> None:
    with pytest.raises(InvalidPatch, match=message):
        apply_patches(freeze(BASE), [patch])


def test_the_message_of_a_long_path_is_short() -> None:
    with pytest.raises(InvalidPatch) as caught:
        apply_patches({"a": 1}, [{"op": "remove", "path": ("x" * 999,) * 99}])
    assert len(str(caught.value)) < 1000
