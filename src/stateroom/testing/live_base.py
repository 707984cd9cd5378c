"""What every promise of live data is tested with: a backend, a clock, two faces."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from typing import Protocol, TypeVar, cast

import pytest

from stateroom.live import Live, ManualClock

__all__ = ("Face", "LiveBackend", "LivePromises", "blocking_face")

T = TypeVar("T")


class LiveBackend(Protocol):
    """What live data stands on."""

    def open(self, *, namespace: str, clock: ManualClock) -> Live:
        """Return one more ``Live`` on the same server: it plays another process."""
        ...


class Face(Protocol):
    """Gives a kind of live data the face that a test uses it by."""

    def __call__(self, kind: T, /) -> T: ...


class _Threaded:
    """The blocking face of something, awaited: each call runs in a thread."""

    def __init__(self, kind: object) -> None:
        self._kind = kind

    def __getattr__(self, name: str) -> object:
        if name == "of":
            return self._of
        method = cast("Callable[..., object]", getattr(_blocking(self._kind), name))

        async def call(*args: object, **options: object) -> object:
            return await asyncio.to_thread(method, *args, **options)

        return call

    def _of(self, *args: object, **options: object) -> object:
        of = cast("Callable[..., object]", vars(type(self._kind))["of"])
        return _Threaded(of(self._kind, *args, **options))


def _blocking(kind: object) -> object:
    face: object = vars(type(kind))["blocking"].__get__(kind)
    return face


def _awaited(kind: T) -> T:
    return kind


def blocking_face(kind: T) -> T:
    """Return what has the awaited methods of ``kind``, and calls the blocking ones."""
    return cast("T", _Threaded(kind))


@pytest.mark.anyio
class LivePromises:
    """Fixtures of all promises. The class that inherits provides ``backend``."""

    @pytest.fixture(scope="class")
    @classmethod
    def anyio_backend(cls) -> str:
        return "asyncio"

    @pytest.fixture
    def clock(self) -> ManualClock:
        """The time of every process of a test."""
        return ManualClock()

    @pytest.fixture
    def namespace(self) -> str:
        return f"l{secrets.token_hex(6)}"

    @pytest.fixture(params=[_awaited, blocking_face], ids=["asyncio", "blocking"])
    def face(self, request: pytest.FixtureRequest) -> Face:
        chosen: Face = request.param
        return chosen

    @pytest.fixture
    async def live(
        self, backend: LiveBackend, namespace: str, clock: ManualClock
    ) -> AsyncIterator[Live]:
        """What a process opens; its namespace is empty."""
        async with backend.open(namespace=namespace, clock=clock) as live:
            yield live

    @pytest.fixture
    async def other(
        self, backend: LiveBackend, namespace: str, clock: ManualClock
    ) -> AsyncIterator[Live]:
        """The same namespace, opened once more: it plays another process."""
        async with backend.open(namespace=namespace, clock=clock) as live:
            yield live
