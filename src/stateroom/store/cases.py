"""Runs one case of a reducer: a draft where the state can have one, else its value.

Called inside another recipe, the state is a draft already, and is handed on as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from stateroom.errors import DraftMisuse, InvalidReducer
from stateroom.store.drafts.circles import refuse_circle
from stateroom.store.drafts.nodes import Scope
from stateroom.store.drafts.producing import outcome
from stateroom.store.drafts.settling import node_of, redraft, settle
from stateroom.store.drafts.tables import DRAFTERS, SETTLERS
from stateroom.store.undefined import NOTHING, UNDEFINED

__all__ = ("Bare", "Case", "run_case", "runner")

Case: TypeAlias = Callable[[object, Mapping[str, object]], object]
"""Takes a draft, or a value, and the action; changes the one or returns the next."""
Bare: TypeAlias = Callable[[object], object]
"""A case that needs nothing of the action."""


def run_case(
    case: Case, state: object, action: Mapping[str, object], *, owner: str
) -> object:
    """Return the state after ``case``; ``state`` itself when nothing changed.

    Raises:
        DraftMisuse: as ``produce``; the path begins with ``owner``.
        InvalidReducer: it returned nothing for a value that has no draft.
    """
    return runner(case, owner)(state, action)


def runner(case: Case, owner: str, *, bare: Bare | None = None) -> Case:
    """Return ``run(state, action)``, which gives the state after ``case``.

    Args:
        case: takes the draft and the action.
        owner: the name of the slice, for errors.
        bare: the same function where it takes the draft alone; called without a step
            between.
    """

    def run(state: object, action: Mapping[str, object]) -> object:
        drafter = DRAFTERS[type(state)]
        if drafter is None or drafter is redraft:
            return _without_draft(case, state, action, owner)
        scope = Scope()
        draft: object = None
        try:
            draft = drafter(state, scope)
            returned = case(draft, action) if bare is None else bare(draft)
            if returned is not None:
                return _checked(outcome(state, draft, returned, scope), owner, action)
            if not scope.changed:
                return state
            scope.is_settling = True
            return SETTLERS[type(draft)](draft)  # type: ignore[misc] # a draft has one
        except DraftMisuse as error:
            raise _placed(error, owner, action) from error
        except RecursionError:
            if scope.is_settling:
                _refuse_circle(draft, owner, action)
            raise
        finally:
            scope.close()

    return run


def _refuse_circle(draft: object, owner: str, action: Mapping[str, object]) -> None:
    try:
        refuse_circle(draft)
    except DraftMisuse as error:
        raise _placed(error, owner, action) from error


def _checked(after: object, owner: str, action: Mapping[str, object]) -> object:
    if after is UNDEFINED:
        raise InvalidReducer(
            f"{owner}: the reducer for {action.get('type')!r} returned UNDEFINED",
            path=owner,
            hint="return the initial state to start anew, or NOTHING for None",
        )
    return after


def _without_draft(
    case: Case, state: object, action: Mapping[str, object], owner: str
) -> object:
    returned = case(state, action)
    if node_of(state) is not None:
        return state if returned is None else _checked(returned, owner, action)
    if returned is NOTHING or (returned is None and state is None):
        return None
    if returned is None:
        raise InvalidReducer(
            f"{owner}: the reducer for {action.get('type')!r} returned nothing, and "
            f"the state is {state!r:.200}, which has no draft to change",
            path=owner,
            hint=_way_out(state),
        )
    return settle(_checked(returned, owner, action))


def _way_out(state: object) -> str:
    kind = type(state)
    if kind.__module__ == "builtins":
        return "return the next state; return NOTHING to make it None"
    return f"make {kind.__qualname__} a dataclass; or return the next state"


def _placed(
    error: DraftMisuse, owner: str, action: Mapping[str, object]
) -> DraftMisuse:
    """Say in which slice, and on which action, a draft was misused."""
    step = error.path if error.path[:1] in {"", "["} else f".{error.path}"
    return DraftMisuse(
        f"{owner}{step}: on {action.get('type')!r}: {error}",
        path=f"{owner}{step}",
        hint=error.hint,
    )
