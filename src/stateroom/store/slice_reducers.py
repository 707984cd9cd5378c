"""The creators of a slice's own actions, which are its reducers as well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, ParamSpec, TypeVar, cast

from stateroom.store.actions import ActionCreator, Prepared
from stateroom.store.cases import Case, run_case

__all__ = ("SliceReducer",)

S = TypeVar("S")
P = ParamSpec("P")


class SliceReducer(ActionCreator[P], Generic[S, P]):
    """A reducer of a slice: called, it makes the action; ``reduce`` is the function."""

    def __init__(
        self,
        owner: str,
        kind: str,
        make: Callable[P, Prepared],
        case: Case,
    ) -> None:
        super().__init__(kind, make)
        self._owner = owner
        self._case = case

    def reduce(self, state: S, /, *args: P.args, **kwargs: P.kwargs) -> S:
        """Return the state after this action; a plain ``state`` stays as it is.

        Raises:
            DraftMisuse: as ``produce``.
        """
        action = self(*args, **kwargs)
        return cast("S", run_case(self._case, state, action, owner=self._owner))
