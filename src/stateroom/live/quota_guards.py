"""Functions that are called only as far as a quota allows, types unchanged."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import (
    Final,
    Generic,
    Literal,
    ParamSpec,
    Protocol,
    TypeAlias,
    TypeVar,
    cast,
    get_args,
    overload,
)

from stateroom.errors import InvalidValue, TierError, UsageError
from stateroom.flows import Flow
from stateroom.live.engine import Engine
from stateroom.live.refusals import refused

__all__ = ("Guard", "Guarding", "Guards", "NotCalled", "WhenSoft", "up_to_limit")

P = ParamSpec("P")
R = TypeVar("R")
G = TypeVar("G")

WhenSoft: TypeAlias = Literal["call", "refuse"]
"""What a guarded function does above the soft limit."""
NotCalled: TypeAlias = tuple[type[Exception], ...]
"""Errors that mean: nothing was sent."""

WAYS: Final[tuple[WhenSoft, ...]] = get_args(WhenSoft)

_opened: ContextVar[frozenset[bytes]] = ContextVar("_opened", default=frozenset())
"""Keys of the quotas whose reserve may be used here."""


class Guarding(Protocol):
    """Calls a function as far as a quota allows; parameters and result stay."""

    # An awaitable is an R too: whatever can be awaited is the first.
    @overload
    def __call__(
        self, function: Callable[P, Awaitable[R]]
    ) -> Callable[P, Coroutine[object, object, R]]: ...

    @overload
    def __call__(self, function: Callable[P, R]) -> Callable[P, R]: ...


@contextlib.contextmanager
def up_to_limit(keys: frozenset[bytes]) -> Iterator[None]:
    """Within the block functions that stop at the soft limit go on to the hard one."""
    before = _opened.set(_opened.get() | keys)
    try:
        yield
    finally:
        _opened.reset(before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard(Generic[G]):
    """What stands before guarded functions: one quota, or several.

    Attributes:
        engine: carries its flows out.
        name: of the quota, or names of several.
        kind: ``quota`` or ``quotas``, for a recorder.
        keys: of the quotas.
        has_soft: whether one of them has a soft limit.
        take: counts a call, below the soft limit only, or raises ``QuotaExceeded``.
        give_back: counts a call no more that was not made.
    """

    engine: Engine
    name: str
    kind: str
    keys: frozenset[bytes]
    has_soft: bool
    take: Callable[[bool], Flow[G]]
    give_back: Callable[[G], Flow[bool]]

    def guarding(self, when_soft: WhenSoft, not_called: NotCalled) -> Guarding:
        """Return what guards functions.

        Raises:
            InvalidValue: an option is none.
            UsageError: it is to refuse at a soft limit, and there is none.
        """
        self._check(when_soft, not_called)
        is_soft = when_soft == "refuse"

        def guard(function: Callable[P, object]) -> Callable[P, object]:
            self._check_function(function)
            if _is_async(function):
                awaited = cast("Callable[P, Awaitable[object]]", function)
                return self._awaiting(awaited, not_called, is_soft=is_soft)
            return self._calling(function, not_called, is_soft=is_soft)

        return cast("Guarding", guard)

    def _awaiting(
        self,
        function: Callable[P, Awaitable[R]],
        not_called: NotCalled,
        *,
        is_soft: bool,
    ) -> Callable[P, Coroutine[object, object, R]]:
        taking, giving = f"{self.kind}.guarded", f"{self.kind}.give_back"

        @functools.wraps(function)
        async def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            call, name = self.engine.call_async, self.name
            grant = await call(self._taken(is_soft=is_soft), taking, item=name)
            try:
                return await function(*args, **kwargs)
            except not_called as error:
                with self._told(error):
                    await call(self.give_back(grant), giving, item=name)
                raise

        return guarded

    def _calling(
        self, function: Callable[P, R], not_called: NotCalled, *, is_soft: bool
    ) -> Callable[P, R]:
        taking, giving = f"{self.kind}.guarded", f"{self.kind}.give_back"
        shown = f"{self.name}: guarded"

        @functools.wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            call, name = self.engine.call, self.name
            taken = self._taken(is_soft=is_soft)
            grant = call(taken, taking, item=name, shown=shown)
            try:
                result = function(*args, **kwargs)
            except not_called as error:
                with self._told(error):
                    call(self.give_back(grant), giving, item=name, shown=shown)
                raise
            self._refuse_awaitable(result)
            return result

        return guarded

    def _taken(self, *, is_soft: bool) -> Flow[G]:
        return self.take(is_soft and not self.keys <= _opened.get())

    def _check(self, when_soft: object, not_called: object) -> None:
        if when_soft not in WAYS:
            raise InvalidValue(
                f"{self.name}: not what to do above the soft limit: when_soft",
                found=repr(when_soft)[:80],
                allowed=", ".join(WAYS),
            )
        if when_soft == "refuse" and not self.has_soft:
            raise UsageError(
                f'{self.name}: when_soft="refuse", and it has no soft limit',
                hint="declare one: soft=",
            )
        if not isinstance(not_called, tuple) or not all(map(_is_error, not_called)):
            raise InvalidValue(
                f"{self.name}: not what tells that no call was made: not_called",
                found=repr(not_called)[:80],
                allowed="a tuple of classes of exceptions",
            )

    def _check_function(self, function: object) -> None:
        if not callable(function):
            allowed = "a function; options have names, such as when_soft="
            raise refused(f"{self.name}: not a function to guard", function, allowed)
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(
            function
        ):
            raise UsageError(
                f"{self.name}: to call a generator is not yet to run it",
                hint="guard the function that makes the call",
            )

    def _refuse_awaitable(self, result: object) -> None:
        if not inspect.isawaitable(result):
            return
        if inspect.iscoroutine(result):
            result.close()
        raise UsageError(
            f"{self.name}: what it guards returned something to await",
            hint="guard a function that is declared with async def",
        )

    @contextlib.contextmanager
    def _told(self, error: Exception) -> Iterator[None]:
        """Let an error stay what it is when the call could not be given back."""
        try:
            yield
        except TierError as failed:
            error.add_note(f"{self.name}: this call stays counted: {failed}")


class Guards(Generic[G]):
    """What functions can be guarded by: one quota, or several."""

    @overload
    def guarded(
        self, function: Callable[P, Awaitable[R]], /
    ) -> Callable[P, Coroutine[object, object, R]]: ...

    @overload
    def guarded(self, function: Callable[P, R], /) -> Callable[P, R]: ...

    @overload
    def guarded(
        self,
        function: None = None,
        /,
        *,
        when_soft: WhenSoft = "call",
        not_called: NotCalled = (),
    ) -> Guarding: ...

    def guarded(
        self,
        function: object = None,
        /,
        *,
        when_soft: WhenSoft = "call",
        not_called: NotCalled = (),
    ) -> object:
        """Decorate a function that makes a call: coroutine functions and others.

        With options, ``@quota.guarded(when_soft="refuse")``; or ``@quota.guarded``
        without any. A call is counted before the function runs, also when it then
        fails: the other side has counted it, too. Above the limit the function does not
        run.

        Args:
            function: what is guarded, where there are no options.
            when_soft: ``refuse`` does not call above the soft limit either, so that
                the rest is kept for ``up_to_limit``.
            not_called: errors that tell that nothing was sent, such as one of
                connecting: they are raised, and the call is given back.

        Raises:
            UsageError: it is to refuse at a soft limit, and there is none.
            InvalidValue: an option is none, or what is decorated is no function.
            QuotaExceeded: raised by the function itself, which was not called.
            Unavailable: likewise, with ``on_unavailable="raise"``; it may be counted.
        """
        guarding = self._guard.guarding(when_soft, not_called)
        if function is None:
            return guarding
        return guarding(cast("Callable[[], object]", function))

    @property
    def _guard(self) -> Guard[G]:
        raise NotImplementedError


def _is_async(function: object) -> bool:
    """Say whether calling it gives something to await."""
    call: object = getattr(type(function), "__call__", None)  # noqa: B004 - its code
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(call)


def _is_error(each: object) -> bool:
    return isinstance(each, type) and issubclass(each, Exception)
