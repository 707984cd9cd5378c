"""The two faces of a cache have the same methods, with the same parameters."""

from __future__ import annotations

import inspect

import pytest

from stateroom.cache import (
    AsyncBound,
    AsyncCached,
    Blocking,
    BlockingBound,
    BlockingCached,
    Cache,
)

PAIRS = [
    (AsyncCached, BlockingCached),
    (AsyncBound, BlockingBound),
    (AsyncCached, AsyncBound),
]
ASIDE = {"__init__", "__get__"}
"""How they are made, and how a method finds its object."""
NO_CALLS = {
    *("memory", "cached", "namespace", "blocking"),
    *("close", "aclose", "tallies"),
}
"""What a cache has besides what can be called on either face."""


def calls(kind: type) -> dict[str, inspect.Signature]:
    """Return the public methods of a class, with what they take and return."""
    return {
        name: inspect.signature(method)
        for name, method in inspect.getmembers(kind, inspect.isfunction)
        if (name == "__call__" or not name.startswith("_")) and name not in ASIDE
    }


def parameters(signature: inspect.Signature) -> list[tuple[str, str, object]]:
    return [
        (each.name, each.kind.name, each.default)
        for each in signature.parameters.values()
    ]


def loaders_aside(annotation: object) -> str:
    """Return an annotation with nothing in it that is awaited."""
    text = str(annotation)
    while "Awaitable[" in text:
        start = text.index("Awaitable[")
        depth, end = 1, start + len("Awaitable[")
        while depth:
            depth += {"[": 1, "]": -1}.get(text[end], 0)
            end += 1
        text = text[:start] + text[start + len("Awaitable[") : end - 1] + text[end:]
    return text


@pytest.mark.parametrize(("one", "two"), PAIRS)
def test_cached_functions_of_both_kinds_have_the_same_methods(
    one: type, two: type
) -> None:
    assert sorted(calls(one)) == sorted(calls(two))


def test_the_direct_calls_of_both_faces_are_the_same() -> None:
    assert sorted(set(calls(Cache)) - NO_CALLS) == sorted(calls(Blocking))


@pytest.mark.parametrize(("one", "two"), [*PAIRS, (Cache, Blocking)])
def test_methods_of_the_same_name_take_the_same_and_return_the_same(
    one: type, two: type
) -> None:
    first, second = calls(one), calls(two)
    for name in sorted(first.keys() & second.keys()):
        assert parameters(first[name]) == parameters(second[name]), name
        for left, right in zip(
            first[name].parameters.values(),
            second[name].parameters.values(),
            strict=True,
        ):
            wanted = loaders_aside(left.annotation)
            assert wanted == loaders_aside(right.annotation), f"{name}({left.name})"
        assert first[name].return_annotation == second[name].return_annotation, name


@pytest.mark.parametrize(("one", "two"), [*PAIRS[:2], (Cache, Blocking)])
def test_what_is_awaited_on_one_face_is_plain_on_the_other(
    one: type, two: type
) -> None:
    plain = {"key", "invalidate_after"}
    for name in calls(one).keys() & calls(two).keys() - plain:
        assert inspect.iscoroutinefunction(getattr(one, name)), name
        assert not inspect.iscoroutinefunction(getattr(two, name)), name


def test_a_difference_would_be_seen() -> None:
    class Other(BlockingCached[[int], str]):
        def refresh(self, *args: object, **kwargs: object) -> str:
            raise NotImplementedError

        def more(self) -> None: ...

    with pytest.raises(AssertionError):
        test_cached_functions_of_both_kinds_have_the_same_methods(AsyncCached, Other)
    with pytest.raises(AssertionError):
        test_methods_of_the_same_name_take_the_same_and_return_the_same(
            AsyncCached, Other
        )
