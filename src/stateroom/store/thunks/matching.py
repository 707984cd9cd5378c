"""Whether an action is one of several, or of a state that any thunk can be in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias, TypeGuard, cast, overload

from stateroom.store.actions import Action

__all__ = (
    "ActionMatcher",
    "HasMatch",
    "HasPhases",
    "Matchable",
    "is_all_of",
    "is_any_of",
    "is_async_thunk_action",
    "is_fulfilled",
    "is_pending",
    "is_rejected",
    "is_rejected_with_value",
)

STATUSES = ("pending", "fulfilled", "rejected")


class HasMatch(Protocol):
    """An action creator, a phase of a thunk, or a matcher."""

    def match(self, action: Action, /) -> bool:
        """Say whether ``action`` is one of these."""
        ...


class HasPhases(Protocol):
    """An async thunk, whatever its arguments and its result are."""

    @property
    def pending(self) -> HasMatch:
        """Matches the action before the function begins."""
        ...

    @property
    def fulfilled(self) -> HasMatch:
        """Matches the action with the result."""
        ...

    @property
    def rejected(self) -> HasMatch:
        """Matches the action that says why there is none."""
        ...


Matchable: TypeAlias = HasMatch | Callable[[Action], bool]


class ActionMatcher:
    """Says whether an action matches; also a predicate, for ``slice.matcher``."""

    def __init__(self, judge: Callable[[Action], bool]) -> None:
        self._judge = judge

    def __call__(self, action: object, /) -> TypeGuard[Action]:
        return self.match(action)

    def match(self, action: object, /) -> TypeGuard[Action]:
        """Say whether ``action`` matches; what is no action, as a thunk, does not."""
        is_action = type(action) is dict or isinstance(action, Mapping)
        return is_action and self._judge(cast("Action", action))


def is_any_of(*matchers: Matchable) -> ActionMatcher:
    """Return what matches when one of them does; never, if there are none."""
    judges = tuple(map(_judge_of, matchers))
    return ActionMatcher(lambda action: any(judge(action) for judge in judges))


def is_all_of(*matchers: Matchable) -> ActionMatcher:
    """Return what matches when each of them does; always, if there are none."""
    judges = tuple(map(_judge_of, matchers))
    return ActionMatcher(lambda action: all(judge(action) for judge in judges))


@overload
def is_pending(action: Mapping[str, object], /) -> bool: ...


@overload
def is_pending(*thunks: HasPhases) -> ActionMatcher: ...


def is_pending(*given: HasPhases | Mapping[str, object]) -> bool | ActionMatcher:
    """Say whether a run of a thunk has begun.

    Given an action, it answers; else it returns what does, for the thunks given, or for
    any when there are none.
    """
    return _answer(given, ("pending",))


@overload
def is_fulfilled(action: Mapping[str, object], /) -> bool: ...


@overload
def is_fulfilled(*thunks: HasPhases) -> ActionMatcher: ...


def is_fulfilled(*given: HasPhases | Mapping[str, object]) -> bool | ActionMatcher:
    """Say whether a run of a thunk has a result.

    Given an action, it answers; else it returns what does, for the thunks given, or for
    any when there are none.
    """
    return _answer(given, ("fulfilled",))


@overload
def is_rejected(action: Mapping[str, object], /) -> bool: ...


@overload
def is_rejected(*thunks: HasPhases) -> ActionMatcher: ...


def is_rejected(*given: HasPhases | Mapping[str, object]) -> bool | ActionMatcher:
    """Say whether a run of a thunk has failed, was aborted or was not wanted.

    Given an action, it answers; else it returns what does, for the thunks given, or for
    any when there are none.
    """
    return _answer(given, ("rejected",))


@overload
def is_rejected_with_value(action: Mapping[str, object], /) -> bool: ...


@overload
def is_rejected_with_value(*thunks: HasPhases) -> ActionMatcher: ...


def is_rejected_with_value(
    *given: HasPhases | Mapping[str, object],
) -> bool | ActionMatcher:
    """Say whether a thunk rejected with a value of its own.

    Given an action, it answers; else it returns what does, for the thunks given, or for
    any when there are none.
    """
    return _answer(given, ("rejected",), _has_value)


@overload
def is_async_thunk_action(action: Mapping[str, object], /) -> bool: ...


@overload
def is_async_thunk_action(*thunks: HasPhases) -> ActionMatcher: ...


def is_async_thunk_action(
    *given: HasPhases | Mapping[str, object],
) -> bool | ActionMatcher:
    """Say whether an action is of a run of a thunk.

    Given an action, it answers; else it returns what does, for the thunks given, or for
    any when there are none.
    """
    return _answer(given, STATUSES)


def _answer(
    given: tuple[HasPhases | Mapping[str, object], ...],
    statuses: tuple[str, ...],
    more: Callable[[Action], bool] | None = None,
) -> bool | ActionMatcher:
    """Judge the one action given, or return what judges for the thunks given."""
    thunks = [each for each in given if not isinstance(each, Mapping)]
    if thunks:
        phases = (getattr(each, status) for each in thunks for status in statuses)
        judge = is_any_of(*phases)
    else:
        judge = ActionMatcher(lambda action: _status_of(action) in statuses)
    matcher = judge if more is None else is_all_of(judge, more)
    actions = [each for each in given if isinstance(each, Mapping)]
    return matcher(cast("Action", actions[0])) if actions else matcher


def _judge_of(matcher: Matchable) -> Callable[[Action], bool]:
    found: Callable[[Action], bool] | None = getattr(matcher, "match", None)
    return cast("Callable[[Action], bool]", matcher) if found is None else found


def _status_of(action: Action) -> object:
    """Return what ``meta`` says of a run of a thunk; None for any other action."""
    meta = action.get("meta")
    if not isinstance(meta, Mapping) or not isinstance(meta.get("requestId"), str):
        return None
    return meta.get("requestStatus")


def _has_value(action: Action) -> bool:
    meta = action.get("meta")
    return isinstance(meta, Mapping) and bool(meta.get("rejectedWithValue"))
