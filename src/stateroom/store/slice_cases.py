"""The cases of a slice: what runs on which action, and in which order.

The case of the action's own type runs first, then every matcher that holds, in the
order of declaration, each on what the one before it returned; the default runs when
nothing else did.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TypeAlias, cast

from stateroom.errors import InvalidSlice
from stateroom.store.actions import Action
from stateroom.store.cases import Bare, Case, runner

__all__ = ("Predicate", "SliceCases")

Predicate: TypeAlias = Callable[[Action], bool]
"""Says whether a case concerns an action."""


class SliceCases:
    """What a slice has declared.

    Attributes:
        name: of the slice.
        is_in_use: whether a store, or anybody else, reduces with it already.
    """

    def __init__(self, name: str) -> None:
        self.name: str = name
        self.is_in_use: bool = False
        self._reducers: dict[str, Case] = {}
        self._bare: dict[str, Bare] = {}
        self._extra: dict[str, Case] = {}
        self._matchers: list[tuple[Predicate, Case]] = []
        self._default: Case | None = None

    # -- declaring

    def add_reducer(
        self, kind: str, function: object, case: Case, *, bare: Bare | None = None
    ) -> None:
        """Add the slice's own case for actions of one type.

        Args:
            kind: the type.
            function: as it was declared.
            case: takes the state and the action.
            bare: does the same without the action, when it needs nothing of it.
        """
        self._check(function, kind)
        if kind in self._reducers:
            raise InvalidSlice(
                f"{kind} is declared twice",
                path=self.name,
                hint="rename one of the functions, or give one a name: "
                f'@{self.name}.reducer(name="...")',
            )
        self._reducers[kind] = case
        if bare is not None:
            self._bare[kind] = bare

    def add_extra(self, kind: str, function: object) -> None:
        """Add a case for an action that others make."""
        self._check(function, kind)
        self._refuse_after(kind, "a matcher", is_there=bool(self._matchers))
        self._refuse_after(kind, "the default", is_there=self._default is not None)
        if kind in self._extra:
            raise InvalidSlice(
                f"{self.name}: {kind} is declared twice",
                path=self.name,
                hint="do all that this action changes in one function",
            )
        self._extra[kind] = cast("Case", function)

    def add_matcher(self, predicate: Predicate, function: object) -> None:
        """Add a case for all actions that a predicate holds for."""
        self._check(function, "a matcher")
        self._refuse_after(
            "a matcher", "the default", is_there=self._default is not None
        )
        self._matchers.append((predicate, cast("Case", function)))

    def set_default(self, function: object) -> None:
        """Set what runs on actions that nothing else takes."""
        self._check(function, "the default")
        if self._default is not None:
            raise InvalidSlice(
                f"{self.name} has two defaults",
                path=self.name,
                hint="keep one; it is given every action that nothing else takes",
            )
        self._default = cast("Case", function)

    def _check(self, function: object, what: str) -> None:
        if self.is_in_use:
            raise InvalidSlice(
                f"{self.name}: {what} is declared when the slice is in use already",
                path=self.name,
                hint="import the module that declares it before the store is made",
            )
        if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(
            function
        ):
            raise InvalidSlice(
                f"{self.name}: {what} is a coroutine or generator; a reducer returns "
                "at once",
                path=self.name,
                hint=f"declare it with @{self.name}.thunk, and dispatch what came out",
            )

    def _refuse_after(self, what: str, later: str, *, is_there: bool) -> None:
        if is_there:
            raise InvalidSlice(
                f"{self.name}: {what} is declared after {later}",
                path=self.name,
                hint="they run in this order: cases, matchers, default",
            )

    # -- reducing

    def for_type(self, kind: str) -> Case | None:
        """Return what reduces actions of one type; None when it ignores them."""
        own = self._reducers.get(kind) or self._extra.get(kind)
        if self._matchers:
            return self._with_matchers(own)
        case = own or self._default
        if case is None:
            return None
        return runner(case, self.name, bare=self._bare.get(kind))

    def _with_matchers(self, own: Case | None) -> Case:
        first = None if own is None else runner(own, self.name)
        matchers = [(holds, runner(case, self.name)) for holds, case in self._matchers]
        default = None if self._default is None else runner(self._default, self.name)

        def reduce(state: object, action: Mapping[str, object]) -> object:
            found = [] if first is None else [first]
            found += [case for holds, case in matchers if holds(cast("Action", action))]
            if not found and default is not None:
                found = [default]
            for case in found:
                state = case(state, action)
            return state

        return reduce
