"""The two faces have the same methods, with the same parameters."""

from __future__ import annotations

import inspect

import pytest

from stateroom.persist import AsyncPersistor, Persistor

BLOCKING_ONLY = {"close", "on_signals"}
"""What is awaited is called ``aclose``; a loop has its own way to hear of signals."""
ASYNC_ONLY = {"aclose", "flush_now"}
"""A blocking flush does not wait for anybody else either."""
PLAIN = {"pause", "resume", "status", "flush_now"}
"""What waits for nothing, and so is not awaited."""


def methods(kind: type) -> dict[str, inspect.Signature]:
    """Return the public methods of a class, with what they take and return."""
    return {
        name: inspect.signature(method)
        for name, method in inspect.getmembers(kind, inspect.isfunction)
        if name == "__init__" or not name.startswith("_")
    }


def parameters(signature: inspect.Signature) -> list[tuple[str, str, object, str]]:
    return [
        (each.name, each.kind.name, each.default, str(each.annotation))
        for each in signature.parameters.values()
    ]


def test_both_faces_have_the_same_methods() -> None:
    one, two = methods(Persistor), methods(AsyncPersistor)
    assert set(one) - BLOCKING_ONLY == set(two) - ASYNC_ONLY


def test_methods_of_the_same_name_take_the_same_and_return_the_same() -> None:
    one, two = methods(Persistor), methods(AsyncPersistor)
    for name in sorted(one.keys() & two.keys()):
        assert parameters(one[name]) == parameters(two[name]), name
        assert one[name].return_annotation == two[name].return_annotation, name


def test_what_is_awaited_on_one_face_is_plain_on_the_other() -> None:
    for name in methods(AsyncPersistor).keys() - PLAIN - {"__init__"}:
        assert inspect.iscoroutinefunction(getattr(AsyncPersistor, name)), name
    for name in methods(Persistor):
        assert not inspect.iscoroutinefunction(getattr(Persistor, name)), name


def test_both_are_context_managers_of_their_kind() -> None:
    assert {"__enter__", "__exit__"} <= set(dir(Persistor))
    assert {"__aenter__", "__aexit__"} <= set(dir(AsyncPersistor))
    assert "__enter__" not in dir(AsyncPersistor)


def test_every_public_method_says_what_it_does() -> None:
    for kind in (Persistor, AsyncPersistor):
        for name in methods(kind):
            assert inspect.getdoc(getattr(kind, name)), f"{kind.__name__}.{name}"


def test_a_difference_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def flush(self: Persistor, *, timeout: float = 1) -> None: ...

    monkeypatch.setattr(Persistor, "flush", flush)
    with pytest.raises(AssertionError):
        test_methods_of_the_same_name_take_the_same_and_return_the_same()
    monkeypatch.setattr(Persistor, "more", flush, raising=False)
    with pytest.raises(AssertionError):
        test_both_faces_have_the_same_methods()
