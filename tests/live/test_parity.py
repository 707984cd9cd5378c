"""The two faces of each kind have the same methods, with the same parameters."""

from __future__ import annotations

import inspect

import pytest

from stateroom import live

ASIDE = {"__init__", "of", "blocking"}
PARTS = {"Held", "Hold", "Quotas"}
"""What a kind hands out, or makes of several: no name of its own in Redis."""
PAIRS = [
    (getattr(live, name.removeprefix("Blocking")), getattr(live, name))
    for name in live.__all__
    if name.startswith("Blocking") and name != "BlockingLive"
]


def calls(kind: type) -> dict[str, list[tuple[str, str, object]]]:
    """Return the public methods of a class, with what they take."""
    return {
        name: [
            (each.name, each.kind.name, each.default)
            for each in inspect.signature(method).parameters.values()
        ]
        for name, method in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_") and name not in ASIDE
    }


@pytest.mark.parametrize(("awaited", "blocking"), PAIRS)
def test_both_faces_have_the_same_methods(awaited: type, blocking: type) -> None:
    assert calls(awaited) == calls(blocking)


def test_every_kind_has_two_faces() -> None:
    kinds = [each for each in PAIRS if each[0].__name__ not in PARTS]
    assert len(kinds) >= 1
    aside = {"LoginSessions", "Hold", "Held", "Quotas"}  # of a user, or of another one
    of = [pair for pair in kinds if pair[0].__name__ not in aside]
    assert all(hasattr(each, "of") for pair in of for each in pair)
