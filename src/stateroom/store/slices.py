"""Slices: one part of the state, with the reducers that may change it.

A decorated reducer becomes the creator of its actions; the plain function stays
reachable as ``creator.reduce``.

Example::

    roles = Slice("roles", Roles)

    @roles.reducer
    def select_role(state: Roles, role: str) -> None:
        state.selected.append(role)

    store.dispatch(select_role("Data engineer"))

Source:
    ``createSlice`` of Redux Toolkit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import (
    TYPE_CHECKING,
    Concatenate,
    ParamSpec,
    TypeVar,
    cast,
    overload,
)

from stateroom.errors import InvalidSlice
from stateroom.store.actions import (
    Matcher,
    Meta,
    Prepared,
    maker_of,
    text_of,
    type_of,
)
from stateroom.store.cases import Case
from stateroom.store.drafts.producing import freeze
from stateroom.store.slice_cases import Predicate, SliceCases
from stateroom.store.slice_reducers import SliceReducer
from stateroom.store.slice_selectors import SliceSelector, absent
from stateroom.store.slice_thunks import SliceThunks
from stateroom.store.undefined import UNDEFINED, Nothing, Undefined

if TYPE_CHECKING:
    from stateroom.store.action_types import (
        AnyCase,
        Extra,
        FulfilledCase,
        Resulting,
    )

__all__ = ("Slice",)

S = TypeVar("S")
P = ParamSpec("P")
R = TypeVar("R")


class Slice(SliceThunks[S]):
    """A named part of the state.

    Attributes:
        name: the key in the root state, and the first part of its actions' types.
        kind: the class of its state, or what the factory returns; for codecs.
    """

    def __init__(self, name: str, initial: Callable[[], S]) -> None:
        """Declare a slice.

        Args:
            name: of the slice; without a slash.
            initial: a class or factory, called once for every store.

        Raises:
            InvalidSlice: the name is empty or no text, or ``initial`` is a value.
        """
        given: object = name
        if not isinstance(given, str) or not given:
            raise InvalidSlice(
                f"a slice needs a name; found {given!r:.200}",
                hint='it is the key in the state: Slice("roles", Roles)',
            )
        if "/" in given:
            raise InvalidSlice(
                f"the name of a slice has no slash; found {given!r}",
                path=given,
                hint="a slash parts it from the name of the action: roles/select",
            )
        if not callable(initial):
            raise InvalidSlice(
                f"{name}: initial is a class or a function, found {initial!r:.200}",
                path=name,
                hint="write lambda: value, so that each store has its own",
            )
        self.name: str = name
        self.kind: type[S] | Callable[[], S] = initial
        self._initial = initial
        self._cases = SliceCases(name)

    def initial(self) -> S:
        """Return a new initial state, frozen."""
        return freeze(self._initial())

    def __repr__(self) -> str:
        return f"<slice {self.name}>"

    # -- reducers

    @overload
    def reducer(
        self, function: Callable[Concatenate[S, P], S | Nothing | None], /
    ) -> SliceReducer[S, P]: ...

    @overload
    def reducer(
        self, *, name: str | None = None, meta: Meta
    ) -> Callable[
        [Callable[Concatenate[S, P], S | Nothing | None]], SliceReducer[S, P]
    ]: ...

    @overload
    def reducer(
        self, *, name: str | None = None
    ) -> Callable[
        [Callable[Concatenate[S, P], S | Nothing | None]], SliceReducer[S, P]
    ]: ...

    @overload
    def reducer(
        self,
        *,
        prepare: Callable[P, Prepared],
        name: str | None = None,
        meta: Meta | None = None,
    ) -> Callable[[Callable[[S, R], S | Nothing | None]], SliceReducer[S, P]]: ...

    def reducer(  # type: ignore[misc] # the overloads above say what it takes
        self,
        function: Callable[..., object] | None = None,
        /,
        *,
        prepare: Callable[..., Prepared] | None = None,
        name: str | None = None,
        meta: Meta | None = None,
    ) -> object:
        """Declare a reducer, and make its action creator.

        Args:
            function: takes a draft of the state, and what the action carries.
            prepare: makes payload and meta from the creator's arguments; then the
                reducer takes the payload alone.
            name: of the action; that of the function otherwise.
            meta: added to each action: a mapping, or a function of the arguments.

        Raises:
            InvalidSlice: the name is taken, the function is a coroutine or has
                parameters without a name, or the slice is in use.
        """
        if function is not None:
            return self._declare(function, None, None, None)
        return lambda given: self._declare(given, prepare, name, meta)

    def _declare(
        self,
        function: Callable[..., object],
        prepare: Callable[..., Prepared] | None,
        name: str | None,
        meta: Meta | None,
    ) -> SliceReducer[S, ...]:
        kind = f"{self.name}/{name or _name_of(function, self.name)}"
        made, parameters = maker_of(function)
        case = parameters.caller(function)
        bare = None if parameters.names else function
        self._cases.add_reducer(kind, function, case, bare=bare)
        creator: SliceReducer[S, ...] = SliceReducer(
            self.name, kind, prepare or made, case
        )
        if prepare is None:
            creator.take(parameters)
        creator.__doc__ = function.__doc__
        if meta is not None:
            creator.add_meta(meta)
        return creator

    @overload  # a phase is a matcher, too
    def extra(  # type: ignore[overload-overlap]
        self, source: Resulting[R], /
    ) -> FulfilledCase[S, R]: ...

    @overload
    def extra(self, *sources: str | Matcher) -> AnyCase[S]: ...

    def extra(self, *sources: str | Matcher) -> object:
        """Declare what happens on actions that other slices or thunks make.

        Args:
            sources: creators, or types. The function takes the state and the action.

        Raises:
            InvalidSlice: a type is declared twice, or after a matcher or default.
        """

        def declare(function: object) -> object:
            for source in sources:
                self._cases.add_extra(type_of(source), function)
            return function

        return declare

    def matcher(self, predicate: Predicate | Matcher) -> AnyCase[S]:
        """Declare what happens on every action that ``predicate`` holds for.

        It runs after the case of the action's own type, in the order of declaration.

        Raises:
            InvalidSlice: the default is declared already, or the slice is in use.
        """
        holds = cast("Predicate", getattr(predicate, "match", predicate))

        def declare(function: object) -> object:
            self._cases.add_matcher(holds, function)
            return function

        return cast("AnyCase[S]", declare)

    def default(self, function: Extra[S]) -> Extra[S]:
        """Declare what happens on actions that no case and no matcher took.

        Raises:
            InvalidSlice: there is a default already, or the slice is in use.
        """
        self._cases.set_default(function)
        return function

    # -- what a store asks

    def use(self) -> None:
        """End the declarations: from now on the slice is as it is."""
        self._cases.is_in_use = True

    def for_type(self, kind: str) -> Case | None:
        """Return what reduces actions of one type; None when it ignores them."""
        return self._cases.for_type(kind)

    def reduce(self, state: S | Undefined, action: Mapping[str, object]) -> S:
        """Return the state after ``action``: the reducer of the whole slice.

        Raises:
            InvalidReducer: a case returned ``UNDEFINED``.
        """
        self.use()
        held: S = self.initial() if state is UNDEFINED else state
        case = self._cases.for_type(text_of(action.get("type")))
        return held if case is None else cast("S", case(held, action))

    # -- selectors

    def selector(
        self, function: Callable[Concatenate[S, P], R]
    ) -> SliceSelector[S, P, R]:
        """Declare what can be read from the slice; call it with the root state."""
        return SliceSelector(self.name, self.initial, function)

    def select_slice(self, root: object, /) -> S:
        """Return the whole slice from the root state; an input for other selectors.

        Raises:
            InvalidSlice: it is not there.
        """
        try:
            return cast("Mapping[str, S]", root)[self.name]
        except (KeyError, TypeError):
            raise absent(self.name, "select_slice", root) from None


def _name_of(function: object, owner: str) -> str:
    """Return what the action of a reducer is called after."""
    if not callable(function):
        raise InvalidSlice(
            f"{owner}: a reducer is a function; found {function!r:.200}",
            path=owner,
            hint=f"@{owner}.reducer above a def, or @{owner}.reducer(name=...)",
        )
    name: object = getattr(function, "__name__", None)
    if not isinstance(name, str):
        raise InvalidSlice(
            f"{owner}: {function!r:.200} has no name for its action to have",
            path=owner,
            hint=f'@{owner}.reducer(name="...")',
        )
    return name
