"""Which classes plain data may name, where no type directs it."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import pytest

from stateroom.errors import NotPlain
from stateroom.store.plain import from_plain, to_plain


def test_data_cannot_name_a_class_that_was_never_used() -> None:
    @dataclass
    class Unused:
        value: int

    name = f"{__name__}:{Unused.__qualname__}"
    plain = {"$type": name, "value": 1}
    with pytest.raises(NotPlain, match="in use here"):
        from_plain(object, plain)
    to_plain([Unused(2)])
    assert from_plain(object, plain) == Unused(1)


def test_data_may_name_a_class_that_a_type_has_led_to() -> None:
    @dataclass
    class Reached:
        value: int

    @dataclass
    class Start:
        reached: list[object]

    Start.__annotations__["reached"] = list[Reached]
    from_plain(Start, {"reached": []})
    plain = {"$type": f"{__name__}:{Reached.__qualname__}", "value": 1}
    assert from_plain(object, plain) == Reached(1)


def test_data_never_makes_a_module_load() -> None:
    before = set(sys.modules)
    for name in ("antigravity", "this:s", "ctypes.util:find_library", "os:system"):
        with pytest.raises(NotPlain):
            from_plain(object, {"$type": name, "$value": "x"})
    assert set(sys.modules) == before
